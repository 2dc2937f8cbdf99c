//! Parameters that somebody runs, or hands to what may. A call mostly passes text and numbers to functions
//! that run none of it, so what a call passes is looked at where it becomes one of these. Which ones they
//! are shows while functions are looked at: a call that came before is looked at again.

use std::mem;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::bits::Bits;
use super::super::link::value::{Found, FunctionId, Known, Value};
use super::super::name::Name;
use super::Builder;
use super::later::{Clue, Hint, Parameter};

/// The parameters of a program that are wanted.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    all: FxHashSet<Parameter>,
    /// Those of each function for which every call that passes something is looked at.
    settled: FxHashMap<FunctionId, Vec<u32>>,
    /// These functions, by their numbers.
    owners: Bits,
    /// Their names.
    names: FxHashSet<Name>,
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

    /// Whether a function of this name has one.
    pub(super) fn is_of_one_named(&self, name: Name) -> bool {
        self.names.contains(&name)
    }
}

impl Builder<'_> {
    /// Whether one of these functions runs something that it is passed, as far as is known.
    pub(super) fn want(&self, callees: &[Known]) -> bool {
        let mut targets = callees.iter().filter_map(|known| known.value.target());
        targets.any(|(id, _)| self.wanted.owners.has(self.program.number_of(id)))
    }

    /// Looks again at the calls so far of functions that turned out to run what they are passed: adds the
    /// functions that these calls hand on. Whether there may be more.
    pub(super) fn look_again(&mut self, next: &mut Vec<FunctionId>) -> bool {
        let (mut owners, mut names) = (FxHashSet::default(), FxHashSet::default());
        for (owner, index) in mem::take(&mut self.wanted.fresh) {
            self.wanted.settled.entry(owner).or_default().push(index);
            self.wanted.owners.insert(self.program.number_of(owner));
            owners.insert(owner);
            names.insert(self.program.head(owner).name);
        }
        self.wanted.names.extend(&names);
        let is_named =
            |clue: &Clue| matches!(clue.hint, Hint::Unknown(name) if names.contains(&name));
        let is_taken = |clue: &Clue| match clue.hint {
            Hint::Function(id) | Hint::Method(id) => owners.contains(&id),
            Hint::External(_) | Hint::Parameter(..) | Hint::Offload(_) | Hint::Unknown(_) => false,
        };
        let mut again = Vec::new();
        for (function, clues) in self.clues.calls() {
            let takes_all = clues.iter().any(is_named);
            if takes_all || clues.iter().any(is_taken) {
                again.push((function, clues[0].place, takes_all));
            }
        }
        for (function, place, takes_all) in again {
            let call = self.program.call(function, place);
            let callees = self.callees(function, &call);
            self.hand(function, &call, &callees, takes_all, next);
        }
        !owners.is_empty()
    }
}
