//! Findings as SARIF 2.1.0, the format in which code-scanning services take results.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::assets;
use crate::model::{Exposure, Finding, Hazard, HazardKind, Hop, Location, Priority};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run with one result a finding, the way from the loop its code flow; then one result for what
/// may be wrong with an offload.
///
/// # Errors
/// When the document cannot be written as JSON.
pub fn sarif(findings: &[&Finding], hazards: &[Hazard]) -> serde_json::Result<String> {
    let mut rules: BTreeMap<String, Value> = BTreeMap::new();
    for finding in findings {
        let id = &finding.blocking_call.operation;
        rules.entry(id.clone()).or_insert_with(|| rule(id, finding));
    }
    for hazard in hazards {
        rules.entry(hazard.kind.to_string()).or_insert_with(|| hazard_rule(hazard.kind));
    }
    let order: Vec<&str> = rules.keys().map(String::as_str).collect();
    let results = (findings.iter().map(|finding| result(finding, &order)))
        .chain(hazards.iter().map(|hazard| warning(hazard, &order)));
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "guard",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn rule(id: &str, finding: &Finding) -> Value {
    let category = &finding.blocking_call.category;
    json!({
        "id": id,
        "shortDescription": { "text": format!("{category} on the event loop: {id}") },
        "defaultConfiguration": { "level": level(finding) },
    })
}

fn hazard_rule(kind: HazardKind) -> Value {
    let what = match kind {
        HazardKind::CarelessCleanup => "An offload in cleanup without a limit or without a catch",
        HazardKind::DroppedContext => "An offload that drops ContextVars",
        HazardKind::WrongThread => "An offload that uses an object of another thread",
        HazardKind::Unawaited => "A coroutine function handed to a thread",
    };
    json!({
        "id": kind,
        "shortDescription": { "text": what },
        "defaultConfiguration": { "level": "warning" },
    })
}

fn level(finding: &Finding) -> &'static str {
    match (finding.event_loop_exposure, finding.priority) {
        (Exposure::Offloaded, _) | (_, Priority::Low) => "note",
        (_, Priority::High) => "error",
        (_, Priority::Medium) => "warning",
    }
}

fn result(finding: &Finding, order: &[&str]) -> Value {
    let at = &finding.location;
    let call = &finding.blocking_call;
    let text = match call.symbol.as_str() {
        "" => finding.reason.clone(),
        symbol => format!("{symbol} in {}: {}", at.function, finding.reason),
    };
    let mut result = json!({
        "ruleId": call.operation,
        "ruleIndex": order.iter().position(|id| *id == call.operation),
        "level": level(finding),
        "message": { "text": text },
        "locations": [place(&at.path, at.line, Some(at.column), &at.function)],
        "partialFingerprints": fingerprint(&finding.key().to_string()),
        "properties": {
            "priority": finding.priority,
            "exposure": finding.event_loop_exposure,
            "confidence": finding.confidence,
            "fixUnit": finding.fix_unit,
        },
    });
    if finding.chain.len() > 1 {
        let steps: Vec<Value> = finding.chain.iter().map(step).collect();
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps }] }]);
    }
    result
}

fn warning(hazard: &Hazard, order: &[&str]) -> Value {
    let Location { path, line, column, function } = &hazard.location;
    let kind = hazard.kind.to_string();
    json!({
        "ruleId": kind,
        "ruleIndex": order.iter().position(|id| *id == kind),
        "level": "warning",
        "message": { "text": format!("{} in {function}: {}", hazard.symbol, hazard.reason) },
        "locations": [place(path, *line, Some(*column), function)],
        "partialFingerprints": fingerprint(&format!("{kind}::{path}::{function}::{}", hazard.symbol)),
    })
}

/// What makes two results the same for a service that has seen one of them: no line is part of it.
fn fingerprint(identity: &str) -> Value {
    json!({ "guardKey/v1": assets::sha256(identity) })
}

fn step(hop: &Hop) -> Value {
    let mut location = place(&hop.path, hop.line, None, &hop.function);
    location["message"] = json!({ "text": hop.function });
    json!({ "location": location })
}

fn place(path: &str, line: usize, column: Option<usize>, function: &str) -> Value {
    let mut region = json!({ "startLine": line });
    if let Some(column) = column {
        region["startColumn"] = json!(column);
    }
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(path) },
            "region": region,
        },
        "logicalLocations": [{ "fullyQualifiedName": function }],
    })
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn what_a_uri_cannot_hold_is_escaped() {
        assert_eq!(uri("a b/ä#.py"), "a%20b/%C3%A4%23.py");
    }
}
