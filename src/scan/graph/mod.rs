//! Who runs whom on the same thread, what each function blocks on, and what it sends elsewhere.

mod asked;
mod cached;
mod deferred;
mod edges;
mod entered;
mod handed;
mod invoked;
mod later;
mod nones;
mod reached;
mod ready;
mod resolve;
mod served;
mod started;
mod touched;
mod wanted;

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::bits::Bits;
use super::catalogue::Sink;
use super::facts::{Kind, Scope};
use super::link::Program;
use super::link::value::{ClassId, Found, FunctionId, Value};
use super::name::Name;
use super::packed::{Nth, Parts, Traits};
use crate::model::Confidence;
use asked::Asked;
use deferred::Deferred;
pub(super) use edges::{Edge, Edges, Nones};
use handed::Handed;
use later::{Clue, Clues, Hint, Parameter, Passed, Relay};
use touched::Touched;
use wanted::Wanted;

/// A blocking call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SinkCall {
    pub(super) function: FunctionId,
    /// Where it stands in its function, in lines and columns from 1.
    pub(super) at: (u32, u32),
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
    /// The place of the call, by which its facts are found.
    pub(super) place: Nth,
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
    pub(super) edges: Edges,
    pub(super) sinks: FxHashMap<FunctionId, Vec<SinkCall>>,
    pub(super) offloads: Vec<OffloadCall>,
    /// Functions that use an object of the event loop: the first, and its line.
    pub(super) loop_bound: FxHashMap<FunctionId, (Name, u32)>,
    /// Functions that the loop calls though no coroutine does.
    pub(super) callbacks: Vec<FunctionId>,
    /// Coroutine functions for which a loop is started.
    pub(super) started: FxHashSet<FunctionId>,
}

/// The state of building one.
struct Builder<'a> {
    program: &'a Program<'a>,
    graph: Graph,
    /// Functions that are looked at, in order, once all of them are known.
    reached: Vec<FunctionId>,
    /// Those so far, by their numbers, and those of them that were not looked at yet.
    seen: Bits,
    queue: Vec<FunctionId>,
    /// Those that were, in that order.
    looked_at: Vec<FunctionId>,
    specials: reached::Specials,
    touched: Touched,
    /// Those of their calls that a later pass may need.
    clues: Clues,
    /// Functions that calls hand on.
    passed: Vec<Passed>,
    /// Parameters that calls hand on.
    relays: Vec<Relay>,
    /// Parameters of which it matters what is passed.
    wanted: Wanted,
    /// Parameters of which it matters what they are.
    asked: Asked,
    deferred: Deferred,
    /// Calls that are offloads, by function and place.
    offloading: FxHashSet<(FunctionId, Nth)>,
    /// Functions that send a parameter to a thread: which one.
    wrappers: FxHashMap<FunctionId, usize>,
    /// Functions that call a parameter where they stand.
    invoked: FxHashMap<Parameter, Confidence>,
    /// Functions that call a parameter of one around them.
    inner: Vec<(FunctionId, Parameter)>,
    /// Functions whose decorator sends them to a thread.
    decorated: FxHashSet<FunctionId>,
    /// What runs where an object of each class is made.
    built: RefCell<FxHashMap<ClassId, Rc<[FunctionId]>>>,
    /// Methods that a framework calls on the loop.
    served: FxHashSet<FunctionId>,
    /// What stands in for a function that is decorated.
    stand_ins: FxHashMap<FunctionId, Vec<FunctionId>>,
    /// Steps into decorated coroutine functions.
    into_wrapped: Vec<(FunctionId, Edge)>,
    /// What is known of functions outside of the program.
    outside: FxHashMap<Name, Option<&'a Sink>>,
    /// Room for which of a call's arguments may be run.
    run: Vec<bool>,
    /// Room for their values.
    values: Vec<Found>,
    /// Room for what a call says of parameters.
    said: Vec<edges::Term>,
}

