//! A command that the procedure brings itself: what it prints is kept, and its exit code is the
//! outcome that the procedure says it is.

use std::time::Duration;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::{Done, World};
use crate::assets::render;
use crate::engine::{Refusal, Task};
use crate::exec::{Command, Ended};
use crate::journal::{Progress, State};
use crate::model::{CommandRun, Evidence, Mode};

/// How many characters of what it printed are kept.
const TAIL: usize = 4000;

pub(super) fn command(world: &World, state: &State, task: &Task) -> anyhow::Result<Done> {
    let name = &task.place.state;
    let node = state.sop.state(name).with_context(|| format!("there is no state `{name}`"))?;
    let declared =
        node.command.as_ref().with_context(|| format!("`{name}` does not say what is run"))?;
    let progress = task.place.candidate.as_ref().and_then(|id| state.progress(id));
    let variables = variables(world, state, progress, task);
    let words: Vec<String> = (declared.words.iter())
        .map(|word| render("a word of a command", word, &variables))
        .collect::<Result<_, _>>()?;
    let (program, arguments) = words.split_first().context("a command has a first word")?;
    let mut command = Command::new(program).args(arguments).dir(world.repository.root());
    if let Some(limit) = declared.limit {
        command = command.limit(Duration::from_secs(limit));
    }
    let output = command.run()?;
    let (shown, tail) = (command.shown(), tail(&output.stdout_text(), &output.stderr_text()));
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
        }),
    ))
}

/// What `sop::RUN_VARIABLES` and `sop::CANDIDATE_VARIABLES` list.
fn variables(world: &World, state: &State, progress: Option<&Progress>, task: &Task) -> Value {
    let info = &state.info;
    let mode = match info.mode {
        Mode::Change => "change",
        Mode::Committed => "committed",
        Mode::WholeTree => "whole-tree",
    };
    let asked = state.sop.state(&task.place.state).and_then(|node| node.ask.as_ref());
    // What was not asked for, under a condition, is empty and not missing.
    let answer: Map<String, Value> = (asked.iter().flat_map(|ask| &ask.fields))
        .map(|field| {
            let value = task.answer.get(&field.name).map_or("", String::as_str);
            (field.name.clone(), json!(value))
        })
        .collect();
    let mut variables = json!({
        "run": info.run,
        "root": world.repository.root(),
        "dir": world.dir,
        "mode": mode,
        "base": info.base.as_ref().map_or("", |(_, commit)| commit),
        "head": info.head,
        "answer": answer,
    });
    if let Some(progress) = progress {
        let candidate = &progress.candidate;
        let site = candidate.sites.first();
        let own = json!({
            "id": candidate.id,
            "path": candidate.key.path,
            "function": candidate.key.function,
            "symbol": candidate.key.symbol,
            "line": site.map_or(0, |site| site.location.line),
            "column": site.map_or(0, |site| site.location.column),
            "code": site.map_or("", |site| &site.code),
            "priority": candidate.priority,
            "category": candidate.category,
            "operation": candidate.operation,
            "reason": candidate.reason,
            "fix_unit": candidate.fix_unit,
        });
        if let (Some(variables), Value::Object(own)) = (variables.as_object_mut(), own) {
            variables.extend(own);
        }
    }
    variables
}

fn tail(stdout: &str, stderr: &str) -> String {
    let said: Vec<&str> =
        [stdout, stderr].into_iter().map(str::trim_end).filter(|text| !text.is_empty()).collect();
    let said = said.join("\n");
    let skip = said.chars().count().saturating_sub(TAIL);
    said.chars().skip(skip).collect()
}
