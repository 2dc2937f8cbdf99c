//! Step 0: what is in scope.

use std::fs;

use anyhow::Context;

use super::memory::Recollection;
use super::{Done, World, survey};
use crate::journal::State;
use crate::model::{Evidence, Mode};

pub(super) fn scan(world: &World, state: &State) -> anyhow::Result<Done> {
    let mut survey = survey::survey(world, state)?;
    if state.info.mode == Mode::WholeTree {
        let path = world.dir.join("findings.json");
        fs::write(&path, serde_json::to_vec_pretty(&survey.findings)?).with_context(|| {
            format!("could not write the list of findings to {}", path.display())
        })?;
        survey.scope.list = Some(path.display().to_string());
    }
    let scope = &mut survey.scope;
    scope.recalled =
        Recollection::read(world, &state.info)?.recall(&mut scope.candidates, &survey.findings);
    survey::number(&mut scope.candidates);
    let outcome = if survey.scope.candidates.is_empty() { "clean" } else { "found" };
    Ok(Done::new(outcome, Evidence::Scope(survey.scope)))
}
