//! Calls of methods that block by their names and do not wait here: of a socket that was told so, or
//! for something that is ready.

use super::super::catalogue::Sink;
use super::super::facts::Kind;
use super::super::link::value::FunctionId;
use super::super::packed::{At, Call, Node};
use super::Builder;
use crate::model::Confidence;

impl Builder<'_> {
    /// Whether a socket was told not to block, in the same function, or is one for datagrams, which
    /// connects without a word to anybody.
    pub(super) fn is_non_blocking(
        &self,
        function: FunctionId,
        call: &Call<'_>,
        sink: &Sink,
    ) -> bool {
        sink.operation == "SOCKET"
            && (self.has_asked(function, call, &["setblocking"])
                || self.connects(function, call) && self.has_datagrams(function))
    }

    fn connects(&self, function: FunctionId, call: &Call<'_>) -> bool {
        call.leaf(&self.program.files[function.file()]).is_some_and(|leaf| leaf == "connect")
    }

    fn has_datagrams(&self, function: FunctionId) -> bool {
        let file = &self.program.files[function.file()];
        let mut found = false;
        file.calls(function.index(), |call| {
            let is_kind = |value: At| file.leaf(value).is_some_and(|leaf| leaf == "SOCK_DGRAM");
            found |= call.arguments.iter().any(|argument| is_kind(argument.value));
        });
        found
    }

    /// How sure it is that a wait lasts: not at all where the same function asks first whether there is
    /// anything to wait for.
    pub(super) fn when_ready(
        &self,
        function: FunctionId,
        call: &Call<'_>,
        sink: &Sink,
    ) -> Confidence {
        let leaf = call.leaf(&self.program.files[function.file()]);
        let asks: &[&str] = match leaf.as_deref() {
            Some("result" | "exception") => &["done", "cancelled", "wrap_future"],
            Some("get") => &["empty", "qsize"],
            _ => &[],
        };
        let is_wait = sink.operation == "WAIT" && !asks.is_empty();
        match is_wait && self.has_asked(function, call, asks) {
            true => Confidence::Possible,
            false => Confidence::Definite,
        }
    }

    /// Whether a function calls one of these methods of what a call of it is a method of, or hands it
    /// to a function of such a name.
    fn has_asked(&self, function: FunctionId, call: &Call<'_>, names: &[&str]) -> bool {
        let file = &self.program.files[function.file()];
        let Node::Attr(object, _) = file.node(call.callee) else { return false };
        let mut found = false;
        file.calls(function.index(), |other| {
            let Node::Attr(it, name) = file.node(other.callee) else { return };
            let is_it = |value: At| file.are_alike(value, object);
            found |= names.contains(&name.text())
                && (is_it(it) || other.arguments.first().is_some_and(|first| is_it(first.value)));
        });
        found
    }

    /// What is called back gets something that is done: waiting for its parameter takes no time.
    pub(super) fn settle_ready(&mut self) {
        let program = self.program;
        for id in &self.graph.callbacks {
            let Some(sinks) = self.graph.sinks.get_mut(id) else { continue };
            if program.head(*id).kind == Kind::Async {
                continue;
            }
            let names: Vec<_> = program.signature(*id).parameters().map(|it| it.name).collect();
            let is_given = |symbol: &str| {
                let object = symbol.split_once('.').map(|(object, _)| object);
                names.iter().any(|name| *name != *"self" && Some(name.text()) == object)
            };
            for sink in sinks.iter_mut().filter(|sink| sink.sink.operation == "WAIT") {
                if is_given(&sink.symbol) {
                    sink.confidence = Confidence::Possible;
                }
            }
        }
    }
}
