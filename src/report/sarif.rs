//! Findings as SARIF 2.1.0, the format in which code-scanning services take results.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::assets;
use crate::model::{Exposure, Finding, Hop, Priority};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run with one result a finding; the way from the loop is its code flow.
///
/// # Errors
/// When the document cannot be written as JSON.
pub fn sarif(findings: &[&Finding]) -> serde_json::Result<String> {
    let mut rules: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in findings {
        rules.entry(&finding.blocking_call.operation).or_insert(finding);
    }
    let order: Vec<&str> = rules.keys().copied().collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "guard",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|(id, finding)| rule(id, finding)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(|it| result(it, &order)).collect::<Vec<_>>(),
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
        "partialFingerprints": {
            "guardKey/v1": assets::sha256(&finding.key().to_string()),
        },
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
