//! Which functions are looked at: those that the loop may run, and those that they may call or hand
//! on. What nothing on the loop leads to, by any step that a later pass could take, is left alone.

use rustc_hash::FxHashMap;

use super::super::catalogue::Mark;
use super::super::facts::{Kind, Scope, Use};
use super::super::link::Place;
use super::super::link::awaitable::Given;
use super::super::link::value::{Found, FunctionId, Known, Value};
use super::super::name::Name;
use super::super::packed::{Call, File, Nth, Traits};
use super::handed::is_lambda;
use super::{Builder, Edge, Hint, SinkCall};
use crate::model::Confidence;

impl<'a> Builder<'a> {
    /// Resolves the calls of every function that is reached from a root.
    pub(super) fn resolve_calls(&mut self) {
        let program = self.program;
        let inner = self.inner_functions();
        for id in program.functions() {
            if self.may_be_root(id) {
                self.reach(id);
            }
        }
        self.reach_touched();
        loop {
            while let Some(function) = self.queue.pop() {
                inner.get(&function).into_iter().flatten().for_each(|id| self.reach(*id));
                self.steps(function);
            }
            if !self.look_again()
                && !self.answer()
                && !self.reach_deferring()
                && !self.find_touches()
            {
                break;
            }
        }
        self.clues.sort();
        let is_reached = |id: &FunctionId| self.seen.has(program.number_of(*id));
        self.reached = program.functions().filter(is_reached).collect();
    }

    /// Has a function looked at, if it was not yet.
    pub(super) fn reach(&mut self, id: FunctionId) {
        if self.seen.insert(self.program.number_of(id)) {
            self.queue.push(id);
        }
    }

    /// Has the functions looked at that run when a value is called.
    fn reach_by(&mut self, value: &Value) {
        self.entered(value).for_each(|id| self.reach(id));
    }

    /// What the loop runs by itself, more rather than less.
    fn may_be_root(&self, id: FunctionId) -> bool {
        let head = self.program.head(id);
        let hooks = &self.program.catalogue.hooks;
        let is_hook = || hooks.iter().any(|hooks| hooks.twins.contains_key(head.name.text()));
        head.kind == Kind::Async
            || head.traits.are(Traits::CALLS_BACK)
            || is_hook()
            || self.served.contains(&id)
    }

    /// The functions and lambdas that stand in each function.
    fn inner_functions(&self) -> FxHashMap<FunctionId, Vec<FunctionId>> {
        let mut inner: FxHashMap<FunctionId, Vec<FunctionId>> = FxHashMap::default();
        for id in self.program.functions() {
            if let Scope::Function(outer @ 1..) = self.program.head(id).parent {
                inner.entry(FunctionId::new(id.file(), outer)).or_default().push(id);
            }
        }
        inner
    }

    /// Resolves the calls of one function, and reaches what it may run or hand on.
    fn steps(&mut self, function: FunctionId) {
        let program = self.program;
        let head = program.head(function);
        let outside = Place { file: function.file(), scope: head.parent };
        let is_decorated = head.traits.are(Traits::DECORATED);
        let decorators = is_decorated.then(|| program.function(function).decorators);
        for decorator in decorators.into_iter().flatten() {
            let values = program.eval(outside, decorator);
            values.iter().for_each(|known| self.reach_by(&known.value));
        }
        let file = &program.files[function.file()];
        file.calls(function.index(), |call| self.step(function, call));
        self.looked_at.push(function);
    }

    /// Looks at a call again, of which more is known now.
    pub(super) fn step_again(&mut self, function: FunctionId, place: Nth) {
        let call = self.program.call(function, place);
        let leaf = call.leaf(&self.program.files[function.file()]);
        let is_of_call = |sink: &SinkCall| {
            sink.at == (call.line, call.column) && sink.symbol.rsplit('.').next() == leaf.as_deref()
        };
        if let Some(sinks) = self.graph.sinks.get_mut(&function) {
            sinks.retain(|sink| !is_of_call(sink));
        }
        self.step(function, &call);
    }

    fn step(&mut self, function: FunctionId, call: &Call<'a>) {
        let program = self.program;
        let callees = self.program.eval(self.program.place(function), call.callee);
        let callees = if callees.is_empty() {
            self.ask(function, call);
            self.by_name(function, call)
        } else {
            callees
        };
        for known in callees.iter().filter(|known| known.value.is_own()) {
            self.reach_by(&known.value);
        }
        self.enter(function, call, &callees);
        self.wanted.add(&callees);
        if call.used == Use::Value
            && let Some((sink, symbol, confidence)) = self.sink(function, call, &callees)
        {
            let needs = self.needs(function, call);
            let at = (call.line, call.column);
            let sink = SinkCall { function, at, sink, symbol, confidence, needs };
            self.graph.sinks.entry(function).or_default().push(sink);
        }
        let file = &program.files[function.file()];
        let leaf = call.leaf(file);
        let marks = &program.catalogue.marks;
        let method = leaf.filter(|leaf| marks.of(*leaf).is(Mark::OFFLOAD_METHOD));
        let method = method.filter(|leaf| program.catalogue.offload_method(*leaf).is_some());
        let method = method.filter(|_| call.receiver(file).is_some());
        let may_matter = |known: &Known| match &known.value {
            Value::Parameter(..) => true,
            Value::External(name) => marks.of(*name).is(Mark::OFFLOAD),
            value => !call.arguments.is_empty() && value.target().is_some(),
        };
        let unknown = leaf.filter(|leaf| {
            callees.is_empty()
                && !call.arguments.is_empty()
                && program.methods_named(*leaf).next().is_some()
                && call.receiver(file).is_some()
        });
        let is_named = method.is_some()
            || unknown.is_some_and(|name| !self.wanted.named(name).is_empty())
            || leaf.is_some_and(|leaf| marks.of(leaf).is(Mark::CALLBACK));
        if is_named || self.may_take(file, call, &callees) {
            self.hand(function, call, &callees);
        }
        if method.is_some() || unknown.is_some() || callees.iter().any(may_matter) {
            let named = method.map(Hint::Offload).or(unknown.map(Hint::Unknown));
            let hints = callees.iter().filter_map(Hint::of).chain(named);
            self.clues.add(function, call.place, hints);
        }
    }

