//! Parameters that functions give to the loop: what is passed as one is a callback, whoever passes it.

use rustc_hash::FxHashSet;

use super::super::link::value::FunctionId;
use super::super::name::Name;
use super::Builder;
use super::later::Parameter;

/// They, as far as is known.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    all: FxHashSet<Parameter>,
    /// The functions of those for which nobody has looked who calls them.
    fresh: Vec<FunctionId>,
}

impl Deferred {
    /// Adds one; whether it is new.
    pub(super) fn add(&mut self, parameter: Parameter) -> bool {
        let is_new = self.all.insert(parameter);
        self.fresh.extend(is_new.then_some(parameter.0));
        is_new
    }
}

impl Builder<'_> {
    /// Has everything looked at that may call a function which gives a parameter to the loop: that is
    /// mostly done from another thread. Whether there was any.
    pub(super) fn reach_deferring(&mut self) -> bool {
        self.find_deferred();
        let fresh = std::mem::take(&mut self.deferred.fresh);
        if fresh.is_empty() {
            return false;
        }
        let names: FxHashSet<Name> = fresh.iter().map(|id| self.program.head(*id).name).collect();
        let known = self.queue.len();
        for (file, facts) in self.program.files.iter().enumerate() {
            if !names.iter().any(|name| facts.local(*name).is_some()) {
                continue;
            }
            let functions = (0..facts.functions()).map(|index| FunctionId::new(file, index));
            for id in functions {
                if self.calls_any(id, |leaf| names.contains(&leaf)) {
                    self.reach(id);
                }
            }
        }
        self.queue.len() > known
    }

    /// Finds the parameters that become one of them, or are called by what the loop calls.
    fn find_deferred(&mut self) {
        let callbacks: FxHashSet<FunctionId> = self.graph.callbacks.iter().copied().collect();
        for (function, parameter) in &self.inner {
            if callbacks.contains(function) {
                self.deferred.add(*parameter);
            }
        }
        loop {
            let all = &self.deferred.all;
            let becomes = self.relays.iter().filter(|relay| all.contains(&relay.target));
            let own: Vec<Parameter> = becomes.map(|relay| relay.own).collect();
            let mut is_news = false;
            own.into_iter().for_each(|own| is_news |= self.deferred.add(own));
            if !is_news {
                return;
            }
        }
    }

    /// Lets the loop call what is passed as one of them.
    pub(super) fn settle_deferred(&mut self) {
        let is_deferred = |target: Option<Parameter>| {
            target.is_some_and(|target| self.deferred.all.contains(&target))
        };
        let passed = self.passed.iter().filter(|pass| is_deferred(pass.target));
        let mut callbacks: Vec<FunctionId> = passed.map(|pass| pass.id).collect();
        callbacks.sort_unstable();
        callbacks.dedup();
        self.graph.callbacks.extend(callbacks);
    }
}
