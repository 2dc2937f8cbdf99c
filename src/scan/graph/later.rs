//! What is kept of calls until it is known what they lead to: which functions offload, and which
//! call what they are given. A large program has tens of thousands of such calls, and only a few of
//! them will matter, so no more is kept than what tells which.

use std::ops::Range;

use super::super::link::value::{FunctionId, Known, Value, small};
use super::super::name::Name;
use super::super::packed::Nth;
use super::edges::Terms;
use crate::model::Confidence;

/// A parameter of a function.
pub(super) type Parameter = (FunctionId, u32);

/// One thing that is known of a call; what is known of one call follows each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clue {
    /// The place of the call, by which its facts are found.
    pub(super) place: Nth,
    pub(super) hint: Hint,
}

/// What says whether a call is an offload, or runs a parameter. What it may call stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// It may call something outside of the program.
    External(Name),
    /// It may call this function.
    Function(FunctionId),
    /// It may call this method, whose first parameter is bound.
    Method(FunctionId),
    /// It may call what is passed as this parameter.
    Parameter(FunctionId, u32),
    /// It is one of the catalogue's offloads by its method's name.
    Offload(Name),
    /// Its method's name, where nothing more is known of it.
    Unknown(Name),
}

impl Hint {
    /// That of a value which is called, where a later pass may ask for it.
    pub(super) fn of(known: &Known) -> Option<Self> {
        match known.value {
            Value::External(name) => Some(Self::External(name)),
            Value::Function(id) => Some(Self::Function(id)),
            Value::Method(id) => Some(Self::Method(id)),
            Value::Parameter(owner, index) => Some(Self::Parameter(owner, index)),
            Value::Module(_)
            | Value::Class(..)
            | Value::Instance(..)
            | Value::Object(_)
            | Value::Member(..)
            | Value::Many(_)
            | Value::Tuple(_)
            | Value::Display(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Called(_) => None,
        }
    }
}

/// The clues of every function.
#[derive(Debug, Default)]
pub(super) struct Clues {
    all: Vec<Clue>,
    /// Which ones those of each function are, in the order of functions once they are sorted.
    runs: Vec<(FunctionId, Range<u32>)>,
}

impl Clues {
    /// Adds what is known of a call. Calls of one function are added one after the other.
    pub(super) fn add(
        &mut self,
        function: FunctionId,
        place: Nth,
        hints: impl Iterator<Item = Hint>,
    ) {
        let start = small(self.all.len());
        self.all.extend(hints.map(|hint| Clue { place, hint }));
        let end = small(self.all.len());
        match self.runs.last_mut() {
            Some((last, run)) if *last == function => run.end = end,
            _ if start < end => self.runs.push((function, start..end)),
            _ => {}
        }
    }

    /// Puts the functions in order, and what is known of one function side by side: of a call that was
    /// looked at again, what it may call first.
    pub(super) fn sort(&mut self) {
        self.runs.sort_by_key(|(function, _)| *function);
        let mut runs: Vec<(FunctionId, Range<u32>)> = Vec::with_capacity(self.runs.len());
        for same in self.runs.chunk_by(|(one, _), (next, _)| one == next) {
            let [(function, first), rest @ ..] = same else { continue };
            let mut run = first.clone();
            if !rest.is_empty() {
                run = small(self.all.len())..small(self.all.len());
                for (_, part) in same {
                    self.all.extend_from_within(part.start as usize..part.end as usize);
                }
                run.end = small(self.all.len());
                let is_name = |hint| matches!(hint, Hint::Offload(_) | Hint::Unknown(_));
                self.all[run.start as usize..].sort_by_key(|clue| (clue.place, is_name(clue.hint)));
            }
            runs.push((*function, run));
        }
        self.runs = runs;
    }

    /// What is known of each call, by function.
    pub(super) fn calls(&self) -> impl Iterator<Item = (FunctionId, &[Clue])> {
        self.runs.iter().flat_map(|(function, run)| {
            self.run(run)
                .chunk_by(|one, next| one.place == next.place)
                .map(|call| (*function, call))
        })
    }

    /// The calls of which something like this is known, with their functions, while the functions are
    /// still in the order in which they came.
    pub(super) fn with(&self, is_it: impl Fn(usize, Hint) -> bool) -> Vec<(FunctionId, Nth)> {
        let mut found: Vec<(FunctionId, Nth)> = Vec::new();
        for (at, clue) in self.all.iter().enumerate().filter(|(at, clue)| is_it(*at, clue.hint)) {
            let run = self.runs.partition_point(|(_, run)| run.end as usize <= at);
            found.push((self.runs[run].0, clue.place));
        }
        found.dedup();
        found
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// What is known of the calls of one function.
    pub(super) fn of(&self, id: FunctionId) -> &[Clue] {
        let run = self.runs.binary_search_by_key(&id, |(function, _)| *function);
        run.map_or(&[], |run| self.run(&self.runs[run].1))
    }

    fn run(&self, run: &Range<u32>) -> &[Clue] {
        &self.all[run.start as usize..run.end as usize]
    }
}

/// A function that a call hands on.
pub(super) struct Passed {
    pub(super) from: FunctionId,
    pub(super) id: FunctionId,
    /// What it becomes, where that is known.
    pub(super) target: Option<Parameter>,
    /// The place of the call.
    pub(super) place: Nth,
    pub(super) line: u32,
    /// What the call says of parameters: those that it needs.
    pub(super) terms: Terms,
    pub(super) confidence: Confidence,
}

/// Whatever is passed as one parameter and becomes another.
pub(super) struct Relay {
    pub(super) from: FunctionId,
    /// The place of the call.
    pub(super) place: Nth,
    pub(super) own: Parameter,
    pub(super) target: Parameter,
}
