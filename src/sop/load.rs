//! YAML to a procedure. What the shape cannot say is checked here name by name; what only the
//! whole graph can show is in `prove`.

use serde_saphyr::Spanned;

use super::problem::{Problem, SopError};
use super::raw::{Entries, Name, RawAsk, RawDetector, RawEnd, RawSop, RawState};
use super::{ACTIONS, Action, Ask, Batching, Detector, Each, End, Sop, State, Subject, prove};
use crate::model::{Choice, Field, FieldKind, StateId, nearest};

/// Problems in the order in which they are found.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn at<T>(&mut self, place: &Spanned<T>, message: String, help: Option<String>)
    where
        T: Width,
    {
        let location = &place.referenced;
        let to_usize = |number: u64| usize::try_from(number).unwrap_or(1).max(1);
        self.0.push(Problem {
            message,
            place: Some((
                to_usize(location.line()),
                to_usize(location.column()),
                place.value.width(),
            )),
            help,
        });
    }
}

/// How many characters a caret underlines.
pub(super) trait Width {
    fn width(&self) -> usize;
}

impl Width for String {
    fn width(&self) -> usize {
        self.chars().count()
    }
}

impl<T> Width for Entries<T> {
    fn width(&self) -> usize {
        1
    }
}

/// One state with the places of its names, for messages.
pub(super) struct Placed<'a> {
    pub(super) name: &'a Name,
    pub(super) raw: &'a RawState,
    pub(super) state: State,
}

/// How much of a procedure must hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// All of it: it is about to be run.
    Proven,
    /// That it can be read: a run recorded it, and it was proven then, by the guard of then.
    Recorded,
}

pub(super) fn load(file: &str, text: &str, demand: Demand) -> Result<Sop, SopError> {
    let failed = |problems| SopError { file: file.to_owned(), text: text.to_owned(), problems };
    let raw: RawSop = serde_saphyr::from_str(text).map_err(|error| failed(vec![syntax(&error)]))?;
    let mut problems = Problems::default();
    let sop = build(&raw, &mut problems, demand);
    match sop {
        Some(sop) if problems.0.is_empty() || demand == Demand::Recorded => Ok(sop),
        _ => Err(failed(problems.0)),
    }
}

/// What serde says of a shape, with the nearest name where it lists the names it knows.
fn syntax(error: &serde_saphyr::Error) -> Problem {
    let plain = error.without_snippet().to_string();
    // The place is shown by the caret; the first line says what is wrong.
    let message = plain.lines().next().unwrap_or("not YAML");
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    // serde-saphyr tells its own caller how to accept a key that stands twice.
    let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message).to_owned();
    let wanted = message.split('`').nth(1).unwrap_or_default().to_owned();
    let known = message.split_once("expected one of ").map_or("", |(_, names)| names);
    let help = nearest(&wanted, known.split(", ").map(|name| name.trim_matches('`')))
        .filter(|near| !near.is_empty())
        .map(|near| format!("did you mean `{near}`?"));
    let to_usize = |number: u64| usize::try_from(number).unwrap_or(1).max(1);
    Problem {
        place: error
            .location()
            .map(|at| (to_usize(at.line()), to_usize(at.column()), wanted.chars().count().max(1))),
        message,
        help,
    }
}

