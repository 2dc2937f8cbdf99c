//! Findings that are gone. A fix needs an anchor as much as a finding does: the offload that the
//! change adds in its place stands for it, or, where there is none, the place where it stood.

use std::collections::{BTreeMap, HashSet};

use super::moves::Base;
use super::{Analysis, Draft, is_exposed, is_parse_error};
use crate::model::{Finding, Key, Origin};

/// Adds what the change fixed.
pub(super) fn add<'a>(base: &Base<'a>, head: &'a Analysis, drafts: &mut BTreeMap<Key, Draft<'a>>) {
    let left: HashSet<Key> =
        head.findings.iter().filter(|finding| is_exposed(finding)).map(Finding::key).collect();
    for (key, finding) in base.vanished() {
        if left.contains(key) || is_parse_error(finding) {
            continue;
        }
        let offloads = drafts
            .iter()
            .filter(|(_, draft)| draft.origins.contains(&Origin::AddedOffload))
            .filter_map(|(offload, _)| {
                Some((replaces(base, head, offload, key, finding)?, offload.clone()))
            });
        let offloads: Vec<(Bond, Key)> = offloads.collect();
        let closest = offloads.iter().map(|(bond, _)| *bond).min();
        let mut stand_ins: Vec<Key> = offloads
            .into_iter()
            .filter(|(bond, _)| Some(*bond) == closest)
            .map(|(_, offload)| offload)
            .collect();
        if stand_ins.is_empty() {
            drafts.entry(key.clone()).or_default().gone.push(finding);
            stand_ins.push(key.clone());
        }
        for stand_in in stand_ins {
            let draft = drafts.entry(stand_in).or_default();
            if !draft.origins.contains(&Origin::FixedFinding) {
                draft.origins.push(Origin::FixedFinding);
            }
        }
    }
}

/// What ties an added offload to a finding that is gone, closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    /// It runs that very call.
    SameSink,
    /// It stands in the function where the call stood.
    SameFunction,
    /// It stands on the call's way from the loop and does the same.
    SameOperation,
    /// It stands on the call's way from the loop.
    OnTheWay,
}

/// Whether an added offload is what became of a finding, and why.
fn replaces(
    base: &Base<'_>,
    head: &Analysis,
    offload: &Key,
    gone: &Key,
    finding: &Finding,
) -> Option<Bond> {
    let behind = || head.behind.get(offload).into_iter().flatten();
    if behind().any(|sink| sink.key == *gone) {
        return Some(Bond::SameSink);
    }
    if offload.path == gone.path && offload.function == gone.function {
        return Some(Bond::SameFunction);
    }
    let on_the_way = finding
        .chain
        .iter()
        .any(|hop| base.path_now(&hop.path) == offload.path && hop.function == offload.function);
    let same_operation = behind().any(|sink| sink.operation == finding.blocking_call.operation);
    match (on_the_way, same_operation) {
        (true, true) => Some(Bond::SameOperation),
        (true, false) => Some(Bond::OnTheWay),
        (false, _) => None,
    }
}
