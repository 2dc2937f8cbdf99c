//! What the words of a command may speak of. A word is rendered when its procedure is loaded, over a
//! sample of every variable, so that a misspelt one is shown at its place and not met in a run.

use std::error::Error as _;

use serde_json::{Map, Value, json};

use super::Subject;
use crate::assets::render;
use crate::model::nearest;

/// Of the run: the program that runs it, its name, the folder of the repository, a folder of the
/// run's own, `change`, `committed` or `whole-tree`, the merge base (empty in the whole-tree mode),
/// `HEAD` at the start, and what was answered in the state.
pub const RUN_VARIABLES: [&str; 8] =
    ["guard", "run", "root", "dir", "mode", "base", "head", "answer"];

/// Of a candidate, beside those of the run: its id, what identifies it, where its first site is,
/// and what the detector says of it.
pub const CANDIDATE_VARIABLES: [&str; 12] = [
    "id",
    "path",
    "function",
    "symbol",
    "line",
    "column",
    "code",
    "priority",
    "category",
    "operation",
    "reason",
    "fix_unit",
];

/// The variables of a state, each with a value.
fn sample(subject: Subject, fields: &[&str]) -> Value {
    let mut sample: Map<String, Value> =
        names(subject).map(|name| (name.to_owned(), json!("sample"))).collect();
    let answer: Map<String, Value> =
        fields.iter().map(|field| ((*field).to_owned(), json!("sample"))).collect();
    sample.insert("answer".to_owned(), Value::Object(answer));
    Value::Object(sample)
}

fn names(subject: Subject) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match subject {
        Subject::Run => &[],
        Subject::Candidate | Subject::Either => &CANDIDATE_VARIABLES,
    };
    RUN_VARIABLES.iter().chain(own).copied()
}

/// Renders a word over the sample; a problem and a way on when it does not render.
pub(super) fn check(word: &str, subject: Subject, fields: &[&str]) -> Result<(), (String, String)> {
    let Err(error) = render("a word", word, &sample(subject, fields)) else { return Ok(()) };
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let Some((_, used)) = cause.split_once("strict mode") else {
        return Err((format!("`{word}` is no template that parses"), HELP.to_owned()));
    };
    let used = used.split('"').nth(1).unwrap_or_default();
    let answers: Vec<String> = fields.iter().map(|field| format!("answer.{field}")).collect();
    let mut known: Vec<&str> = names(subject).collect();
    known.extend(answers.iter().map(String::as_str));
    Err((
        format!("`{word}` uses `{used}`, which guard does not provide here"),
        match nearest(used, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it provides {}", known.join(", ")),
        },
    ))
}

const HELP: &str = "a word is a text with `{{variables}}`; a brace of its own is written `\\{{`";
