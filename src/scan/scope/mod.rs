//! What of a scan is put before a person: what a change introduces against its base, or the whole
//! tree. DESIGN.md, "What is a candidate".

mod fixes;
mod moves;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::Analysis;
use crate::git::{Change, ChangedFile};
use crate::model::{
    Candidate, CandidateId, Exposure, Finding, Key, Origin, PARSE_ERROR, Priority, Site, SiteKind,
};

/// The candidates of a change: findings on added lines, findings that are new by key, sinks that
/// became reachable, offloads that the change adds, and findings of the base that are gone.
/// `base` and `head` are scans of the same roots; `changes` lead from the one to the other.
/// One candidate a key, named `c1`, `c2` by priority, path and line.
pub fn candidates(base: &Analysis, head: &Analysis, changes: &[ChangedFile]) -> Vec<Candidate> {
    let base = moves::Base::new(base, head, changes);
    let changed: HashMap<&str, &ChangedFile> =
        changes.iter().map(|change| (change.path.as_str(), change)).collect();
    let mut drafts: BTreeMap<Key, Draft<'_>> = BTreeMap::new();
    for (key, findings) in by_key(&head.findings) {
        let (sinks, offloads): (Vec<&Finding>, Vec<&Finding>) =
            findings.into_iter().partition(|finding| is_exposed(finding));
        let mut draft = Draft::default();
        let file = changed.get(key.path.as_str());
        if sinks.iter().any(|finding| is_added(finding, file) && !base.moved(finding)) {
            draft.origins.push(Origin::AddedLine);
        }
        if !sinks.is_empty() && !base.has_sink(&key) && !sinks.iter().all(|each| base.moved(each)) {
            draft.origins.push(match file {
                Some(_) => Origin::NewByKey,
                None => Origin::NewlyReachable,
            });
        }
        if adds_offload(&base, &key, &offloads, file) {
            draft.origins.push(Origin::AddedOffload);
        }
        if !draft.origins.is_empty() {
            draft.sinks = sinks;
            draft.offloads = offloads;
            drafts.insert(key, draft);
        }
    }
    fixes::add(&base, head, &mut drafts);
    numbered(drafts, |draft| draft.priority())
}

/// Everything that a scan saw, findings first, `High` before `Medium`; offloads that nothing else
/// stands beside rank below every finding.
pub fn whole_tree(head: &Analysis) -> Vec<Candidate> {
    let mut drafts = BTreeMap::new();
    for (key, findings) in by_key(&head.findings) {
        let (sinks, offloads) = findings.into_iter().partition(|finding| is_exposed(finding));
        let origins = vec![Origin::WholeTree];
        drafts.insert(key, Draft { origins, sinks, offloads, gone: Vec::new() });
    }
    numbered(drafts, |draft| (draft.sinks.is_empty(), draft.priority()))
}

/// A candidate before it has its name.
#[derive(Default)]
struct Draft<'a> {
    origins: Vec<Origin>,
    sinks: Vec<&'a Finding>,
    offloads: Vec<&'a Finding>,
    gone: Vec<&'a Finding>,
}

impl<'a> Draft<'a> {
    fn findings(&self) -> impl Iterator<Item = (&'a Finding, SiteKind)> + '_ {
        let sinks = self.sinks.iter().map(|finding| (*finding, SiteKind::Sink));
        let offloads = self.offloads.iter().map(|finding| (*finding, SiteKind::Offload));
        let gone = self.gone.iter().map(|finding| (*finding, SiteKind::Gone));
        sinks.chain(offloads).chain(gone)
    }

    /// The finding that speaks for all: an exposed one before an offloaded one, the worst first.
    fn speaker(&self) -> &'a Finding {
        self.findings()
            .min_by_key(|(finding, kind)| {
                (*kind == SiteKind::Offload, finding.priority, finding.confidence)
            })
            .expect("a draft has a finding")
            .0
    }

    fn priority(&self) -> Priority {
        self.speaker().priority
    }

    fn sites(&self) -> Vec<Site> {
        let mut sites: Vec<Site> = self
            .findings()
            .map(|(finding, kind)| Site {
                kind,
                location: finding.location.clone(),
                code: finding.code.clone(),
            })
            .collect();
        sites.sort_by(|left, right| {
            left.location.cmp(&right.location).then(left.kind.cmp(&right.kind))
        });
        sites.dedup();
        sites
    }

    fn candidate(&self, key: Key) -> Candidate {
        let finding = self.speaker();
        Candidate {
            id: CandidateId(String::new()),
            priority: finding.priority,
            exposure: finding.event_loop_exposure,
            category: finding.blocking_call.category.clone(),
            operation: finding.blocking_call.operation.clone(),
            reason: finding.reason.clone(),
            origins: self.origins.clone(),
            sites: self.sites(),
            chain: finding.chain.clone(),
            confidence: finding.confidence,
            fix_unit: finding.fix_unit.clone().unwrap_or_else(|| key.to_string()),
            key,
        }
    }
}

fn numbered<R: Ord>(
    drafts: BTreeMap<Key, Draft<'_>>,
    rank: impl Fn(&Draft<'_>) -> R,
) -> Vec<Candidate> {
    let mut ranked: Vec<(R, Candidate)> =
        drafts.into_iter().map(|(key, draft)| (rank(&draft), draft.candidate(key))).collect();
    ranked.sort_by(|(left_rank, left), (right_rank, right)| {
        let line = |candidate: &Candidate| candidate.sites.first().map(|site| site.location.line);
        left_rank
            .cmp(right_rank)
            .then_with(|| left.key.path.cmp(&right.key.path))
            .then_with(|| line(left).cmp(&line(right)))
            .then_with(|| left.key.cmp(&right.key))
    });
    let candidates = ranked.into_iter().map(|(_, candidate)| candidate);
    candidates
        .enumerate()
        .map(|(index, candidate)| Candidate {
            id: CandidateId(format!("c{}", index + 1)),
            ..candidate
        })
        .collect()
}

fn by_key(findings: &[Finding]) -> BTreeMap<Key, Vec<&Finding>> {
    let mut groups: BTreeMap<Key, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry(finding.key()).or_default().push(finding);
    }
    groups
}

/// Whether a finding is anything but an offload.
fn is_exposed(finding: &Finding) -> bool {
    finding.event_loop_exposure != Exposure::Offloaded
}

fn is_parse_error(finding: &Finding) -> bool {
    finding.blocking_call.category == PARSE_ERROR
}

fn is_added(finding: &Finding, file: Option<&&ChangedFile>) -> bool {
    file.is_some_and(|file| file.change != Change::Deleted && file.adds(finding.location.line))
}

/// Whether the change adds an offload of this key: the base has none, or fewer.
fn adds_offload(
    base: &moves::Base<'_>,
    key: &Key,
    offloads: &[&Finding],
    file: Option<&&ChangedFile>,
) -> bool {
    let news = offloads.iter().filter(|finding| !base.moved(finding)).count();
    match base.offloads(key) {
        0 => news > 0,
        known => offloads.len() > known && offloads.iter().any(|each| is_added(each, file)),
    }
}
