//! The JSON Schema of a procedure's file, for editors: it completes names and checks shapes as one
//! types. What only the whole graph can show (`prove`) it cannot say.

use serde_json::{Map, Value, json};

use super::{ACTIONS, Action, Spec, Subject};

/// The schema, in the dialect of 2020-12.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A procedure of guard",
        "description": "A state machine: scope, then a machine for each candidate, then a delivery.",
        "type": "object",
        "required": ["name", "title", "detector", "templates", "batch", "start", "states", "ends"],
        "additionalProperties": false,
        "properties": {
            "name": text("What `--sop` calls it"),
            "title": text("One line for a person"),
            "description": text("When to use it, for whoever chooses among procedures"),
            "steps": {
                "description": "What each step is called, from 0",
                "type": "array",
                "items": { "type": "string" },
            },
            "detector": {
                "description": "What finds candidates",
                "oneOf": [
                    { "const": "builtin", "description": "guard's own" },
                    {
                        "type": "object",
                        "description": "A command that prints findings as JSON",
                        "required": ["command"],
                        "additionalProperties": false,
                        "properties": { "command": words() },
                    },
                ],
            },
            "gate": gate(),
            "revert": {
                "description": "What brings the bad pattern back where guard's own ways cannot: a command that edits the tree it runs in",
                "type": "object",
                "required": ["run"],
                "additionalProperties": false,
                "properties": { "run": words() },
            },
            "blind-spots": {
                "description": "What the detector cannot see, a sentence each",
                "type": "array",
                "items": { "type": "string" },
            },
            "templates": {
                "type": "object",
                "required": ["pull-request"],
                "additionalProperties": false,
                "properties": {
                    "anchor": text("The asset that an anchor is rendered from"),
                    "pull-request": text("The asset that the pull-request text is rendered from"),
                },
            },
            "batch": {
                "description": "How many fix units go into one pull request",
                "type": "object",
                "required": ["while-high", "after"],
                "additionalProperties": false,
                "properties": {
                    "while-high": { "type": "integer", "minimum": 0 },
                    "after": { "type": "integer", "minimum": 0 },
                },
            },
            "start": text("The state in which a run starts"),
            "states": {
                "description": "The states of the run",
                "type": "object",
                "additionalProperties": {
                    "if": { "required": ["for-each"] },
                    "then": { "$ref": "#/$defs/each" },
                    "else": { "$ref": "#/$defs/run-state" },
                },
            },
            "ends": {
                "description": "Where a run ends, and how",
                "type": "object",
                "additionalProperties": {
                    "oneOf": [
                        { "const": "nothing-to-do", "description": "Nothing was in scope: exit code 0" },
                        { "const": "delivered", "description": "Every claim is proven: exit code 0" },
                        { "const": "refused", "description": "A verdict stands against the change: exit code 1" },
                    ],
                },
            },
        },
        "$defs": {
            "each": each(),
            "run-state": state(Subject::Run),
            "candidate-state": state(Subject::Candidate),
            "ask": ask(),
        },
    })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn words() -> Value {
    json!({ "type": "array", "minItems": 1, "items": { "type": "string" } })
}

fn gate() -> Value {
    json!({
        "description": "What turns red when the bad pattern happens",
        "oneOf": [
            { "const": "pytest", "description": "The project's tests, under pytest and Blockbuster" },
            {
                "type": "object",
                "required": ["command"],
                "additionalProperties": false,
                "properties": { "command": {
                    "description": "A command that prints where the bad pattern is, and fails",
                    "type": "object",
                    "required": ["run", "red"],
                    "additionalProperties": false,
                    "properties": {
                        "run": words(),
                        "red": text("A regular expression over each line that it prints; captures `path` and `function`, and may capture `line` and `symbol`"),
                        "files": {
                            "type": "array",
                            "description": "Files that it reads beside the code: a proof is stale when one changes",
                            "items": { "type": "string" },
                        },
                        "limit": { "type": "integer", "minimum": 1, "description": "Seconds that it may take" },
                    },
                } },
            },
        ],
    })
}

fn each() -> Value {
    json!({
        "description": "Each candidate goes through states of its own",
        "type": "object",
        "required": ["for-each", "start", "end", "stale", "states", "then"],
        "additionalProperties": false,
        "properties": {
            "step": step(),
            "for-each": { "const": "candidate" },
            "high-first": {
                "type": "boolean",
                "description": "Whether nothing below HIGH starts before every HIGH is disposed, in the whole-tree mode",
            },
            "start": text("Where a candidate starts"),
            "end": text("Where a candidate is disposed"),
            "stale": text("Where a candidate enters again when what its proof speaks of has changed"),
            "states": {
                "type": "object",
                "additionalProperties": { "$ref": "#/$defs/candidate-state" },
            },
            "then": {
                "type": "object",
                "required": ["all-disposed"],
                "additionalProperties": false,
                "properties": { "all-disposed": text("Where the run goes then") },
            },
        },
    })
}

