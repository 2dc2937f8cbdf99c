//! One state of a procedure: its action, what it asks, what it runs, where it leads.

use super::load::{Placed, Problems, Rigor};
use super::raw::{Name, RawAsk, RawField, RawState};
use super::{ACTIONS, Action, Ask, AtMost, Command, State, Subject, variables};
use crate::model::{Choice, Field, FieldKind, Route, StateId, nearest};

/// The routes that a candidate can be judged to be on; the fourth emerges from teeth.
pub(super) const JUDGED: [&str; 3] = ["guard", "fix-and-anchor", "no-action"];

pub(super) fn state<'a>(
    name: &'a Name,
    raw: &'a RawState,
    subject: Subject,
    rigor: Rigor,
    problems: &mut Problems,
) -> Option<Placed<'a>> {
    let Some(action_name) = &raw.action else {
        problems.at(name, format!("`{}` has no `action`", name.value), None);
        return None;
    };
    let Some(action) = Action::parse(&action_name.value) else {
        let known = ACTIONS.iter().map(|spec| spec.name);
        problems.at(
            action_name,
            format!("there is no action `{}`", action_name.value),
            nearest(&action_name.value, known).map(|near| format!("did you mean `{near}`?")),
        );
        return None;
    };
    let spec = action.spec();
    if spec.subject != subject && spec.subject != Subject::Either {
        problems.at(
            action_name,
            match subject {
                Subject::Run | Subject::Either => {
                    format!("`{}` is about one candidate, and this state is the run's", spec.name)
                }
                Subject::Candidate => {
                    format!("`{}` is about the run, and this state is a candidate's", spec.name)
                }
            },
            None,
        );
    }
    if subject == Subject::Run && raw.ask.is_some() {
        problems.at(
            name,
            format!("`{}` asks, and it is a state of the run", name.value),
            Some("what is asked is about a candidate; ask in its states".to_owned()),
        );
    }
    let ask = raw.ask.as_ref().map(|raw| ask(raw, spec.decided_by, problems));
    let fields: Vec<&str> =
        ask.iter().flat_map(|ask| &ask.fields).map(|field| field.name.as_str()).collect();
    let command = command(name, raw, action, subject, &fields, problems);
    let routes = routes(name, raw, action, ask.as_ref(), problems);
    let state = State {
        id: StateId(name.value.clone()),
        step: raw.step.unwrap_or_default(),
        action,
        reference: raw.reference.as_ref().map(|name| name.value.clone()),
        ask,
        command,
        routes,
        bound: bound(raw, problems),
        then: (raw.then.value.0.iter())
            .map(|(outcome, next)| (outcome.value.clone(), StateId(next.value.clone())))
            .collect(),
    };
    outcomes(name, raw, &state, rigor, problems);
    for need in spec.needs {
        let field = state.ask.iter().flat_map(|ask| &ask.fields).find(|field| field.name == *need);
        match field {
            None => problems.at(
                name,
                format!(
                    "`{}` needs an answer to `{need}`, and `{}` does not ask for it",
                    spec.name, name.value
                ),
                Some(format!("add `ask:` with a field `{need}`")),
            ),
            Some(field) if field.optional => problems.at(
                name,
                format!(
                    "`{}` needs an answer to `{need}`, and `{}` lets it be left out",
                    spec.name, name.value
                ),
                None,
            ),
            Some(_) => {}
        }
    }
    // What `judge` is asked for are the procedure's own words: `routes` says what they stand for.
    if let (Some(decides), Some(raw_ask)) = (spec.decided_by, &raw.ask)
        && action != Action::Judge
    {
        let choices = raw_ask.fields.0.iter().filter(|(field, _)| field.value == decides);
        for (choice, _) in choices.flat_map(|(_, field)| &field.choices.0) {
            if !spec.outcomes.iter().any(|outcome| outcome.name == choice.value) {
                problems.at(
                    choice,
                    format!("`{}` is no outcome of `{}`", choice.value, spec.name),
                    None,
                );
            }
        }
    }
    Some(Placed { name, raw, state })
}

