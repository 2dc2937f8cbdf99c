//! What the gate makes of the calls that a candidate leads to: known before anyone writes an anchor.

use std::collections::BTreeSet;

use super::{World, survey};
use crate::gate::sight::{self, Ask};
use crate::gate::{GateError, Rig, Versions};
use crate::journal::State;
use crate::model::{Candidate, Evidence, Exposure, Seen, Sight, Sighted};
use crate::scan::Analysis;
use crate::scan::catalogue::Catalogue;

/// How many of the candidates' files are tried.
const PLACES: usize = 40;

/// Asks the gate, and says for each candidate what it answered.
pub(super) fn look(
    world: &World,
    state: &State,
    rig: &Rig,
    versions: &Versions,
) -> anyhow::Result<(Sight, Vec<Sighted>)> {
    let files: BTreeSet<String> =
        state.candidates.iter().map(|progress| file(&progress.candidate).to_owned()).collect();
    let ask = Ask { places: files.into_iter().take(PLACES).collect(), modules: Vec::new() };
    let content = World::content(&state.info);
    let sight = match sight::look(rig, content, versions, &ask) {
        Ok(sight) => sight,
        Err(error @ (GateError::Interrupted(_) | GateError::Worktree(_))) => {
            return Err(error.into());
        }
        Err(error) => Sight { fault: Some(error.to_string()), ..Sight::default() },
    };
    let head = survey::head(world, state)?;
    let sighted = (state.candidates.iter())
        .map(|progress| of(&sight, &progress.candidate, Some(&head.analysis)))
        .collect();
    Ok((sight, sighted))
}

/// The file in which the candidate's calls stand.
fn file(candidate: &Candidate) -> &str {
    candidate.sites.first().map_or(&candidate.key.path, |site| &site.location.path)
}

/// What the gate makes of one candidate's calls: those that run behind its offload, or its own.
pub(in crate::engine) fn of(
    sight: &Sight,
    candidate: &Candidate,
    analysis: Option<&Analysis>,
) -> Sighted {
    let catalogue = Catalogue::embedded();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let behind = analysis.and_then(|analysis| analysis.behind.get(&candidate.key));
    for sink in behind.into_iter().flatten() {
        names.extend(catalogue.meant(&sink.key.symbol, &sink.operation));
    }
    // A function of the project's may bear the name of a call of the catalogue.
    let itself = candidate.exposure != Exposure::Offloaded
        || catalogue.names().contains(&candidate.key.symbol);
    if names.is_empty() && itself {
        names.extend(catalogue.meant(&candidate.key.symbol, &candidate.operation));
    }
    let are = |wanted: fn(&Seen) -> bool| -> Vec<String> {
        (names.iter()).filter(|name| sight.calls.get(*name).is_some_and(wanted)).cloned().collect()
    };
    Sighted {
        candidate: candidate.id.clone(),
        refused: are(|seen| matches!(seen, Seen::Refused(_))),
        let_pass: are(|seen| matches!(seen, Seen::LetPass)),
        outside: sight.places.get(file(candidate)) == Some(&false),
    }
}

/// Whether the gate is as it was when it was asked: a rule that was added since lets it see more.
pub(in crate::engine) fn is_current(world: &World, sight: &Sight) -> bool {
    sight.gate == sight::files(&world.project)
}

/// What Step 5 adds where nothing turned red: that under this gate nothing could.
pub(super) fn note(world: &World, state: &State, candidate: &Candidate) -> Option<String> {
    let facts = state.latest(|evidence| match evidence {
        Evidence::Gate(facts) => Some(facts),
        _ => None,
    })?;
    let sight = facts.sight.as_ref().filter(|sight| is_current(world, sight))?;
    let known = facts.sighted.iter().find(|sighted| sighted.candidate == candidate.id).cloned();
    let sighted = known.unwrap_or_else(|| of(sight, candidate, None));
    sighted.is_blind().then(|| said(&sighted, &candidate.key.path)).flatten()
}

/// What is said of it to the one who judges; nothing where the gate refuses all there is.
pub(in crate::engine) fn said(sighted: &Sighted, path: &str) -> Option<String> {
    let list = |names: &[String]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    if sighted.outside {
        return Some(format!(
            "The gate refuses nothing in {path}, not even `time.sleep`: its scope does not hold this \
             file. An anchor for it stays green with and without the offload; widen the scope first."
        ));
    }
    if sighted.let_pass.is_empty() {
        return None;
    }
    Some(if sighted.refused.is_empty() {
        format!(
            "The gate lets {} pass: as it is, an anchor for this call stays green with and without the \
             offload. It takes a rule (`guard rule add`) or an escalation.",
            list(&sighted.let_pass)
        )
    } else {
        format!(
            "Of what runs here the gate refuses {} and lets {} pass: an anchor must reach one that is \
             refused.",
            list(&sighted.refused),
            list(&sighted.let_pass)
        )
    })
}
