//! One call: which functions it enters, which sink it is.

use super::super::catalogue::Sink;
use super::super::facts::Call;
use super::super::link::value::{ClassId, Exactness, FunctionId, Known, Value};
use super::super::name::Name;
use super::Builder;
use crate::model::Confidence;

impl Builder<'_> {
    /// The functions of the program that run when a value is called.
    pub(super) fn entered(&self, value: &Value) -> Vec<FunctionId> {
        match value {
            Value::Function(id) | Value::Method(id) => vec![*id],
            Value::Class(class) => self.constructors(*class),
            Value::Instance(class, Exactness::Exact | Exactness::OrSubclass) => {
                self.program.method(*class, Name::new("__call__")).into_iter().collect()
            }
            Value::Module(_)
            | Value::External(_)
            | Value::Object(_)
            | Value::Member(..)
            | Value::Many(_)
            | Value::Tuple(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Parameter(..) => Vec::new(),
        }
    }

    fn constructors(&self, class: ClassId) -> Vec<FunctionId> {
        ["__new__", "__init__", "__post_init__"]
            .iter()
            .filter_map(|name| self.program.method(class, Name::new(name)))
            .collect()
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

    /// Whether the object's method blocks with these arguments: a wait with a limit of zero, or
    /// one that does not wait, is none.
    fn method_sink(&self, call: &Call, object: Name, method: &str) -> Option<Sink> {
        let sink = self.program.catalogue.method(object, method)?;
        let waits = ["WAIT", "LOCK"].contains(&sink.operation.as_str());
        let bounded = call.arguments.iter().any(|argument| {
            matches!(argument.keyword.as_deref(), Some("timeout" | "block" | "blocking"))
        });
        let given = sink.operation == "LOCK" && !call.arguments.is_empty();
        (!(waits && (bounded || given))).then(|| sink.clone())
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
