//! Parameters of which nothing is written down and that something is asked of. A call that asks one is
//! looked at again once it shows what the functions that run pass there.

use std::collections::BTreeSet;
use std::mem;

use rustc_hash::FxHashMap;

use super::super::bits::Bits;
use super::super::catalogue::Mark;
use super::super::link::value::{Found, FunctionId, Sum, small};
use super::super::packed::{At, Call, Node, Nth};
use super::super::runner::Runner;
use super::Builder;
use super::later::{Hint, Parameter};

/// Of more calls than this that pass something as one parameter, the others are not looked at.
const CALLS: usize = 512;

/// In place of an argument: what objects are made with.
const MADE: usize = CALLS;

/// What has gone through more hands than this is not asked for.
const HANDS: usize = 16;

/// The parameters that are asked, in the order in which they were first.
#[derive(Debug, Default)]
pub(super) struct Asked {
    all: Vec<Question>,
    numbers: FxHashMap<Parameter, usize>,
    /// Their functions, by number.
    owners: Bits,
    /// For how many of them all clues of calls were looked at, and how many these were.
    settled: usize,
    upto: usize,
    /// Of which of them more may be known than was said, by which of the arguments that are passed.
    due: BTreeSet<(usize, usize)>,
}

/// What is asked of a parameter.
#[derive(Debug)]
struct Question {
    parameter: Parameter,
    /// The calls that ask it.
    calls: Vec<(FunctionId, Nth)>,
    /// The functions that touch it.
    touching: Vec<FunctionId>,
    /// What calls pass: the function of each, and the argument.
    passed: Vec<(FunctionId, At)>,
    /// The parameters as which it, or what is made of it, is passed on, and which of their arguments
    /// that is.
    becomes: Vec<(usize, usize)>,
    /// How many hands are between it and one of which a call asks something.
    hands: usize,
}

impl Asked {
    /// What is asked of a parameter, so many hands before a call that asks something.
    fn of(&mut self, parameter: Parameter, hands: usize) -> &mut Question {
        let number = *self.numbers.entry(parameter).or_insert_with(|| {
            let (calls, touching, passed, becomes) = Default::default();
            self.all.push(Question { parameter, calls, touching, passed, becomes, hands });
            self.all.len() - 1
        });
        &mut self.all[number]
    }

    /// Whether a parameter is asked for which no calls were looked at yet.
    pub(super) fn is_open(&self) -> bool {
        self.settled < self.all.len()
    }
}

impl Builder<'_> {
    /// Notes that a call asks something of a parameter, if it does and that may lead anywhere.
    pub(super) fn ask(&mut self, function: FunctionId, call: &Call<'_>) {
        let program = self.program;
        let Node::Attr(receiver, name) = program.node(function.file(), call.callee) else { return };
        let leads_on = program.catalogue.marks.of(name).is(Mark::METHOD)
            || program.methods_named(name).next().is_some();
        if leads_on && let Some(parameter) = program.origin(program.place(function), receiver) {
            self.asked.of(parameter, 0).calls.push((function, call.place));
        }
    }

    /// Notes that a function touches a parameter, if that is what it touches.
    pub(super) fn ask_touched(&mut self, function: FunctionId, receiver: At) {
        if let Some(parameter) = self.program.origin(self.program.place(function), receiver) {
            let touching = &mut self.asked.of(parameter, 0).touching;
            if touching.last() != Some(&function) {
                touching.push(function);
            }
        }
    }

    /// Finds out what calls pass as the parameters that are asked, and looks again at what asks one of
    /// which more is known now. Whether there was any.
    pub(super) fn answer(&mut self) -> bool {
        self.find_passed();
        let mut more = false;
        while let Some((number, argument)) = self.asked.due.pop_first() {
            let mut values = Sum::default();
            let mut next = Some(argument);
            while let Some(argument) = next {
                values.add(&self.passed(number, argument));
                next = self.asked.due.range((number, 0)..(number + 1, 0)).next().map(|due| due.1);
                next.map(|argument| self.asked.due.remove(&(number, argument)));
            }
            if self.program.give(self.asked.all[number].parameter, values) {
                more = true;
                self.look_at(number);
            }
        }
        more
    }

    /// What one of the calls passes as a parameter.
    fn passed(&self, number: usize, argument: usize) -> Found {
        let question = &self.asked.all[number];
        let Some(&(function, value)) = question.passed.get(argument) else {
            let (id, index) = question.parameter;
            return self.program.made_as(id, index as usize);
        };
        self.program.argument(self.program.place(function), value)
    }

    /// Looks again at what asks a parameter of which more is known now.
    fn look_at(&mut self, number: usize) {
        let question = &self.asked.all[number];
        self.asked.due.extend(&question.becomes);
        let (calls, touching) = (question.calls.clone(), question.touching.clone());
        calls.iter().for_each(|(function, _)| self.program.forget(*function));
        calls.into_iter().for_each(|(function, place)| self.step_again(function, place));
        touching.into_iter().for_each(|function| self.touches(function));
    }

    /// Finds the arguments that calls pass as the parameters that are asked, of all calls so far.
    fn find_passed(&mut self) {
        let program = self.program;
        let mut asked = mem::take(&mut self.asked);
        while asked.is_open() || asked.upto < self.clues.count() {
            let mut fresh = Bits::default();
            for number in asked.settled..asked.all.len() {
                let owner = program.number_of(asked.all[number].parameter.0);
                fresh.insert(owner);
                asked.owners.insert(owner);
                asked.due.insert((number, MADE));
            }
            let is_asked = |at: usize, hint: Hint| match hint {
                Hint::Function(id) | Hint::Method(id) => {
                    let owners = if at < asked.upto { &fresh } else { &asked.owners };
                    owners.has(program.number_of(id))
                }
                Hint::External(_) | Hint::Parameter(..) | Hint::Offload(_) | Hint::Unknown(_) => {
                    false
                }
            };
            let calls = self.clues.with(is_asked);
            (asked.settled, asked.upto) = (asked.all.len(), self.clues.count());
            calls
                .iter()
                .for_each(|(function, place)| self.passes_on(&mut asked, *function, *place));
        }
        self.asked = asked;
    }

    /// Notes what a call passes as parameters that are asked.
    fn passes_on(&self, asked: &mut Asked, function: FunctionId, place: Nth) {
        let program = self.program;
        let file = &program.files[function.file()];
        let call = file.bare_call(place);
        let is_of_tests = Runner::of(file.path) == Runner::Tests;
        for known in self.callees(function, &call).iter() {
            let Some((id, bound)) = known.value.target() else { continue };
            let is_real = !is_of_tests || function.file() == id.file();
            if !is_real || !asked.owners.has(program.number_of(id)) {
                continue;
            }
            let taker = self.taker(id, bound);
            for index in 0..small(program.signature(id).parameters().count()) {
                let Some(&number) = asked.numbers.get(&(id, index)) else { continue };
                let Some(at) = taker.argument(index, &call.arguments) else { continue };
                let argument = (function, call.arguments[at].value);
                let Question { passed, hands, .. } = &mut asked.all[number];
                let count = passed.len();
                if count >= CALLS || passed.contains(&argument) {
                    continue;
                }
                passed.push(argument);
                let hands = *hands + 1;
                asked.due.insert((number, count));
                let origin = program.origin(program.place(function), argument.1);
                if let Some(other) = origin.filter(|_| hands <= HANDS) {
                    asked.of(other, hands).becomes.push((number, count));
                }
            }
        }
    }
}
