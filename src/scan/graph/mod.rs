//! Who runs whom on the same thread, what each function blocks on, and what it sends elsewhere.

mod handed;
mod nones;
mod reached;
mod resolve;

use rustc_hash::{FxHashMap, FxHashSet};

use super::catalogue::Sink;
use super::facts::{Body, Call, Kind, Use};
use super::link::Program;
use super::link::value::{Found, FunctionId, Value};
use super::name::Name;
use crate::model::Confidence;

/// A step from one function into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) to: FunctionId,
    pub(super) confidence: Confidence,
    /// The line of the call, from 1.
    pub(super) line: u32,
    /// Parameters of the caller that the call needs: it does not run where one of them is `None`.
    pub(super) needs: Nones,
    /// Parameters of the callee that are `None`.
    pub(super) passes: Vec<Passing>,
}

/// A set of parameters, by their indexes as bits; those past the 64th are never in it.
pub(super) type Nones = u64;

/// When a parameter of a callee is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    /// Always: the set to which it is the only member.
    None(Nones),
    /// Where this parameter of the caller is: the callee's and the caller's, alike.
    Through(Nones, Nones),
}

/// A blocking call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SinkCall {
    pub(super) function: FunctionId,
    /// Its index among the function's calls.
    pub(super) call: usize,
    pub(super) sink: Sink,
    pub(super) symbol: String,
    pub(super) confidence: Confidence,
    /// Parameters of its function without which it does not run.
    pub(super) needs: Nones,
}

/// An expression that runs a function in a thread.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OffloadCall {
    pub(super) function: FunctionId,
    /// Its index among the function's calls.
    pub(super) call: usize,
    pub(super) operation: String,
    /// Whether it is a method of a loop or an executor, known by its name.
    pub(super) is_method: bool,
    /// What is offloaded, as written.
    pub(super) symbol: String,
    /// What that may be.
    pub(super) callees: Found,
}

/// The call graph of a program.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) edges: FxHashMap<FunctionId, Vec<Edge>>,
    pub(super) sinks: FxHashMap<FunctionId, Vec<SinkCall>>,
    pub(super) offloads: Vec<OffloadCall>,
    /// Functions that use an object of the event loop: the first, and its line.
    pub(super) loop_bound: FxHashMap<FunctionId, (Name, u32)>,
    /// Functions that the loop calls though no coroutine does.
    pub(super) callbacks: Vec<FunctionId>,
}

/// The state of building one.
struct Builder<'a> {
    program: &'a Program<'a>,
    graph: Graph,
    /// Functions that are looked at, in order.
    reached: Vec<FunctionId>,
    specials: reached::Specials,
    /// Their calls and what they may call, in the same order.
    resolved: Vec<Resolved<'a>>,
    /// Functions that send a parameter to a thread: which one.
    wrappers: FxHashMap<FunctionId, usize>,
    /// Functions that call a parameter where they stand.
    invoked: FxHashSet<(FunctionId, usize)>,
    /// Functions whose decorator sends them to a thread.
    decorated: FxHashSet<FunctionId>,
}

struct Resolved<'a> {
    function: FunctionId,
    index: usize,
    call: &'a Call,
    callees: Found,
}

/// Builds the graph.
pub(super) fn build(program: &Program<'_>) -> Graph {
    let mut builder = Builder {
        program,
        graph: Graph::default(),
        reached: Vec::new(),
        specials: reached::Specials::new(program),
        resolved: Vec::new(),
        wrappers: FxHashMap::default(),
        invoked: FxHashSet::default(),
        decorated: FxHashSet::default(),
    };
    builder.resolve_calls();
    builder.find_offloads();
    builder.find_decorated();
    builder.add_calls();
    builder.add_touches();
    builder.hand_on();
    builder.graph
}

impl<'a> Builder<'a> {
    /// A call's offload, by its function's name, its method's name, or as a wrapper of the project.
    fn offload_of(&self, resolved: &Resolved<'a>) -> Option<(usize, String)> {
        let catalogue = self.program.catalogue;
        for known in resolved.callees.iter() {
            match &known.value {
                Value::External(name) => {
                    if let Some(offload) = catalogue.offload(*name) {
                        return Some((offload.argument, offload.operation.clone()));
                    }
                }
                value => {
                    if let Some((id, bound)) = value.target()
                        && let Some(&parameter) = self.wrappers.get(&id)
                    {
                        return parameter.checked_sub(bound).map(|at| (at, "WRAPPER".to_owned()));
                    }
                }
            }
        }
        let offload = catalogue.offload_method(resolved.call.leaf()?)?;
        resolved.call.receiver()?;
        Some((offload.argument, offload.operation.clone()))
    }

