//! What can be wrong with a fix: offloads that trade a stall for something worse. Each is a warning
//! with its reason, for a person to judge.

use serde::{Deserialize, Serialize};

use super::facts::{Care, Kind, Scope};
use super::graph::{Graph, OffloadCall};
use super::link::Program;
use super::link::value::Value;
use super::packed::{Argument, At, Binding, Node};
use crate::model::{Hazard, HazardKind, Location};

/// A warning, its sentence in parts.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Warning {
    pub(super) location: Location,
    symbol: String,
    kind: HazardKind,
    pub(super) why: Why,
}

/// Why a warning is given.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Why {
    /// For a reason in which nothing stands anywhere.
    Plain(String),
    /// A function that runs in the thread uses an object of the event loop.
    Uses { path: String, line: usize, function: String, object: String },
}

impl Warning {
    /// As it is said.
    pub(super) fn said(self) -> Hazard {
        let Self { location, symbol, kind, why } = self;
        let reason = match why {
            Why::Plain(reason) => reason,
            Why::Uses { line, function, object, .. } => format!(
                "{function} (line {line}) uses {object} in the thread, which belongs to the event loop."
            ),
        };
        Hazard { location, symbol, kind, reason }
    }
}

/// Every warning about the offloads of a program, by place.
pub(super) fn all(program: &Program<'_>, graph: &Graph) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for offload in &graph.offloads {
        let call = program.call(offload.function, offload.place);
        let reasons = [
            call.care.and_then(careless).map(|why| (HazardKind::CarelessCleanup, Why::Plain(why))),
            drops_context(program, offload, &call.arguments)
                .map(|why| (HazardKind::DroppedContext, Why::Plain(why))),
            misplaced(program, graph, offload),
        ];
        warnings.extend(reasons.into_iter().flatten().map(|(kind, why)| Warning {
            location: super::findings::location(
                program,
                offload.function,
                (call.line, call.column),
            ),
            symbol: offload.symbol.clone(),
            kind,
            why,
        }));
    }
    warnings.sort_by(|one, two| one.location.cmp(&two.location));
    warnings.dedup();
    warnings
}

/// Cleanup that may wait for ever, or that hides why it was needed.
fn careless(care: Care) -> Option<String> {
    let unbounded = "nothing limits its time, so a shutdown may hang on it (`asyncio.timeout`)";
    let uncaught = "nothing catches its failure, which takes the place of the error that led here";
    let what = match (care.bounded, care.caught) {
        (true, true) => return None,
        (true, false) => uncaught.to_owned(),
        (false, true) => unbounded.to_owned(),
        (false, false) => format!("{unbounded}, and {uncaught}"),
    };
    Some(format!("This offload is part of a cleanup: {what}."))
}

/// `run_in_executor` starts from an empty context; `to_thread` and its kin copy the caller's.
fn drops_context(
    program: &Program<'_>,
    offload: &OffloadCall,
    arguments: &[Argument<'_>],
) -> Option<String> {
    let is_loops = offload.operation == "RUN_IN_EXECUTOR" && offload.is_method;
    let file = &program.files[offload.function.file()];
    let scope = Scope::Function(offload.function.index());
    let is_run = |value: At| matches!(file.node(value), Node::Attr(_, name) if name == "run");
    let keeps = |value: At| match file.node(value) {
        Node::Call(_, Some(first)) => is_run(first),
        _ => is_run(value),
    };
    let keeps = |argument: &Argument<'_>| match file.node(argument.value) {
        Node::Name(name) => {
            let mut bound = file.bound(scope, name).into_iter().flat_map(|bound| bound.all());
            bound.any(|binding| matches!(binding, Binding::Value(value) if keeps(value)))
        }
        _ => keeps(argument.value),
    };
    (is_loops && !arguments.iter().any(keeps)).then(|| {
        "`run_in_executor` drops ContextVars (request ids, tracing, locale): \
         `asyncio.to_thread` keeps them, and so does `contextvars.copy_context().run`."
            .to_owned()
    })
}

/// What runs in the thread does not belong there.
fn misplaced(
    program: &Program<'_>,
    graph: &Graph,
    offload: &OffloadCall,
) -> Option<(HazardKind, Why)> {
    let wrong = |why: String| (HazardKind::WrongThread, Why::Plain(why));
    let bound = &program.catalogue.bound;
    for known in offload.callees.iter() {
        if let Value::Member(object, _) = &known.value {
            if bound.to_loop.contains(object) {
                let why = format!("{object} belongs to the event loop and is not thread-safe.");
                return Some(wrong(why));
            }
            if bound.to_thread.contains(object) {
                return Some(wrong(format!("{object} belongs to the thread that made it.")));
            }
        }
        if let Some((id, _)) = known.value.target()
            && program.head(id).kind == Kind::Async
        {
            let name = program.full_name(id);
            let why = format!("{name} is a coroutine function: in a thread nobody awaits it.");
            return Some((HazardKind::Unawaited, Why::Plain(why)));
        }
    }
    let used = super::findings::functions_below(graph, offload)
        .into_iter()
        .find_map(|id| graph.loop_bound.get(&id).map(|(object, line)| (id, object, line)));
    used.map(|(id, object, line)| {
        let uses = Why::Uses {
            path: program.files[id.file()].path.to_owned(),
            line: *line as usize,
            function: program.full_name(id),
            object: object.to_string(),
        };
        (HazardKind::WrongThread, uses)
    })
}
