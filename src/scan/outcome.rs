//! What a scan came to, as it is kept beside the facts that it came from. It is a function of the
//! paths, the facts and the rules alone: where none of them changed, it is the outcome again. Lines of
//! code are no facts, so they are read anew.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Behind, Hazard};
use crate::model::{Finding, Key};

/// What a scan came to.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// Without their lines of code.
    pub(super) findings: Vec<Finding>,
    pub(super) hazards: Vec<Hazard>,
    behind: Vec<(Key, BTreeSet<Behind>)>,
}

impl Outcome {
    pub(super) fn new(
        findings: Vec<Finding>,
        hazards: Vec<Hazard>,
        behind: BTreeMap<Key, BTreeSet<Behind>>,
    ) -> Self {
        Self { findings, hazards, behind: behind.into_iter().collect() }
    }

    /// What runs behind each offload.
    pub(super) fn behind(&mut self) -> BTreeMap<Key, BTreeSet<Behind>> {
        std::mem::take(&mut self.behind).into_iter().collect()
    }

    /// None where they are of another make.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    pub(super) fn written(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an outcome is text and numbers")
    }
}