    /// Offloads, until no function turns out to be another wrapper.
    fn find_offloads(&mut self) {
        loop {
            let known = self.wrappers.len();
            let mut offloads = Vec::new();
            for resolved in &self.resolved {
                let Some((argument, operation)) = self.offload_of(resolved) else { continue };
                let Some((symbol, callees)) = self.handed(resolved, argument) else { continue };
                let offload = OffloadCall {
                    function: resolved.function,
                    call: resolved.index,
                    is_method: resolved.callees.iter().all(|it| it.value.external().is_none()),
                    operation,
                    symbol,
                    callees,
                };
                offloads.push(offload);
            }
            for offload in &offloads {
                for (owner, parameter) in self.offloaded_parameters(offload) {
                    let is_own = owner == offload.function;
                    if is_own && self.program.head(owner).kind != Kind::Lambda {
                        self.wrappers.entry(owner).or_insert(parameter);
                    }
                }
            }
            self.graph.offloads = offloads;
            if self.wrappers.len() == known {
                return;
            }
        }
    }

    /// The calls of one function; they stand together, in the order of functions.
    fn calls_of(&self, id: FunctionId) -> &[Resolved<'a>] {
        let start = self.resolved.partition_point(|each| each.function < id);
        let end = self.resolved.partition_point(|each| each.function <= id);
        &self.resolved[start..end]
    }

    /// The parameters that an offload runs, directly or inside a lambda or nested function.
    fn offloaded_parameters(&self, offload: &OffloadCall) -> Vec<(FunctionId, usize)> {
        let mut found = Vec::new();
        for known in offload.callees.iter() {
            if let Value::Parameter(owner, index) = known.value {
                found.push((owner, index));
            }
            let Value::Function(id) = known.value else { continue };
            for known in self.calls_of(id).iter().flat_map(|resolved| resolved.callees.iter()) {
                if let Value::Parameter(owner, index) = known.value
                    && owner != id
                {
                    found.push((owner, index));
                }
            }
        }
        found
    }

    /// A decorator whose inner function offloads the decorated one.
    fn find_decorated(&mut self) {
        let mut decorators = FxHashSet::default();
        for offload in &self.graph.offloads {
            for (owner, parameter) in self.offloaded_parameters(offload) {
                if parameter == 0 && owner != offload.function {
                    decorators.insert(owner);
                }
            }
        }
        let program = self.program;
        for &id in &self.reached {
            let function = program.function(id);
            let place = super::link::Place { file: id.0, scope: function.parent };
            let offloads = function.decorators.iter().any(|decorator| {
                program.eval(place, decorator).iter().any(|known| match &known.value {
                    Value::External(name) => {
                        program.catalogue.offload(*name).is_some_and(|it| it.curried)
                    }
                    value => value.target().is_some_and(|(id, _)| decorators.contains(&id)),
                })
            });
            if offloads {
                self.decorated.insert(id);
            }
        }
    }

    fn add_calls(&mut self) {
        let mut sinks = Vec::new();
        let mut edges = Vec::new();
        let mut bound = Vec::new();
        for resolved in &self.resolved {
            let Resolved { function, index, call, callees } = resolved;
            // One of several, and the code does not say which.
            let limit =
                match callees.iter().filter(|it| !self.entered(&it.value).is_empty()).count() {
                    0 | 1 => Confidence::Definite,
                    _ => Confidence::Probable,
                };
            for known in callees.iter() {
                if let Value::Member(object, _) = &known.value
                    && self.program.catalogue.bound.to_loop.contains(object.text())
                {
                    bound.push((*function, (*object, call.line)));
                }
                for id in self.entered(&known.value) {
                    let body = self.program.function(id).body;
                    if call.used == Use::Streamed && body == Body::Iterated {
                        continue;
                    }
                    let edge = Edge {
                        to: id,
                        confidence: known.confidence.max(limit),
                        line: call.line,
                        needs: self.needs(*function, call),
                        passes: self.passes(*function, call, &known.value, id),
                    };
                    edges.push((*function, edge));
                }
                if let Value::Parameter(owner, parameter) = known.value {
                    self.invoked.insert((owner, parameter));
                }
            }
            if call.used == Use::Value
                && let Some((sink, symbol, confidence)) = self.sink(*function, call, callees)
            {
                sinks.push(SinkCall {
                    function: *function,
                    call: *index,
                    sink,
                    symbol,
                    confidence,
                    needs: self.needs(*function, call),
                });
            }
        }
        for (function, object) in bound {
            self.graph.loop_bound.entry(function).or_insert(object);
        }
        for sink in sinks {
            self.graph.sinks.entry(sink.function).or_default().push(sink);
        }
        for (from, edge) in edges {
            self.connect(from, edge);
        }
    }

    /// Adds a step into a function that runs where it is called.
    fn connect(&mut self, from: FunctionId, edge: Edge) {
        let runs_here = match self.program.head(edge.to).kind {
            Kind::Sync | Kind::Lambda => !self.decorated.contains(&edge.to),
            Kind::Async | Kind::Module => false,
        };
        if !runs_here || from == edge.to {
            return;
        }
        let edges = self.graph.edges.entry(from).or_default();
        let same = |other: &&mut Edge| {
            other.to == edge.to && other.needs == edge.needs && other.passes == edge.passes
        };
        match edges.iter_mut().find(same) {
            Some(known) if known.confidence <= edge.confidence => {}
            Some(known) => *known = edge,
            None => edges.push(edge),
        }
    }
}
