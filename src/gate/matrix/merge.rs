//! The parts of a matrix joined: the same sites, verdicts and score as of one run. Nothing is
//! joined that was not made of the same thing, and no part is taken for the whole.

use std::collections::BTreeSet;

use serde::Serialize;

use super::report::FORMAT;
use super::{Confirmation, Cost, Matrix, MatrixReport, Score};

/// Why reports cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// No such file, or no right to it.
    #[error(
        "could not read the report {file}; `guard teeth --all --shard K/N --json > {file}` writes one"
    )]
    Io {
        /// As it was named.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is something else.
    #[error(
        "{file} is no report of a matrix: {what}. `guard teeth --all --shard K/N --json` prints one"
    )]
    NoReport {
        /// As it was named.
        file: String,
        /// What is wrong, and where.
        what: String,
    },
    /// It says that it is all there is.
    #[error("{file} was made without `--shard`, so there is nothing to join it with")]
    Whole {
        /// As it was named.
        file: String,
    },
    /// Two of them are of different things.
    #[error(
        "{one} and {other} cannot be joined: {what} of the first is {first}, of the second {second}. Make all parts of one commit, with one guard, one environment and one command"
    )]
    Differ {
        /// As it was named.
        one: String,
        /// As it was named.
        other: String,
        /// What differs.
        what: &'static str,
        /// In the one.
        first: String,
        /// In the other.
        second: String,
    },
    /// A part is there twice.
    #[error("shard {shard} is there twice, in {one} and in {other}; name each part once")]
    Twice {
        /// `K/N`.
        shard: String,
        /// As it was named.
        one: String,
        /// As it was named.
        other: String,
    },
    /// A part is not there.
    #[error("shard {} of {of} is missing: a part is not the whole. Run `guard teeth` with `--shard` for it, and name its report too", list(.missing))]
    Missing {
        /// Numbers, from 1.
        missing: Vec<u32>,
        /// How many there are.
        of: u32,
    },
}

fn list(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

impl MatrixReport {
    /// Reads what [`MatrixReport`] is as JSON; `file` names it in errors.
    ///
    /// # Errors
    /// When it is no report, or of another format.
    pub fn read(file: &str, text: &str) -> Result<Self, MergeError> {
        let wrong = |what: String| MergeError::NoReport { file: file.to_owned(), what };
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| wrong(format!("no JSON ({error})")))?;
        match value.get("format").and_then(serde_json::Value::as_str) {
            Some(FORMAT) => {}
            Some(other) => {
                return Err(wrong(format!("its format is `{other}`, this guard reads `{FORMAT}`")));
            }
            None => return Err(wrong("it has no `format`".to_owned())),
        }
        serde_json::from_value(value).map_err(|error| wrong(error.to_string()))
    }
}

/// Joins all parts of a matrix, each with the name of its file, in any order.
///
/// # Errors
/// When they are not all the parts of one matrix, each once.
pub fn merge(mut reports: Vec<(String, MatrixReport)>) -> Result<MatrixReport, MergeError> {
    for (file, report) in &reports {
        if report.shard.is_none() {
            return Err(MergeError::Whole { file: file.clone() });
        }
    }
    for pair in reports.windows(2) {
        let [one, other] = pair else { continue };
        same(one, other)?;
    }
    reports.sort_by_key(|(_, report)| report.shard);
    for pair in reports.windows(2) {
        let [(one, first), (other, second)] = pair else { continue };
        if let (Some(shard), true) = (first.shard, first.shard == second.shard) {
            let shard = shard.to_string();
            return Err(MergeError::Twice { shard, one: one.clone(), other: other.clone() });
        }
    }
    let of = reports.first().and_then(|(_, report)| report.shard).map_or(0, |shard| shard.of);
    let there: BTreeSet<u32> =
        reports.iter().filter_map(|(_, report)| Some(report.shard?.number)).collect();
    let missing: Vec<u32> = (1..=of).filter(|number| !there.contains(number)).collect();
    let mut parts = reports.into_iter().map(|(_, report)| report);
    let first = match parts.next() {
        Some(first) if missing.is_empty() => first,
        Some(_) | None => return Err(MergeError::Missing { missing, of }),
    };
    let joined = parts.fold(first, |mut joined, part| {
        join(&mut joined.matrix, part.matrix);
        joined
    });
    let mut joined = MatrixReport { shard: None, ..joined };
    let matrix = &mut joined.matrix;
    matrix.sites.sort_by(|one, other| one.site.location.cmp(&other.site.location));
    matrix.unguarded.sort_by(|one, other| one.location.cmp(&other.location));
    matrix.cells.sort_by(|one, other| (&one.site, &one.test).cmp(&(&other.site, &other.test)));
    joined.score = Score::of(&joined.matrix);
    Ok(joined)
}

/// What two parts of one matrix have in common.
fn same(
    (one, first): &(String, MatrixReport),
    (other, second): &(String, MatrixReport),
) -> Result<(), MergeError> {
    let of = |report: &MatrixReport| report.shard.map_or(0, |shard| shard.of);
    let facts: [(&'static str, String, String); 6] = [
        ("the guard", first.guard.clone(), second.guard.clone()),
        ("the commit", first.tree.commit.clone(), second.tree.commit.clone()),
        ("the uncommitted work", shown(&first.tree), shown(&second.tree)),
        ("what was asked", shown(&first.asked), shown(&second.asked)),
        ("the environment", shown(&first.versions), shown(&second.versions)),
        ("the number of shards", of(first).to_string(), of(second).to_string()),
    ];
    match facts.into_iter().find(|(_, first, second)| first != second) {
        None => Ok(()),
        Some((what, first, second)) => {
            Err(MergeError::Differ { one: one.clone(), other: other.clone(), what, first, second })
        }
    }
}

fn shown(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings and numbers are JSON")
}

fn join(matrix: &mut Matrix, part: Matrix) {
    matrix.red.extend(part.red);
    matrix.red.sort();
    matrix.red.dedup();
    let known: BTreeSet<&String> = matrix.green.iter().collect();
    let new: Vec<String> = part.green.into_iter().filter(|test| !known.contains(test)).collect();
    matrix.green.extend(new);
    // A test that was red in one of the baselines is not green.
    matrix.green.retain(|test| !matrix.red.contains(test));
    matrix.sites.extend(part.sites);
    matrix.cells.extend(part.cells);
    matrix.unguarded.extend(part.unguarded);
    if let Some(part) = part.confirmation {
        let own = matrix.confirmation.get_or_insert_with(Confirmation::default);
        own.runs += part.runs;
        own.seconds += part.seconds;
        own.cells += part.cells;
        own.sample += part.sample;
        own.differ.extend(part.differ);
        own.refused.extend(part.refused);
    }
    let Cost { wall, cpu, parts, forks, confirmation } = part.cost;
    let own = &mut matrix.cost;
    own.wall += wall;
    own.cpu += cpu;
    own.forks += forks;
    own.confirmation += confirmation;
    for (name, seconds) in parts {
        match own.parts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += seconds,
            None => own.parts.push((name, seconds)),
        }
    }
}
