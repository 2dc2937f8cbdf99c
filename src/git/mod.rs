//! What guard asks of git: the merge base, what changed, what a file was, and a detached worktree.
//! Reading goes through libgit2; what writes goes through the `git` command, and so does what
//! libgit2 cannot read: reftable and sha256 repositories, partial and sparse clones, and the
//! difference to a working tree with all of git's filters.

mod base;
mod blobs;
mod changes;
mod command;
mod commit;
mod error;
mod patch;
mod repository;

pub mod worktree;

use std::ops::RangeInclusive;

pub use base::Base;
pub use error::GitError;
pub use repository::Repository;

/// Which state of the contributor's work is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The working tree: committed, staged, unstaged and untracked work.
    Working,
    /// `HEAD` alone.
    Committed,
}

/// How a file came to be what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The base has no such file.
    Added,
    /// Both sides have it, with other content.
    Modified,
    /// The base has it under another path.
    Renamed,
    /// Only the base has it.
    Deleted,
}

/// One file that differs from the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path now; its last path when it was deleted. Relative to the root, `/` between parts.
    pub path: String,
    /// Its path at the base, where there is one.
    pub base_path: Option<String>,
    /// What happened to it.
    pub change: Change,
    /// The lines that the change adds, by their numbers now, from 1.
    pub added: Vec<RangeInclusive<usize>>,
}

impl ChangedFile {
    /// Whether the change adds this line.
    pub fn adds(&self, line: usize) -> bool {
        self.added.iter().any(|range| range.contains(&line))
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
