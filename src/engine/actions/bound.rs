//! What a proof speaks of. It is stale as soon as one of these has another text, whatever becomes
//! of commits: a squash or a rebase leaves it standing.

use super::{World, functions};
use crate::journal::State;
use crate::model::{Bound, Candidate, Selection, TeethReport};
use crate::receipt::{self, Texts};
use crate::sop::Gate;

/// What a proof speaks of, as it is now: the functions on the candidate's path and those that the
/// refused call passed through, the anchor's files, the gate's own files.
pub(super) fn bind(
    world: &World,
    state: &State,
    candidate: &Candidate,
    selection: &Selection,
    reports: &[TeethReport],
) -> Vec<Bound> {
    let tests = tests(world, selection);
    let mut functions = functions(candidate);
    let anchors: Vec<(String, String)> = match &state.sop.gate {
        Gate::Pytest => {
            functions.extend(
                reports
                    .iter()
                    .filter_map(|report| report.block.as_ref())
                    .flat_map(|block| receipt::on_the_way(block, &world.project)),
            );
            world.anchors(state).into_iter().map(|file| (file.path, file.text)).collect()
        }
        // A command has no tests; what it reads beside the code is what the procedure says.
        Gate::Command(gate) => {
            let file = |path: &String| Some((path.clone(), world.judged(state, path)?));
            gate.files.iter().filter_map(file).collect()
        }
    };
    let texts = Texts { anchors: &anchors, read: &|path| world.judged(state, path) };
    receipt::bind(&functions, tests.as_deref(), &texts)
}

/// The tests of a selection, relative to the root; none for the whole suite.
pub(super) fn tests(world: &World, selection: &Selection) -> Option<Vec<String>> {
    match selection {
        Selection::Suite => None,
        Selection::Tests(tests) => Some(tests.iter().map(|test| world.inside_root(test)).collect()),
    }
}
