//! YAML to a procedure. What the shape cannot say is checked here name by name; what only the
//! whole graph can show is in `prove`.

use serde_saphyr::Spanned;

use super::problem::{Problem, SopError};
use super::raw::{Entries, Name, RawDetector, RawEnd, RawSop, RawState};
use super::state::state;
use super::{Batching, Detector, Each, End, Sop, State, Subject, domain, prove};
use crate::model::{StateId, nearest};

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

impl Problems {
    pub(super) fn into_result(self, file: &str, text: &str) -> Result<(), SopError> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(SopError { file: file.to_owned(), text: text.to_owned(), problems: self.0 })
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

impl Width for u64 {
    fn width(&self) -> usize {
        self.to_string().len()
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

/// How much of a procedure is held against what guard knows today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rigor {
    /// Everything.
    Proven,
    /// Its names: it was proven when its run began.
    Recorded,
}

pub(super) fn load(file: &str, text: &str, rigor: Rigor) -> Result<Sop, SopError> {
    let failed = |problems| SopError { file: file.to_owned(), text: text.to_owned(), problems };
    let raw: RawSop = serde_saphyr::from_str(text).map_err(|error| failed(vec![syntax(&error)]))?;
    let mut problems = Problems::default();
    let sop = build(&raw, rigor, &mut problems);
    match sop {
        Some(sop) if problems.0.is_empty() => Ok(sop),
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

fn build(raw: &RawSop, rigor: Rigor, problems: &mut Problems) -> Option<Sop> {
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
    for (name, raw) in &raw.states.0 {
        match &raw.for_each {
            None => run.extend(state(name, raw, Subject::Run, rigor, problems)),
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
            Some(_) => each = Some((name, raw)),
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
        .filter_map(|(name, raw)| state(name, raw, Subject::Candidate, rigor, problems))
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
        description: raw.description.trim().to_owned(),
        steps: raw.steps.clone(),
        detector: match &raw.detector {
            RawDetector::Builtin => Detector::Builtin,
            RawDetector::Command(words) => {
                Detector::Command(domain::words(words, "the detector", Subject::Run, problems))
            }
        },
        gate: domain::gate(raw, problems),
        revert: raw
            .revert
            .as_ref()
            .map(|revert| domain::words(&revert.run, "the revert", Subject::Candidate, problems)),
        blind_spots: raw.blind_spots.clone(),
        anchor_template: raw.templates.anchor.as_ref().map(|name| name.value.clone()),
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
    if rigor == Rigor::Recorded {
        return Some(sop);
    }
    unique(raw, (each_name, each_raw), problems);
    domain::fits(raw, &sop, run.iter().chain(&own), problems);
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

/// A name is one state's alone: whoever looks one up must find the one that was proven.
fn unique(raw: &RawSop, (each_name, each_raw): (&Name, &RawState), problems: &mut Problems) {
    let run =
        raw.states.0.iter().map(|(name, _)| name).filter(|name| name.value != each_name.value);
    let own = each_raw.states.0.iter().map(|(name, _)| name);
    let ends = raw.ends.0.iter().map(|(name, _)| name);
    let mut known: Vec<&str> = vec![&each_name.value];
    for name in run.chain(own).chain(&each_raw.end).chain(ends) {
        if known.contains(&name.value.as_str()) {
            problems.at(
                name,
                format!("`{}` is the name of two states", name.value),
                Some(
                    "states of the run, states of a candidate and ends share one set of names"
                        .to_owned(),
                ),
            );
        }
        known.push(&name.value);
    }
}
