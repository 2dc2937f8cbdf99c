//! What makes a procedure one of a domain: its detector, its gate, its way to bring the bad pattern
//! back. Here their commands are read, and held against the states that depend on them.

use regex::Regex;

use super::load::{Placed, Problems};
use super::raw::{Name, RawGate, RawSop};
use super::{Action, CommandGate, Gate, Sop, Subject, variables};
use crate::model::nearest;

/// What a gate's pattern may capture. The first two it must.
const CAPTURES: [&str; 4] = ["path", "function", "line", "symbol"];

/// The words of a command that belongs to the whole procedure.
pub(super) fn words(
    words: &[Name],
    whose: &str,
    subject: Subject,
    problems: &mut Problems,
) -> Vec<String> {
    for word in words {
        if let Err((message, help)) = variables::check(&word.value, subject, &[]) {
            problems.at(word, format!("{whose}: {message}"), Some(help));
        }
    }
    words.iter().map(|word| word.value.clone()).collect()
}

pub(super) fn gate(raw: &RawSop, problems: &mut Problems) -> Gate {
    let gate = match &raw.gate {
        RawGate::Pytest => return Gate::Pytest,
        RawGate::Command(gate) => gate,
    };
    match Regex::new(&gate.red.value) {
        Err(error) => {
            let said = error.to_string();
            let why = said.lines().last().unwrap_or_default();
            let why = why.trim_start_matches("error: ").to_owned();
            problems.at(&gate.red, "`red` is no regular expression".to_owned(), Some(why));
        }
        Ok(pattern) => {
            let names: Vec<&str> = pattern.capture_names().flatten().collect();
            for need in &CAPTURES[..2] {
                if !names.contains(need) {
                    problems.at(
                        &gate.red,
                        format!("`red` does not capture `{need}`"),
                        Some(format!("a red is one only where its place is named: (?<{need}>…)")),
                    );
                }
            }
            for name in names.iter().filter(|name| !CAPTURES.contains(name)) {
                problems.at(
                    &gate.red,
                    format!("`red` captures `{name}`, which means nothing to guard"),
                    Some(match nearest(name, CAPTURES) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("it may capture {}", CAPTURES.join(", ")),
                    }),
                );
            }
        }
    }
    if let Some(limit) = gate.limit.as_ref().filter(|limit| limit.value == 0) {
        problems.at(limit, "a limit of no seconds lets nothing run".to_owned(), None);
    }
    Gate::Command(CommandGate {
        words: words(&gate.run, "the gate", Subject::Run, problems),
        red: gate.red.value.clone(),
        files: gate.files.clone(),
        limit: gate.limit.as_ref().map(|limit| limit.value),
    })
}

/// Whether the states can be executed with this gate and these templates.
pub(super) fn fits<'a>(
    raw: &RawSop,
    sop: &Sop,
    states: impl Iterator<Item = &'a Placed<'a>>,
    problems: &mut Problems,
) {
    for placed in states {
        let Some(name) = &placed.raw.action else { continue };
        let action = placed.state.action;
        if action.is_of_pytest() && sop.gate != Gate::Pytest {
            problems.at(
                name,
                format!("`{}` is about tests of pytest, and the gate is a command", name.value),
                Some("use the action `command` for what this domain does there".to_owned()),
            );
        }
        if action == Action::DraftAnchor && sop.anchor_template.is_none() {
            problems.at(
                name,
                format!("`{}` has no template to render", name.value),
                Some("add `anchor:` to `templates`".to_owned()),
            );
        }
    }
    let empty = match &raw.gate {
        RawGate::Command(gate) => gate.run.is_empty(),
        RawGate::Pytest => false,
    };
    if empty || raw.revert.as_ref().is_some_and(|revert| revert.run.is_empty()) {
        problems.at(
            &raw.name,
            "`gate` or `revert` does not say what is run".to_owned(),
            Some("add `run: [program, argument, …]`".to_owned()),
        );
    }
}
