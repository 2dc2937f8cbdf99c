//! One call: which functions it enters, which sink it is.

use super::super::catalogue::Sink;
use super::super::facts::{Call, ELSEWHERE, Expr, Use};
use super::super::link::value::{Exactness, Found, FunctionId, Known, Value, found, nothing};
use super::super::name::Name;
use super::Builder;
use crate::model::Confidence;

/// Flags with which a call returns at once.
const AT_ONCE: [&str; 3] = ["WNOHANG", "LOCK_NB", "LOCK_UN"];

impl Builder<'_> {
    /// The functions of the program that run when a value is called.
    pub(super) fn entered(&self, value: &Value) -> impl Iterator<Item = FunctionId> + use<> {
        let entered = match value {
            Value::Function(id) | Value::Method(id) => [Some(*id), None, None],
            Value::Class(class) => {
                self.specials.construct.map(|name| self.program.method(*class, name))
            }
            Value::Instance(class, Exactness::Exact | Exactness::OrSubclass) => {
                [self.program.method(*class, self.specials.call), None, None]
            }
            Value::Module(_)
            | Value::External(_)
            | Value::Object(_)
            | Value::Member(..)
            | Value::Many(_)
            | Value::Tuple(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Parameter(..) => [None; 3],
        };
        entered.into_iter().flatten()
    }

    /// A method on a receiver of which nothing is known, where one class alone has it and its name is
    /// not one that other classes have as well.
    pub(super) fn by_name(&self, function: FunctionId, call: &Call) -> Found {
        let Expr::Attr(receiver, name) = &call.callee else { return nothing() };
        let Some(id) = self.program.only_method(*name) else { return nothing() };
        if call.used == Use::Awaited || self.program.catalogue.is_common(*name) {
            return nothing();
        }
        let receiver = self.program.eval(self.program.place(function), receiver);
        let is_unknown = |known: &Known| matches!(known.value, Value::Parameter(..));
        match receiver.iter().all(is_unknown) {
            true => {
                found(vec![Known { value: Value::Method(id), confidence: Confidence::Possible }])
            }
            false => nothing(),
        }
    }

    /// The sink that a call is, its name for findings, and how sure that is.
    pub(super) fn sink(
        &self,
        function: FunctionId,
        call: &Call,
        callees: &[Known],
    ) -> Option<(Sink, String, Confidence)> {
        let (sink, symbol, confidence) = self.any_sink(function, call, callees)?;
        Some((sink, symbol, confidence.max(off_loop(call))))
    }

    fn any_sink(
        &self,
        function: FunctionId,
        call: &Call,
        callees: &[Known],
    ) -> Option<(Sink, String, Confidence)> {
        let catalogue = self.program.catalogue;
        for known in callees {
            if let Some(sink) = known.value.external().and_then(|name| catalogue.function(name)) {
                let found = (sink.clone(), call.symbol(), known.confidence);
                let blocks = !self.works_in_memory(function, call) && !does_not_wait(call);
                return blocks.then_some(found);
            }
            if let Value::Member(object, method) = &known.value
                && let Some(sink) = self.method_sink(call, *object, method)
                && !self.is_non_blocking(function, call, sink.operation.as_str())
            {
                return Some((sink, self.symbol(call, *object), known.confidence));
            }
        }
        if !callees.is_empty() {
            return None;
        }
        let sink = catalogue.hinted(&call.receiver()?, &call.leaf()?)?;
        Some((sink.clone(), call.symbol(), Confidence::Possible))
    }

    /// Whether the first argument is a buffer and not a file.
    fn works_in_memory(&self, function: FunctionId, call: &Call) -> bool {
        let Some(first) = call.arguments.first() else { return false };
        let place = self.program.place(function);
        self.program.eval(place, &first.value).iter().any(|known| {
            matches!(&known.value, Value::Object(name) if ["io.BytesIO", "io.StringIO"].contains(&name.text()))
        })
    }

    /// The sink that an object's method is. A wait that says how long, or that it does not wait, is
    /// none; every argument of these methods says so.
    fn method_sink(&self, call: &Call, object: Name, method: &str) -> Option<Sink> {
        let sink = self.program.catalogue.method(object, method)?;
        let waits = ["WAIT", "LOCK"].contains(&sink.operation.as_str());
        (!waits || call.arguments.is_empty()).then(|| sink.clone())
    }

    /// Whether a socket was told not to block, in the same function.
    fn is_non_blocking(&self, function: FunctionId, call: &Call, operation: &str) -> bool {
        let Expr::Attr(socket, _) = &call.callee else { return false };
        operation == "SOCKET"
            && self.program.doing(function, |_| false).0.iter().any(|(_, other)| {
                matches!(&other.callee, Expr::Attr(it, name) if it == socket && *name == "setblocking")
            })
    }

    /// Clients are named by their type where the receiver is a plain name or was just made.
    fn symbol(&self, call: &Call, object: Name) -> String {
        let symbol = call.symbol();
        let plain = symbol.matches('.').count() == 1 && !symbol.starts_with("self.");
        match self.program.catalogue.object(object) {
            Some(known) if known.canonical && (plain || symbol.starts_with(known.name.text())) => {
                format!("{}.{}", known.name, call.leaf().unwrap_or_default())
            }
            _ => symbol,
        }
    }
}

/// Whether a flag says that the call does not wait.
fn does_not_wait(call: &Call) -> bool {
    fn is_flag(value: &Expr) -> bool {
        match value {
            Expr::Union(parts) => parts.iter().any(is_flag),
            other => other.leaf().is_some_and(|leaf| AT_ONCE.contains(&leaf.text())),
        }
    }
    call.arguments.iter().any(|argument| is_flag(&argument.value))
}

/// How sure it is that a call runs on the loop where its code is there: code that has asked which
/// thread it is in, or that runs because there is no loop, most likely does not.
pub(super) fn off_loop(call: &Call) -> Confidence {
    match call.guards.iter().any(|name| name.text() == ELSEWHERE) {
        true => Confidence::Possible,
        false => Confidence::Definite,
    }
}