fn build(raw: &RawSop, problems: &mut Problems, demand: Demand) -> Option<Sop> {
    let ends: Vec<(StateId, End)> = raw
        .ends
        .0
        .iter()
        .map(|(name, end)| {
            let end = match end {
                RawEnd::NothingToDo => End::NothingToDo,
                RawEnd::Delivered => End::Delivered,
                RawEnd::Refused => End::Refused,
            };
            (StateId(name.value.clone()), end)
        })
        .collect();
    let mut run = Vec::new();
    let mut each = None;
    for (name, state) in &raw.states.0 {
        match &state.for_each {
            None => run.extend(self::state(name, state, Subject::Run, problems)),
            Some(what) if what.value != "candidate" => {
                problems.at(
                    what,
                    format!(
                        "a state is repeated for each `candidate`, not for each `{}`",
                        what.value
                    ),
                    None,
                );
            }
            Some(what) if each.is_some() => {
                problems.at(
                    what,
                    "a procedure has one `for-each` state, and this is the second".to_owned(),
                    None,
                );
            }
            Some(_) => each = Some((name, state)),
        }
    }
    let Some((each_name, each_raw)) = each else {
        problems.at(
            &raw.start,
            "no state says `for-each: candidate`".to_owned(),
            Some(
                "give the run a state in which each candidate goes through states of its own"
                    .to_owned(),
            ),
        );
        return None;
    };
    let own: Vec<Placed<'_>> = each_raw
        .states
        .0
        .iter()
        .filter_map(|(name, state)| self::state(name, state, Subject::Candidate, problems))
        .collect();
    let mut required = |name: &Option<Name>, key: &str| match name {
        Some(name) => Some(StateId(name.value.clone())),
        None => {
            problems.at(each_name, format!("`{}` needs `{key}`", each_name.value), None);
            None
        }
    };
    let (start, end, stale) = (
        required(&each_raw.start, "start")?,
        required(&each_raw.end, "end")?,
        required(&each_raw.stale, "stale")?,
    );
    let mut all_disposed = None;
    for (outcome, next) in &each_raw.then.value.0 {
        if outcome.value == "all-disposed" {
            all_disposed = Some(StateId(next.value.clone()));
        } else {
            problems.at(
                outcome,
                format!("`{}` is no outcome of a `for-each` state", outcome.value),
                Some("its one outcome is `all-disposed`".to_owned()),
            );
        }
    }
    let Some(all_disposed) = all_disposed else {
        problems.at(
            &each_raw.then,
            format!("`{}` does not say where `all-disposed` leads", each_name.value),
            None,
        );
        return None;
    };
    let sop = Sop {
        name: raw.name.value.clone(),
        title: raw.title.clone(),
        detector: match &raw.detector {
            RawDetector::Builtin => Detector::Builtin,
            RawDetector::Command(words) => Detector::Command(words.clone()),
        },
        anchor_template: raw.templates.anchor.value.clone(),
        pull_request_template: raw.templates.pull_request.value.clone(),
        batch: Batching { while_high: raw.batch.while_high, after: raw.batch.after },
        start: StateId(raw.start.value.clone()),
        states: run.iter().map(|placed| placed.state.clone()).collect(),
        each: Each {
            id: StateId(each_name.value.clone()),
            high_first: each_raw.high_first,
            start,
            end,
            stale,
            states: own.iter().map(|placed| placed.state.clone()).collect(),
            all_disposed,
        },
        ends,
    };
    if demand == Demand::Recorded {
        return Some(sop);
    }
    // What follows from a misspelt name would only repeat it.
    if !problems.0.is_empty() {
        return None;
    }
    prove::prove(
        &prove::Draft { sop: &sop, raw, each: (each_name, each_raw), run: &run, own: &own },
        problems,
    );
    Some(sop)
}

fn state<'a>(
    name: &'a Name,
    raw: &'a RawState,
    subject: Subject,
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
    if spec.subject != subject {
        problems.at(
            action_name,
            match subject {
                Subject::Run => {
                    format!("`{}` is about one candidate, and this state is the run's", spec.name)
                }
                Subject::Candidate => {
                    format!("`{}` is about the run, and this state is a candidate's", spec.name)
                }
            },
            None,
        );
    }
    for (outcome, _) in &raw.then.value.0 {
        if !spec.outcomes.iter().any(|known| known.name == outcome.value) {
            let names: Vec<&str> = spec.outcomes.iter().map(|outcome| outcome.name).collect();
            problems.at(
                outcome,
                format!("`{}` cannot come to `{}`", spec.name, outcome.value),
                Some(match nearest(&outcome.value, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its outcomes are {}", names.join(", ")),
                }),
            );
        }
    }
    for known in spec.outcomes {
        if !raw.then.value.0.iter().any(|(outcome, _)| outcome.value == known.name) {
            problems.at(
                name,
                format!("`{}` does not say where `{}` leads", name.value, known.name),
                Some(format!(
                    "`{}` can come to it; add `{}: <state>` to `then`",
                    spec.name, known.name
                )),
            );
        }
    }
    let ask = raw.ask.as_ref().map(|raw| ask(raw, problems));
    for need in spec.needs {
        let field = ask.iter().flat_map(|ask| &ask.fields).find(|field| field.name == *need);
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
    if let (Some(decides), Some(raw_ask)) = (spec.decided_by, &raw.ask) {
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
    Some(Placed {
        name,
        raw,
        state: State {
            id: StateId(name.value.clone()),
            step: raw.step.unwrap_or_default(),
            action,
            reference: raw.reference.as_ref().map(|name| name.value.clone()),
            ask,
            then: (raw.then.value.0.iter())
                .map(|(outcome, next)| (outcome.value.clone(), StateId(next.value.clone())))
                .collect(),
        },
    })
}

fn ask(raw: &RawAsk, problems: &mut Problems) -> Ask {
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
        });
    }
    Ask { text: raw.text.clone(), fields }
}
