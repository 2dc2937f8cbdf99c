//! Step 6: the batching policy, and commits where they were asked for.

use std::collections::BTreeSet;

use anyhow::Context;

use super::memory::{self, Remembered};
use super::receipts::{self, Planned};
use super::rule::unseen;
use super::{Delivery as Wanted, Done, World, gate_suite, survey};
use crate::dispositions;
use crate::engine::Refusal;
use crate::gate::rule;
use crate::journal::{Progress, State};
use crate::model::{Batch, Delivery, Evidence, Mode, Priority, Proof, Route, Selection, Suite};
use crate::sop::Gate;

pub(super) fn deliver(world: &World, state: &State) -> anyhow::Result<Done> {
    // Between the final gate and a delivery that was refused or interrupted, somebody may have edited.
    let stale = gate_suite::stale(world, state);
    if !stale.is_empty() {
        return Ok(Done::new("stale", Evidence::Suite(Suite { run: None, stale })));
    }
    // A commit would make what the work brings look old.
    let hazards = survey::hazards(world, state)?;
    // What cannot be committed is refused before anything is written.
    let planned = receipts::plan(world, state)?;
    let commits = match world.delivery {
        Wanted::Text => None,
        Wanted::Commit => Some(plan(world, state, &planned)?),
    };
    let remembered = memory::remember(world, state, &planned)?;
    let proven = match receipts::write(world, &planned) {
        Ok(written) => written,
        Err(error) => {
            remembered.map(Remembered::undo).transpose()?;
            return Err(error);
        }
    };
    let written = remembered.is_some().then(|| dispositions::PATH.to_owned());
    let commits = match commits.map(|commits| commit(world, state, commits, &planned)).transpose() {
        Ok(commits) => commits.unwrap_or_default(),
        Err(error) => {
            remembered.map(Remembered::undo).transpose()?;
            proven.undo()?;
            return Err(error);
        }
    };
    let receipts = planned.into_iter().map(|planned| planned.file).collect();
    let delivery =
        Delivery { split: split(state), commits, remembered: written, receipts, hazards };
    Ok(Done::new("done", Evidence::Delivery(delivery)))
}

/// The pull requests that the batching policy wants; empty when one will do.
fn split(state: &State) -> Vec<Batch> {
    let (rules, others): (Vec<&Progress>, Vec<&Progress>) = (state.candidates.iter())
        .filter(|progress| route(progress) != Some(Route::NoAction))
        .partition(|progress| route(progress) == Some(Route::Rule));
    let mut units: Vec<(String, Vec<&Progress>)> = Vec::new();
    for progress in others {
        match units.iter_mut().find(|(unit, _)| *unit == progress.candidate.fix_unit) {
            Some((_, members)) => members.push(progress),
            None => units.push((progress.candidate.fix_unit.clone(), vec![progress])),
        }
    }
    let (high, low): (Vec<_>, Vec<_>) = units.into_iter().partition(|(_, members)| {
        members.iter().any(|progress| progress.candidate.priority == Priority::High)
    });
    let mut batches: Vec<Batch> = Vec::new();
    for units in high.chunks(state.sop.batch.while_high.max(1)) {
        batches.push(batch(
            "one fix unit while a HIGH remains",
            units.iter().flat_map(|(_, members)| members),
        ));
    }
    for units in low.chunks(state.sop.batch.after.max(1)) {
        batches
            .push(batch("MEDIUM and LOW together", units.iter().flat_map(|(_, members)| members)));
    }
    for progress in &rules {
        batches.push(batch("a hole of the gate, alone", [progress]));
    }
    if batches.len() > 1 { batches } else { Vec::new() }
}

fn route(progress: &Progress) -> Option<Route> {
    progress.disposition.as_ref().map(|disposition| disposition.route())
}

fn batch<'a>(title: &str, members: impl IntoIterator<Item = &'a &'a Progress>) -> Batch {
    let members: Vec<&&Progress> = members.into_iter().collect();
    Batch {
        title: title.to_owned(),
        candidates: members.iter().map(|progress| progress.candidate.id.clone()).collect(),
        keys: members.iter().map(|progress| progress.candidate.key.clone()).collect(),
    }
}

/// What goes into which commit.
struct Plan {
    /// A rule stands before the anchor that exposed the gap, alone.
    rule: Vec<String>,
    /// The anchors together with the fix that they guard, and nothing else.
    rest: Vec<String>,
}

