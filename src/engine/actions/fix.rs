//! Step 2: guard's edit is applied, or somebody's own is awaited.

use std::fs;

use anyhow::Context;

use super::{Done, World};
use crate::journal::Progress;
use crate::model::{Evidence, Fix};

pub(super) fn await_fix(world: &World, progress: &Progress, answer: &str) -> anyhow::Result<Done> {
    match answer {
        "reroute" => Ok(Done::new("reroute", Evidence::None)),
        "edited" => Ok(Done::new("done", Evidence::Fix(Fix::ByHand))),
        "apply" => apply(world, progress),
        other => anyhow::bail!("`fix` cannot be `{other}`; it is one of: apply, edited, reroute"),
    }
}

/// Writes the proposed text, if the file is still what the proposal was made for.
fn apply(world: &World, progress: &Progress) -> anyhow::Result<Done> {
    let proposal = progress.latest(|evidence| match evidence {
        Evidence::Proposal(proposal) => Some(proposal),
        _ => None,
    });
    let Some((proposal, after)) =
        proposal.and_then(|proposal| Some((proposal, proposal.after.as_ref()?)))
    else {
        // Nothing to apply: the question comes back with the reason that the proposal gave.
        return Ok(Done::new("changed", Evidence::None));
    };
    let path = world.repository.root().join(&proposal.path);
    let now = world.text(&proposal.path);
    if now.as_ref() == Some(after) {
        // guard was ended between the edit and its record, or somebody made the very same edit.
        return Ok(Done::new("done", Evidence::Fix(Fix::Applied)));
    }
    if now.as_ref() != Some(&proposal.before) {
        return Ok(Done::new("changed", Evidence::None));
    }
    fs::write(&path, after).with_context(|| format!("could not write {}", path.display()))?;
    Ok(Done::new("done", Evidence::Fix(Fix::Applied)))
}
