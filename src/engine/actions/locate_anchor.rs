//! Step 3: which test of the gate drives this candidate.

use super::{Done, World};
use crate::anchor::locate;
use crate::journal::{Progress, State};
use crate::model::{AnchorSearch, CandidateId, Coverage, Evidence, FoundTest, Frame};

/// How many of the tests that drive a candidate are its anchor; one red is enough.
const MOST: usize = 3;

pub(super) fn locate_anchor(
    world: &World,
    state: &State,
    progress: &Progress,
) -> anyhow::Result<Done> {
    let candidate = &progress.candidate;
    let anchors = world.anchors(state);
    let search = locate(candidate, &world.production(state, candidate), &anchors, &world.facts()?);
    let driven = driven(state, &candidate.id);
    // A draft that nobody has finished drives nothing yet: it is the one to go on with.
    let unfinished = |id: &str| {
        let path = id.split("::").next();
        anchors.iter().any(|file| {
            Some(file.path.as_str()) == path && file.text.contains("raise NotImplementedError")
        })
    };
    let coverage = match search.verdict {
        _ if !driven.is_empty() => Coverage::Covers,
        Coverage::Covers if search.tests.first().is_some_and(|test| unfinished(&test.id)) => {
            Coverage::Extend
        }
        verdict => verdict,
    };
    let tests = if driven.is_empty() {
        search.tests.into_iter().map(|test| FoundTest { id: test.id, why: test.why }).collect()
    } else {
        driven
    };
    let outcome = match coverage {
        Coverage::Covers => "covers",
        Coverage::Extend => "extend",
        Coverage::None => "none",
    };
    let line = candidate.chain.first().map_or(0, |hop| hop.line);
    let entry = Some(Frame { path: search.entry.path, line, function: search.entry.function });
    Ok(Done::new(outcome, Evidence::Anchors(AnchorSearch { coverage, entry, tests })))
}

/// The tests that executed the candidate's site when the whole suite ran: better than any search.
fn driven(state: &State, candidate: &CandidateId) -> Vec<FoundTest> {
    let facts = state.latest(|evidence| match evidence {
        Evidence::Gate(facts) => Some(facts),
        _ => None,
    });
    (facts.into_iter().flat_map(|facts| &facts.driven))
        .filter(|driven| driven.candidate == *candidate)
        .flat_map(|driven| driven.tests.iter().take(MOST))
        .map(|test| FoundTest {
            id: test.clone(),
            why: "it executed the site when the whole suite ran".to_owned(),
        })
        .collect()
}
