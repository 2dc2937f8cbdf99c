//! Functions that are handed on: to a thread, to a function that calls them, to the loop.

use super::super::catalogue::Mark;
use super::super::link::value::{Found, FunctionId, Known, Value, nothing, small};
use super::super::name::Name;
use super::super::packed::{Argument, Call, File, Node, Signature, positional};
use super::edges::Terms;
use super::{Builder, Edge, Parameter, Passed, Relay};
use crate::model::Confidence;

impl<'a> Builder<'a> {
    /// What a call hands on as this argument: as written, and what it may be.
    pub(super) fn handed(
        &self,
        function: FunctionId,
        call: &Call<'_>,
        handed: Handed,
    ) -> Option<(String, Found)> {
        let file = &self.program.files[function.file()];
        let argument = &call.arguments[handed_at(file, &call.arguments, handed)?];
        let place = self.program.place(function);
        Some((argument.text(file), self.program.eval(place, argument.value)))
    }

    /// Notes the functions that a call hands on to be run, and reaches them.
    pub(super) fn hand(&mut self, function: FunctionId, call: &Call<'_>, callees: &[Known]) {
        let program = self.program;
        let (file, place) = (&program.files[function.file()], program.place(function));
        // Of a lambda it is told who takes it, whether he runs it or not.
        let takes_lambda = call.arguments.iter().any(|argument| is_lambda(file, argument));
        let takers = self.takers(callees, |id| takes_lambda || self.wants(id));
        let mut run = std::mem::take(&mut self.run);
        self.find_run(file, call, callees, &takers, &mut run);
        let mut values = std::mem::take(&mut self.values);
        values.clear();
        for (argument, is_run) in call.arguments.iter().zip(&run) {
            let found = match *is_run || is_lambda(file, argument) {
                true => program.eval(place, argument.value),
                false => nothing(),
            };
            if *is_run {
                self.wanted.add(&found);
            }
            let targets = found.iter().filter_map(|known| known.value.target());
            targets.for_each(|(id, _)| self.reach(id));
            values.push(found);
        }
        self.pass(function, call, callees, &takers, &values);
        (self.run, self.values) = (run, values);
    }

    /// Which arguments of a call are run, or may be, by what is called.
    fn find_run(
        &self,
        file: &File<'_>,
        call: &Call<'_>,
        callees: &[Known],
        takers: &[Taker<'a>],
        run: &mut Vec<bool>,
    ) {
        let (catalogue, arguments) = (self.program.catalogue, &call.arguments);
        run.clear();
        run.resize(arguments.len(), false);
        let leaf = call.leaf(file).unwrap_or_default();
        let callback = catalogue.callback(leaf).map(|callback| callback.argument);
        let method = catalogue.offload_method(leaf).map(|offload| offload.argument);
        let external = || callees.iter().filter_map(|known| known.value.external());
        let offloads = external().filter_map(|name| catalogue.offload(name)).map(|it| it.argument);
        let handed = callback.into_iter().chain(method).chain(offloads);
        for index in handed.filter_map(|index| handed_at(file, arguments, index.into())) {
            run[index] = true;
        }
        for mark in external().map(|name| catalogue.marks.of(name)) {
            for (index, argument) in arguments.iter().enumerate() {
                run[index] |= mark.is(Mark::CALLER) && index == 0
                    || mark.is(Mark::KEYED) && argument.keyword == Some(self.specials.key);
            }
        }
        // Where nothing is known of the receiver it may be any method of the name.
        let named = if callees.is_empty() { self.wanted.named(leaf) } else { &[] };
        let named: Vec<_> = named.iter().map(|id| self.taker(*id, 1)).collect();
        for taker in takers.iter().chain(&named) {
            let parameters = self.wanted.of(taker.id).iter();
            for index in parameters.filter_map(|it| taker.argument(*it, arguments)) {
                run[index] = true;
            }
        }
    }

    /// Notes what a call does with the values of its arguments, as far as these were looked at.
    fn pass(
        &mut self,
        function: FunctionId,
        call: &Call<'_>,
        callees: &[Known],
        takers: &[Taker<'a>],
        values: &[Found],
    ) {
        let program = self.program;
        let file = &program.files[function.file()];
        let marks = &program.catalogue.marks;
        let leaf = call.leaf(file).unwrap_or_default();
        let leaf_mark = marks.of(leaf);
        if leaf_mark.is(Mark::CALLBACK)
            && let Some(callback) = program.catalogue.callback(leaf)
        {
            let is_of_loop = !self.is_of_thread(function, call);
            if is_of_loop
                && let Some((_, callees)) = self.handed(function, call, callback.argument.into())
            {
                for known in callees.iter() {
                    if let Value::Parameter(owner, parameter) = known.value {
                        self.deferred.add((owner, parameter));
                    }
                    self.graph.callbacks.extend(known.value.target().map(|(id, _)| id));
                }
            }
            return;
        }
        let external = callees.iter().find_map(|known| known.value.external());
        let external = marks.of(external.unwrap_or_default());
        if external.is(Mark::ELSEWHERE) || leaf_mark.is(Mark::ELSEWHERE_METHOD) {
            return;
        }
        let calls_here = external.is(Mark::CALLER.and(Mark::KEYED));
        let otherwise = if calls_here { Confidence::Definite } else { Confidence::Possible };
        let mut targets = Vec::new();
        for (index, (argument, values)) in call.arguments.iter().zip(values).enumerate() {
            let node = file.node(argument.value);
            let is_lambda = is_lambda(file, argument);
            let is_passed = |known: &Known| {
                matches!(known.value, Value::Function(_) | Value::Method(_) | Value::Parameter(..))
            };
            if !matches!(node, Node::Lambda(_) | Node::Name(_) | Node::Attr(..))
                || !values.iter().any(is_passed)
            {
                continue;
            }
            targets.clear();
            targets.extend(takers.iter().filter_map(|taker| taker.parameter(index, argument)));
            if !is_lambda && !calls_here {
                targets.retain(|(target, _)| self.wanted.has(*target));
            }
            if targets.is_empty() && !is_lambda && !calls_here {
                continue;
            }
            for known in values.iter() {
                if let Value::Parameter(owner, parameter) = known.value {
                    if calls_here {
                        self.invokes(function, (owner, parameter));
                    }
                    self.relays.extend(targets.iter().map(|(target, _)| Relay {
                        from: function,
                        place: call.place,
                        own: (owner, parameter),
                        target: *target,
                    }));
                }
                let Some((id, _)) = known.value.target() else { continue };
                let terms = self.needing(self.needs(function, call));
                let pass = |target, limit| Passed {
                    from: function,
                    id,
                    target,
                    place: call.place,
                    line: call.line,
                    terms,
                    confidence: known.confidence.max(limit),
                };
                if targets.is_empty() {
                    self.passed.push(pass(None, otherwise));
                }
                self.passed.extend(targets.iter().map(|(target, sure)| pass(Some(*target), *sure)));
            }
        }
    }

    /// Whether a call is a method of something that lives in another thread, which calls back there.
    fn is_of_thread(&self, function: FunctionId, call: &Call<'_>) -> bool {
        let file = &self.program.files[function.file()];
        let Node::Attr(receiver, _) = file.node(call.callee) else { return false };
        let values = self.program.eval(self.program.place(function), receiver);
        let is_one = |known: &Known| matches!(&known.value, Value::Object(name) if *name == "concurrent.futures.Future");
        !values.is_empty() && values.iter().all(is_one)
    }

    /// The program's functions among those that are called, of which these are wanted.
    fn takers(&self, callees: &[Known], is_wanted: impl Fn(FunctionId) -> bool) -> Vec<Taker<'a>> {
        let taker = |known: &Known| {
            let (id, bound) = known.value.target().filter(|(id, _)| is_wanted(*id))?;
            Some(Taker { confidence: known.confidence, ..self.taker(id, bound) })
        };
        callees.iter().filter_map(taker).collect()
    }

    pub(super) fn taker(&self, id: FunctionId, bound: usize) -> Taker<'a> {
        let signature = self.program.signature(id);
        Taker { id, bound, signature, confidence: Confidence::Definite }
    }
}

