//! One look at what is in scope, shared by the scan and every re-scan.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::super::Refusal;
use super::World;
use crate::exec::{Command, Ended};
use crate::gate::Watch;
use crate::gate::teeth::Lab;
use crate::git::{ChangedFile, Content};
use crate::model::{
    Candidate, CandidateId, Exposure, Finding, GateRun, Mode, Origin, RunInfo, Scope, Selection,
    Site, SiteKind,
};
use crate::scan::{self, Analysis, Options, PathFilter, SourceFile, scope};
use crate::sop::{Detector, Sop};

/// What guard's own detector cannot see.
const BLIND_SPOTS: [&str; 2] = [
    "Calls that are reached only through names made at run time (`getattr`, registries, plugins) are not followed.",
    "Blocking calls inside of third-party packages are known only by the catalogue of sinks.",
];

/// What is in scope, and everything that was found.
pub(super) struct Survey {
    pub(super) scope: Scope,
    pub(super) findings: Vec<Finding>,
}

/// Looks.
pub(super) fn survey(world: &World, info: &RunInfo) -> anyhow::Result<Survey> {
    let sop = Sop::load(&info.sop.from, &info.sop.text)?;
    let command = match (&world.project.detector, &sop.detector) {
        (Some(words), _) | (None, Detector::Command(words)) => Some(words.clone()),
        (None, Detector::Builtin) => None,
    };
    let changes = match &info.base {
        Some((_, commit)) => world.repository.changes(commit, World::content(info))?,
        None => Vec::new(),
    };
    let head = match &command {
        Some(words) => external(world, words)?,
        None => scan::analyze(&head_files(world, info)?, &Options::default()),
    };
    let mut candidates = match (&info.base, info.mode) {
        (Some((_, commit)), Mode::Change | Mode::Committed) => {
            let base = match &command {
                // A foreign detector looks at the tree that is there: only lines tell what is new.
                Some(_) => Analysis::default(),
                None => scan::analyze(&base_files(world, commit)?, &Options::default()),
            };
            let mut candidates = scope::candidates(&base, &head, &changes);
            if command.is_some() {
                candidates.retain(|candidate| candidate.origins.contains(&Origin::AddedLine));
            }
            candidates
        }
        (None, _) | (Some(_), Mode::WholeTree) => scope::whole_tree(&head),
    };
    executed_by_changed_anchors(world, info, &changes, &head, &mut candidates)?;
    for (number, candidate) in (1..).zip(&mut candidates) {
        candidate.id = CandidateId(format!("c{number}"));
    }
    Ok(Survey {
        scope: Scope {
            detector: match &command {
                Some(words) => format!("`{}`", words.join(" ")),
                None => "guard's own detector".to_owned(),
            },
            files: head.files,
            unread: (head.findings.iter())
                .filter(|finding| finding.event_loop_exposure == Exposure::ParseIncomplete)
                .map(|finding| {
                    format!(
                        "{}:{}: {}",
                        finding.location.path, finding.location.line, finding.reason
                    )
                })
                .collect(),
            blind_spots: match &command {
                Some(_) => {
                    vec!["What the detector's own documentation says it cannot see.".to_owned()]
                }
                None => BLIND_SPOTS.map(str::to_owned).to_vec(),
            },
            candidates,
            list: None,
        },
        findings: head.findings,
    })
}

/// The findings of the tree that a run judges, by guard's own detector.
pub(super) fn head(world: &World, info: &RunInfo) -> anyhow::Result<Analysis> {
    Ok(scan::analyze(&head_files(world, info)?, &Options::default()))
}

fn head_files(world: &World, info: &RunInfo) -> anyhow::Result<Vec<SourceFile>> {
    let project = &world.project;
    match World::content(info) {
        Content::Working => {
            scan::collect(world.repository.root(), &project.roots, &project.exclude)
        }
        Content::Committed => base_files(world, &info.head),
    }
}

