//! One call: which functions it enters, which sink it is.

use super::super::catalogue::Sink;
use super::super::facts::{Call, Expr};
use super::super::link::value::{Exactness, FunctionId, Known, Value};
use super::super::name::Name;
use super::Builder;
use crate::model::Confidence;

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

    /// The sink that a call is, its name for findings, and how sure that is.
    pub(super) fn sink(
        &self,
        function: FunctionId,
        call: &Call,
        callees: &[Known],
    ) -> Option<(Sink, String, Confidence)> {
        let catalogue = self.program.catalogue;
        for known in callees {
            if let Some(sink) = known.value.external().and_then(|name| catalogue.function(name)) {
                let found = (sink.clone(), call.symbol(), known.confidence);
                return (!self.works_in_memory(function, call)).then_some(found);
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
            && self.program.doing(function).0.iter().any(|(_, other)| {
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
