//! Parameters that somebody runs, or hands to what may. A call mostly passes text and numbers to functions
//! that run none of it, so what a call passes is looked at where it becomes one of these. Which ones they
//! are shows while functions are looked at: a call that came before is looked at again.

use std::mem;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::bits::Bits;
use super::super::link::value::{Found, FunctionId, Value};
use super::super::name::Name;
use super::Builder;
use super::later::{Hint, Parameter};

/// The parameters of a program that are wanted.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    all: FxHashSet<Parameter>,
    /// Those of each function for which every call that passes something is looked at.
    settled: FxHashMap<FunctionId, Vec<u32>>,
    /// These functions, by their numbers.
    owners: Bits,
    /// The methods among them, by their names.
    methods: FxHashMap<Name, Vec<FunctionId>>,
    /// The names of which every method of the program is among them, by their numbers.
    agreed: Bits,
    /// Those for which the calls so far are not.
    fresh: Vec<Parameter>,
}

impl Wanted {
    /// Notes the parameters among some values.
    pub(super) fn add(&mut self, values: &Found) {
        for known in values.iter() {
            if let Value::Parameter(owner, index) = known.value
                && self.all.insert((owner, index))
            {
                self.fresh.push((owner, index));
            }
        }
    }

    /// The parameters of a function for which what is passed is looked at.
    pub(super) fn of(&self, owner: FunctionId) -> &[u32] {
        self.settled.get(&owner).map_or(&[], Vec::as_slice)
    }

    /// Whether what becomes this parameter is looked at.
    pub(super) fn has(&self, (owner, index): Parameter) -> bool {
        self.of(owner).contains(&index)
    }

    /// The methods of this name, where each of them has one: a call of which no more is known than the
    /// name says something where they are alike.
    pub(super) fn named(&self, name: Name) -> &[FunctionId] {
        match self.agreed.has(name.number() as usize) {
            true => self.methods.get(&name).map_or(&[], Vec::as_slice),
            false => &[],
        }
    }
}

impl Builder<'_> {
    /// Whether a function runs something that it is passed, as far as is known.
    pub(super) fn wants(&self, id: FunctionId) -> bool {
        self.wanted.owners.has(self.program.number_of(id))
    }

    /// Looks again at the calls so far of functions that turned out to run what they are passed, if
    /// there are any, and reaches the functions that these calls hand on.
    pub(super) fn look_again(&mut self) -> bool {
        let fresh = mem::take(&mut self.wanted.fresh);
        if fresh.is_empty() {
            return false;
        }
        let (mut owners, mut names) = (Bits::default(), Bits::default());
        for (owner, index) in fresh {
            self.wanted.settled.entry(owner).or_default().push(index);
            let is_new = self.wanted.owners.insert(self.program.number_of(owner));
            owners.insert(self.program.number_of(owner));
            if self.program.owner(owner).is_some() {
                let name = self.program.head(owner).name;
                let methods = self.wanted.methods.entry(name).or_default();
                methods.extend(is_new.then_some(owner));
                if self.program.methods_named(name).nth(methods.len()).is_none() {
                    self.wanted.agreed.insert(name.number() as usize);
                    names.insert(name.number() as usize);
                }
            }
        }
        let is_taken = |_, hint: Hint| match hint {
            Hint::Function(id) | Hint::Method(id) => owners.has(self.program.number_of(id)),
            Hint::Unknown(name) => names.has(name.number() as usize),
            Hint::External(_) | Hint::Parameter(..) | Hint::Offload(_) => false,
        };
        for (function, place) in self.clues.with(is_taken) {
            let call = self.program.call(function, place);
            let callees = self.callees(function, &call);
            self.hand(function, &call, &callees);
        }
        true
    }
}
