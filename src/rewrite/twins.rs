//! Offloads that are no call with a function in it: an async twin of something blocking. Taking
//! one away means to put the sync twin there.

mod decorated;
mod file;
mod path;

use ruff_text_size::TextRange;

use super::Refusal;
use super::edits::Edits;
use super::form::OffloadForm;
use super::names::Names;
use crate::scan::syntax::Module;

/// An async twin and the edits that put the sync one in its place.
pub(super) struct Twin {
    pub(super) form: OffloadForm,
    /// The expression that makes it async.
    pub(super) span: TextRange,
    /// The same with its `await`.
    pub(super) reach: TextRange,
    /// Everything that the edits touch.
    pub(super) site: TextRange,
    /// The function whose frame is on the stack, dotted.
    pub(super) function: String,
    /// What blocks.
    pub(super) callee: String,
    pub(super) edits: Result<Edits, Refusal>,
}

/// Those of a file, in no order.
pub(super) fn twins(module: &Module, names: &Names) -> Vec<Twin> {
    let mut twins = decorated::twins(module, names);
    twins.extend(file::twins(module, names));
    twins.extend(path::twins(module, names));
    twins
}