/// A function of the program that takes arguments.
pub(super) struct Taker<'a> {
    id: FunctionId,
    /// How many of its parameters are bound.
    bound: usize,
    signature: Signature<'a>,
    confidence: Confidence,
}

impl Taker<'_> {
    /// The argument that becomes a parameter.
    pub(super) fn argument(&self, parameter: u32, arguments: &[Argument<'_>]) -> Option<usize> {
        let at = parameter as usize;
        let by_position = at.checked_sub(self.bound).filter(|_| at < self.signature.positional);
        let is_plain = |index: &usize| arguments.get(*index).is_some_and(|it| it.keyword.is_none());
        by_position.filter(is_plain).or_else(|| {
            let name = self.signature.parameters().nth(at)?.name;
            arguments.iter().position(|argument| argument.keyword == Some(name))
        })
    }

    /// The parameter that an argument becomes, and how sure that is.
    fn parameter(&self, index: usize, argument: &Argument<'_>) -> Option<(Parameter, Confidence)> {
        let at = match argument.keyword {
            None => Some(index + self.bound).filter(|&at| at < self.signature.positional),
            Some(name) => self.signature.parameters().position(|parameter| parameter.name == name),
        };
        at.map(|at| ((self.id, small(at)), self.confidence))
    }
}

/// Whether an argument is written as a lambda.
pub(super) fn is_lambda(file: &File<'_>, argument: &Argument<'_>) -> bool {
    matches!(file.node(argument.value), Node::Lambda(_))
}

/// A step of which nothing more is known.
pub(super) fn plain(to: FunctionId, confidence: Confidence, line: u32) -> Edge {
    Edge { to, confidence, line, terms: Terms::default() }
}

/// An argument that is a function which is handed on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handed {
    /// Where it is passed by position.
    pub(super) at: usize,
    /// The keyword by which it is passed otherwise; where it is not known, one that says so.
    pub(super) name: Option<Name>,
}

impl From<usize> for Handed {
    fn from(at: usize) -> Self {
        Self { at, name: None }
    }
}

/// Which argument of a call that is. `context.run` and its like step aside for what they run.
fn handed_at(file: &File<'_>, arguments: &[Argument<'_>], handed: Handed) -> Option<usize> {
    if let Some(argument) = positional(arguments, handed.at) {
        let value = file.node(argument.value);
        let steps_aside = matches!(value, Node::Attr(_, name) if name == "run")
            && positional(arguments, handed.at + 1).is_some();
        return Some(handed.at + usize::from(steps_aside));
    }
    let names = ["func", "function", "fn", "target", "callback"];
    let is_it = |keyword: Name| match handed.name {
        Some(name) => keyword == name,
        None => names.contains(&keyword.text()),
    };
    arguments.iter().position(|argument| argument.keyword.is_some_and(is_it))
}