fn plan(world: &World, state: &State, receipts: &[Planned]) -> anyhow::Result<Plan> {
    anyhow::ensure!(
        state.info.mode != Mode::Committed,
        Refusal(
            "`--commit` has nothing to commit under `--committed`: the work is in commits already"
                .to_owned()
        )
    );
    let mut changed: BTreeSet<String> =
        world.repository.staged_or_modified()?.into_iter().collect();
    let mut own: BTreeSet<String> = BTreeSet::from([dispositions::PATH.to_owned()]);
    own.extend(receipts.iter().map(|planned| planned.file.clone()));
    for progress in &state.candidates {
        own.extend(super::functions(&progress.candidate).into_iter().map(|(path, _)| path));
        if let Some(Proof::Teeth(teeth)) =
            progress.disposition.as_ref().map(|disposition| disposition.proof())
            && let Selection::Tests(tests) = &teeth.selection
        {
            own.extend(
                tests.iter().map(|test| world.inside_root(test.split("::").next().unwrap_or(test))),
            );
        }
    }
    own.extend(edited_by_commands(state));
    // An anchor is a new file as often as not. Of the other new files, code counts: what is
    // committed may import it.
    let new = world.repository.untracked()?.into_iter();
    changed.extend(new.filter(|path| own.contains(path) || path.ends_with(".py")));
    for draft in gate_suite::unshipped(state) {
        changed.remove(draft);
    }
    let rules: BTreeSet<String> = rules(state).map(|(_, file)| file.to_owned()).collect();
    let foreign: Vec<&String> =
        changed.iter().filter(|path| !own.contains(*path) && !rules.contains(*path)).collect();
    anyhow::ensure!(
        foreign.is_empty(),
        Refusal(format!(
            "these changes belong to no candidate, and a commit takes the anchors and their fix alone: {}. Commit or stash them, then `guard run --resume --commit`",
            foreign.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(", ")
        ))
    );
    let (rule, rest): (Vec<String>, Vec<String>) = (changed.into_iter())
        .filter(|path| own.contains(path) || rules.contains(path))
        .partition(|path| rules.contains(path));
    Ok(Plan { rule, rest })
}

fn commit(
    world: &World,
    state: &State,
    plan: Plan,
    receipts: &[Planned],
) -> anyhow::Result<Vec<String>> {
    let mut rest: BTreeSet<String> = plan.rest.into_iter().collect();
    // Not when git ignores it: then it is this contributor's alone.
    let changed = [world.repository.staged_or_modified()?, world.repository.untracked()?];
    let of_guard = |path: &String| {
        path == dispositions::PATH || receipts.iter().any(|planned| planned.file == *path)
    };
    rest.extend(changed.into_iter().flatten().filter(of_guard));
    let rest = rest.into_iter().collect();
    let mut commits = Vec::new();
    for (paths, message) in [(plan.rule, rule_message(state)), (rest, message(state))] {
        if !paths.is_empty() {
            let commit = world
                .repository
                .commit(&paths, &message)
                .context("could not commit the anchors")?;
            commits.push(commit);
        }
    }
    Ok(commits)
}

/// What the commands of the procedure have edited.
fn edited_by_commands(state: &State) -> impl Iterator<Item = String> {
    let of_candidates = state.candidates.iter().flat_map(|progress| &progress.trail);
    state.trail.iter().chain(of_candidates).flat_map(|step| match &step.evidence {
        Evidence::Command(run) => run.changed.clone(),
        _ => Vec::new(),
    })
}

/// The candidates that a rule was added for, each with the file that holds it.
fn rules(state: &State) -> impl Iterator<Item = (&Progress, &str)> {
    (state.candidates.iter()).filter(|progress| route(progress) == Some(Route::Rule)).filter_map(
        |progress| {
            let file = progress.latest(|evidence| match evidence {
                Evidence::Rule(file) => Some(file.as_str()),
                _ => None,
            });
            Some((progress, file?))
        },
    )
}

/// Names the primitive, the anchor that exposed the gap, and the effect on the whole suite.
fn rule_message(state: &State) -> String {
    let named: Vec<(String, String)> = rules(state)
        .map(|(progress, _)| {
            let primitive = unseen(progress).unwrap_or(&progress.candidate.key.symbol);
            let key = &progress.candidate.key;
            let mut about = format!("which {} calls ({})", key.function, key.path);
            if let Some(Proof::Teeth(teeth)) =
                progress.disposition.as_ref().map(|disposition| disposition.proof())
                && let Selection::Tests(tests) = &teeth.selection
            {
                about.push_str(&format!("; exposed by {}", tests.join(" ")));
            }
            (primitive.to_owned(), about)
        })
        .collect();
    let suite = state.latest(|evidence| match evidence {
        Evidence::Suite(suite) => suite.run.as_ref(),
        _ => None,
    });
    let effect =
        suite.map(|run| format!("Under it the whole gate is green: {} tests.", run.tests.len()));
    rule::message(&named, effect.as_deref())
}

fn message(state: &State) -> String {
    let lines: Vec<String> = (state.candidates.iter())
        .filter_map(|progress| {
            let route = route(progress)?;
            let key = &progress.candidate.key;
            Some(format!("- {route} {} in {} ({})", key.symbol, key.function, key.path))
        })
        .collect();
    let is_anchored = |progress: &Progress| {
        let proof = progress.disposition.as_ref().map(|disposition| disposition.proof());
        matches!(proof, Some(Proof::Teeth(_)))
    };
    let lines = lines.join("\n");
    let (subject, proven) = match &state.sop.gate {
        Gate::Pytest => (
            "Keep blocking calls off the event loop",
            "Each anchor was red without the offload and green with it.",
        ),
        Gate::Command(_) => (
            state.sop.title.as_str(),
            "The gate was red with each bad pattern back, and named its place.",
        ),
    };
    match state.candidates.iter().any(is_anchored) {
        true => format!("{subject}\n\n{lines}\n\n{proven}\n"),
        false if state.sop.gate == Gate::Pytest => format!("Settle blocking calls\n\n{lines}\n"),
        false => format!("{subject}\n\n{lines}\n"),
    }
}
