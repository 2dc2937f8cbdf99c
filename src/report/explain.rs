//! What one state of a procedure does, in words: of its action, its question and its arrows.

use crate::model::{Field, FieldKind};
use crate::sop::{End, Sop, State, Subject};

/// What a state does; none when the procedure has no state of that name.
pub fn explain_state(sop: &Sop, name: &str) -> Option<String> {
    let each = &sop.each;
    if let Some(state) = sop.states.iter().chain(&each.states).find(|state| state.id.0 == name) {
        return Some(of_state(sop, state));
    }
    if each.id.0 == name {
        let order = if each.high_first {
            " In the whole-tree mode nothing below HIGH starts before every HIGH is disposed."
        } else {
            ""
        };
        return Some(format!(
            "{name}\n  Each candidate goes through states of its own, from `{}` to `{}`.{order}\n\nleads\n  all-disposed ──▶ {}\n  a candidate whose proof speaks of something that has changed ──▶ {}\n",
            each.start, each.end, each.all_disposed, each.stale
        ));
    }
    let what = if each.end.0 == name {
        "A candidate is disposed: settled by a proof, not to be worked on again."
    } else {
        match sop.ends.iter().find(|(end, _)| end.0 == name)?.1 {
            End::NothingToDo => "The run ends: nothing was in scope. Exit code 0.",
            End::Delivered => "The run ends: every claim is proven and written down. Exit code 0.",
            End::Refused => "The run ends: a verdict stands against the change. Exit code 1.",
        }
    };
    Some(format!("{name}\n  {what}\n{}", comes_from(sop, name)))
}

fn of_state(sop: &Sop, state: &State) -> String {
    let spec = state.action.spec();
    let step = sop.step_name(state.step).map_or_else(String::new, |step| format!(", {step}"));
    let about = match spec.subject {
        Subject::Run => "the run",
        Subject::Candidate => "one candidate",
        Subject::Either if sop.each.states.contains(state) => "one candidate",
        Subject::Either => "the run",
    };
    let mut text = format!("{} (step {}{step})\n", state.id, state.step);
    text.push_str(&format!("  `{}`, about {about}: {}.\n", spec.name, spec.does));
    if let Some(command) = &state.command {
        let exits: Vec<String> =
            command.exits.iter().map(|(code, outcome)| format!("{code} {outcome}")).collect();
        text.push_str(&format!("  Runs: {}\n", quoted(&command.words)));
        text.push_str(&format!("  Exit codes: {}; any other is an error\n", exits.join(", ")));
    }
    if let Some(bound) = &state.bound {
        let (visits, otherwise) = (bound.visits, &bound.otherwise);
        text.push_str(&format!("  Entered at most {visits} times; after that `{otherwise}`.\n"));
    }
    if let Some(reference) = &state.reference {
        text.push_str(&format!("  To be read first: {reference}\n"));
    }
    if let Some(ask) = &state.ask {
        text.push_str(&format!("\nasks: {}\n", ask.text));
        for field in &ask.fields {
            for (answer, means) in answers(field) {
                text.push_str(&format!("  {answer}{means}\n"));
            }
        }
    }
    let width = state.then.iter().map(|(outcome, _)| outcome.chars().count()).max().unwrap_or(0);
    text.push_str("\nleads\n");
    for (outcome, next) in &state.then {
        let known = spec.outcomes.iter().find(|known| known.name == outcome);
        let (shaft, proof) =
            if state.is_proof(outcome) { ("══▶", " (a proof)") } else { ("──▶", "") };
        let means = known.map_or_else(String::new, |known| format!(": {}", known.means));
        text.push_str(&format!("  {outcome:<width$} {shaft} {next}{proof}{means}\n"));
    }
    text.push_str(&comes_from(sop, &state.id.0));
    text
}

/// A command as a shell would take it, so that one can see where a word ends.
fn quoted(words: &[String]) -> String {
    words.iter().map(|word| crate::exec::quote(word)).collect::<Vec<_>>().join(" ")
}

/// What a field takes, each as an answer would say it, with what it means.
pub(super) fn answers(field: &Field) -> Vec<(String, String)> {
    let when = field
        .when
        .as_ref()
        .map_or_else(String::new, |(other, values)| format!(", with {other}={}", values.join("|")));
    let optional = match &field.default {
        Some(default) => format!(", `{default}` when left out"),
        None if field.optional => ", may be left out".to_owned(),
        None => String::new(),
    };
    match &field.kind {
        FieldKind::Text => {
            vec![(format!("{}=…", field.name), format!("{when}{optional}: {}", field.text))]
        }
        FieldKind::Choice(choices) => choices
            .iter()
            .map(|choice| {
                let is_default = field.default.as_ref() == Some(&choice.value);
                let default = if is_default { ", also when left out" } else { "" };
                let means = format!("{when}{default}: {}", choice.text);
                (format!("{}={}", field.name, choice.value), means)
            })
            .collect(),
    }
}

fn comes_from(sop: &Sop, name: &str) -> String {
    let mut ways: Vec<String> = Vec::new();
    for state in sop.states.iter().chain(&sop.each.states) {
        let outcomes: Vec<&str> = (state.then.iter())
            .filter(|(_, next)| next.0 == name)
            .map(|(outcome, _)| outcome.as_str())
            .collect();
        if !outcomes.is_empty() {
            ways.push(format!("{} ({})", state.id, outcomes.join(", ")));
        }
    }
    let each = &sop.each;
    if each.all_disposed.0 == name {
        ways.push(format!("{} (all-disposed)", each.id));
    }
    if each.stale.0 == name {
        ways.push(format!("{} (what a proof speaks of has changed)", each.id));
    }
    if sop.start.0 == name || each.start.0 == name {
        ways.insert(0, "the start".to_owned());
    }
    if ways.is_empty() {
        String::new()
    } else {
        format!("\nreached from\n  {}\n", ways.join("\n  "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str) -> String {
        let text = include_str!("../../sop/blocking-io.yaml");
        explain_state(&Sop::load("blocking-io.yaml", text).unwrap(), name).unwrap()
    }

    #[test]
    fn a_state_says_what_it_does_asks_and_comes_to() {
        insta::assert_snapshot!(said("anchor"));
    }

    #[test]
    fn the_states_between_say_which_outcome_is_a_proof() {
        assert!(said("teeth").contains("  proven     ══▶ disposed (a proof): every site"));
    }

    #[test]
    fn the_composite_state_and_the_ends_are_explained_too() {
        assert!(said("candidates").contains("from `judge` to `disposed`"));
        assert!(said("disposed").contains("  reason (recorded)\n"));
        assert!(said("stopped").contains("Exit code 1."));
    }
}
