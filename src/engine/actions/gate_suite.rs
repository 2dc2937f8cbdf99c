//! The whole gate, on exactly what will be delivered.

use super::verify_teeth::bind;
use super::{Done, World};
use crate::gate;
use crate::git::Content;
use crate::git::worktree::Worktree;
use crate::journal::State;
use crate::model::{CandidateId, Evidence, GateRun, Proof, Selection, Suite};

/// Step 6. A proof whose text has changed goes back to teeth first.
pub(super) fn gate_suite(world: &World, state: &State) -> anyhow::Result<Done> {
    let stale: Vec<CandidateId> = (state.candidates.iter())
        .filter(|progress| {
            match progress.disposition.as_ref().map(|disposition| disposition.proof()) {
                Some(Proof::Teeth(teeth)) => {
                    bind(world, state, &progress.candidate, &teeth.selection) != teeth.bound
                }
                Some(Proof::Reason(_) | Proof::Escalation(_)) | None => false,
            }
        })
        .map(|progress| progress.candidate.id.clone())
        .collect();
    if !stale.is_empty() {
        return Ok(Done::new("stale", Evidence::Suite(Suite { run: None, stale })));
    }
    let run = suite(world, World::content(&state.info))?;
    let outcome = if run.is_green() { "green" } else { "red" };
    Ok(Done::new(outcome, Evidence::Suite(Suite { run: Some(run), stale })))
}

/// Step 5, RULE: which tests turn red under an added rule.
pub(super) fn gate_with_rule(world: &World) -> anyhow::Result<Done> {
    let run = suite(world, Content::Working)?;
    let outcome = if run.is_green() { "green" } else { "new-reds" };
    Ok(Done::new(outcome, Evidence::Suite(Suite { run: Some(run), stale: Vec::new() })))
}

fn suite(world: &World, content: Content) -> anyhow::Result<GateRun> {
    let rig = world.rig()?;
    let worktree = Worktree::create(&world.project.root, content, &world.project.gate.carry)?;
    Ok(gate::run(rig, worktree.path(), &Selection::Suite, &[])?)
}