fn base_files(world: &World, commit: &str) -> anyhow::Result<Vec<SourceFile>> {
    let project = &world.project;
    let filter = PathFilter::new(&project.roots, &project.exclude)?;
    let files = world.repository.files_at(commit, &project.roots, "py")?;
    Ok(files
        .into_iter()
        .filter(|(path, _)| filter.admits(path))
        .map(|(path, bytes)| SourceFile::new(path, bytes))
        .collect())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Printed {
    List(Vec<Finding>),
    Object { findings: Vec<Finding> },
}

/// A command that prints findings in the shape of the reference detector.
fn external(world: &World, words: &[String]) -> anyhow::Result<Analysis> {
    let (program, args) = words.split_first().context("the detector's command has no words")?;
    let dir = world.repository.root().join(&world.project.dir);
    let command = Command::new(program).args(args).dir(&dir);
    let shown = command.shown();
    let output = command.run().with_context(|| {
        Refusal(format!("could not run the detector `{shown}`; look at `detector` in guard.toml"))
    })?;
    let ended = match output.ended {
        Ended::Exited(0 | 1) => None,
        Ended::Exited(code) => Some(format!("ended with exit code {code}")),
        Ended::Signalled(signal) => Some(format!("was ended by signal {signal}")),
        Ended::TimedOut(limit) => Some(format!("did not end within {} s", limit.as_secs())),
    };
    if let Some(ended) = ended {
        let said = output.stderr_text();
        return Err(Refusal(format!(
            "the detector `{shown}` {ended}; run it by hand in `{}`. It said:\n{}",
            dir.display(),
            said.trim_end()
        ))
        .into());
    }
    let printed: Printed = serde_json::from_slice(&output.stdout)
        .with_context(|| {
            Refusal(format!(
                "`{shown}` did not print findings as JSON: a list of objects with priority, location, blocking_call, event_loop_exposure, reason and code"
            ))
        })?;
    let (Printed::List(findings) | Printed::Object { findings }) = printed;
    let files = findings
        .iter()
        .map(|finding| &finding.location.path)
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    Ok(Analysis { findings, files, ..Analysis::default() })
}

/// A change of anchors alone is a change as well: every offload that a new or changed anchor
/// executes is a candidate. What executes, an execution tells.
fn executed_by_changed_anchors(
    world: &World,
    info: &RunInfo,
    changes: &[ChangedFile],
    head: &Analysis,
    candidates: &mut Vec<Candidate>,
) -> anyhow::Result<()> {
    let offloads: Vec<&Finding> = (head.findings.iter())
        .filter(|finding| finding.event_loop_exposure == Exposure::Offloaded)
        .collect();
    let tests: Vec<String> = (changes.iter())
        .filter(|change| !change.added.is_empty() && is_anchor(world, &change.path))
        .map(|change| world.from_cwd(&change.path))
        .collect();
    if tests.is_empty() || offloads.is_empty() {
        return Ok(());
    }
    let watch: Vec<Watch> = (offloads.iter())
        .map(|finding| Watch {
            path: finding.location.path.clone(),
            lines: finding.location.line..=finding.location.line,
        })
        .collect();
    let lab = Lab::open(world.rig()?, World::content(info))?;
    let run = lab.observe(&Selection::Tests(tests), &watch)?;
    for finding in offloads.into_iter().filter(|finding| was_executed(&run, finding)) {
        match candidates.iter_mut().find(|candidate| candidate.key == finding.key()) {
            Some(candidate) => {
                candidate.origins.push(Origin::AnchorExecutes);
                candidate.origins.sort_unstable();
                candidate.origins.dedup();
                if !candidate.sites.iter().any(|site| site.location == finding.location) {
                    candidate.sites.push(site(finding));
                    candidate.sites.sort_by(|a, b| a.location.cmp(&b.location));
                }
            }
            None => candidates.push(candidate(finding)),
        }
    }
    Ok(())
}

fn is_anchor(world: &World, path: &str) -> bool {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path.starts_with(&format!("{}/", world.project.anchors))
        && path.ends_with(".py")
        && (name.starts_with("test_") || name.ends_with("_test.py"))
}

fn was_executed(run: &GateRun, finding: &Finding) -> bool {
    run.sites.iter().any(|site| {
        site.on_loop && site.path == finding.location.path && site.line == finding.location.line
    })
}

fn site(finding: &Finding) -> Site {
    Site { kind: SiteKind::Offload, location: finding.location.clone(), code: finding.code.clone() }
}

fn candidate(finding: &Finding) -> Candidate {
    Candidate {
        id: CandidateId(String::new()),
        key: finding.key(),
        priority: finding.priority,
        exposure: finding.event_loop_exposure,
        category: finding.blocking_call.category.clone(),
        operation: finding.blocking_call.operation.clone(),
        reason: finding.reason.clone(),
        origins: vec![Origin::AnchorExecutes],
        sites: vec![site(finding)],
        chain: finding.chain.clone(),
        confidence: finding.confidence,
        fix_unit: finding.fix_unit.clone().unwrap_or_else(|| finding.key().to_string()),
    }
}