/// Builds the graph.
pub(super) fn build(program: &Program<'_>) -> Graph {
    let mut builder = Builder {
        program,
        graph: Graph::default(),
        reached: Vec::new(),
        seen: Bits::default(),
        queue: Vec::new(),
        looked_at: Vec::new(),
        specials: reached::Specials::new(program),
        touched: Touched::new(program),
        clues: Clues::default(),
        passed: Vec::new(),
        relays: Vec::new(),
        wanted: Wanted::default(),
        asked: Asked::default(),
        deferred: Deferred::default(),
        offloading: FxHashSet::default(),
        wrappers: FxHashMap::default(),
        invoked: FxHashMap::default(),
        inner: Vec::new(),
        decorated: FxHashSet::default(),
        built: RefCell::default(),
        served: FxHashSet::default(),
        stand_ins: FxHashMap::default(),
        into_wrapped: Vec::new(),
        outside: FxHashMap::default(),
        run: Vec::new(),
        values: Vec::new(),
        said: Vec::new(),
    };
    builder.find_served();
    builder.resolve_calls();
    builder.settle_deferred();
    builder.find_offloads();
    builder.find_decorated();
    builder.settle_decorated();
    builder.settle_served();
    builder.settle_ready();
    builder.hand_on();
    builder.settle_cached();
    builder.find_started();
    builder.graph
}

impl<'a> Builder<'a> {
    /// A call's offload, by its function's name, its method's name, or as a wrapper of the project:
    /// which argument it runs, and what it is.
    fn offload_of(&self, call: &[Clue]) -> Option<(Handed, &'a str)> {
        let catalogue = self.program.catalogue;
        for clue in call {
            let (id, bound) = match clue.hint {
                Hint::External(name) => match catalogue.offload(name) {
                    Some(offload) => return Some((offload.argument.into(), &offload.operation)),
                    None => continue,
                },
                Hint::Offload(name) => {
                    let offload = catalogue.offload_method(name)?;
                    return Some((offload.argument.into(), &offload.operation));
                }
                Hint::Unknown(name) => {
                    return Some((self.offloading_name(name)?.into(), "WRAPPER"));
                }
                Hint::Parameter(..) => continue,
                Hint::Function(id) => (id, 0),
                Hint::Method(id) => (id, 1),
            };
            if let Some(&parameter) = self.wrappers.get(&id) {
                let at = parameter.checked_sub(bound)?;
                let named = self.program.signature(id).parameters().nth(parameter);
                return Some((Handed { at, name: named.map(|it| it.name) }, "WRAPPER"));
            }
        }
        None
    }

    /// The argument that every method of this name in the project sends to a thread.
    fn offloading_name(&self, name: Name) -> Option<usize> {
        let mut arguments =
            self.program.methods_named(name).map(|id| self.wrappers.get(&id)?.checked_sub(1));
        let first = arguments.next()??;
        arguments.all(|argument| argument == Some(first)).then_some(first)
    }

