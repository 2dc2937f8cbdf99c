//! Step 5: each site's bad pattern is brought back in an isolated tree, and the anchor must bite.

use std::collections::BTreeSet;

use super::bound::bind;
use super::closest::closest;
use super::domain::command_gate;
use super::reverts::Ground;
use super::{Done, World, gate_suite, sight, survey};
use crate::gate::teeth::Lab;
use crate::journal::{Progress, State};
use crate::model::{
    Candidate, Evidence, Exposure, Selection, Site, SiteKind, Teeth, TeethReport, TeethVerdict,
};
use crate::scan::Analysis;

pub(super) fn verify_teeth(
    world: &World,
    state: &State,
    progress: &Progress,
) -> anyhow::Result<Done> {
    let gate = command_gate(world, state)?;
    let selection = match gate {
        None => Selection::Tests(tests(world, progress)),
        Some(_) => Selection::Suite,
    };
    let head = survey::head(world, state)?;
    let sites = sites_now(&progress.candidate, &head.analysis);
    let ground = Ground::new(world, state, head.wrappers)?;
    let mut reports = Vec::new();
    match gate {
        None => {
            let mut lab = Lab::open(world.rig()?, World::content(&state.info))?;
            for site in &sites {
                let mut report = lab.prove(&ground.request(progress, site, &selection)?)?;
                if report.verdict == TeethVerdict::NotDriven
                    && let Some(text) = world.judged(state, &report.site.path)
                    && let Some(note) = closest(&lab, text, &report.site)
                {
                    report.explanation = format!("{} {note}", report.explanation);
                }
                reports.push(report);
            }
        }
        Some(gate) => {
            let mut tree = gate_suite::tree(world, state)?;
            let symbol = &progress.candidate.key.symbol;
            for site in &sites {
                let request = ground.request(progress, site, &selection)?;
                reports.push(gate.prove(&mut tree, &request, symbol)?);
            }
        }
    }
    if let Some(note) = sight::note(world, state, &progress.candidate) {
        for report in &mut reports {
            match report.verdict {
                TeethVerdict::Stubbed | TeethVerdict::Unhooked => {
                    report.explanation = format!("{} {note}", report.explanation);
                }
                TeethVerdict::Proven
                | TeethVerdict::NotDriven
                | TeethVerdict::Cached
                | TeethVerdict::Swallowed
                | TeethVerdict::Flaky { .. }
                | TeethVerdict::Invalid(_) => {}
            }
        }
    }
    let outcome = outcome(&reports);
    let bound = bind(world, state, &progress.candidate, &selection, &reports);
    Ok(Done::new(outcome, Evidence::Teeth(Teeth { selection, reports, bound })))
}

/// The anchor's tests, relative to the gate's working directory.
fn tests(world: &World, progress: &Progress) -> Vec<String> {
    let named = progress.latest(|evidence| match evidence {
        Evidence::Fitness(fitness) => Some(fitness.tests.clone()),
        Evidence::Anchors(search) => {
            Some(search.tests.iter().map(|test| test.id.clone()).collect())
        }
        _ => None,
    });
    named.unwrap_or_default().iter().map(|test| world.inside_cwd(test)).collect()
}

/// Where the candidate's sites stand by now: edits for other candidates have moved them.
fn sites_now(candidate: &Candidate, head: &Analysis) -> Vec<Site> {
    let offloads = || {
        head.findings.iter().filter(|finding| finding.event_loop_exposure == Exposure::Offloaded)
    };
    let mut sites: Vec<Site> = Vec::new();
    let mut restored = BTreeSet::new();
    for site in &candidate.sites {
        match site.kind {
            SiteKind::Offload => {
                let same = |key: bool| {
                    offloads()
                        .filter(move |finding| {
                            finding.location.path == site.location.path
                                && finding.location.function == site.location.function
                                && if key {
                                    finding.key() == candidate.key
                                } else {
                                    finding.code == site.code
                                }
                        })
                        .collect::<Vec<_>>()
                };
                let mut found = same(true);
                if found.is_empty() {
                    found = same(false);
                }
                for finding in found {
                    let now = Site {
                        kind: SiteKind::Offload,
                        location: finding.location.clone(),
                        code: finding.code.clone(),
                    };
                    if !sites.contains(&now) {
                        sites.push(now);
                    }
                }
            }
            // A call that is gone comes back with its whole function: once is enough.
            SiteKind::Gone | SiteKind::Sink => {
                if restored.insert((site.location.path.clone(), site.location.function.clone())) {
                    sites.push(site.clone());
                }
            }
        }
    }
    if sites.is_empty() { candidate.sites.clone() } else { sites }
}

/// Proven when every site is; else the first verdict that is not.
fn outcome(reports: &[TeethReport]) -> &'static str {
    let first = reports
        .iter()
        .map(|report| &report.verdict)
        .find(|verdict| **verdict != TeethVerdict::Proven);
    match first {
        None if reports.is_empty() => "invalid",
        None | Some(TeethVerdict::Proven) => "proven",
        Some(TeethVerdict::NotDriven) => "not-driven",
        Some(TeethVerdict::Stubbed) => "stubbed",
        Some(TeethVerdict::Unhooked) => "unhooked",
        Some(TeethVerdict::Cached) => "cached",
        Some(TeethVerdict::Swallowed) => "swallowed",
        Some(TeethVerdict::Flaky { .. }) => "flaky",
        Some(TeethVerdict::Invalid(_)) => "invalid",
    }
}
