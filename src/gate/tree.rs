//! The tree in which the gate is run and the bad pattern is brought back.

use super::GateError;
use crate::git::Content;
use crate::git::worktree::Worktree;
use crate::project::{Place, Project};

/// A tree of guard's own, or the contributor's where somebody said so.
///
/// # Errors
/// When git refuses, the contributor's work cannot be copied, or commits alone are to be judged where
/// the contributor works.
pub fn tree(project: &Project, content: Content) -> Result<Worktree, GateError> {
    match (project.gate.place, content) {
        (Place::Isolated, _) => Ok(Worktree::create(&project.root, content, &project.gate.carry)?),
        (Place::InPlace, Content::Working) => Ok(Worktree::in_place(&project.root)?),
        (Place::InPlace, Content::Committed) => Err(GateError::CommittedInPlace),
    }
}
