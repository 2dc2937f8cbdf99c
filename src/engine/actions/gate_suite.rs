//! The whole gate, on exactly what will be delivered.

use super::bound::bind;
use super::domain::command_gate;
use super::{Done, World};
use crate::gate::{self, Watch};
use crate::git::worktree::Worktree;
use crate::journal::State;
use crate::model::{CandidateId, Evidence, GateRun, Proof, Selection, Suite, Teeth};

/// Step 6. A proof whose text has changed goes back to teeth first.
pub(super) fn gate_suite(world: &World, state: &State) -> anyhow::Result<Done> {
    let stale = stale(world, state);
    if !stale.is_empty() {
        return Ok(Done::new("stale", Evidence::Suite(Suite { run: None, stale })));
    }
    let run = suite(world, state, &[])?;
    let outcome = if run.is_green() { "green" } else { "red" };
    Ok(Done::new(outcome, Evidence::Suite(Suite { run: Some(run), stale })))
}

/// The candidates whose proof speaks of another text than there is now.
pub(super) fn stale(world: &World, state: &State) -> Vec<CandidateId> {
    (state.candidates.iter())
        .filter(|progress| {
            match progress.disposition.as_ref().map(|disposition| disposition.proof()) {
                Some(Proof::Teeth(teeth)) => {
                    let Teeth { selection, reports, bound } = teeth;
                    bind(world, state, &progress.candidate, selection, reports) != *bound
                }
                Some(Proof::Reason(_) | Proof::Escalation(_)) | None => false,
            }
        })
        .map(|progress| progress.candidate.id.clone())
        .collect()
}

/// Step 5, RULE: which tests turn red under an added rule.
pub(super) fn gate_with_rule(world: &World, state: &State) -> anyhow::Result<Done> {
    let run = suite(world, state, &[])?;
    let outcome = if run.is_green() { "green" } else { "new-reds" };
    Ok(Done::new(outcome, Evidence::Suite(Suite { run: Some(run), stale: Vec::new() })))
}

/// The whole suite in a tree of its own, without what will not be shipped.
pub(super) fn suite(world: &World, state: &State, watch: &[Watch]) -> anyhow::Result<GateRun> {
    let worktree = tree(world, state)?;
    if let Some(gate) = command_gate(world, state)? {
        return Ok(gate.run(worktree.path())?);
    }
    let rig = world.rig()?;
    // The contributor's own tree loses nothing, also for a while.
    let apart = worktree.path() != world.project.root;
    for draft in unshipped(state).into_iter().filter(|_| apart) {
        // Absent already when the person took it away.
        let _ = std::fs::remove_file(worktree.path().join(draft));
    }
    Ok(gate::run(rig, worktree.path(), &Selection::Suite, watch)?)
}

/// A tree of its own, as the run judges it.
pub(super) fn tree(world: &World, state: &State) -> anyhow::Result<Worktree> {
    Ok(gate::tree(&world.project, World::content(&state.info))?)
}

/// The drafts of guard's that are not shipped: no proof came of them.
pub(super) fn unshipped(state: &State) -> Vec<&str> {
    (state.candidates.iter())
        .filter(|progress| {
            let proof = progress.disposition.as_ref().map(|disposition| disposition.proof());
            matches!(proof, Some(Proof::Escalation(_) | Proof::Reason(_)))
        })
        .flat_map(|progress| &progress.trail)
        .filter_map(|step| match &step.evidence {
            Evidence::Draft(draft) if draft.written => Some(draft.path.as_str()),
            _ => None,
        })
        .collect()
}
