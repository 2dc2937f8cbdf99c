//! A matrix with what it was made of, as JSON: enough to join it with others of its kind, or to see
//! that it cannot be.

use serde::{Deserialize, Serialize};

use super::{Confirm, Matrix, Shard};
use crate::gate::Versions;
use crate::model::Selection;

/// The shape that this guard writes and reads.
pub const FORMAT: &str = "guard-teeth-1";

/// A matrix, or one part of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MatrixReport {
    /// [`FORMAT`].
    pub format: String,
    /// The version of guard that made it.
    pub guard: String,
    /// What was looked at.
    pub tree: Tree,
    /// What was asked.
    pub asked: Asked,
    /// Which part this is; none when it is all.
    pub shard: Option<Shard>,
    /// What the gate was made of.
    pub versions: Versions,
    /// Of the sites in this part.
    pub score: Score,
    /// What was learned.
    #[serde(flatten)]
    pub matrix: Matrix,
}

/// The code by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// `HEAD`.
    pub commit: String,
    /// Of everything that differs from it, 64 hexadecimal digits; see [`crate::git::worktree`].
    pub changes: String,
    /// The project's folder, relative to the root.
    pub project: String,
}

/// What a matrix was asked, apart from its shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The tests.
    pub tests: Selection,
    /// The merge base's commit, where only lines that differ from it were asked for.
    pub base: Option<String>,
    /// How often each pair was tried.
    pub repeat: u32,
    /// Whether source edits had the last word.
    pub confirm: Confirm,
}

/// What it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Proven sites.
    pub proven: usize,
    /// Executed sites.
    pub executed: usize,
}

impl Score {
    /// Of a matrix.
    pub fn of(matrix: &Matrix) -> Self {
        Self { proven: matrix.proven(), executed: matrix.sites.len() }
    }
}
