//! The schema is held against the committed file, the loader's own keys, and procedures that the
//! loader takes and refuses.

use serde_json::Value;

use super::schema;
use crate::sop::Sop;

const SMALL: &str = include_str!("../small.yaml");
const EMBEDDED: &str = include_str!("../../../sop/blocking-io.yaml");

/// As much of JSON Schema as the schema uses; an unknown keyword fails the test.
pub(crate) fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(rules) = schema.as_object() else { return *schema == Value::Bool(true) };
    let all = |schema: &Value, value: &Value| accepts(root, schema, value);
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    rules.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "$defs" | "title" | "description" | "then" | "else" => true,
        "$ref" => all(root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap(), value),
        "type" => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64(),
            "boolean" => value.is_boolean(),
            other => panic!("type {other}"),
        },
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "minimum" => value.as_u64() >= rule.as_u64(),
        "minItems" => {
            value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap())
        }
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| all(rule, item))),
        "oneOf" => rule.as_array().unwrap().iter().filter(|each| all(each, value)).count() == 1,
        "allOf" => rule.as_array().unwrap().iter().all(|each| all(each, value)),
        "required" => names(rule).iter().all(|name| value.get(name).is_some()),
        "dependentRequired" => rule.as_object().unwrap().iter().all(|(name, others)| {
            value.get(name).is_none()
                || names(others).iter().all(|other| value.get(other).is_some())
        }),
        "propertyNames" => value
            .as_object()
            .is_none_or(|object| object.keys().all(|key| all(rule, &Value::String(key.clone())))),
        "properties" => rule
            .as_object()
            .unwrap()
            .iter()
            .all(|(name, schema)| value.get(name).is_none_or(|value| all(schema, value))),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let known = schema.get("properties").and_then(Value::as_object);
            (object.iter())
                .filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)))
                .all(|(_, value)| all(rule, value))
        }),
        "if" => {
            let branch = if all(rule, value) { "then" } else { "else" };
            schema.get(branch).is_none_or(|branch| all(branch, value))
        }
        other => panic!("keyword {other}"),
    })
}

fn accepted(text: &str) -> bool {
    let value: Value = serde_saphyr::from_str(text).unwrap();
    accepts(&schema(), &schema(), &value)
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/sop/schema.json");
    let wanted = format!("{:#}\n", schema());
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(committed == wanted, "`guard sop schema > sop/schema.json` writes it anew");
}

#[test]
fn what_the_loader_takes_the_schema_takes() {
    for text in [SMALL, EMBEDDED] {
        assert!(Sop::load("sop.yaml", text).is_ok() && accepted(text));
    }
}

#[test]
fn misspelt_names_and_forgotten_outcomes_are_refused_by_the_schema_too() {
    for (from, to) in [
        ("action: scan", "acton: scan"),
        ("action: rescan", "action: re-scan"),
        ("none: judge", "nine: judge"),
        ("gone: find, residual: judge", "gone: find"),
        ("reason: { text: Reason }", "why: { text: Reason }"),
        ("action: rescan", "action: rescan\n        run: [lint]"),
        ("action: rescan", "action: rescan\n        at-most: 3"),
        ("stopped: refused", "stopped: refusd"),
        ("for-each: candidate", "for-each: finding"),
        ("action: gate-suite", "action: rescan"),
    ] {
        assert_eq!(SMALL.matches(from).count(), 1, "{from}");
        let text = SMALL.replace(from, to);
        assert!(Sop::load("sop.yaml", &text).is_err(), "the loader takes {to}");
        assert!(!accepted(&text), "the schema takes {to}");
    }
}

/// The keys that the loader lists when it meets one that it does not know.
fn known(text: &str) -> Vec<String> {
    let error = Sop::load("sop.yaml", text).unwrap_err().problems[0].message.clone();
    let (_, list) = error.split_once("expected ").unwrap_or_else(|| panic!("{error}"));
    let list = list.trim_start_matches("one of ").replace(" or ", ", ");
    let mut names: Vec<String> =
        list.split(", ").map(|name| name.trim_matches('`').to_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_key_of_the_loader_is_in_the_schema_and_no_other() {
    let schema = schema();
    let keys = |pointers: &[&str]| -> Vec<String> {
        let objects = pointers.iter().map(|pointer| schema.pointer(pointer).unwrap());
        let mut names: Vec<String> =
            objects.flat_map(|object| object.as_object().unwrap().keys().cloned()).collect();
        names.sort();
        names.dedup();
        names
    };
    for (from, to, pointers) in [
        ("name: small", "xx: small", &["/properties"][..]),
        (
            "action: scan",
            "xx: scan",
            &[
                "/$defs/each/properties",
                "/$defs/run-state/properties",
                "/$defs/candidate-state/properties",
            ],
        ),
        ("text: Which route?", "xx: 1", &["/$defs/ask/properties"]),
        (
            "text: Route\n",
            "xx: Route\n",
            &["/$defs/ask/properties/fields/additionalProperties/properties"],
        ),
        ("while-high: 1", "xx: 1", &["/properties/batch/properties"]),
        ("anchor: a.hbs", "xx: a.hbs", &["/properties/templates/properties"]),
    ] {
        assert_eq!(known(&SMALL.replace(from, to)), keys(pointers), "{to}");
    }
}
