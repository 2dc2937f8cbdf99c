//! What the gate sees: which blocking calls it refuses when they are made on the event loop.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CandidateId;

/// What became of one blocking call on the event loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// The gate refused it, under this name of Blockbuster's.
    Refused(String),
    /// It ran, and the gate let it.
    LetPass,
    /// It was not made, for this reason.
    NotCalled(String),
}

/// What probes of the installed gate showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Of the interpreter, its version, Blockbuster's and the gate's files, hexadecimal: with another
    /// one this says nothing.
    pub key: String,
    /// Of the gate's files alone.
    #[serde(default)]
    pub gate: String,
    /// Files of the project, relative to the root, and whether the gate refuses anything in them.
    pub places: BTreeMap<String, bool>,
    /// The calls of the catalogue, by name.
    pub calls: BTreeMap<String, Seen>,
    /// Modules of the project that were not imported from the tree that was asked, each with the
    /// file, or with what kept it from being imported.
    #[serde(default)]
    pub elsewhere: BTreeMap<String, String>,
    /// Why nothing is known, where the probes could not run.
    #[serde(default)]
    pub fault: Option<String>,
}

/// What the gate makes of the calls that one candidate leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighted {
    /// Whose calls.
    pub candidate: CandidateId,
    /// Catalogue names of calls that the gate refuses.
    pub refused: Vec<String>,
    /// Catalogue names of calls that the gate lets pass.
    pub let_pass: Vec<String>,
    /// Whether the gate refuses nothing at all in the candidate's file.
    pub outside: bool,
}

impl Sighted {
    /// Whether an anchor stays green whatever it drives.
    pub fn is_blind(&self) -> bool {
        self.outside || (self.refused.is_empty() && !self.let_pass.is_empty())
    }
}
