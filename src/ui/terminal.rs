//! Questions at a terminal, one at a time. Help, the editor and leaving are choices in the list.

use std::fmt;

use anstream::eprintln;
use inquire::{InquireError, Select, Text};

use super::style::{BAD, BOLD, DIM, GOOD};
use crate::engine::{Asked, Asker, World, briefing};
use crate::exec::Interrupted;
use crate::journal::State;
use crate::model::{Answer, By, Field, FieldKind, Question};

const SIGINT: i32 = 2;

/// A person at a terminal.
#[derive(Debug, Default)]
pub struct Terminal {
    /// The last candidate that was introduced, so that it is introduced once.
    introduced: Option<String>,
}

/// One line of a list.
enum Item {
    Choice { value: String, text: String },
    Read,
    Edit,
    Leave,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice { value, text } => write!(f, "{value}: {text}"),
            Self::Read => f.write_str("? read what this step asks for"),
            Self::Edit => f.write_str("? open the file in an editor"),
            Self::Leave => f.write_str("? leave; `guard run --resume` goes on here"),
        }
    }
}

impl Asker for Terminal {
    fn ask(
        &mut self,
        state: &State,
        world: &World,
        questions: &[Question],
    ) -> anyhow::Result<Asked> {
        let Some(question) = questions.first() else { return Ok(Asked::Nobody) };
        self.introduce(state, world, question, questions.len());
        loop {
            let mut answer = Answer::new();
            for field in &question.fields {
                if field.applies(&answer) {
                    match prompt(state, world, question, field) {
                        Ok(Some(value)) => {
                            answer.insert(field.name.clone(), value);
                        }
                        Ok(None) => {}
                        Err(InquireError::OperationCanceled) => return Ok(Asked::Left),
                        Err(InquireError::OperationInterrupted) => {
                            return Err(Interrupted(SIGINT).into());
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            match question.fit(&answer) {
                Ok(answer) => {
                    return Ok(Asked::Answers(vec![(
                        question.place.clone(),
                        answer,
                        By::Terminal,
                    )]));
                }
                Err(misfit) => eprintln!("{BAD}{misfit}{BAD:#}"),
            }
        }
    }
}

impl Terminal {
    fn introduce(&mut self, state: &State, world: &World, question: &Question, open: usize) {
        let Some(briefing) = briefing(state, world, question) else { return };
        let id = question.id.to_string();
        if self.introduced.as_ref() == Some(&id) {
            return;
        }
        self.introduced = Some(id);
        let step = question.step;
        let name = state.sop.step_name(step).map_or_else(String::new, |name| format!(", {name}"));
        eprintln!();
        eprintln!("{BOLD}Step {step}{name}{BOLD:#}  {DIM}{open} open{DIM:#}");
        eprintln!("{BOLD}{}{BOLD:#}", briefing.title);
        for section in &briefing.sections {
            eprintln!("\n{DIM}{}{DIM:#}", section.heading);
            for line in section.body.lines() {
                match line.as_bytes().first() {
                    Some(b'>') => eprintln!("  {BOLD}{line}{BOLD:#}"),
                    Some(b'+') => eprintln!("  {GOOD}{line}{GOOD:#}"),
                    Some(b'-') => eprintln!("  {BAD}{line}{BAD:#}"),
                    _ => eprintln!("  {line}"),
                }
            }
        }
        if let Some(suggestion) = &question.suggestion {
            eprintln!(
                "\n{DIM}guard suggests{DIM:#}\n  {}: {}",
                suggestion.value, suggestion.reason
            );
        }
        eprintln!();
    }
}

/// Asks for one field; none when it may be left out and was.
fn prompt(
    state: &State,
    world: &World,
    question: &Question,
    field: &Field,
) -> Result<Option<String>, InquireError> {
    let choices = match &field.kind {
        FieldKind::Text => {
            let mut text = Text::new(&field.text);
            if let Some(default) = &field.default {
                text = text.with_default(default);
            } else if !field.optional {
                text = text.with_validator(inquire::required!("one line, please"));
            }
            return text.prompt().map(|value| Some(value).filter(|value| !value.trim().is_empty()));
        }
        FieldKind::Choice(choices) => choices,
    };
    let file = to_edit(state, question);
    loop {
        let items: Vec<Item> = (choices.iter())
            .map(|choice| Item::Choice { value: choice.value.clone(), text: choice.text.clone() })
            .chain(question.reference.is_some().then_some(Item::Read))
            .chain(file.is_some().then_some(Item::Edit))
            .chain([Item::Leave])
            .collect();
        let suggested =
            question.suggestion.as_ref().filter(|suggestion| suggestion.field == field.name);
        let first = suggested.map(|suggestion| &suggestion.value).or(field.default.as_ref());
        let cursor = choices.iter().position(|choice| Some(&choice.value) == first);
        let chosen = Select::new(&question.text, items)
            .with_starting_cursor(cursor.unwrap_or_default())
            .with_page_size(9)
            .prompt()?;
        match chosen {
            Item::Choice { value, .. } => return Ok(Some(value)),
            Item::Leave => return Err(InquireError::OperationCanceled),
            Item::Read => {
                let text = question.reference.as_ref().and_then(|name| world.reference(name));
                eprintln!("\n{}\n", text.as_deref().unwrap_or("there is nothing to read here"));
            }
            Item::Edit => {
                if let Some(file) = &file
                    && let Err(error) = world.edit(file)
                {
                    eprintln!("{BAD}{error:#}{BAD:#}");
                }
            }
        }
    }
}

/// The file that a person would open at this question.
fn to_edit(state: &State, question: &Question) -> Option<String> {
    let progress = state.progress(question.place.candidate.as_ref()?)?;
    let draft = progress.latest(|evidence| match evidence {
        crate::model::Evidence::Draft(draft) => Some(draft.path.clone()),
        _ => None,
    });
    match question.step {
        4 | 5 => draft,
        _ => Some(progress.candidate.key.path.clone()),
    }
}
