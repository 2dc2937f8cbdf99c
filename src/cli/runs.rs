//! `guard runs`: every run of the repository, oldest first.

use serde_json::{Value, json};

use super::args::RunsArgs;
use super::out::out;
use super::when::utc;
use super::{exit, run, session};
use crate::engine::{Next, Stop, next};
use crate::journal::{Entry, JournalError, Runs, State};
use crate::model::Mode;

pub(super) fn runs(args: &RunsArgs) -> anyhow::Result<u8> {
    let (repository, runs) = session::runs(&session::here()?)?;
    let here = repository.root().to_string_lossy().into_owned();
    let rows: Vec<Row> =
        runs.names().into_iter().map(|name| row(&runs, name)).collect::<Result<_, _>>()?;
    if args.json {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        out(&format!("{:#}\n", Value::Array(rows)))?;
    } else {
        out(&table(&rows, &here))?;
    }
    Ok(exit::DONE)
}

/// One run; a damaged one is shown as what it is and hides no other.
struct Row {
    name: String,
    what: Result<Whole, String>,
}

struct Whole {
    state: State,
    began: u64,
    last: u64,
}

fn row(runs: &Runs, name: String) -> Result<Row, JournalError> {
    let what = match runs.recording(&name) {
        Ok(recording) => {
            let at = |entry: Option<&Entry>| entry.map_or(0, |entry| entry.at);
            let (began, last) = (at(recording.entries.first()), at(recording.entries.last()));
            match recording.state() {
                Ok(state) => Ok(Whole { state, began, last }),
                Err(error) => Err(format!("its journal does not replay: {error}")),
            }
        }
        Err(JournalError::NotBegun { .. }) => Err("never began".to_owned()),
        Err(
            error @ (JournalError::Damaged { .. }
            | JournalError::Inconsistent { .. }
            | JournalError::Version { .. }),
        ) => Err(error.to_string()),
        Err(error @ (JournalError::Locked { .. } | JournalError::Io { .. })) => return Err(error),
    };
    Ok(Row { name, what })
}

/// Where a run stands.
pub(super) fn standing(state: &State) -> Stop {
    match next(state) {
        Next::Ask(questions) => Stop::Questions(questions),
        Next::End(end) => Stop::End(end),
        Next::Act(_) | Next::Move { .. } => Stop::Left,
    }
}

fn mode(state: &State) -> String {
    match (state.info.mode, &state.info.base) {
        (Mode::WholeTree, _) => "whole tree".to_owned(),
        (Mode::Change, Some((base, _))) => format!("change against {base}"),
        (Mode::Change, None) => "change".to_owned(),
        (Mode::Committed, Some((base, _))) => format!("commits against {base}"),
        (Mode::Committed, None) => "commits".to_owned(),
    }
}

fn settled(state: &State) -> usize {
    state.candidates.iter().filter(|progress| progress.disposition.is_some()).count()
}

fn table(rows: &[Row], here: &str) -> String {
    if rows.is_empty() {
        return "there is no run in this repository yet; begin one with `guard run`\n".to_owned();
    }
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, here)).collect();
    let columns = cells.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        // The last cell of a row pushes nothing aside.
        let all = cells.iter().filter(|row| row.len() > column + 1);
        all.map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &cells {
        let row: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(row.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn cells(row: &Row, here: &str) -> Vec<String> {
    let whole = match &row.what {
        Ok(whole) => whole,
        Err(why) => return vec![row.name.clone(), why.clone()],
    };
    let state = &whole.state;
    let elsewhere =
        if state.info.root == here { String::new() } else { format!("  in {}", state.info.root) };
    vec![
        row.name.clone(),
        utc(whole.began),
        state.info.sop.name.clone(),
        mode(state),
        format!("{}/{} disposed", settled(state), state.candidates.len()),
        format!("{}{elsewhere}", run::says(&standing(state))),
    ]
}

impl Row {
    fn json(&self) -> Value {
        let whole = match &self.what {
            Ok(whole) => whole,
            Err(why) => {
                return json!({ "run": self.name, "status": "unusable", "why": why });
            }
        };
        let state = &whole.state;
        let stop = standing(state);
        json!({
            "run": self.name,
            "status": run::status(&stop),
            "exit": run::code(&stop),
            "procedure": state.info.sop.name,
            "mode": state.info.mode,
            "base": state.info.base.as_ref().map(|(name, _)| name),
            "candidates": state.candidates.len(),
            "disposed": settled(state),
            "position": state.position,
            "began": utc(whole.began),
            "last": utc(whole.last),
            "root": state.info.root,
        })
    }
}
