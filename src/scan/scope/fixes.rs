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
        let mut stand_ins: Vec<Key> = drafts
            .iter()
            .filter(|(_, draft)| draft.origins.contains(&Origin::AddedOffload))
            .filter(|(offload, _)| replaces(base, head, offload, key, finding))
            .map(|(offload, _)| offload.clone())
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

/// Whether an added offload is what became of a finding: it runs that very sink, or it stands in
/// the function where the finding stood, or on the finding's way from the loop and does the same.
fn replaces(
    base: &Base<'_>,
    head: &Analysis,
    offload: &Key,
    gone: &Key,
    finding: &Finding,
) -> bool {
    let behind = head.behind.get(offload);
    if behind.is_some_and(|sinks| sinks.iter().any(|sink| sink.key == *gone)) {
        return true;
    }
    if offload.path == gone.path && offload.function == gone.function {
        return true;
    }
    let on_the_way = finding
        .chain
        .iter()
        .any(|hop| base.path_now(&hop.path) == offload.path && hop.function == offload.function);
    let operation = &finding.blocking_call.operation;
    on_the_way && behind.is_some_and(|sinks| sinks.iter().any(|sink| sink.operation == *operation))
}