/// Every outcome leads somewhere, and nothing else does.
fn outcomes(name: &Name, raw: &RawState, state: &State, rigor: Rigor, problems: &mut Problems) {
    let known = state.outcomes();
    // What is wrong with the command has been said.
    if known.is_empty() {
        return;
    }
    let action = state.action.spec().name;
    for (outcome, _) in &raw.then.value.0 {
        if !known.contains(&outcome.value.as_str()) {
            problems.at(
                outcome,
                format!("`{action}` cannot come to `{}`", outcome.value),
                Some(match nearest(&outcome.value, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its outcomes are {}", known.join(", ")),
                }),
            );
        }
    }
    for known in known {
        let handled = raw.then.value.0.iter().any(|(outcome, _)| outcome.value == known);
        if !handled && rigor == Rigor::Proven {
            problems.at(
                name,
                format!("`{}` does not say where `{known}` leads", name.value),
                Some(format!("`{action}` can come to it; add `{known}: <state>` to `then`")),
            );
        }
    }
}

/// What each choice of `judge` stands for, where it is not called as the route is.
fn routes(
    name: &Name,
    raw: &RawState,
    action: Action,
    ask: Option<&Ask>,
    problems: &mut Problems,
) -> Vec<(String, Route)> {
    if action != Action::Judge {
        if let Some((choice, _)) = raw.routes.0.first() {
            let what = format!("`{}` has `routes`, which belong to `judge`", name.value);
            problems.at(choice, what, None);
        }
        return Vec::new();
    }
    let fields = ask.iter().flat_map(|ask| &ask.fields);
    let choices: Vec<&str> = fields
        .filter(|field| action.spec().decided_by == Some(field.name.as_str()))
        .filter_map(|field| match &field.kind {
            FieldKind::Choice(choices) => Some(choices),
            FieldKind::Text => None,
        })
        .flat_map(|choices| choices.iter().map(|choice| choice.value.as_str()))
        .collect();
    let known = format!("the routes are {}", JUDGED.join(", "));
    let judged = |name: &str| Route::parse(name).filter(|_| JUDGED.contains(&name));
    let mut routes = Vec::new();
    for (choice, route) in &raw.routes.0 {
        if !choices.contains(&choice.value.as_str()) {
            problems.at(
                choice,
                format!("`{}` is no choice of `{}`", choice.value, name.value),
                nearest(&choice.value, choices.iter().copied())
                    .map(|near| format!("did you mean `{near}`?")),
            );
        }
        match judged(&route.value) {
            Some(found) => routes.push((choice.value.clone(), found)),
            None => problems.at(
                route,
                format!("`{}` is no route that can be judged", route.value),
                Some(known.clone()),
            ),
        }
    }
    for choice in choices {
        let said = raw.routes.0.iter().any(|(own, _)| own.value == choice);
        if !said && judged(choice).is_none() {
            problems.at(
                name,
                format!("`{}` does not say which route `{choice}` is", name.value),
                Some(format!("add `routes: {{ {choice}: <route> }}`; {known}")),
            );
        }
    }
    routes
}

/// What the action `command` runs. Its words are rendered here once, so that a misspelt variable is
/// not found in the middle of a run.
fn command(
    name: &Name,
    raw: &RawState,
    action: Action,
    subject: Subject,
    fields: &[&str],
    problems: &mut Problems,
) -> Option<Command> {
    if action != Action::Command {
        let keys = [
            (raw.run.is_some(), "run"),
            (!raw.exits.0.is_empty(), "exits"),
            (raw.limit.is_some(), "limit"),
        ];
        for (_, key) in keys.iter().filter(|(there, _)| *there) {
            problems.at(
                name,
                format!("`{}` has `{key}`, which belongs to the action `command`", name.value),
                None,
            );
        }
        return None;
    }
    let Some(words) = raw.run.as_ref().filter(|words| !words.is_empty()) else {
        problems.at(
            name,
            format!("`{}` does not say what is run", name.value),
            Some("add `run: [program, argument, …]`".to_owned()),
        );
        return None;
    };
    for word in words {
        if let Err((message, help)) = variables::check(&word.value, subject, fields) {
            problems.at(word, message, Some(help));
        }
    }
    let mut exits = Vec::new();
    for (code, outcome) in &raw.exits.0 {
        match code.value.parse::<u8>() {
            Ok(code) => exits.push((i32::from(code), outcome.value.clone())),
            Err(_) => problems.at(
                code,
                format!("`{}` is no exit code", code.value),
                Some("an exit code is a number from 0 to 255".to_owned()),
            ),
        }
    }
    if raw.exits.0.is_empty() {
        problems.at(
            name,
            format!("`{}` does not say what its exit codes mean", name.value),
            Some("add `exits: { 0: <outcome>, 1: <outcome> }`".to_owned()),
        );
    }
    if let Some(limit) = raw.limit.as_ref().filter(|limit| limit.value == 0) {
        problems.at(limit, "a limit of no seconds lets nothing run".to_owned(), None);
    }
    Some(Command {
        words: words.iter().map(|word| word.value.clone()).collect(),
        exits,
        limit: raw.limit.as_ref().map(|limit| limit.value),
    })
}

