//! Teeth: whether an anchor turns red because of the guarded call, and green again without it.
//!
//! One site at a time, because the first raise ends a test and hides what comes after it; in an
//! isolated tree; by what was executed, never by an exit code.

mod baseline;
mod decide;
pub(super) mod explain;
mod lab;
mod prepared;
pub(super) mod reading;
mod target;

use std::collections::BTreeSet;

pub(super) use decide::said;
pub use lab::Lab;
pub(super) use lab::Ran;
pub use prepared::{PreparedRevert, first_statement};
pub(super) use target::Target;

use super::GateError;
use crate::gate::Rig;
use crate::git::Content;
use crate::model::{Invalid, Location, Selection, TeethReport, TeethVerdict};

/// The call that a candidate is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// As written, without its arguments.
    pub symbol: String,
    /// Blockbuster's names of the primitives that it reaches; none where the catalogue does not know.
    pub primitives: Option<BTreeSet<String>>,
}

/// What is to be proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The anchor's tests.
    pub selection: Selection,
    /// The guarded site, in the tree as it will be delivered.
    pub site: Location,
    /// The candidate's function, dotted.
    pub function: String,
    /// What is to be red, where a whole function may come back with other calls in it; none where the
    /// stack alone tells.
    pub call: Option<Call>,
    /// Best first. The first that can be imported decides.
    pub reverts: Vec<PreparedRevert>,
    /// The site's file with an edit that changes nothing.
    pub control: Option<String>,
    /// How often the reverted tree is run before its outcome counts; 0 and 1 are once. A green is
    /// repeated in any case.
    pub repeat: u32,
}

/// A report of a site for which there is no revert: what every proof begins with.
pub(super) fn unproven(site: &Location) -> TeethReport {
    TeethReport {
        verdict: TeethVerdict::Invalid(Invalid::NoRevert),
        explanation: explain::no_revert(site),
        site: site.clone(),
        revert: None,
        baseline: None,
        control: None,
        reverted: None,
        restored: None,
        block: None,
        primitive: None,
        red_test: None,
    }
}

/// Proves one site in a tree of its own. For several sites, open one [`Lab`].
///
/// # Errors
/// When the gate cannot be used, or no isolated tree can be made. A verdict is never an error.
pub fn prove(rig: &Rig, content: Content, request: &Request) -> Result<TeethReport, GateError> {
    Lab::open(rig, content)?.prove(request)
}