    /// Offloads, until no function turns out to be another wrapper.
    fn find_offloads(&mut self) {
        loop {
            let known = self.wrappers.len();
            let mut offloads = Vec::new();
            let mut offloading = FxHashSet::default();
            for (function, clues) in self.clues.calls() {
                let Some((argument, operation)) = self.offload_of(clues) else { continue };
                let place = clues[0].place;
                offloading.insert((function, place));
                let call = self.program.call(function, place);
                let Some((symbol, callees)) = self.handed(function, &call, argument) else {
                    continue;
                };
                let is_outside = |clue: &Clue| matches!(clue.hint, Hint::External(_));
                let offload = OffloadCall {
                    function,
                    place,
                    is_method: !clues.iter().any(is_outside),
                    operation: operation.to_owned(),
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
                self.offloading = offloading;
                return;
            }
        }
    }

    /// The parameters that an offload runs, directly or inside a lambda or nested function.
    fn offloaded_parameters(&self, offload: &OffloadCall) -> Vec<(FunctionId, usize)> {
        let mut found = Vec::new();
        for known in offload.callees.iter() {
            if let Value::Parameter(owner, index) = known.value {
                found.push((owner, index as usize));
            }
            let Value::Function(id) = known.value else { continue };
            for clue in self.clues.of(id) {
                if let Hint::Parameter(owner, index) = clue.hint
                    && owner != id
                {
                    found.push((owner, index as usize));
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
        let is_decorated = |id: &&FunctionId| program.is(**id, Traits::DECORATED);
        for &id in self.reached.iter().filter(is_decorated) {
            let mut decorators_of = program.function(id).decorators;
            let decorating = decorators_of;
            let place = super::link::Place { file: id.file(), scope: program.head(id).parent };
            let offloads = decorators_of.any(|decorator| {
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
            let mut stand_ins = self.stand_ins_of(place, decorating);
            // One that has an async function for async ones has the other for the others.
            let is_async = |id: &FunctionId| program.head(*id).kind == Kind::Async;
            if is_async(&id) && stand_ins.iter().any(is_async) {
                stand_ins.retain(is_async);
            }
            if !stand_ins.is_empty() {
                self.stand_ins.insert(id, stand_ins);
            }
        }
    }

    /// Takes away the steps into functions of which is known now that they run in a thread, and leads
    /// those into decorated functions to what stands in for them too.
    fn settle_decorated(&mut self) {
        let mut more: Vec<(FunctionId, Edge)> = Vec::new();
        if !self.stand_ins.is_empty() {
            let wrapped = self.into_wrapped.iter().map(|(from, edge)| (*from, edge));
            let mut into: Vec<(FunctionId, Edge)> = Vec::new();
            for (from, edge) in self.graph.edges.all().chain(wrapped) {
                let stand_ins = self.stand_ins.get(&edge.to).into_iter().flatten();
                into.extend(stand_ins.map(|stand_in| (from, Edge { to: *stand_in, ..*edge })));
            }
            for (from, edge) in into {
                let terms = self.needing(self.graph.edges.needs(&edge));
                more.push((from, Edge { terms, ..edge }));
            }
            more.sort_by_key(|(from, edge)| (*from, edge.line, edge.to));
        }
        if !self.decorated.is_empty() {
            self.graph.edges.leave_out(&self.decorated);
        }
        for (from, edge) in more {
            self.connect(from, edge);
        }
    }

    /// The inner functions that decorators give back in place of what they decorate.
    fn stand_ins_of(&self, place: super::link::Place, decorators: Parts<'_>) -> Vec<FunctionId> {
        let program = self.program;
        let mut found = Vec::new();
        for decorator in decorators {
            for decorating in program.eval(place, decorator).iter() {
                let Some((outer, _)) = decorating.value.target() else { continue };
                let inner = program.result(outer);
                let inner = inner.iter().filter_map(|known| known.value.target());
                let is_inner = |id: &FunctionId| {
                    id.file() == outer.file()
                        && program.head(*id).parent == Scope::Function(outer.index())
                };
                found.extend(inner.map(|(id, _)| id).filter(is_inner));
            }
        }
        found
    }

    /// Adds a step into a function that runs where it is called and does something there.
    fn connect(&mut self, from: FunctionId, edge: Edge) {
        if self.does_nothing(edge.to)
            || !self.runs_where_called(from, edge.to)
            || self.decorated.contains(&edge.to)
        {
            return;
        }
        self.graph.edges.add(from, edge);
    }

    /// Whether a function runs nothing, and neither does what may stand in for it.
    fn does_nothing(&self, id: FunctionId) -> bool {
        !self.program.is(id, Traits::ACTS.and(Traits::DECORATED))
    }

    /// Whether a call runs the function at once.
    fn runs_where_called(&self, from: FunctionId, to: FunctionId) -> bool {
        match self.program.head(to).kind {
            Kind::Sync | Kind::Lambda => from != to,
            Kind::Async | Kind::Module => false,
        }
    }
}
