//! One look at what is in scope, shared by the scan and every re-scan.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::World;
use crate::engine::Refusal;
use crate::exec::{Command, Ended};
use crate::gate::Watch;
use crate::gate::teeth::Lab;
use crate::git::{ChangedFile, Content};
use crate::journal::State;
use crate::model::{
    Candidate, CandidateId, Exposure, Finding, GateRun, Mode, Origin, Recalled, RunInfo, Scope,
    Selection, Site, SiteKind,
};
use crate::rewrite::{self, Wrappers};
use crate::scan::cache::Cache;
use crate::scan::syntax::Module;
use crate::scan::{self, Analysis, Options, PathFilter, SourceFile, scope};
use crate::sop::Detector;

/// What is in scope, and everything that was found.
pub(super) struct Survey {
    pub(super) scope: Scope,
    pub(super) findings: Vec<Finding>,
}

/// Looks.
pub(super) fn survey(world: &World, state: &State) -> anyhow::Result<Survey> {
    let info = &state.info;
    let options = options(world)?;
    let command = match (&world.project.detector, &state.sop.detector) {
        (Some(words), _) | (None, Detector::Command(words)) => Some(words.clone()),
        (None, Detector::Builtin) => None,
    };
    let changes = match &info.base {
        Some((_, commit)) => world.repository.changes(commit, World::content(info))?,
        None => Vec::new(),
    };
    let head = scan::analyze(&head_files(world, info)?, &options);
    let head = match &command {
        Some(words) => head.with_findings(external(world, words)?),
        None => head,
    };
    let mut candidates = match (&info.base, info.mode) {
        (Some((_, commit)), Mode::Change | Mode::Committed) => {
            let base = scan::analyze(&files_at(world, commit)?, &options);
            match &command {
                // A foreign detector looks at the tree that is there: only lines tell what is new.
                Some(_) => on_added_lines(scope::candidates(
                    &base.with_findings(Vec::new()),
                    &head,
                    &changes,
                )),
                None => scope::candidates(&base, &head, &changes),
            }
        }
        (None, _) | (Some(_), Mode::WholeTree) => scope::whole_tree(&head),
    };
    executed_by_changed_anchors(world, info, &changes, &head, &mut candidates)?;
    number(&mut candidates);
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
            blind_spots: vec![match &command {
                Some(_) => "What the detector's own documentation says it cannot see.".to_owned(),
                None => scan::BLIND_SPOTS.to_owned(),
            }],
            candidates,
            list: None,
            recalled: Recalled::default(),
        },
        findings: head.findings,
    })
}

/// Names candidates in their order: `c1`, `c2`.
pub(super) fn number(candidates: &mut [Candidate]) {
    for (number, candidate) in (1..).zip(candidates) {
        candidate.id = CandidateId(format!("c{number}"));
    }
}

/// The tree that a run judges: its findings by guard's own detector, and its offload helpers.
pub(super) struct Head {
    pub(super) analysis: Analysis,
    pub(super) wrappers: Wrappers,
}

/// Looks at the tree that a run judges.
pub(super) fn head(world: &World, info: &RunInfo) -> anyhow::Result<Head> {
    let files = head_files(world, info)?;
    let wrappers = files.iter().filter(|file| may_offload(file)).flat_map(wrappers).collect();
    Ok(Head { analysis: scan::analyze(&files, &options(world)?), wrappers: Wrappers(wrappers) })
}

/// A quick look that spares most files a second parse.
fn may_offload(file: &SourceFile) -> bool {
    let words = ["to_thread", "run_in_executor", "run_sync", "run_in_threadpool", "sync_to_async"];
    std::str::from_utf8(&file.bytes).is_ok_and(|text| {
        text.contains("async def") && words.iter().any(|word| text.contains(word))
    })
}

/// The project's own offload helpers that a file holds, by dotted name from the root.
fn wrappers(file: &SourceFile) -> Vec<String> {
    let Ok(text) = scan::decode::decode(&file.bytes) else { return Vec::new() };
    let path = file.path.strip_suffix(".py").unwrap_or(&file.path);
    let module = path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".");
    let own = rewrite::own_wrappers(&Module::parse(text));
    own.into_iter().map(|name| format!("{module}.{name}")).collect()
}

/// The catalogue of sinks, and what the project's configuration adds to it.
fn options(world: &World) -> anyhow::Result<Options> {
    Options::default()
        .cached(Cache::of(world.repository.root()))
        .with_rules(&world.project.rules()?)
        .map_err(|error| Refusal(error.to_string()).into())
}

fn head_files(world: &World, info: &RunInfo) -> anyhow::Result<Vec<SourceFile>> {
    let project = &world.project;
    match World::content(info) {
        Content::Working => {
            scan::collect(world.repository.root(), &project.roots, &project.exclude)
        }
        Content::Committed => files_at(world, &world.repository.head()?),
    }
}

fn files_at(world: &World, commit: &str) -> anyhow::Result<Vec<SourceFile>> {
    let project = &world.project;
    let filter = PathFilter::new(&project.roots, &project.exclude)?;
    let files = world.repository.files_at(commit, &project.roots, "py")?;
    Ok(files
        .into_iter()
        .filter(|(path, _)| filter.admits(path))
        .map(|(path, bytes)| SourceFile::new(path, bytes))
        .collect())
}

/// The two shapes in which detectors print.
#[derive(Deserialize)]
#[serde(untagged)]
enum Printed {
    List(Vec<Finding>),
    Object { findings: Vec<Finding> },
}

/// A command that prints findings in the shape of the reference detector.
fn external(world: &World, words: &[String]) -> anyhow::Result<Vec<Finding>> {
    let dir = world.repository.root().join(&world.project.dir);
    let (program, args) = words
        .split_first()
        .ok_or_else(|| Refusal("`detector` in guard.toml names no command".to_owned()))?;
    let command = Command::new(program).args(args).dir(&dir);
    let shown = command.shown();
    let output = command.run().with_context(|| {
        Refusal(format!("could not run the detector `{shown}`; look at `detector` in guard.toml"))
    })?;
    let ended = match output.ended {
        // Like a linter, a detector may exit with 1 because it found something.
        Ended::Exited(0 | 1) => None,
        Ended::Exited(code) => Some(format!("ended with exit code {code}")),
        Ended::Signalled(signal) => Some(format!("was ended by signal {signal}")),
        Ended::TimedOut(limit) => Some(format!("did not end within {} s", limit.as_secs())),
    };
    if let Some(ended) = ended {
        return Err(Refusal(format!(
            "the detector `{shown}` {ended}; run it by hand in `{}`. It said:\n{}",
            dir.display(),
            output.stderr_text().trim_end()
        ))
        .into());
    }
    let printed: Printed = serde_json::from_slice(&output.stdout).with_context(|| {
        Refusal(format!(
            "`{shown}` did not print findings as JSON: a list of objects with priority, location, \
             blocking_call, event_loop_exposure, reason and code"
        ))
    })?;
    let (Printed::List(findings) | Printed::Object { findings }) = printed;
    Ok(findings)
}

/// What a foreign detector brings into scope: calls on added lines, and what guard knows of fixes.
fn on_added_lines(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    for candidate in &mut candidates {
        candidate
            .origins
            .retain(|origin| !matches!(origin, Origin::NewByKey | Origin::NewlyReachable));
    }
    candidates.retain(|candidate| !candidate.origins.is_empty());
    candidates
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
        .map(|change| world.inside_cwd(&change.path))
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