    /// What a call may call.
    pub(super) fn callees(&self, function: FunctionId, call: &Call<'_>) -> Found {
        let callees = self.program.eval(self.program.place(function), call.callee);
        if callees.is_empty() { self.by_name(function, call) } else { callees }
    }

    /// Whether what a call may call may run an argument.
    fn may_take(&self, file: &File<'_>, call: &Call<'_>, callees: &[Known]) -> bool {
        let marks = &self.program.catalogue.marks;
        let runs = Mark::OFFLOAD.and(Mark::CALLER).and(Mark::KEYED);
        let is_taker = |known: &Known| known.value.target().is_some_and(|(id, _)| self.wants(id));
        !call.arguments.is_empty()
            && (callees
                .iter()
                .any(|known| marks.of(known.value.external().unwrap_or_default()).is(runs))
                || call.arguments.iter().any(|argument| is_lambda(file, argument))
                || callees.iter().any(is_taker))
    }

    /// The functions that a call enters.
    fn enter(&mut self, function: FunctionId, call: &Call<'_>, callees: &[Known]) {
        let program = self.program;
        // Where one of several is a coroutine function, that is the one which is awaited.
        let is_async = |known: &Known| {
            known.value.target().is_some_and(|(id, _)| program.head(id).kind == Kind::Async)
        };
        let least = match call.used == Use::Awaited && callees.iter().any(is_async) {
            true => Given::Awaitable,
            false => Given::Unknown,
        };
        let mut limit = None;
        for known in callees {
            if let Value::Member(object, _) = &known.value
                && program.catalogue.bound.to_loop.contains(object)
            {
                self.graph.loop_bound.entry(function).or_insert((*object, call.line));
            }
            for to in self.entered(&known.value) {
                if self.does_nothing(to) || self.is_replaced(function, call, &known.value) {
                    continue;
                }
                let is_streamed = || call.used == Use::Streamed && program.function(to).is_iterated;
                let awaits_another = call.used == Use::Awaited
                    && known.value.target().is_some()
                    && program.given(to) < least;
                let runs_at_once =
                    self.runs_where_called(function, to) && !is_streamed() && !awaits_another;
                // Calling a coroutine function runs nothing of it, but what stands in for it may be
                // a plain function.
                let is_wrapped = || {
                    let head = program.head(to);
                    let is_other = head.kind == Kind::Async || awaits_another;
                    is_other && head.traits.are(Traits::DECORATED)
                };
                if !runs_at_once && !is_wrapped() {
                    continue;
                }
                let (terms, sure) = self.terms(function, call, &known.value, to);
                let sure = sure.max(self.off_loop(function, call));
                let limit = *limit.get_or_insert_with(|| self.limit(callees));
                let confidence = known.confidence.max(limit).max(sure);
                let edge = Edge { to, confidence, line: call.line, terms };
                match runs_at_once {
                    true => self.connect(function, edge),
                    false => self.into_wrapped.push((function, edge)),
                }
            }
            if let Value::Parameter(owner, parameter) = known.value {
                self.invokes(function, (owner, parameter));
            }
        }
    }

    /// How sure a step is at most: one of several is taken, and the code does not say which.
    fn limit(&self, callees: &[Known]) -> Confidence {
        let entering = |known: &&Known| self.entered(&known.value).next().is_some();
        match callees.iter().filter(entering).nth(1) {
            None => Confidence::Definite,
            Some(_) => Confidence::Probable,
        }
    }
}

/// Names that are asked for again and again.
pub(super) struct Specials {
    /// What runs when a class is called.
    pub(super) construct: Vec<Name>,
    /// What runs when an object is called.
    pub(super) call: Name,
    /// The keyword of what is unpacked where it is passed.
    pub(super) unpacked: Name,
    /// That of what says by what things are compared.
    pub(super) key: Name,
}

impl Specials {
    pub(super) fn new(program: &super::Program<'_>) -> Self {
        let construct =
            ["__new__", "__init__", "__post_init__", "__attrs_post_init__", "model_post_init"];
        let is_any = |name: &Name| program.methods_named(*name).next().is_some();
        Self {
            construct: construct.map(Name::new).into_iter().filter(is_any).collect(),
            call: Name::new("__call__"),
            unpacked: Name::new("*"),
            key: Name::new("key"),
        }
    }
}
