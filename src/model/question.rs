//! A question, defined once: the terminal prompt, the answers file, the JSON of an open question
//! and `guard answer` all read this.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{CandidateId, StateId};

/// Where a run, or one of its candidates, stands: which state, for which candidate, and the how
/// many-th visit it is, from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// None for a state of the run itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<CandidateId>,
    /// The state.
    pub state: StateId,
    /// The visit of that state, from 1.
    pub visit: u32,
}

/// The name of a question: `c1.judge`, and `c1.judge.2` when the state is visited again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuestionId(pub String);

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Place {
    /// What the question of this place is called.
    pub fn question(&self) -> QuestionId {
        let mut id = match &self.candidate {
            Some(candidate) => format!("{candidate}.{}", self.state),
            None => self.state.to_string(),
        };
        if self.visit > 1 {
            id.push_str(&format!(".{}", self.visit));
        }
        QuestionId(id)
    }
}

/// One of the values that a field may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What an answer says.
    pub value: String,
    /// What it means, one line.
    pub text: String,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// One of these.
    Choice(Vec<Choice>),
    /// One line of text, never empty.
    Text,
}

/// One thing that a question asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What an answer calls it: `route`.
    pub name: String,
    /// What a person reads.
    pub text: String,
    /// What it takes.
    pub kind: FieldKind,
    /// Asked for only when this field has one of these values.
    pub when: Option<(String, Vec<String>)>,
    /// An answer may leave it out.
    pub optional: bool,
    /// What an answer that leaves it out says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// The values that answer a question, by field.
pub type Answer = BTreeMap<String, String>;

/// Why an answer does not fit its question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A field is required and not there.
    #[error("{question} needs `{field}`{choices}")]
    Missing {
        /// Which question.
        question: QuestionId,
        /// Which field.
        field: String,
        /// What it takes, as the end of the sentence.
        choices: String,
    },
    /// A field that the question does not have.
    #[error("{question} has no field `{field}`: it takes {known}")]
    Unknown {
        /// Which question.
        question: QuestionId,
        /// Which field.
        field: String,
        /// Those it has.
        known: String,
    },
    /// A value that is not among the choices.
    #[error("{question}: `{field}` cannot be `{value}`{hint}; it is one of: {choices}")]
    Value {
        /// Which question.
        question: QuestionId,
        /// Which field.
        field: String,
        /// What was said.
        value: String,
        /// The nearest choice, where one is near.
        hint: String,
        /// Those there are.
        choices: String,
    },
}

/// What is asked of a person or an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What an answer names.
    pub id: QuestionId,
    /// Where the run waits.
    pub place: Place,
    /// The step of the procedure.
    pub step: u8,
    /// What is asked, for a person.
    pub text: String,
    /// What an answer consists of, in the order of asking.
    pub fields: Vec<Field>,
    /// A suggested answer with its reason, where the evidence supports one. Never taken by itself.
    pub suggestion: Option<Suggestion>,
    /// The reference to read, by asset name.
    pub reference: Option<String>,
}

/// What guard would answer, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The field it is about.
    pub field: String,
    /// The value.
    pub value: String,
    /// One sentence.
    pub reason: String,
}

impl Field {
    /// Whether it is asked for, given what has been answered so far.
    pub fn applies(&self, answer: &Answer) -> bool {
        self.when.as_ref().is_none_or(|(field, values)| {
            answer.get(field).is_some_and(|value| values.contains(value))
        })
    }

    /// Whether an answer without it says nothing.
    pub fn must_be_said(&self) -> bool {
        !self.optional && self.default.is_none()
    }

    fn choices(&self) -> Option<String> {
        match &self.kind {
            FieldKind::Choice(choices) => Some(
                choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(", "),
            ),
            FieldKind::Text => None,
        }
    }
}

impl Question {
    /// Checks an answer and drops the fields that do not apply under it.
    ///
    /// # Errors
    /// When a required field is missing, a field is unknown, or a value is not among the choices.
    pub fn fit(&self, answer: &Answer) -> Result<Answer, Misfit> {
        let question = || self.id.clone();
        // First, so that a typo in a name is not taken for a missing field.
        if let Some(unknown) =
            answer.keys().find(|name| !self.fields.iter().any(|field| field.name == **name))
        {
            return Err(Misfit::Unknown {
                question: question(),
                field: unknown.clone(),
                known: self
                    .fields
                    .iter()
                    .map(|field| field.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
        let mut fitted = Answer::new();
        for field in &self.fields {
            let value =
                answer.get(&field.name).map(|value| value.trim()).filter(|value| !value.is_empty());
            if !field.applies(&fitted) {
                continue;
            }
            let Some(value) = value.or(field.default.as_deref()) else {
                if field.optional {
                    continue;
                }
                return Err(Misfit::Missing {
                    question: question(),
                    field: field.name.clone(),
                    choices: field
                        .choices()
                        .map(|choices| format!(": one of {choices}"))
                        .unwrap_or_default(),
                });
            };
            if let (FieldKind::Choice(choices), Some(names)) = (&field.kind, field.choices())
                && !choices.iter().any(|choice| choice.value == value)
            {
                return Err(Misfit::Value {
                    question: question(),
                    field: field.name.clone(),
                    value: value.to_owned(),
                    hint: super::nearest(value, choices.iter().map(|choice| choice.value.as_str()))
                        .map(|near| format!(" (did you mean `{near}`?)"))
                        .unwrap_or_default(),
                    choices: names,
                });
            }
            fitted.insert(field.name.clone(), value.to_owned());
        }
        Ok(fitted)
    }

    /// The JSON Schema that an answer must meet.
    pub fn schema(&self) -> Value {
        let properties: serde_json::Map<String, Value> = self
            .fields
            .iter()
            .map(|field| {
                let mut schema = match &field.kind {
                    FieldKind::Choice(choices) => json!({
                        "description": field.text,
                        "oneOf": choices.iter()
                            .map(|choice| json!({"const": choice.value, "description": choice.text}))
                            .collect::<Vec<_>>(),
                    }),
                    FieldKind::Text => json!({"description": field.text, "type": "string", "pattern": "\\S"}),
                };
                if let Some(default) = &field.default {
                    schema["default"] = json!(default);
                }
                (field.name.clone(), schema)
            })
            .collect();
        let required: Vec<&str> = self
            .fields
            .iter()
            .filter(|field| field.when.is_none() && field.must_be_said())
            .map(|field| field.name.as_str())
            .collect();
        let conditions: Vec<Value> = self
            .fields
            .iter()
            .filter(|field| field.must_be_said())
            .filter_map(|field| {
                let (other, values) = field.when.as_ref()?;
                Some(json!({
                    "if": {"properties": {other: {"enum": values}}, "required": [other]},
                    "then": {"required": [field.name]},
                }))
            })
            .collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        if !conditions.is_empty() {
            schema["allOf"] = Value::Array(conditions);
        }
        schema
    }
}
