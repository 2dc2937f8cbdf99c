//! What a procedure's domain brings as commands: its detector, its gate, its way to bring the bad
//! pattern back. Their words are rendered here, once to be run and once to be read.

use std::time::Duration;

use anyhow::Context;
use regex::Regex;
use serde_json::{Map, Value, json};

use super::World;
use crate::assets::render;
use crate::exec::quote;
use crate::gate::CommandGate;
use crate::journal::{Progress, State};
use crate::model::Mode;
use crate::sop::Gate;

/// A command with its variables filled in.
pub(super) struct Spoken {
    /// The program and its arguments.
    pub(super) words: Vec<String>,
    /// As a person would type it: guard is `guard`, wherever this one stands.
    pub(super) shown: String,
}

/// Fills in the words of a command.
pub(super) fn speak(templates: &[String], mut variables: Value) -> anyhow::Result<Spoken> {
    let rendered = |variables: &Value| -> anyhow::Result<Vec<String>> {
        let words = templates.iter().map(|word| render("a word of a command", word, variables));
        Ok(words.collect::<Result<_, _>>()?)
    };
    let this = std::env::current_exe().context("could not find the program that runs this")?;
    variables["guard"] = json!(this);
    let words = rendered(&variables)?;
    variables["guard"] = json!("guard");
    let shown = rendered(&variables)?.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
    Ok(Spoken { words, shown })
}

/// The gate, where the procedure says that it is only a command.
pub(super) fn command_gate(world: &World, state: &State) -> anyhow::Result<Option<CommandGate>> {
    let Gate::Command(gate) = &state.sop.gate else { return Ok(None) };
    let project = &world.project;
    let Spoken { words, shown } = speak(&gate.words, variables(world, state, None, Map::new()))?;
    Ok(Some(CommandGate {
        root: project.root.clone(),
        cwd: project.dir.clone(),
        carry: project.gate.carry.clone(),
        words,
        shown,
        red: Regex::new(&gate.red).context("`red` of the procedure is no regular expression")?,
        limit: gate.limit.map_or(project.gate.limit, Duration::from_secs),
    }))
}

/// What `sop::RUN_VARIABLES` and `sop::CANDIDATE_VARIABLES` list, but `guard`.
pub(super) fn variables(
    world: &World,
    state: &State,
    progress: Option<&Progress>,
    answer: Map<String, Value>,
) -> Value {
    let info = &state.info;
    let mode = match info.mode {
        Mode::Change => "change",
        Mode::Committed => "committed",
        Mode::WholeTree => "whole-tree",
    };
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
