//! Whether a proof still speaks of what is there. Nothing is executed.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::bound::{bind, is_test};
use super::revert::{self, Lost};
use super::{Ground, Proof, Site};
use crate::model::Bound;

/// Something that is not what it was when the proof was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Change {
    /// A function on the path has another text.
    Function {
        /// Its file.
        path: String,
        /// Dotted.
        function: String,
    },
    /// A function on the path is there no more.
    FunctionGone {
        /// Its file.
        path: String,
        /// Dotted.
        function: String,
    },
    /// A file of the anchor's has another text.
    Anchor {
        /// The file.
        path: String,
    },
    /// A file of the gate's own has another text.
    GateFile {
        /// The file.
        path: String,
    },
    /// A file of the anchor's or of the gate's is there no more.
    FileGone {
        /// The file.
        path: String,
    },
    /// The gate has a file that it did not have.
    FileNew {
        /// The file.
        path: String,
    },
    /// Taking the offload away is another edit than it was.
    Revert {
        /// The file.
        path: String,
        /// Dotted.
        function: String,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function { path, function } => {
                write!(f, "the function {function} of {path} has changed")
            }
            Self::FunctionGone { path, function } => {
                write!(f, "the function {function} of {path} is gone")
            }
            Self::Anchor { path } => write!(f, "the anchor's file {path} has changed"),
            Self::GateFile { path } => write!(f, "the gate's file {path} has changed"),
            Self::FileGone { path } => write!(f, "the file {path} is gone"),
            Self::FileNew { path } => write!(f, "the gate's file {path} is new"),
            Self::Revert { path, function } => {
                write!(f, "the offload in {function} of {path} is another one")
            }
        }
    }
}

/// What a proof speaks of and is no longer so; empty when it still holds by its content.
pub fn stale(proof: &Proof, ground: &Ground<'_>) -> Vec<Change> {
    let functions: Vec<(String, String)> = (proof.bound.iter())
        .filter_map(|bound| Some((bound.path.clone(), bound.function.clone()?)))
        .collect();
    let now = ground.with_texts(|texts| bind(&functions, Some(&proof.tests), texts));
    let by_name = |bound: &[Bound]| -> BTreeMap<(String, Option<String>), String> {
        let entry =
            |bound: &Bound| ((bound.path.clone(), bound.function.clone()), bound.sha256.clone());
        bound.iter().map(entry).collect()
    };
    let (then, now) = (by_name(&proof.bound), by_name(&now));
    let mut changes = Vec::new();
    for ((path, function), sha256) in &then {
        let path = path.clone();
        let is_there = now.get(&(path.clone(), function.clone()));
        changes.extend(match (function.clone(), is_there) {
            (_, Some(now)) if now == sha256 => None,
            (Some(function), Some(_)) => Some(Change::Function { path, function }),
            (Some(function), None) => Some(Change::FunctionGone { path, function }),
            (None, None) => Some(Change::FileGone { path }),
            (None, Some(_)) if is_test(&path) => Some(Change::Anchor { path }),
            (None, Some(_)) => Some(Change::GateFile { path }),
        });
    }
    let new = now.keys().filter(|name| !then.contains_key(*name));
    changes.extend(new.map(|(path, _)| Change::FileNew { path: path.clone() }));
    if changes.is_empty() {
        let is_other = |site: &&Site| matches!(revert::find(site, ground), Err(Lost::Changed));
        changes.extend(proof.sites.iter().filter(is_other).map(|site| Change::Revert {
            path: site.path.clone(),
            function: site.function.clone(),
        }));
    }
    changes
}
