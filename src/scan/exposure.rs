//! From the loop to every function that it runs: the surest way first, then the one that stays in
//! its file, then the shortest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::chains::{Chains, before};
use super::facts::{Kind, Scope};
use super::graph::{Graph, Nones};
use super::link::Program;
use super::link::value::{FunctionId, Value};
use super::name::Name;
use super::runner::Runner;
use crate::model::{Confidence, Exposure, Hop};

/// How a way from the loop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Reach {
    SameFile,
    CrossFile,
    Hook,
}

/// A function, how it was reached, and which of its parameters are `None` there.
type State = (FunctionId, Reach, Nones);
type Cost = (Runner, Confidence, Moment, usize);

/// When a way begins. Of two that are equally sure, the one that serves requests is shown: what
/// blocks while nothing else runs yet hurts nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Moment {
    Serving,
    Starting,
}

/// More combinations than this are not told apart for one function.
const STATES: usize = 24;

/// How the loop reaches the functions of a program.
pub(super) struct Exposures {
    best: FxHashMap<State, Cost>,
    before: FxHashMap<State, (State, u32)>,
    states: Chains<FunctionId, State>,
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
    let mut exposures = Exposures {
        best: FxHashMap::default(),
        before: FxHashMap::default(),
        states: Chains::default(),
    };
    let mut queue = BinaryHeap::new();
    let leading = leading(graph);
    let runners: Vec<Runner> = program.files.iter().map(|file| Runner::of(file.path)).collect();
    let mut start = |id: FunctionId, reach: Reach, confidence: Confidence| {
        if !leading.contains(&id) {
            return;
        }
        let cost = (runners[id.file()], confidence, moment(program, graph, id), 0);
        let state = (id, reach, 0);
        if exposures.improve(state, cost) {
            queue.push(Reverse((cost, state)));
        }
    };
    for id in program.functions() {
        if program.head(id).kind == Kind::Async {
            start(id, Reach::SameFile, Confidence::Definite);
        }
    }
    for &id in &graph.callbacks {
        if program.head(id).kind != Kind::Async {
            start(id, Reach::SameFile, Confidence::Probable);
        }
    }
    for id in hooks(program) {
        start(id, Reach::Hook, Confidence::Probable);
    }
    while let Some(Reverse((cost, from))) = queue.pop() {
        let (id, reach, nones) = from;
        if exposures.best.get(&from) != Some(&cost) {
            continue;
        }
        let edges = graph.edges.of(id).filter(|edge| leading.contains(&edge.to));
        for edge in edges.filter(|edge| graph.edges.needs(edge) & nones == 0) {
            let next = match reach {
                Reach::SameFile if edge.to.file() != id.file() => Reach::CrossFile,
                other => other,
            };
            let state = exposures.admitted((edge.to, next, graph.edges.passed(edge, nones)));
            let next_cost = (cost.0, cost.1.max(edge.confidence), cost.2, cost.3 + 1);
            if exposures.improve(state, next_cost) {
                exposures.before.insert(state, (from, edge.line));
                queue.push(Reverse((next_cost, state)));
            }
        }
    }
    exposures
}

/// The functions from which a sink or an offload is reached: no other way is ever asked for.
fn leading(graph: &Graph) -> FxHashSet<FunctionId> {
    let offloads = graph.offloads.iter().map(|offload| offload.function);
    let steps = graph.edges.all().map(|(from, edge)| (from, edge.to));
    before(steps, graph.sinks.keys().copied().chain(offloads))
}

/// When a root runs, by its name and by who runs it: a loop that is started for one coroutine serves
/// nobody else, or that one starts what does.
fn moment(program: &Program<'_>, graph: &Graph, id: FunctionId) -> Moment {
    if graph.started.contains(&id) {
        return Moment::Starting;
    }
    let mut words = program.head(id).name.text().split('_');
    match words.any(|word| program.catalogue.startup.contains(word)) {
        true => Moment::Starting,
        false => Moment::Serving,
    }
}

/// Sync hooks of frameworks that have no async twin.
fn hooks(program: &Program<'_>) -> Vec<FunctionId> {
    let mut found = Vec::new();
    for hooks in &program.catalogue.hooks {
        if !hooks.twins.keys().any(|name| program.methods_named(Name::new(name)).next().is_some()) {
            continue;
        }
        for class in program.classes() {
            let ancestors = program.ancestors(class);
            let is_named = |base: &Value| matches!(base, Value::External(name) if name.rsplit('.').next() == Some(&hooks.base));
            let is_one = ancestors.iter().any(|each| {
                let own = || program.files[each.file()].full_name(Scope::Class(each.index()));
                let is_own = *each != class
                    && hooks.base.ends_with(program.class(*each).name.text())
                    && own() == hooks.base;
                is_own || program.bases(*each).iter().any(is_named)
            });
            if !is_one {
                continue;
            }
            for (sync, twin) in &hooks.twins {
                if program.method(class, Name::new(twin)).is_none() {
                    found.extend(program.method(class, Name::new(sync)));
                }
            }
        }
    }
    found
}

impl Exposures {
    /// Records a cost if it is better than what is known.
    fn improve(&mut self, state: State, cost: Cost) -> bool {
        match self.best.entry(state) {
            Entry::Vacant(entry) => {
                entry.insert(cost);
                self.states.push(state.0, state);
                true
            }
            Entry::Occupied(mut entry) if cost < *entry.get() => {
                entry.insert(cost);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// The state itself, or one that knows of no `None` where a function has too many.
    fn admitted(&self, state: State) -> State {
        let states = self.states.of(&state.0).take(STATES).count();
        if states >= STATES && !self.best.contains_key(&state) {
            return (state.0, state.1, 0);
        }
        state
    }

    /// The best way to a function in which what stands behind `needs` runs.
    pub(super) fn way(&self, program: &Program<'_>, id: FunctionId, needs: Nones) -> Option<Way> {
        let states = self.states.of(&id).filter(|state| state.2 & needs == 0);
        let ((_, confidence, reach, ..), mut state) = states
            .map(|state| {
                let (runner, confidence, moment, hops) = self.best[state];
                ((runner, confidence, state.1, moment, hops, state.2), *state)
            })
            .min()?;
        let mut hops = Vec::new();
        let mut first = None;
        while let Some(&(before, line)) = self.before.get(&state) {
            first = Some(state.0);
            let function = program.full_name(before.0);
            let path = program.files[before.0.file()].path.to_owned();
            hops.push(Hop { path, line: line as usize, function });
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
    let function = program.head(id);
    match (function.kind, function.parent) {
        (Kind::Async, _) => true,
        (Kind::Lambda, Scope::Function(outer)) => {
            stands_in_async(program, FunctionId::new(id.file(), outer))
        }
        (Kind::Lambda, Scope::Class(_)) | (Kind::Module | Kind::Sync, _) => false,
    }
}
