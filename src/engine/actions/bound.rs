//! What a proof speaks of. It is stale as soon as one of these has another text, whatever becomes
//! of commits: a squash or a rebase leaves it standing.

use super::{World, functions};
use crate::assets::sha256;
use crate::journal::State;
use crate::model::{Bound, Candidate, Selection};
use crate::scan::function_span;
use crate::scan::syntax::Module;

/// What a proof speaks of, as it is now: the functions on the candidate's path, the anchor's files,
/// the gate's own files.
pub(super) fn bind(
    world: &World,
    state: &State,
    candidate: &Candidate,
    selection: &Selection,
) -> Vec<Bound> {
    let mut bound: Vec<Bound> = functions(candidate)
        .into_iter()
        .filter_map(|(path, function)| {
            let module = Module::parse(world.judged(state, &path)?);
            let span = function_span(&module, &function)?;
            Some(Bound { sha256: sha256(&module.source()[span]), path, function: Some(function) })
        })
        .collect();
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
