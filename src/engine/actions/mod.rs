//! What a procedure can do, one file per action. Each takes the world and the state of the run,
//! and comes to one of the outcomes that `sop::ACTIONS` lists for it.

mod bound;
mod check_anchor;
mod check_gate;
mod closest;
mod command;
mod deliver;
mod detect;
mod domain;
mod draft_anchor;
mod fix;
mod gate_suite;
mod locate_anchor;
mod memory;
mod propose_fix;
mod receipts;
mod rescan;
mod reverts;
mod rule;
mod scan;
mod sight;
mod survey;
mod verify_teeth;
mod world;

use std::borrow::Cow;

use anyhow::Context;

use super::Task;
use crate::journal::{Progress, State};
use crate::model::{Candidate, Evidence};
use crate::sop::Action;

pub(super) use rule::rule_here;
pub(super) use sight::{is_current as sight_is_current, of as sighted, said as sight_said};
pub use world::{Delivery, World};

/// What an action came to.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) outcome: Cow<'static, str>,
    pub(super) evidence: Evidence,
}

impl Done {
    fn new(outcome: impl Into<Cow<'static, str>>, evidence: Evidence) -> Self {
        Self { outcome: outcome.into(), evidence }
    }
}

/// Executes one action.
pub(super) fn execute(world: &mut World, state: &State, task: &Task) -> anyhow::Result<Done> {
    match task.action {
        Action::Scan => scan::scan(world, state),
        Action::CheckGate => check_gate::check_gate(world, state),
        Action::Judge => decided(state, task, Evidence::None),
        Action::ProposeRule => decided(
            state,
            task,
            task.answer.get("file").map_or(Evidence::None, |file| Evidence::Rule(file.clone())),
        ),
        Action::RecordReason => {
            let reason = answered(task, "reason")?;
            Ok(Done::new("recorded", Evidence::Reason(reason.to_owned())))
        }
        Action::ProposeFix => propose_fix::propose_fix(world, state, progress(state, task)?),
        Action::AwaitFix => fix::await_fix(world, progress(state, task)?, answered(task, "fix")?),
        Action::Rescan => rescan::rescan(world, state, progress(state, task)?),
        Action::LocateAnchor => locate_anchor::locate_anchor(world, state, progress(state, task)?),
        Action::DraftAnchor => draft_anchor::draft_anchor(world, state, progress(state, task)?),
        Action::CheckAnchor => {
            check_anchor::check_anchor(world, state, progress(state, task)?, &task.answer)
        }
        Action::VerifyTeeth => verify_teeth::verify_teeth(world, state, progress(state, task)?),
        Action::GateWithRule => gate_suite::gate_with_rule(world, state),
        Action::RecordEscalation => {
            let reason = answered(task, "reason")?;
            Ok(Done::new(
                "recorded",
                Evidence::Escalation(rule::escalation(progress(state, task)?, reason)),
            ))
        }
        Action::GateSuite => gate_suite::gate_suite(world, state),
        Action::Deliver => deliver::deliver(world, state),
        Action::Command => command::command(world, state, task),
    }
}

/// The outcome of an action that only decides: what was answered.
fn decided(state: &State, task: &Task, evidence: Evidence) -> anyhow::Result<Done> {
    let spec = task.action.spec();
    let field =
        spec.decided_by.context("an action that decides names the field that decides it")?;
    let value = answered(task, field)?;
    let node = state.sop.state(&task.place.state);
    anyhow::ensure!(
        node.is_some_and(|node| node.outcomes().contains(&value)),
        "`{}` cannot come to `{value}`",
        spec.name
    );
    Ok(Done::new(value.to_owned(), evidence))
}

fn answered<'a>(task: &'a Task, field: &str) -> anyhow::Result<&'a str> {
    let value = task.answer.get(field).map(String::as_str);
    value.with_context(|| {
        format!("{} was executed without an answer to `{field}`", task.place.question())
    })
}

fn progress<'a>(state: &'a State, task: &Task) -> anyhow::Result<&'a Progress> {
    let id = task.place.candidate.as_ref();
    id.and_then(|id| state.progress(id))
        .with_context(|| format!("{} is about no candidate", task.place.question()))
}

/// Every function on a candidate's path, as (file, dotted name): its own and those of its chain.
fn functions(candidate: &Candidate) -> Vec<(String, String)> {
    let own = (candidate.key.path.clone(), candidate.key.function.clone());
    let sites = (candidate.sites.iter())
        .map(|site| (site.location.path.clone(), site.location.function.clone()));
    let chain = candidate.chain.iter().map(|hop| (hop.path.clone(), hop.function.clone()));
    let mut functions: Vec<_> = std::iter::once(own).chain(sites).chain(chain).collect();
    functions.sort();
    functions.dedup();
    functions
}
