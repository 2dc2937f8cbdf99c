//! What a proof speaks of. It is stale as soon as one of these has another text, whatever becomes
//! of commits: a squash or a rebase leaves it standing.

use super::{World, functions};
use crate::assets::sha256;
use crate::journal::State;
use crate::model::{Bound, Candidate, Selection};
use crate::scan::function_span;
use crate::scan::syntax::Module;
use crate::sop::Gate;

/// What a proof speaks of, as it is now: the functions on the candidate's path, the anchor's files,
/// the gate's own files.
pub(super) fn bind(
    world: &World,
    state: &State,
    candidate: &Candidate,
    selection: &Selection,
) -> Vec<Bound> {
    let whole = |path: &str| {
        let text = world.judged(state, path)?;
        Some(Bound { path: path.to_owned(), function: None, sha256: sha256(&text) })
    };
    let mut bound: Vec<Bound> = functions(candidate)
        .into_iter()
        .filter_map(|(path, function)| {
            // What is no Python has no functions that guard knows of.
            if !path.ends_with(".py") {
                return whole(&path);
            }
            let module = Module::parse(world.judged(state, &path)?);
            let span = function_span(&module, &function)?;
            Some(Bound { sha256: sha256(&module.source()[span]), path, function: Some(function) })
        })
        .collect();
    if let Gate::Command(gate) = &state.sop.gate {
        bound.extend(gate.files.iter().filter_map(|path| whole(path)));
        bound.sort();
        bound.dedup();
        return bound;
    }
    let anchors = world.anchors(state);
    let of_gate = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        !(name.starts_with("test_") || name.ends_with("_test.py"))
    };
    let selected = |path: &str| match selection {
        Selection::Suite => true,
        Selection::Tests(tests) => {
            let path = world.inside_cwd(path);
            tests.iter().any(|test| test.split("::").next() == Some(path.as_str()))
        }
    };
    bound.extend(
        (anchors.iter()).filter(|file| of_gate(&file.path) || selected(&file.path)).map(|file| {
            Bound { path: file.path.clone(), function: None, sha256: sha256(&file.text) }
        }),
    );
    bound.sort();
    bound.dedup();
    bound
}
