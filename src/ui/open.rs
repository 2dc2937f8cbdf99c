//! Open questions for whoever has no terminal: all of them, each with what it takes to answer.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::engine::{Briefing, World, briefing};
use crate::exec::quote;
use crate::journal::State;
use crate::model::{Answer, Candidate, Field, FieldKind, Question, Suggestion};

/// An open question, as JSON.
#[derive(Debug, Serialize)]
pub struct OpenQuestion {
    /// What an answer names.
    pub id: String,
    /// The step of the procedure.
    pub step: u8,
    /// What is asked.
    pub text: String,
    /// What it is about.
    pub candidate: Option<Candidate>,
    /// What an answer consists of.
    pub fields: Vec<Field>,
    /// The JSON Schema of an answer.
    pub schema: Value,
    /// What guard would answer, and why.
    pub suggestion: Option<Suggestion>,
    /// What to look at first.
    pub evidence: Option<Briefing>,
    /// The reference to read: an asset's name and its text.
    pub reference: Option<Reference>,
    /// The command that answers it and goes on.
    pub command: String,
}

/// What a person or an agent reads before answering.
#[derive(Debug, Serialize)]
pub struct Reference {
    /// The asset.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Every question that is open.
pub fn open_questions(state: &State, world: &World, questions: &[Question]) -> Vec<OpenQuestion> {
    questions
        .iter()
        .map(|question| OpenQuestion {
            id: question.id.to_string(),
            step: question.step,
            text: question.text.clone(),
            candidate: (question.place.candidate.as_ref())
                .and_then(|id| state.progress(id))
                .map(|progress| progress.candidate.clone()),
            fields: question.fields.clone(),
            schema: question.schema(),
            suggestion: question.suggestion.clone(),
            evidence: briefing(state, world, question),
            reference: question.reference.as_ref().and_then(|name| {
                Some(Reference { name: name.clone(), text: world.reference(name)? })
            }),
            command: command(&state.info.run, &[question]),
        })
        .collect()
}

/// The command that answers these questions and goes on; what must be chosen stands in angles.
pub fn command(run: &str, questions: &[&Question]) -> String {
    let mut command = format!("guard answer --run {run}");
    for question in questions {
        write!(command, " {}", question.id).expect("a string takes everything");
        let mut answer = Answer::new();
        for field in question.fields.iter().filter(|field| field.when.is_none() && !field.optional)
        {
            let suggested = (question.suggestion.as_ref())
                .filter(|suggestion| suggestion.field == field.name)
                .map(|suggestion| suggestion.value.clone());
            let value = suggested.or(field.default.clone()).unwrap_or_else(|| match &field.kind {
                FieldKind::Choice(choices) => {
                    choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join("|")
                }
                FieldKind::Text => "…".to_owned(),
            });
            answer.insert(field.name.clone(), value.clone());
            write!(command, " {}", quote(&format!("{}={value}", field.name)))
                .expect("a string takes everything");
        }
        for field in question
            .fields
            .iter()
            .filter(|field| field.when.is_some() && !field.optional && field.applies(&answer))
        {
            write!(command, " {}", quote(&format!("{}=…", field.name)))
                .expect("a string takes everything");
        }
    }
    command
}

/// The same for eyes: one block a question.
pub fn show_open(open: &[OpenQuestion]) -> String {
    let mut text = String::new();
    for question in open {
        let title = question.evidence.as_ref().map_or("", |briefing| briefing.title.as_str());
        write!(text, "\n{}  {title}\n", question.id).expect("a string takes everything");
        for section in question.evidence.iter().flat_map(|briefing| &briefing.sections) {
            writeln!(text, "  {}", section.heading).expect("a string takes everything");
            for line in section.body.lines() {
                writeln!(text, "    {line}").expect("a string takes everything");
            }
        }
        writeln!(text, "  {}", question.text).expect("a string takes everything");
        for field in &question.fields {
            if let FieldKind::Choice(choices) = &field.kind {
                for choice in choices {
                    let is_default = field.default.as_ref() == Some(&choice.value);
                    let default = if is_default { " (the default)" } else { "" };
                    let (name, value) = (&field.name, &choice.value);
                    writeln!(text, "    {name}={value}: {}{default}", choice.text)
                        .expect("a string takes everything");
                }
            } else {
                let when = field
                    .when
                    .as_ref()
                    .map(|(other, values)| format!(" (with {other}={})", values.join("|")));
                writeln!(text, "    {}=…: {}{}", field.name, field.text, when.unwrap_or_default())
                    .expect("a string takes everything");
            }
        }
        if let Some(suggestion) = &question.suggestion {
            writeln!(text, "  guard suggests {}: {}", suggestion.value, suggestion.reason)
                .expect("a string takes everything");
        }
        writeln!(text, "  {}", question.command).expect("a string takes everything");
    }
    text
}