fn bound(raw: &RawState, problems: &mut Problems) -> Option<AtMost> {
    match (&raw.at_most, &raw.otherwise) {
        (None, None) => None,
        (Some(visits), Some(otherwise)) => {
            let count = u32::try_from(visits.value).unwrap_or(u32::MAX);
            if count == 0 {
                problems.at(visits, "a state that is never entered is no state".to_owned(), None);
            }
            Some(AtMost { visits: count, otherwise: StateId(otherwise.value.clone()) })
        }
        (Some(visits), None) => {
            problems.at(
                visits,
                "`at-most` does not say what comes after that".to_owned(),
                Some("add `else: <state>`".to_owned()),
            );
            None
        }
        (None, Some(otherwise)) => {
            problems.at(
                otherwise,
                "`else` does not say when".to_owned(),
                Some("add `at-most: <number of visits>`".to_owned()),
            );
            None
        }
    }
}

fn ask(raw: &RawAsk, decides: Option<&str>, problems: &mut Problems) -> Ask {
    let mut fields: Vec<Field> = Vec::new();
    for (name, field) in &raw.fields.0 {
        let when =
            field.when.0.first().map(|(other, values)| (other.value.clone(), values.clone()));
        if let Some((other, _)) = field.when.0.first()
            && !fields.iter().any(|field| field.name == other.value)
        {
            problems.at(
                other,
                format!(
                    "`{}` is asked under a condition on `{}`, which is not asked before it",
                    name.value, other.value
                ),
                nearest(&other.value, fields.iter().map(|field| field.name.as_str()))
                    .map(|near| format!("did you mean `{near}`?")),
            );
        }
        let choices = (field.choices.0.iter())
            .map(|(value, text)| Choice { value: value.value.clone(), text: text.clone() })
            .collect::<Vec<_>>();
        fields.push(Field {
            name: name.value.clone(),
            text: field.text.clone(),
            kind: if choices.is_empty() { FieldKind::Text } else { FieldKind::Choice(choices) },
            when,
            optional: field.optional,
            default: field.default.as_ref().map(|default| default.value.clone()),
        });
        if let Some(default) = &field.default {
            self::default(name, field, default, decides, problems);
        }
    }
    Ask { text: raw.text.clone(), fields }
}

/// Whether a default can stand for what is left out of an answer.
fn default(
    name: &Name,
    field: &RawField,
    default: &Name,
    decides: Option<&str>,
    problems: &mut Problems,
) {
    let choices = || field.choices.0.iter().map(|(choice, _)| choice.value.as_str());
    if decides == Some(name.value.as_str()) {
        problems.at(
            default,
            format!(
                "`{}` decides where the candidate goes: nothing answers that by itself",
                name.value
            ),
            Some("take the `default` out".to_owned()),
        );
    } else if !field.choices.0.is_empty() && !choices().any(|choice| choice == default.value) {
        problems.at(
            default,
            format!("`{}` is no choice of `{}`", default.value, name.value),
            nearest(&default.value, choices()).map(|near| format!("did you mean `{near}`?")),
        );
    } else if field.optional {
        problems.at(
            default,
            format!("`{}` has a default and is optional: it is never left out", name.value),
            Some("take one of the two out".to_owned()),
        );
    }
}
