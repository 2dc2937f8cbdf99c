//! Exposed sinks and offloads as findings, in the shape of the reference detector.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::Behind;

use super::catalogue::Sink;
use super::exposure::{Exposures, Way, stands_in_async};
use super::graph::{Graph, OffloadCall, SinkCall};
use super::link::Program;
use super::link::value::{FunctionId, Value};
use super::name::Name;
use super::packed::File;
use crate::model::{
    BlockingCall, Confidence, Exposure, Finding, Hop, Key, Location, PARSE_ERROR, Priority,
};

/// Everything that is exposed, offloaded or unread.
pub(super) fn all(program: &Program<'_>, graph: &Graph, exposures: &Exposures) -> Vec<Finding> {
    let mut findings = Vec::new();
    for id in program.functions() {
        let Some(sinks) = graph.sinks.get(&id) else { continue };
        findings.extend(sinks.iter().filter_map(|sink| {
            let way = exposures.way(program, id, sink.needs)?;
            Some(exposed(program, sink, &way))
        }));
    }
    for offload in &graph.offloads {
        let on_loop = stands_in_async(program, offload.function)
            || exposures.way(program, offload.function, 0).is_some();
        if on_loop {
            findings.push(offloaded(program, graph, offload));
        }
    }
    findings.extend(program.files.iter().filter_map(unread));
    sort(&mut findings);
    findings.dedup();
    findings
}

/// By priority, path and line; within a priority what is offloaded stands last.
pub(super) fn sort(findings: &mut [Finding]) {
    fn rank(finding: &Finding) -> (Priority, bool, &Location, &str) {
        let offloaded = finding.event_loop_exposure == Exposure::Offloaded;
        (finding.priority, offloaded, &finding.location, &finding.blocking_call.symbol)
    }
    findings.sort_by(|left, right| rank(left).cmp(&rank(right)));
}

pub(super) fn location(
    program: &Program<'_>,
    id: FunctionId,
    (line, column): (u32, u32),
) -> Location {
    Location {
        path: program.files[id.file()].path.to_owned(),
        line: line as usize,
        column: column as usize,
        function: program.full_name(id),
    }
}

fn blocking_call(sink: &Sink, symbol: &str) -> BlockingCall {
    BlockingCall {
        category: sink.category.clone(),
        operation: sink.operation.clone(),
        symbol: symbol.to_owned(),
    }
}

fn exposed(program: &Program<'_>, sink: &SinkCall, way: &Way) -> Finding {
    let location = location(program, sink.function, sink.at);
    let confidence = way.confidence.max(sink.confidence);
    let mut chain = way.hops.clone();
    let own = location.function.clone();
    chain.push(Hop { path: location.path.clone(), line: location.line, function: own });
    Finding {
        priority: sink.sink.priority,
        blocking_call: blocking_call(&sink.sink, &sink.symbol),
        event_loop_exposure: way.exposure,
        reason: reason(program, sink, way, confidence),
        code: String::new(),
        chain,
        confidence: Some(confidence),
        fix_unit: Some(fix_unit(program, way)),
        location,
    }
}

/// One edit in the root cures what stands in it, or what it reaches through the same first call.
fn fix_unit(program: &Program<'_>, way: &Way) -> String {
    let root = program.full_name(way.root);
    let unit = format!("{}::{root}", program.files[way.root.file()].path);
    match way.first {
        Some(first) => format!("{unit} -> {}", program.full_name(first)),
        None => unit,
    }
}

fn reason(program: &Program<'_>, sink: &SinkCall, way: &Way, confidence: Confidence) -> String {
    let operation = &sink.sink.operation;
    let root = program.full_name(way.root);
    let from = &program.files[way.root.file()].path;
    let how = match way.exposure {
        Exposure::DirectAsync => "stands in an async function".to_owned(),
        Exposure::AsyncReachableSameFile => {
            format!("is reached from `{root}` of the same file, which the event loop runs")
        }
        Exposure::AsyncReachableCrossFile => {
            format!("is reached from `{root}` of {from}, which the event loop runs")
        }
        Exposure::SyncAgentMiddlewareHook => {
            format!(
                "is reached from `{root}`, a sync hook that the framework calls on the event loop"
            )
        }
        Exposure::Offloaded | Exposure::ParseIncomplete => "is not on the event loop".to_owned(),
    };
    let why = match confidence {
        Confidence::Definite => "definite: every hop is resolved",
        Confidence::Probable => {
            "probable: a hop rests on an annotation, on what calls pass, or on a convention"
        }
        Confidence::Possible if sink.confidence == Confidence::Possible => {
            "possible: the receiver is known by its name alone, or the code around it says that it may not block the loop"
        }
        Confidence::Possible => {
            "possible: a hop rests on a name alone, is a function that is handed on, or one whose result was kept before"
        }
    };
    format!("{operation} {how} ({why}).")
}

