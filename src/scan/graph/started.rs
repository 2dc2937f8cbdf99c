//! Coroutines for which a loop is started: `asyncio.run(main())` and its like.

use super::super::link::value::Value;
use super::super::packed::{At, Call, Node, Traits};
use super::super::runner::Runner;
use super::Builder;

/// Functions that start a loop.
const RUNNERS: [&str; 3] = ["asyncio.run", "anyio.run", "trio.run"];

impl Builder<'_> {
    /// Finds them wherever the program starts a loop, which is seldom on a loop. That a test starts one
    /// says nothing of how the program runs them.
    pub(super) fn find_started(&mut self) {
        let program = self.program;
        for id in program.functions().filter(|id| program.is(*id, Traits::RUNS)) {
            let (file, place) = (&program.files[id.file()], program.place(id));
            if Runner::of(file.path) == Runner::Tests {
                continue;
            }
            let is_runner = |call: &Call<'_>| match file.node(call.callee) {
                Node::Attr(_, name) if name == "run_until_complete" => true,
                _ => program.eval(place, call.callee).iter().any(|known| {
                    known.value.external().is_some_and(|name| RUNNERS.contains(&name.text()))
                }),
            };
            let started = |call: &Call<'_>| -> Option<At> {
                let is_named_so = call.leaf(file).is_some_and(|leaf| leaf.starts_with("run"));
                let first = call.arguments.first().filter(|_| is_named_so && is_runner(call))?;
                match file.node(first.value) {
                    Node::Call(callee, _) => Some(callee),
                    _ => Some(first.value),
                }
            };
            let look = |call: &Call<'_>| {
                let Some(started) = started(call) else { return };
                for known in program.eval(place, started).iter() {
                    if let Value::Function(id) | Value::Method(id) = known.value {
                        self.graph.started.insert(id);
                    }
                }
            };
            file.calls(id.index(), look);
        }
    }
}
