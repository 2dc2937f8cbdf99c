//! One call: which sink it is, and which method it may mean.

use super::super::catalogue::Sink;
use super::super::facts::{ELSEWHERE, Use};
use super::super::link::value::{Found, FunctionId, Known, Value, nothing};
use super::super::name::Name;
use super::super::packed::{At, Call, File, Node};
use super::Builder;
use crate::model::Confidence;

/// Flags with which a call returns at once.
const AT_ONCE: [&str; 4] = ["WNOHANG", "LOCK_NB", "LOCK_UN", "AI_NUMERICHOST"];

impl Builder<'_> {
    /// A method on a receiver of which nothing is known, where one class alone has it and its name is
    /// not one that other classes have as well.
    pub(super) fn by_name(&self, function: FunctionId, call: &Call<'_>) -> Found {
        let Node::Attr(receiver, name) = self.program.node(function.file(), call.callee) else {
            return nothing();
        };
        let Some(id) = self.program.only_method(name) else { return nothing() };
        if matches!(call.used, Use::Awaited | Use::AwaitedLater)
            || self.program.catalogue.is_common(name)
        {
            return nothing();
        }
        let receiver = self.program.eval(self.program.place(function), receiver);
        let is_unknown = |known: &Known| matches!(known.value, Value::Parameter(..));
        match receiver.iter().all(is_unknown) {
            true => {
                Found::One(Known { value: Value::Method(id), confidence: Confidence::Possible })
            }
            false => nothing(),
        }
    }

    /// The sink that a call is, its name for findings, and how sure that is.
    pub(super) fn sink(
        &mut self,
        function: FunctionId,
        call: &Call<'_>,
        callees: &[Known],
    ) -> Option<(Sink, String, Confidence)> {
        let (sink, symbol, confidence) = self.any_sink(function, call, callees)?;
        Some((sink, symbol, confidence.max(self.off_loop(function, call))))
    }

    fn any_sink(
        &mut self,
        function: FunctionId,
        call: &Call<'_>,
        callees: &[Known],
    ) -> Option<(Sink, String, Confidence)> {
        let catalogue = self.program.catalogue;
        let file = &self.program.files[function.file()];
        for known in callees {
            let outside = known.value.external().and_then(|name| {
                *self.outside.entry(name).or_insert_with(|| catalogue.function(name))
            });
            if let Some(sink) = outside {
                let found = (sink.clone(), call.symbol(file), known.confidence);
                let blocks = !self.works_in_memory(function, call) && !does_not_wait(file, call);
                return blocks.then_some(found);
            }
            if let Value::Member(object, method) = &known.value
                && let Some(sink) = self.method_sink(call, *object, *method)
                && !self.is_non_blocking(function, call, &sink)
            {
                let sure = known.confidence.max(self.when_ready(function, call, &sink));
                return Some((sink, self.symbol(file, call, *object), sure));
            }
        }
        if !callees.is_empty() {
            return None;
        }
        let sink = catalogue.hinted(&call.receiver(file)?, call.leaf(file)?)?;
        Some((sink.clone(), call.symbol(file), Confidence::Possible))
    }

    /// Whether the first argument is a buffer and not a file.
    fn works_in_memory(&self, function: FunctionId, call: &Call<'_>) -> bool {
        let Some(first) = call.arguments.first() else { return false };
        let place = self.program.place(function);
        self.program.eval(place, first.value).iter().any(|known| {
            matches!(&known.value, Value::Object(name) if ["io.BytesIO", "io.StringIO"].contains(&name.text()))
        })
    }

    /// The sink that an object's method is. A wait that says how long, or that it does not wait, is
    /// none; every argument of these methods says so.
    fn method_sink(&self, call: &Call<'_>, object: Name, method: Name) -> Option<Sink> {
        let sink = self.program.catalogue.method(object, method)?;
        let waits = ["WAIT", "LOCK"].contains(&sink.operation.as_str());
        (!waits || call.arguments.is_empty()).then(|| sink.clone())
    }

    /// How sure it is that a call runs on the loop where its code is there: code that has asked which
    /// thread it is in, or that runs because there is no loop, most likely does not.
    pub(super) fn off_loop(&self, function: FunctionId, call: &Call<'_>) -> Confidence {
        let file = &self.program.files[function.file()];
        match call.guards.iter().any(|name| file.name(*name) == ELSEWHERE) {
            true => Confidence::Possible,
            false => Confidence::Definite,
        }
    }

    /// Clients are named by their type where the receiver is a plain name or was just made.
    fn symbol(&self, file: &File<'_>, call: &Call<'_>, object: Name) -> String {
        let symbol = call.symbol(file);
        let plain = symbol.matches('.').count() == 1 && !symbol.starts_with("self.");
        match self.program.catalogue.object(object) {
            Some(known) if known.canonical && (plain || symbol.starts_with(known.name.text())) => {
                format!("{}.{}", known.name, call.leaf(file).unwrap_or_default())
            }
            _ => symbol,
        }
    }
}

/// Whether a flag says that the call does not wait.
fn does_not_wait(file: &File<'_>, call: &Call<'_>) -> bool {
    fn is_flag(file: &File<'_>, value: At) -> bool {
        match file.node(value) {
            Node::Union(mut parts) => parts.any(|part| is_flag(file, part)),
            _ => file.leaf(value).is_some_and(|leaf| AT_ONCE.contains(&leaf.text())),
        }
    }
    call.arguments.iter().any(|argument| is_flag(file, argument.value))
}
