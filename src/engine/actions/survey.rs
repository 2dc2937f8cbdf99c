//! One look at what is in scope, shared by the scan and every re-scan.

use std::path::Path;

use super::World;
use super::detect::Detects;
use crate::gate::Watch;
use crate::gate::teeth::Lab;
use crate::git::{Change, ChangedFile, Content};
use crate::journal::State;
use crate::model::{
    Candidate, CandidateId, Exposure, Finding, GateRun, Hazard, Mode, Origin, Recalled, RunInfo,
    Scope, Selection, Site, SiteKind,
};
use crate::rewrite::{self, Wrappers};
use crate::scan::syntax::Module;
use crate::scan::{self, Analysis, PathFilter, SourceFile, scope};
use crate::sop::Gate;

/// What is in scope, and everything that was found.
pub(super) struct Survey {
    pub(super) scope: Scope,
    pub(super) findings: Vec<Finding>,
    /// What may be wrong with the offloads that the work under judgement brings.
    pub(super) hazards: Vec<Hazard>,
}

/// Looks.
pub(super) fn survey(world: &World, state: &State) -> anyhow::Result<Survey> {
    let info = &state.info;
    let detector = Detects::of(world, state)?;
    let changes = match &info.base {
        Some((_, commit)) => world.repository.changes(commit, World::content(info))?,
        None => Vec::new(),
    };
    let head = detector.head(world, state, &head_files(world, info)?)?;
    let mut blind_spots = state.sop.blind_spots.clone();
    let mut candidates = match (&info.base, info.mode) {
        (Some((_, commit)), Mode::Change | Mode::Committed) => {
            match detector.base(world, commit, &files_at(world, commit)?)? {
                Ok(base) => scope::candidates(&base, &head, &changes),
                Err(why) => {
                    blind_spots.push(why);
                    let base = Analysis::default();
                    on_added_lines(scope::candidates(&base, &head, &changes))
                }
            }
        }
        (None, _) | (Some(_), Mode::WholeTree) => scope::whole_tree(&head),
    };
    if state.sop.gate == Gate::Pytest {
        executed_by_changed_anchors(world, info, &changes, &head, &mut candidates)?;
    }
    number(&mut candidates);
    blind_spots.extend(detector.blind_spot());
    Ok(Survey {
        scope: Scope {
            detector: detector.shown(),
            files: if matches!(detector, Detects::Builtin(_)) { head.files } else { 0 },
            unread: (head.findings.iter())
                .filter(|finding| finding.event_loop_exposure == Exposure::ParseIncomplete)
                .map(|finding| {
                    format!(
                        "{}:{}: {}",
                        finding.location.path, finding.location.line, finding.reason
                    )
                })
                .collect(),
            blind_spots,
            candidates,
            list: None,
            recalled: Recalled::default(),
        },
        hazards: brought(world, info, &changes, head.hazards)?,
        findings: head.findings,
    })
}

/// What may be wrong with the tree's offloads if `path` had this text: what would be new.
pub(super) fn hazards_of(
    world: &World,
    state: &State,
    path: &str,
    text: &str,
) -> anyhow::Result<Vec<Hazard>> {
    let detector = Detects::of(world, state)?;
    if matches!(detector, Detects::Own(..)) {
        return Ok(Vec::new());
    }
    let mut files = head_files(world, &state.info)?;
    let before = scan::analyze(&files, detector.options()).hazards;
    for file in files.iter_mut().filter(|file| file.path == path) {
        file.bytes = text.as_bytes().to_vec();
    }
    let mut hazards = scan::analyze(&files, detector.options()).hazards;
    // Lines move with the edit: what was there before is known by everything else.
    let same = |one: &Hazard, two: &Hazard| {
        let of = |hazard: &Hazard| {
            let at = &hazard.location;
            (at.path.clone(), at.function.clone(), hazard.symbol.clone(), hazard.kind)
        };
        of(one) == of(two)
    };
    hazards.retain(|hazard| !before.iter().any(|known| same(known, hazard)));
    Ok(hazards)
}

/// What may be wrong with the offloads that the work under judgement brings, as it is now.
pub(super) fn hazards(world: &World, state: &State) -> anyhow::Result<Vec<Hazard>> {
    let info = &state.info;
    let detector = Detects::of(world, state)?;
    if matches!(detector, Detects::Own(..)) {
        return Ok(Vec::new());
    }
    let hazards = scan::analyze(&head_files(world, info)?, detector.options()).hazards;
    let changes = match &info.base {
        Some((_, commit)) => world.repository.changes(commit, World::content(info))?,
        None => Vec::new(),
    };
    brought(world, info, &changes, hazards)
}

/// The hazards on lines that the work under judgement adds; in the whole tree, that nobody has
/// committed yet.
fn brought(
    world: &World,
    info: &RunInfo,
    changes: &[ChangedFile],
    mut hazards: Vec<Hazard>,
) -> anyhow::Result<Vec<Hazard>> {
    let own;
    let changes = match (info.mode, hazards.is_empty()) {
        (Mode::WholeTree, false) => {
            own = world.repository.changes(&world.repository.head()?, World::content(info))?;
            &own
        }
        (Mode::WholeTree, true) | (Mode::Change | Mode::Committed, _) => changes,
    };
    hazards.retain(|hazard| {
        let at = &hazard.location;
        changes.iter().any(|file| {
            file.change != Change::Deleted && file.path == at.path && file.adds(at.line)
        })
    });
    Ok(hazards)
}

/// Names candidates in their order: `c1`, `c2`.
pub(super) fn number(candidates: &mut [Candidate]) {
    for (number, candidate) in (1..).zip(candidates) {
        candidate.id = CandidateId(format!("c{number}"));
    }
}

/// The tree that a run judges: what its detector finds, and its offload helpers.
pub(super) struct Head {
    pub(super) analysis: Analysis,
    pub(super) wrappers: Wrappers,
}

/// Looks at the tree that a run judges.
pub(super) fn head(world: &World, state: &State) -> anyhow::Result<Head> {
    let files = head_files(world, &state.info)?;
    let wrappers = files.iter().filter(|file| may_offload(file)).flat_map(wrappers).collect();
    let analysis = match Detects::of(world, state)? {
        // What another detector says in place of guard's, guard knows better of offloads.
        Detects::Builtin(options) | Detects::InPlace(options, _) => scan::analyze(&files, &options),
        detector @ Detects::Own(..) => detector.head(world, state, &files)?,
    };
    Ok(Head { analysis, wrappers: Wrappers(wrappers) })
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
