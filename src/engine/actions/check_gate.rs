//! Step 0: the gate can be used, before anybody works for it.

use super::domain::command_gate;
use super::{Done, World, gate_suite, sight};
use crate::gate::{CommandGate, GateError, Watch, preflight};
use crate::journal::{Progress, State};
use crate::model::{Block, Driven, Evidence, GateFacts, GateRun, SiteKind, TestOutcome};

pub(super) fn check_gate(world: &World, state: &State) -> anyhow::Result<Done> {
    if let Some(gate) = command_gate(world, state)? {
        return by_command(world, state, &gate);
    }
    let rig = world.rig()?;
    let versions = preflight(rig)?;
    let anchors = &world.project.anchors;
    if !world.repository.root().join(anchors).join("conftest.py").is_file() {
        return Err(GateError::NoGate { folder: anchors.clone() }.into());
    }
    let watch = watch(state);
    let baseline = gate_suite::suite(world, state, &watch)?;
    if let Some(why) = unusable(&baseline) {
        return Err(
            GateError::Red { command: baseline.command, why, tail: baseline.output_tail }.into()
        );
    }
    let (sight, sighted) = sight::look(world, state, rig, &versions)?;
    let plugin = match (&versions.pytest_asyncio, &versions.anyio) {
        (Some(version), _) => format!(", pytest-asyncio {version}"),
        (None, Some(version)) => format!(", anyio {version}"),
        (None, None) => String::new(),
    };
    Ok(Done::new(
        "usable",
        Evidence::Gate(Box::new(GateFacts {
            python: format!("{} (from {})", rig.python.path.display(), rig.python.from),
            versions: format!(
                "Python {}, pytest {}, blockbuster {}{plugin}",
                versions.python, versions.pytest, versions.blockbuster
            ),
            anchors: anchors.clone(),
            driven: driven(world, state, &baseline),
            baseline,
            sight: Some(Box::new(sight)),
            sighted,
        })),
    ))
}

/// A gate that is only a command may name what the procedure is about to cure, and nothing else.
fn by_command(world: &World, state: &State, gate: &CommandGate) -> anyhow::Result<Done> {
    let baseline = gate.run(gate_suite::tree(world, state)?.path())?;
    let in_scope = |block: &Block| {
        (state.candidates.iter()).any(|progress| gate.is_about(block, &progress.candidate.key))
    };
    let why = match baseline.blocks.iter().find(|block| !in_scope(block)) {
        _ if baseline.exit_code == Some(0) => None,
        Some(block) => Some(format!("names {block}, which is not in scope")),
        None if baseline.blocks.is_empty() => Some("fails and names no place".to_owned()),
        None => None,
    };
    if let Some(why) = why {
        let (command, tail) = (baseline.command, baseline.output_tail);
        return Err(GateError::RedElsewhere { command, why, tail }.into());
    }
    Ok(Done::new(
        "usable",
        Evidence::Gate(Box::new(GateFacts {
            python: String::new(),
            versions: format!("gate `{}`", gate.shown),
            anchors: String::new(),
            baseline,
            driven: Vec::new(),
            sight: None,
            sighted: Vec::new(),
        })),
    ))
}

/// The lines of the candidates' sites, as far as they are in the tree.
fn watch(state: &State) -> Vec<Watch> {
    (state.candidates.iter())
        .flat_map(|progress| &progress.candidate.sites)
        .filter(|site| site.kind != SiteKind::Gone)
        .map(|site| Watch {
            path: site.location.path.clone(),
            lines: site.location.line..=site.location.line,
        })
        .collect()
}

/// Which tests execute which candidate: what Step 3 asks, answered by an execution.
fn driven(world: &World, state: &State, run: &GateRun) -> Vec<Driven> {
    let millis =
        |id: &str| run.tests.iter().find(|test| test.id == id).map_or(u64::MAX, |test| test.millis);
    let drives = |progress: &Progress| {
        let sites = &progress.candidate.sites;
        let mut tests: Vec<&str> = (run.sites.iter())
            .filter(|ran| {
                ran.on_loop
                    && sites.iter().any(|site| {
                        site.location.path == ran.path && site.location.line == ran.line
                    })
            })
            .filter_map(|ran| ran.test.as_deref())
            .collect();
        tests.sort_unstable();
        tests.dedup();
        tests.sort_by_key(|test| millis(test));
        Driven {
            candidate: progress.candidate.id.clone(),
            tests: tests.into_iter().map(|test| world.inside_root(test)).collect(),
        }
    };
    state.candidates.iter().map(drives).filter(|driven| !driven.tests.is_empty()).collect()
}

/// Why a suite says nothing before anything was touched. A test that is red because of a blocking
/// call is what the gate is for: the change itself may have brought it, and the procedure cures it.
fn unusable(run: &GateRun) -> Option<String> {
    if let Some(error) = run.collection_errors.first() {
        return Some(format!(
            "pytest cannot collect it: {}",
            error.lines().next_back().unwrap_or_default()
        ));
    }
    if run.exit_code.is_none() {
        return Some("pytest was ended by a signal".to_owned());
    }
    let blocked = |id: &str| run.blocks.iter().any(|block| block.test.as_deref() == Some(id));
    let red: Vec<&str> = (run.tests.iter())
        .filter(|test| test.outcome == TestOutcome::Failed && !blocked(&test.id))
        .map(|test| test.id.as_str())
        .collect();
    (!red.is_empty()).then(|| format!("red without a blocking call: {}", red.join(", ")))
}
