//! What happens, as it happens: a spinner while an action runs, one line when it is done.

use std::io::IsTerminal as _;
use std::time::Duration;

use anstream::eprintln;
use indicatif::{ProgressBar, ProgressStyle};

use super::style::{BAD, DIM, GOOD, WARN};
use crate::engine::{Task, Watcher};
use crate::journal::State;
use crate::model::{Coverage, Evidence, Exposure, Fix, Priority, Scope, TestOutcome};
use crate::report::recalled;
use crate::sop::Action;

/// Progress on standard error.
#[derive(Debug, Default)]
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Watcher for Progress {
    fn begins(&mut self, state: &State, task: &Task) {
        if !std::io::stderr().is_terminal() {
            return;
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(doing(state, task));
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bar = Some(bar);
    }

    fn ends(&mut self, state: &State, task: &Task, outcome: &str, evidence: &Evidence) {
        self.clear();
        let Some(line) = said(task.action, outcome, evidence) else { return };
        let step = state.sop.state(&task.place.state).map_or(0, |node| node.step);
        let who = task.place.candidate.as_ref().map(|id| format!("{id} ")).unwrap_or_default();
        let style = match (task.action, outcome) {
            (Action::VerifyTeeth, "proven")
            | (Action::Rescan, "gone")
            | (Action::GateSuite | Action::GateWithRule, "green") => GOOD,
            (Action::VerifyTeeth | Action::Rescan | Action::CheckAnchor, _)
                if outcome != "ready" =>
            {
                WARN
            }
            (Action::GateSuite | Action::GateWithRule, _) => BAD,
            _ => anstyle::Style::new(),
        };
        eprintln!("{DIM}{step}{DIM:#} {who}{style}{line}{style:#}");
    }

    fn fails(&mut self) {
        self.clear();
    }
}

/// What a spinner says.
fn doing(state: &State, task: &Task) -> String {
    let about = (task.place.candidate.as_ref())
        .and_then(|id| state.progress(id))
        .map(|progress| format!(" {} {}", progress.candidate.id, progress.candidate.key.symbol))
        .unwrap_or_default();
    let doing = match task.action {
        Action::Scan => "scanning",
        Action::CheckGate => "looking at the gate",
        Action::Judge | Action::ProposeRule => "routing",
        Action::RecordReason | Action::RecordEscalation => "recording",
        Action::ProposeFix => "computing the offload",
        Action::AwaitFix => "applying the fix",
        Action::Rescan => "scanning again",
        Action::LocateAnchor => "searching the gate's tests",
        Action::DraftAnchor => "drafting the anchor",
        Action::CheckAnchor => "checking the anchor",
        Action::VerifyTeeth => "proving teeth",
        Action::GateWithRule | Action::GateSuite => "running the whole gate",
        Action::Deliver => "delivering",
    };
    format!("{doing}{about}")
}

/// What is said of a finished action; nothing where the next one says it.
fn said(action: Action, outcome: &str, evidence: &Evidence) -> Option<String> {
    Some(match evidence {
        Evidence::Scope(scope) => {
            let n = scope.candidates.len();
            let s = if n == 1 { "" } else { "s" };
            let list = scope.list.as_ref().map(|list| format!("; the complete list is in {list}"));
            let recalled: String =
                recalled(&scope.recalled).iter().map(|line| format!("\n  {line}")).collect();
            format!(
                "{n} candidate{s} in {} files{}{}{recalled}",
                scope.files,
                counts(scope),
                list.unwrap_or_default()
            )
        }
        Evidence::Gate(facts) => {
            let run = &facts.baseline;
            let red = run.tests.iter().filter(|test| test.outcome == TestOutcome::Failed).count();
            let outcome =
                if red == 0 { "green".to_owned() } else { format!("{red} red by blocking calls") };
            format!(
                "the whole gate: {outcome}, {} tests in {:.1} s ({})",
                run.tests.len(),
                seconds(run.millis),
                facts.versions
            )
        }
        Evidence::Reason(reason) => format!("no action: {reason}"),
        Evidence::Fix(Fix::Applied) => "applied guard's edit".to_owned(),
        Evidence::Fix(Fix::ByHand) => "edited by hand".to_owned(),
        Evidence::Rescan(rescan) if rescan.residual.is_empty() => {
            let cured: Vec<&str> = rescan.cured.iter().map(|id| id.0.as_str()).collect();
            let cured = if cured.is_empty() {
                String::new()
            } else {
                format!("; cured with it: {}", cured.join(", "))
            };
            let joined = match rescan.joined.len() {
                0 => String::new(),
                n => format!("; {n} new in scope"),
            };
            format!("re-scan: gone{cured}{joined}")
        }
        Evidence::Rescan(rescan) => {
            format!("re-scan: still there\n  {}", rescan.residual.join("\n  "))
        }
        Evidence::Anchors(search) => match search.coverage {
            Coverage::Covers => format!("anchor: {}", search.tests.first()?.id),
            Coverage::Extend => format!("anchor to extend: {}", search.tests.first()?.id),
            Coverage::None => "no anchor yet".to_owned(),
        },
        Evidence::Draft(draft) if draft.written => format!("drafted {}", draft.path),
        Evidence::Draft(draft) => format!("to extend: {}", draft.test),
        Evidence::Fitness(fitness) if fitness.unfit.is_empty() => return None,
        Evidence::Fitness(fitness) => {
            format!("the anchor is not fit\n  {}", fitness.unfit.join("\n  "))
        }
        Evidence::Teeth(teeth) => teeth
            .reports
            .iter()
            .map(|report| {
                format!(
                    "{}:{} {}. {}",
                    report.site.path, report.site.line, report.verdict, report.explanation
                )
            })
            .collect::<Vec<_>>()
            .join("\n  "),
        Evidence::Escalation(escalation) => format!("escalated: {}", escalation.reason),
        Evidence::Suite(suite) => match &suite.run {
            Some(run) => format!(
                "the whole gate: {outcome}, {} tests in {:.1} s",
                run.tests.len(),
                seconds(run.millis)
            ),
            None => format!("changed since its proof: {}", ids(&suite.stale)),
        },
        Evidence::Delivery(delivery) => {
            let remembered = (delivery.remembered.iter())
                .map(|file| format!("what was settled is in {file}, for the team to commit"));
            let committed = (!delivery.commits.is_empty())
                .then(|| format!("committed {}", delivery.commits.join(", ")));
            let said: Vec<String> = remembered.chain(committed).collect();
            if said.is_empty() {
                return None;
            }
            said.join("\n  ")
        }
        Evidence::Rule(file) => format!("rule added in {file}"),
        Evidence::Proposal(_) => return None,
        Evidence::None => match action {
            Action::Judge => format!("route: {outcome}"),
            _ => return None,
        },
    })
}

/// How many of each priority, and how many are off the loop already.
fn counts(scope: &Scope) -> String {
    let offloaded = scope
        .candidates
        .iter()
        .filter(|candidate| candidate.exposure == Exposure::Offloaded)
        .count();
    let of = |priority| {
        (scope.candidates.iter())
            .filter(|candidate| {
                candidate.exposure != Exposure::Offloaded && candidate.priority == priority
            })
            .count()
    };
    let parts: Vec<String> = [Priority::High, Priority::Medium, Priority::Low]
        .map(|priority| (of(priority), priority.to_string()))
        .into_iter()
        .chain([(offloaded, "offloaded".to_owned())])
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}

fn seconds(millis: u64) -> f64 {
    std::time::Duration::from_millis(millis).as_secs_f64()
}

fn ids(ids: &[crate::model::CandidateId]) -> String {
    ids.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ")
}
