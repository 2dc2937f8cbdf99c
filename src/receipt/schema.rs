//! The JSON Schema of a receipt, for whoever reads one without guard.

use serde_json::{Value, json};

use super::FORMAT;

/// The schema, in the dialect of 2020-12.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A receipt of guard",
        "description": "Which tests turn red when which offload is taken away, bound to the content of what it speaks of.",
        "type": "object",
        "required": ["format", "guard", "project", "versions", "assets", "proofs"],
        "additionalProperties": false,
        "properties": {
            "format": { "const": FORMAT },
            "guard": text("The version of guard that wrote it"),
            "project": text("The project's folder, relative to the root; empty when it is the root"),
            "versions": {
                "description": "What the gate was made of",
                "type": "object",
                "required": ["python", "pytest", "blockbuster"],
                "additionalProperties": false,
                "properties": {
                    "python": text("The interpreter's version"),
                    "pytest": text("pytest's version"),
                    "blockbuster": text("Blockbuster's version"),
                    "pytest_asyncio": nullable("pytest-asyncio's version"),
                    "anyio": nullable("anyio's version"),
                },
            },
            "assets": {
                "description": "Files that had a part in it, by content",
                "type": "array",
                "items": object(&["name", "from", "sha256"], json!({
                    "name": text("The asset's name"),
                    "from": text("`embedded`, or a path"),
                    "sha256": hash("Of its text"),
                })),
            },
            "proofs": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/proof" } },
        },
        "$defs": { "proof": proof(), "site": site(), "place": place() },
    })
}

fn proof() -> Value {
    object(
        &["key", "tests", "command", "cwd", "bound", "sites"],
        json!({
            "key": object(&["path", "function", "symbol"], json!({
                "path": text("Relative to the root"),
                "function": text("Dotted"),
                "symbol": text("The blocking call, or what is offloaded"),
            })),
            "route": { "enum": ["guard", "fix-and-anchor", "no-action", "rule"] },
            "tests": {
                "description": "Node ids or files, relative to the root",
                "type": "array",
                "minItems": 1,
                "items": { "type": "string" },
            },
            "command": text("As a person would type it, in `cwd`; never run"),
            "cwd": text("Relative to the root"),
            "bound": {
                "description": "What the proof speaks of; it is stale as soon as one of these is another text",
                "type": "array",
                "minItems": 1,
                "items": object(&["path", "sha256"], json!({
                    "path": text("Relative to the root"),
                    "function": nullable("One function of the file, dotted; else the whole file"),
                    "sha256": hash("Of that text, line ends as `\\n`"),
                })),
            },
            "sites": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/site" } },
        }),
    )
}

fn site() -> Value {
    object(
        &[
            "path",
            "function",
            "operator",
            "diff",
            "change",
            "verdict",
            "by",
            "red",
            "primitive",
            "blocked",
        ],
        json!({
            "path": text("Relative to the root"),
            "function": text("Dotted"),
            "offload": {
                "description": "Which of the function's offloads, from 1, in the order of the text",
                "type": "integer",
                "minimum": 1,
            },
            "operator": { "enum": ["un-offload", "pre-fix-function", "base-function", "base-file"] },
            "base": object(&["commit", "path"], json!({
                "commit": text("Where git has the version that was brought back"),
                "path": text("Relative to the root"),
            })),
            "diff": text("The revert, for the reader; never applied"),
            "change": hash("Of the lines that it takes away and adds"),
            "verdict": { "const": "proven" },
            "by": { "enum": ["source-edit", "fork"] },
            "red": text("The test that turned red, relative to the root"),
            "primitive": text("What was refused on the event loop"),
            "blocked": { "$ref": "#/$defs/place" },
        }),
    )
}

fn place() -> Value {
    object(
        &["path", "function"],
        json!({ "path": text("Relative to the root"), "function": text("Dotted, from Python 3.11") }),
    )
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn text(what: &str) -> Value {
    json!({ "type": "string", "description": what })
}

fn nullable(what: &str) -> Value {
    json!({ "description": what, "oneOf": [{ "type": "string" }, { "const": null }] })
}

fn hash(what: &str) -> Value {
    json!({ "type": "string", "description": format!("SHA-256, 64 hexadecimal digits. {what}") })
}
