//! Functions that keep what they gave once, take nothing, and were called where a module is imported:
//! whoever calls them later runs nothing.

use rustc_hash::FxHashSet;

use super::super::facts::Kind;
use super::super::link::value::{Found, FunctionId};
use super::super::name::Name;
use super::super::runner::Runner;
use super::Builder;

/// Decorators that keep what a function gives.
const KEEPERS: [&str; 2] = ["functools.lru_cache", "functools.cache"];

impl Builder<'_> {
    /// Makes the steps into them no surer than possible.
    pub(super) fn settle_cached(&mut self) {
        let is_kept = |id: &&FunctionId| self.is_kept(**id) && self.is_called_at_import(**id);
        let kept: FxHashSet<FunctionId> = self.reached.iter().filter(is_kept).copied().collect();
        if !kept.is_empty() {
            self.graph.edges.weaken(&kept);
        }
    }

    /// Whether what a function gives is kept whatever it is passed, which is nothing.
    fn is_kept(&self, id: FunctionId) -> bool {
        let is_keeper = |name: Name| KEEPERS.iter().any(|keeper| **keeper == *name);
        let keeps = |name: Name, decorator: &dyn Fn() -> Found| {
            KEEPERS.iter().any(|keeper| keeper.rsplit('.').next() == Some(name.text()))
                && decorator().iter().any(|known| known.value.external().is_some_and(is_keeper))
        };
        self.program.head(id).kind == Kind::Sync
            && self.bears(id, keeps)
            && self.program.signature(id).parameters().next().is_none()
    }

    /// Whether the code of a module calls a function, tests left out.
    fn is_called_at_import(&self, id: FunctionId) -> bool {
        let program = self.program;
        let name = program.head(id).name;
        program.files.iter().enumerate().any(|(file, facts)| {
            if facts.functions() == 0
                || facts.local(name).is_none()
                || Runner::of(facts.path) == Runner::Tests
            {
                return false;
            }
            let module = program.place(FunctionId::new(file, 0));
            let mut calls = false;
            facts.calls(0, |call| {
                let is_it = || {
                    let called = program.eval(module, call.callee);
                    called.iter().any(|known| known.value.target() == Some((id, 0)))
                };
                calls |= call.leaf(facts) == Some(name) && is_it();
            });
            calls
        })
    }
}
