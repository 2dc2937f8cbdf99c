//! What is said of an event: one line, of the journal alone. The live run, its replay and its log
//! all say this, so none of them can say anything else.

use super::recalled;
use crate::model::{
    CandidateId, Coverage, Event, Evidence, Exposure, Fix, GateFacts, GateRun, Hazard, Junit,
    Priority, Scope, Sighted, TestOutcome,
};
use crate::sop::{Action, Sop};

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Proven, green, gone.
    Good,
    /// Needs a look.
    Warn,
    /// Red, refused.
    Bad,
    /// Neither.
    Plain,
}

/// What is said of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The step of the procedure.
    pub step: u8,
    /// Who it is about; none for the run itself.
    pub candidate: Option<CandidateId>,
    /// How it is meant.
    pub tone: Tone,
    /// For a person: one line, and more of them, indented, where there is a list.
    pub text: String,
}

/// What is said of an event of a run that follows `sop`; nothing where the next one says it.
pub fn line(sop: &Sop, event: &Event) -> Option<Line> {
    let Event::Finished { place, outcome, next: _, evidence } = event else { return None };
    let node = sop.state(&place.state)?;
    Some(Line {
        step: node.step,
        candidate: place.candidate.clone(),
        tone: tone(node.action, outcome),
        text: said(node.action, outcome, evidence)?,
    })
}

/// The candidates that no anchor can turn red under this gate.
fn blind(facts: &GateFacts) -> String {
    let fault = facts.sight.as_ref().and_then(|sight| sight.fault.as_ref());
    if fault.is_some() {
        return "\n  what the gate sees is not known: `guard doctor` says why".to_owned();
    }
    let line = |sighted: &Sighted| {
        let what = if sighted.outside {
            "this file; it is outside of its scope".to_owned()
        } else {
            sighted.let_pass.join(", ")
        };
        format!("\n  {}: the gate does not see {what}", sighted.candidate)
    };
    facts.sighted.iter().filter(|sighted| sighted.is_blind()).map(line).collect()
}

fn tone(action: Action, outcome: &str) -> Tone {
    match (action, outcome) {
        (Action::VerifyTeeth, "proven")
        | (Action::Rescan, "gone")
        | (Action::GateSuite | Action::GateWithRule, "green") => Tone::Good,
        (Action::VerifyTeeth | Action::Rescan | Action::CheckAnchor, _) if outcome != "ready" => {
            Tone::Warn
        }
        (Action::GateSuite | Action::GateWithRule, _) => Tone::Bad,
        _ => Tone::Plain,
    }
}

/// One line about a run of the whole gate.
fn whole(outcome: &str, run: &GateRun) -> String {
    let tests = match run.is_of_command() {
        true => String::new(),
        false => format!(", {} tests", run.tests.len()),
    };
    format!("the whole gate: {outcome}{tests} in {:.1} s", seconds(run.millis))
}

fn said(action: Action, outcome: &str, evidence: &Evidence) -> Option<String> {
    Some(match evidence {
        Evidence::Scope(scope) => {
            let n = scope.candidates.len();
            let s = if n == 1 { "" } else { "s" };
            let list = scope.list.as_ref().map(|list| format!("; the complete list is in {list}"));
            let recalled: String =
                recalled(&scope.recalled).iter().map(|line| format!("\n  {line}")).collect();
            format!(
                "{n} candidate{s}{}{}{}{recalled}",
                // A detector that is a command does not say how many files it read.
                if scope.files == 0 { String::new() } else { format!(" in {} files", scope.files) },
                counts(scope),
                list.unwrap_or_default()
            )
        }
        Evidence::Gate(facts) => {
            let run = &facts.baseline;
            let red = run.tests.iter().filter(|test| test.outcome == TestOutcome::Failed).count();
            let outcome = match (red, run.is_of_command()) {
                (0, _) => "green".to_owned(),
                (_, true) if run.blocks.len() == 1 => "red at 1 place in scope".to_owned(),
                (_, true) => format!("red at {} places in scope", run.blocks.len()),
                (red, false) => format!("{red} red by blocking calls"),
            };
            format!(
                "{} ({}){}{}",
                whole(&outcome, run),
                facts.versions,
                own_junit(run),
                blind(facts)
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
            format!("re-scan: gone{cured}{joined}{}", warnings(&rescan.hazards))
        }
        Evidence::Rescan(rescan) => {
            let residual = rescan.residual.join("\n  ");
            format!("re-scan: still there\n  {residual}{}", warnings(&rescan.hazards))
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
            Some(run) => whole(outcome, run),
            None => format!("changed since its proof: {}", ids(&suite.stale)),
        },
        Evidence::Delivery(delivery) => {
            let remembered = (delivery.remembered.iter())
                .map(|file| format!("what was settled is in {file}, for the team to commit"));
            let committed = (!delivery.commits.is_empty())
                .then(|| format!("committed {}", delivery.commits.join(", ")));
            let receipts = match delivery.receipts.as_slice() {
                [] => None,
                [file] => Some(format!(
                    "the receipt of the proof is {file}; `guard verify {file}` proves it again"
                )),
                [file, ..] => {
                    let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
                    Some(format!(
                        "{} receipts of proofs are in {folder}; `guard verify {folder}` proves them again",
                        delivery.receipts.len()
                    ))
                }
            };
            let said: Vec<String> = remembered.chain(receipts).chain(committed).collect();
            if said.is_empty() {
                return None;
            }
            said.join("\n  ")
        }
        Evidence::Rule(file) => format!("rule added in {file}"),
        Evidence::Proposal(_) => return None,
        Evidence::Command(run) => {
            format!(
                "{outcome}: `{}`, exit {} in {:.1} s",
                run.command,
                run.exit_code,
                seconds(run.millis)
            )
        }
        Evidence::None => match action {
            Action::Judge => format!("route: {outcome}"),
            _ => return None,
        },
    })
}

/// What may be wrong with a fix, a line each.
fn warnings(hazards: &[Hazard]) -> String {
    hazards.iter().map(|hazard| format!("\n  warning: {hazard}")).collect()
}

/// Said only where guard keeps no JUnit XML of its own.
fn own_junit(run: &GateRun) -> String {
    match &run.junit {
        Some(Junit::Own(path)) => {
            format!("; its command writes JUnit XML to {path} itself, which guard leaves alone")
        }
        Some(Junit::Kept(_)) | None => String::new(),
    }
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

fn ids(ids: &[CandidateId]) -> String {
    ids.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ")
}
