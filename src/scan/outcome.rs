//! What a scan came to, as it is kept beside the facts that it came from. It is a function of the
//! paths, the facts and the rules alone: where none of them changed, it is the outcome again. Lines of
//! code are no facts, so they are kept with the content that they stood in, and read anew in any other.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::cache::Content;
use super::{Behind, Hazard};
use crate::model::{Finding, Key};

/// What a scan came to.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) findings: Vec<Finding>,
    pub(super) hazards: Vec<Hazard>,
    behind: Vec<(Key, BTreeSet<Behind>)>,
    /// Where the lines of code of findings come from.
    pub(super) shown: Vec<Shown>,
}

/// Lines of code that one file shows.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) path: String,
    /// Of the file when they were read.
    pub(super) content: Content,
    /// Whose they are.
    pub(super) findings: Vec<usize>,
}

impl Outcome {
    pub(super) fn new(
        findings: Vec<Finding>,
        hazards: Vec<Hazard>,
        behind: BTreeMap<Key, BTreeSet<Behind>>,
    ) -> Self {
        Self { findings, hazards, behind: behind.into_iter().collect(), shown: Vec::new() }
    }

    /// What runs behind each offload.
    pub(super) fn behind(&mut self) -> BTreeMap<Key, BTreeSet<Behind>> {
        std::mem::take(&mut self.behind).into_iter().collect()
    }

    /// Forgets the lines of code of files that are not what they were.
    pub(super) fn forget<'p>(&mut self, files: impl Iterator<Item = (&'p str, Option<Content>)>) {
        let mut shown: FxHashMap<&str, &Shown> =
            self.shown.iter().map(|shown| (shown.path.as_str(), shown)).collect();
        for (path, content) in files {
            if shown.get(path).is_some_and(|shown| Some(shown.content) == content) {
                shown.remove(path);
            }
        }
        for index in shown.values().flat_map(|shown| &shown.findings) {
            if let Some(finding) = self.findings.get_mut(*index) {
                finding.code.clear();
            }
        }
    }

    /// None where they are of another make.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    pub(super) fn written(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an outcome is text and numbers")
    }
}
