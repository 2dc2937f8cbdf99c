//! What a scan came to, as it is kept beside the facts that it came from. It is a function of the
//! paths, of what the facts say and of the rules alone: where none of them changed, it is the outcome
//! again. Where things stand in a file, and the lines of code, are not among them: they are kept with
//! the content that they are of, and for any other content the former are moved ([`Shift`]) and the
//! latter read anew.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::Behind;
use super::cache::{Content, Facts};
use super::hazards::{Warning, Why};
use super::shift::Shift;
use super::source::Source;
use crate::model::{Finding, Hazard, Hop, Key, Location};

/// What a scan came to.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) findings: Vec<Finding>,
    warnings: Vec<Warning>,
    behind: Vec<(Key, BTreeSet<Behind>)>,
    /// Findings that show a line of their file, by index.
    shown: Vec<usize>,
    /// What the positions and the lines are of: the files that are mentioned, by their place among
    /// those of the scan.
    contents: Vec<(usize, Option<Content>)>,
}

impl Outcome {
    pub(super) fn new(
        findings: Vec<Finding>,
        warnings: Vec<Warning>,
        behind: BTreeMap<Key, BTreeSet<Behind>>,
    ) -> Self {
        let shows = |(index, finding): (usize, &Finding)| finding.code.is_empty().then_some(index);
        let shown = findings.iter().enumerate().filter_map(shows).collect();
        let behind = behind.into_iter().collect();
        Self { findings, warnings, behind, shown, contents: Vec::new() }
    }

    /// What runs behind each offload.
    pub(super) fn behind(&mut self) -> BTreeMap<Key, BTreeSet<Behind>> {
        std::mem::take(&mut self.behind).into_iter().collect()
    }

    /// What may be wrong with the offloads.
    pub(super) fn hazards(&mut self) -> Vec<Hazard> {
        std::mem::take(&mut self.warnings).into_iter().map(Warning::said).collect()
    }

    /// What an earlier scan of files at the same paths came to, as this one would: with everything
    /// where it stands now, and without the lines of code of files that changed. None where that
    /// cannot be said, or where the bytes are of another make.
    pub(super) fn again<S: Source>(bytes: &[u8], files: &[S], facts: &Facts) -> Option<Self> {
        let mut outcome: Self = serde_json::from_slice(bytes).ok()?;
        let mut moved = FxHashMap::default();
        for (index, then) in &outcome.contents {
            let path = files.get(*index)?.path();
            if facts.content(*index) != *then {
                let (then, now) = facts.then_and_now(then.as_ref()?, *index)?;
                moved.insert(path, Shift::between(&then, &now)?);
            }
        }
        if !moved.is_empty() {
            outcome.moved(&moved)?;
        }
        Some(outcome)
    }

    /// Moves everything; none where something stands nowhere.
    fn moved(&mut self, by: &FxHashMap<&str, Shift>) -> Option<()> {
        for index in &self.shown {
            let finding = self.findings.get_mut(*index)?;
            if by.contains_key(finding.location.path.as_str()) {
                finding.code.clear();
            }
        }
        for finding in &mut self.findings {
            locate(&mut finding.location, by)?;
            for Hop { path, line, .. } in &mut finding.chain {
                if let Some(shift) = by.get(path.as_str()) {
                    *line = shift.line(*line)?;
                }
            }
        }
        for warning in &mut self.warnings {
            locate(&mut warning.location, by)?;
            if let Why::Uses { path, line, .. } = &mut warning.why
                && let Some(shift) = by.get(path.as_str())
            {
                *line = shift.line(*line)?;
            }
        }
        Some(())
    }

    /// As it is kept, with the contents that it is of.
    pub(super) fn written<S: Source>(&mut self, files: &[S], facts: &Facts) -> Vec<u8> {
        let mut mentioned: FxHashSet<&str> = FxHashSet::default();
        for Finding { location, chain, .. } in &self.findings {
            mentioned.insert(&location.path);
            mentioned.extend(chain.iter().map(|hop| hop.path.as_str()));
        }
        for Warning { location, why, .. } in &self.warnings {
            mentioned.insert(&location.path);
            if let Why::Uses { path, .. } = why {
                mentioned.insert(path);
            }
        }
        self.contents = (files.iter().enumerate())
            .filter(|(_, file)| mentioned.contains(file.path()))
            .map(|(index, _)| (index, facts.content(index)))
            .collect();
        serde_json::to_vec(self).expect("an outcome is text and numbers")
    }
}

fn locate(at: &mut Location, by: &FxHashMap<&str, Shift>) -> Option<()> {
    if let Some(shift) = by.get(at.path.as_str()) {
        (at.line, at.column) = shift.spot(at.line, at.column)?;
    }
    Some(())
}
