//! From the loop to every function that it runs: the surest way first, then the one that stays in
//! its file, then the shortest.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::facts::Kind;
use super::graph::Graph;
use super::link::Program;
use super::link::value::{FunctionId, Value};
use crate::model::{Confidence, Exposure, Hop};

/// How a way from the loop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Reach {
    SameFile,
    CrossFile,
    Hook,
}

type State = (FunctionId, Reach);
type Cost = (Confidence, usize);

/// How the loop reaches the functions of a program.
pub(super) struct Exposures {
    best: HashMap<State, Cost>,
    before: HashMap<State, (State, usize)>,
}

/// How the loop reaches one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) exposure: Exposure,
    pub(super) confidence: Confidence,
    /// From the root to the function before it, each with the line of its call.
    pub(super) hops: Vec<Hop>,
    /// The first function below the root, where there is one.
    pub(super) first: Option<FunctionId>,
    pub(super) root: FunctionId,
}

/// Follows every way.
pub(super) fn expose(program: &Program<'_>, graph: &Graph) -> Exposures {
    let mut exposures = Exposures { best: HashMap::new(), before: HashMap::new() };
    let mut queue = BinaryHeap::new();
    let mut start = |id: FunctionId, reach: Reach, confidence: Confidence| {
        let cost = (confidence, 0);
        let known = exposures.best.entry((id, reach)).or_insert(cost);
        *known = cost.min(*known);
        queue.push(Reverse((cost, reach, id)));
    };
    for id in program.functions() {
        if program.function(id).kind == Kind::Async {
            start(id, Reach::SameFile, Confidence::Definite);
        }
    }
    for &id in &graph.callbacks {
        if program.function(id).kind != Kind::Async {
            start(id, Reach::SameFile, Confidence::Probable);
        }
    }
    for id in hooks(program) {
        start(id, Reach::Hook, Confidence::Probable);
    }
    while let Some(Reverse((cost, reach, id))) = queue.pop() {
        if exposures.best.get(&(id, reach)) != Some(&cost) {
            continue;
        }
        for edge in graph.edges.get(&id).into_iter().flatten() {
            let next = match reach {
                Reach::SameFile if edge.to.0 != id.0 => Reach::CrossFile,
                other => other,
            };
            let state = (edge.to, next);
            let next_cost = (cost.0.max(edge.confidence), cost.1 + 1);
            if exposures.best.get(&state).is_none_or(|known| next_cost < *known) {
                exposures.best.insert(state, next_cost);
                exposures.before.insert(state, ((id, reach), edge.line));
                queue.push(Reverse((next_cost, next, edge.to)));
            }
        }
    }
    exposures
}

/// Sync hooks of frameworks that have no async twin.
fn hooks(program: &Program<'_>) -> Vec<FunctionId> {
    let mut found = Vec::new();
    for class in program.classes() {
        for hooks in &program.catalogue.hooks {
            let ancestors = program.ancestors(class);
            let is_one = ancestors.iter().flat_map(|each| program.bases(*each)).any(|base| {
                matches!(&base, Value::External(name) if name.rsplit('.').next() == Some(&hooks.base))
            });
            if !is_one {
                continue;
            }
            for (sync, twin) in &hooks.twins {
                if program.method(class, twin).is_none() {
                    found.extend(program.method(class, sync));
                }
            }
        }
    }
    found
}

impl Exposures {
    /// The best way to a function.
    pub(super) fn way(&self, program: &Program<'_>, id: FunctionId) -> Option<Way> {
        let reach = [Reach::SameFile, Reach::CrossFile, Reach::Hook]
            .into_iter()
            .filter_map(|reach| Some((self.best.get(&(id, reach))?.0, reach)))
            .min()?;
        let (confidence, reach) = reach;
        let mut hops = Vec::new();
        let mut state = (id, reach);
        let mut first = None;
        while let Some(&(before, line)) = self.before.get(&state) {
            first = Some(state.0);
            let function = program.function(before.0);
            let path = program.files[before.0.0].path.clone();
            hops.push(Hop { path, line, function: function.dotted.clone() });
            state = before;
        }
        hops.reverse();
        let exposure = match reach {
            Reach::Hook => Exposure::SyncAgentMiddlewareHook,
            Reach::CrossFile => Exposure::AsyncReachableCrossFile,
            Reach::SameFile if stands_in_async(program, id) => Exposure::DirectAsync,
            Reach::SameFile => Exposure::AsyncReachableSameFile,
        };
        Some(Way { exposure, confidence, hops, first, root: state.0 })
    }
}

/// Whether a function is an `async def`, or a lambda inside one.
pub(super) fn stands_in_async(program: &Program<'_>, id: FunctionId) -> bool {
    let function = program.function(id);
    match (function.kind, function.parent) {
        (Kind::Async, _) => true,
        (Kind::Lambda, super::facts::Scope::Function(outer)) => {
            stands_in_async(program, FunctionId(id.0, outer))
        }
        _ => false,
    }
}