fn step() -> Value {
    json!({ "type": "integer", "minimum": 0, "description": "The step that it belongs to" })
}

fn state(subject: Subject) -> Value {
    let specs: Vec<&Spec> = (ACTIONS.iter())
        .filter(|spec| spec.subject == subject || spec.subject == Subject::Either)
        .collect();
    let actions: Vec<Value> = (specs.iter())
        .map(|spec| json!({ "const": spec.name, "description": sentence(spec.does) }))
        .collect();
    let mut properties = json!({
        "step": step(),
        "action": { "description": "What is done", "oneOf": actions },
        "reference": text("The asset to read before answering"),
        "at-most": { "type": "integer", "minimum": 1, "description": "How often it is entered at most" },
        "else": text("Where whatever leads here leads after that"),
        "run": words(),
        "exits": {
            "type": "object",
            "description": "What an exit code means; any other is an error",
            "additionalProperties": { "type": "string" },
        },
        "limit": { "type": "integer", "minimum": 1, "description": "Seconds that the command may take" },
        "routes": {
            "type": "object",
            "description": "What the choices of `judge` stand for, where they are not called as a route is",
            "additionalProperties": { "enum": super::state::JUDGED },
        },
        "then": {
            "type": "object",
            "description": "Where each outcome leads",
            "additionalProperties": { "type": "string" },
        },
    });
    if subject == Subject::Candidate {
        properties["ask"] = json!({ "$ref": "#/$defs/ask" });
    }
    json!({
        "type": "object",
        "required": ["action", "then"],
        "additionalProperties": false,
        "properties": properties,
        "dependentRequired": { "at-most": ["else"], "else": ["at-most"] },
        "allOf": specs.into_iter().map(demands).collect::<Vec<_>>(),
    })
}

/// What a state needs because of its action.
fn demands(spec: &Spec) -> Value {
    let mut then = Map::new();
    if spec.action == Action::Command {
        then.insert("required".to_owned(), json!(["run", "exits"]));
    } else {
        let outcomes: Map<String, Value> = (spec.outcomes.iter())
            .map(|outcome| {
                let proof = if outcome.is_proof { " (a proof)" } else { "" };
                let means = format!("{}{proof}", sentence(outcome.means));
                (outcome.name.to_owned(), text(&means))
            })
            .collect();
        let names: Vec<&str> = spec.outcomes.iter().map(|outcome| outcome.name).collect();
        let is_judge = spec.action == Action::Judge;
        // The routes are the procedure's to offer and to name.
        let leads = if is_judge {
            json!({})
        } else {
            json!({ "properties": outcomes, "required": names, "additionalProperties": false })
        };
        let mut properties = json!({ "then": leads, "run": false, "exits": false, "limit": false });
        if !is_judge {
            properties["routes"] = json!(false);
        }
        if !spec.needs.is_empty() {
            then.insert("required".to_owned(), json!(["ask"]));
            let mut fields = json!({ "required": spec.needs });
            if let Some(field) = spec.decided_by.filter(|_| !is_judge) {
                let choices = json!({ "propertyNames": { "enum": names } });
                fields["properties"] = json!({ field: { "properties": { "choices": choices } } });
            }
            properties["ask"] = json!({ "properties": { "fields": fields } });
        }
        then.insert("properties".to_owned(), properties);
    }
    json!({ "if": { "properties": { "action": { "const": spec.name } } }, "then": then })
}

fn ask() -> Value {
    json!({
        "description": "What is asked before the action",
        "type": "object",
        "required": ["text", "fields"],
        "additionalProperties": false,
        "properties": {
            "text": text("For a person"),
            "fields": {
                "description": "What an answer consists of, in the order of asking",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "required": ["text"],
                    "additionalProperties": false,
                    "properties": {
                        "text": text("For a person"),
                        "choices": {
                            "description": "The values that it may have, each with what it means; without them it is one line of text",
                            "type": "object",
                            "additionalProperties": { "type": "string" },
                        },
                        "when": {
                            "description": "Asked for only when this earlier field has one of these values",
                            "type": "object",
                            "additionalProperties": { "type": "array", "items": { "type": "string" } },
                        },
                        "optional": { "type": "boolean", "description": "An answer may leave it out" },
                        "default": text("What an answer that leaves it out says"),
                    },
                },
            },
        },
    })
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
pub(crate) mod tests;