fn offloaded(program: &Program<'_>, graph: &Graph, offload: &OffloadCall) -> Finding {
    let call = program.call(offload.function, offload.place);
    let location = location(program, offload.function, (call.line, call.column));
    let worst = worst_below(program, graph, offload);
    let (priority, blocking_call, reason) = match worst {
        Some((sink, confidence)) => (
            sink.priority,
            blocking_call(sink, &offload.symbol),
            (format!("{} runs in a thread: {}.", sink.operation, offload.operation), confidence),
        ),
        None => (
            Priority::Low,
            BlockingCall {
                category: "OFFLOAD".to_owned(),
                operation: offload.operation.clone(),
                symbol: offload.symbol.clone(),
            },
            (
                format!(
                    "Runs in a thread ({}); no blocking call is known behind it.",
                    offload.operation
                ),
                Confidence::Possible,
            ),
        ),
    };
    Finding {
        priority,
        blocking_call,
        event_loop_exposure: Exposure::Offloaded,
        code: String::new(),
        chain: vec![Hop {
            path: location.path.clone(),
            line: call.line as usize,
            function: location.function.clone(),
        }],
        confidence: Some(reason.1),
        reason: reason.0,
        fix_unit: Some(format!("{}::{}", location.path, location.function)),
        location,
    }
}

/// The worst sink that an offloaded callee reaches, and how sure that is.
fn worst_below<'a>(
    program: &Program<'a>,
    graph: &'a Graph,
    offload: &OffloadCall,
) -> Option<(&'a Sink, Confidence)> {
    let inside = below(graph, offload)
        .into_iter()
        .map(|(sink, confidence)| (&sink.sink, confidence.max(sink.confidence)));
    let itself = offload.callees.iter().filter_map(|known| {
        let sink = if let Value::Member(object, method) = &known.value {
            program.catalogue.method(*object, *method)?
        } else {
            program.catalogue.function(known.value.external()?)?
        };
        Some((sink, known.confidence))
    });
    let (receiver, method) = offload.symbol.rsplit_once('.').unwrap_or_default();
    let receiver = receiver.rsplit('.').next().unwrap_or_default();
    let by_name = match offload.callees.is_empty() {
        true => program.catalogue.hinted(receiver, Name::new(method)),
        false => None,
    };
    let by_name = by_name.map(|sink| (sink, Confidence::Possible));
    inside.chain(itself).chain(by_name).min_by(|(left, left_sure), (right, right_sure)| {
        let rank = |sink: &Sink, sure: Confidence| (sure == Confidence::Possible, sink.priority);
        rank(left, *left_sure)
            .cmp(&rank(right, *right_sure))
            .then_with(|| left.operation.cmp(&right.operation))
            .then_with(|| left_sure.cmp(right_sure))
    })
}

/// Every sink in the functions that run behind an offload, and how sure the way there is.
fn below<'a>(graph: &'a Graph, offload: &OffloadCall) -> Vec<(&'a SinkCall, Confidence)> {
    let mut found = Vec::new();
    for (id, confidence) in reached(graph, offload) {
        let sinks = graph.sinks.get(&id).into_iter().flatten();
        found.extend(sinks.map(|sink| (sink, confidence)));
    }
    found
}

/// The functions that run behind an offload.
pub(super) fn functions_below(graph: &Graph, offload: &OffloadCall) -> Vec<FunctionId> {
    reached(graph, offload).into_iter().map(|(id, _)| id).collect()
}

fn reached(graph: &Graph, offload: &OffloadCall) -> Vec<(FunctionId, Confidence)> {
    let mut queue: Vec<(FunctionId, Confidence)> = Vec::new();
    for known in offload.callees.iter() {
        if let Value::Function(id) | Value::Method(id) = &known.value {
            queue.push((*id, known.confidence));
        }
    }
    let (mut found, mut seen) = (Vec::new(), FxHashSet::default());
    while let Some((id, confidence)) = queue.pop() {
        if seen.insert(id) {
            found.push((id, confidence));
            queue.extend(graph.edges.of(id).map(|edge| (edge.to, confidence.max(edge.confidence))));
        }
    }
    found
}

/// What runs behind each offload, by the offload's key.
pub(super) fn behind(program: &Program<'_>, graph: &Graph) -> BTreeMap<Key, BTreeSet<Behind>> {
    let key = |id: FunctionId, symbol: &str| Key {
        path: program.files[id.file()].path.to_owned(),
        function: program.full_name(id),
        symbol: symbol.to_owned(),
    };
    let mut behind: BTreeMap<Key, BTreeSet<Behind>> = BTreeMap::new();
    for offload in &graph.offloads {
        let sinks = below(graph, offload).into_iter().map(|(sink, _)| Behind {
            key: key(sink.function, &sink.symbol),
            operation: sink.sink.operation.clone(),
        });
        behind.entry(key(offload.function, &offload.symbol)).or_default().extend(sinks);
    }
    behind
}

fn unread(file: &File<'_>) -> Option<Finding> {
    let fault = file.fault.as_ref()?;
    Some(Finding {
        priority: Priority::Medium,
        location: Location {
            path: file.path.to_owned(),
            line: fault.line,
            column: fault.column,
            function: "<module>".to_owned(),
        },
        blocking_call: BlockingCall {
            category: PARSE_ERROR.to_owned(),
            operation: PARSE_ERROR.to_owned(),
            symbol: String::new(),
        },
        event_loop_exposure: Exposure::ParseIncomplete,
        reason: format!(
            "The file could not be read whole, so findings in it may be missing: {}.",
            fault.message
        ),
        code: fault.code.clone(),
        chain: Vec::new(),
        confidence: None,
        fix_unit: None,
    })
}
