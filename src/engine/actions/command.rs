//! A command that the procedure brings itself: what it prints is kept, and its exit code is the
//! outcome that the procedure says it is.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::domain::{Spoken, speak, variables};
use super::{Done, World};
use crate::assets::sha256;
use crate::engine::{Refusal, Task};
use crate::exec::{Command, Ended};
use crate::journal::State;
use crate::model::{CommandRun, Evidence};

/// How many characters of what it printed are kept.
const TAIL: usize = 4000;

pub(super) fn command(world: &World, state: &State, task: &Task) -> anyhow::Result<Done> {
    let name = &task.place.state;
    let node = state.sop.state(name).with_context(|| format!("there is no state `{name}`"))?;
    let declared =
        node.command.as_ref().with_context(|| format!("`{name}` does not say what is run"))?;
    let progress = task.place.candidate.as_ref().and_then(|id| state.progress(id));
    let variables = variables(world, state, progress, answer(state, task));
    let Spoken { words, shown } = speak(&declared.words, variables)?;
    let (program, arguments) = words.split_first().context("a command has a first word")?;
    let mut command = Command::new(program).args(arguments).dir(world.repository.root());
    if let Some(limit) = declared.limit {
        command = command.limit(Duration::from_secs(limit));
    }
    let before = changed(world)?;
    let output = command.run()?;
    let tail = tail(&output.stdout_text(), &output.stderr_text());
    let refused = |what: String, way: &str| {
        Refusal(format!(
            "`{shown}` of the state `{name}` {what}; {way}, then `guard run --resume`\n{tail}"
        ))
    };
    let exit_code = match output.ended {
        Ended::Exited(code) => code,
        Ended::Signalled(signal) => {
            return Err(refused(format!("was ended by signal {signal}"), "see why").into());
        }
        Ended::TimedOut(limit) => {
            let what = format!("took longer than its limit of {} s", limit.as_secs());
            return Err(refused(what, "see why").into());
        }
    };
    let outcome = declared.exits.iter().find(|(code, _)| *code == exit_code);
    let Some((_, outcome)) = outcome else {
        let known: Vec<String> =
            declared.exits.iter().map(|(code, outcome)| format!("{code} ({outcome})")).collect();
        let what =
            format!("ended with exit code {exit_code}, and `exits` knows {}", known.join(", "));
        return Err(refused(what, "repair what it tripped over").into());
    };
    Ok(Done::new(
        outcome.clone(),
        Evidence::Command(CommandRun {
            command: shown.clone(),
            exit_code,
            millis: u64::try_from(output.elapsed.as_millis()).unwrap_or(u64::MAX),
            output_tail: tail.clone(),
            changed: changed(world)?
                .into_iter()
                .filter(|(path, hash)| before.get(path) != Some(hash))
                .map(|(path, _)| path)
                .collect(),
        }),
    ))
}

/// What differs from `HEAD`, each path with a hash of what it holds: what a command edits is part of
/// what is delivered.
fn changed(world: &World) -> anyhow::Result<BTreeMap<String, String>> {
    let repository = &world.repository;
    let paths = repository.staged_or_modified()?.into_iter().chain(repository.untracked()?);
    let hash = |path: &String| world.text(path).map_or_else(String::new, |text| sha256(&text));
    Ok(paths
        .map(|path| {
            let hash = hash(&path);
            (path, hash)
        })
        .collect())
}

/// What was answered in the state. What was not asked for, under a condition, is empty and not
/// missing.
fn answer(state: &State, task: &Task) -> Map<String, Value> {
    let asked = state.sop.state(&task.place.state).and_then(|node| node.ask.as_ref());
    (asked.iter().flat_map(|ask| &ask.fields))
        .map(|field| {
            let value = task.answer.get(&field.name).map_or("", String::as_str);
            (field.name.clone(), json!(value))
        })
        .collect()
}

fn tail(stdout: &str, stderr: &str) -> String {
    let said: Vec<&str> =
        [stdout, stderr].into_iter().map(str::trim_end).filter(|text| !text.is_empty()).collect();
    let said = said.join("\n");
    let skip = said.chars().count().saturating_sub(TAIL);
    said.chars().skip(skip).collect()
}
