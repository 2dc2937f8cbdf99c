//! A proof that outlives the run that made it: a JSON document that says which tests turn red when
//! which offload is taken away, bound to the content of what it speaks of. A squash or a rebase
//! leaves it standing; another text of a function, an anchor or the gate makes it stale.
//!
//! A receipt names tests and sites and nothing else that could be run. What `guard verify` executes
//! are the project's own commands, under the project's own trust.

mod bound;
mod file;
mod ground;
mod make;
mod of_matrix;
mod read;
mod repeat;
mod revert;
mod schema;
mod stale;

use serde::{Deserialize, Serialize};

pub use bound::{Texts, bind, on_the_way};
pub use file::{FOLDER, collect, name, write};
pub use ground::Ground;
pub use make::{Surroundings, offload_proof, plugin, proof};
pub use of_matrix::of_matrix;
pub use read::{ReceiptError, read};
pub use repeat::{Compared, compare};
pub use revert::brings_back;
pub use schema::schema;
pub use stale::{Change, stale};

use crate::gate::Versions;
use crate::model::{Bound, Key, Operator, Route, TeethVerdict};

/// The shape that this guard writes and reads.
pub const FORMAT: &str = "guard-receipt-1";

/// What was proven together, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`FORMAT`].
    pub format: String,
    /// The version of guard that wrote it.
    pub guard: String,
    /// The project's folder, relative to the root; empty when it is the root.
    pub project: String,
    /// What the gate was made of.
    pub versions: Versions,
    /// Files of guard's, or that stand in for guard's, which had a part in it.
    pub assets: Vec<AssetHash>,
    /// At least one.
    pub proofs: Vec<Proof>,
}

/// A file by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetHash {
    /// For instance `sop/blocking-io.yaml`.
    pub name: String,
    /// `embedded`, or a path.
    pub from: String,
    /// Of its text, 64 hexadecimal digits.
    pub sha256: String,
}

/// One key that is guarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// What is guarded.
    pub key: Key,
    /// The way it took in a run; none from `guard teeth`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// The anchor: node ids or files, relative to the root. At least one.
    pub tests: Vec<String>,
    /// The command as a person would type it, in `cwd`. For the reader: it is never run.
    pub command: String,
    /// Where it ran, relative to the root.
    pub cwd: String,
    /// What the proof speaks of.
    pub bound: Vec<Bound>,
    /// Each place that was reverted. At least one.
    pub sites: Vec<Site>,
}

/// One place that was reverted, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The file, relative to the root.
    pub path: String,
    /// The function, dotted.
    pub function: String,
    /// Which of the function's offloads, from 1, in the order of the text. None where the whole
    /// function was brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offload: Option<usize>,
    /// How the bad pattern was brought back.
    pub operator: Operator,
    /// Where git has the version that was brought back, for operators that need one. None when it
    /// was never committed: then the proof can be held against the tree, and not be repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Version>,
    /// The revert, for the reader: it is never applied.
    pub diff: String,
    /// Of the lines that the revert takes away and adds, 64 hexadecimal digits.
    pub change: String,
    /// What it came to.
    pub verdict: TeethVerdict,
    /// What that rests on.
    pub by: By,
    /// The test that turned red, relative to the root.
    pub red: String,
    /// The primitive that was refused.
    pub primitive: String,
    /// The function that called it, dotted, with its file.
    pub blocked: Place,
}

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The commit's id, hexadecimal.
    pub commit: String,
    /// Relative to the root.
    pub path: String,
}

/// A function of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Relative to the root.
    pub path: String,
    /// Dotted where Python (3.11 and later) knows it.
    pub function: String,
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A fresh process in whose tree the site was edited: baseline, revert, restored.
    SourceEdit,
    /// A forked process in which the offload was turned inline.
    Fork,
}

#[cfg(test)]
mod tests;
