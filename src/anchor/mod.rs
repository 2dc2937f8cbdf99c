//! An anchor is a test that holds an offload in place. Here: which existing test is one for a
//! candidate, what makes a test unfit to be one, the draft of a new one, and the gate that all of
//! them run under, for a project that has none.
//!
//! What is said here is read from source text alone. Only an execution proves that an anchor bites.

pub mod init;

mod branch;
mod draft;
mod drive;
mod entry;
mod facts;
mod fitness;
mod locate;
mod suite;

pub use branch::{Branch, BranchKind, branch_of};
pub use draft::{Draft, DraftError, draft, samples};
pub use drive::Strength;
pub use entry::{Entry, EntryKind, Parameter, Route, entry_of};
pub use facts::{AsyncPlugin, Facts, Manager, import_path};
pub use fitness::{Unfit, UnfitKind, fitness};
pub use init::InitError;
pub use locate::{AnchorSearch, DrivingTest, locate};

/// A file of the tree: its path relative to the repository's root, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// With `/` between its parts.
    pub path: String,
    /// Decoded.
    pub text: String,
}

#[cfg(test)]
mod tests;
