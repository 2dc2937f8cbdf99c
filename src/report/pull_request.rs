//! The pull-request text: every sentence is evidence of the journal, put into a template.

mod commands;
mod sample;

use serde::Serialize;

use commands::{Ran, ran};

use super::{bite, recalled};
use crate::assets::{Assets, TemplateError, render};
use crate::dispositions::PATH;
use crate::journal::{Progress, State};
use crate::model::{
    Batch, Candidate, Disposition, Evidence, Hazard, Mode, Origin, Proof, Rescan, Route, Scope,
};
use crate::sop::{Action, End, Gate};

pub use sample::pull_request_samples;

/// What the template is given. Texts, not types: a template decides nothing.
#[derive(Debug, Serialize)]
pub struct PullRequest {
    title: String,
    /// Why it is a draft; empty when it is not.
    draft: String,
    summary: String,
    candidates: Vec<Row>,
    commands: Vec<Ran>,
    suite: Option<bite::Run>,
    split: Vec<Split>,
    hazards: Vec<String>,
    limits: Vec<String>,
    tools: String,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    path: String,
    line: usize,
    function: String,
    symbol: String,
    priority: String,
    route: String,
    /// The route as the procedure calls it.
    choice: String,
    result: String,
    why: String,
    chain: String,
    reason: String,
    rescan: String,
    teeth: Vec<bite::Bite>,
    primitive: String,
    rule: String,
    commands: Vec<Ran>,
}

#[derive(Debug, Serialize)]
struct Split {
    title: String,
    candidates: String,
}

/// The text itself. The run's own copy of the template is taken; `assets` stand in for it where the
/// journal is of a guard that did not record one.
///
/// # Errors
/// When the template is missing or does not render.
pub fn pull_request_text(state: &State, assets: &Assets) -> Result<String, TemplateError> {
    let content = pull_request(state);
    match &state.info.pull_request {
        Some(template) => Ok(render(&template.name, &template.text, &content)?),
        None => assets.render(&state.sop.pull_request_template, &content),
    }
}

/// The text's content, from what the run remembers.
pub fn pull_request(state: &State) -> PullRequest {
    let scope = state.latest(|evidence| match evidence {
        Evidence::Scope(scope) => Some(scope),
        _ => None,
    });
    let suite = state.latest(|evidence| match evidence {
        Evidence::Suite(suite) => suite.run.as_ref(),
        _ => None,
    });
    let split: &[Batch] = state
        .latest(|evidence| match evidence {
            Evidence::Delivery(delivery) => Some(delivery.split.as_slice()),
            _ => None,
        })
        .unwrap_or_default();
    let n = state.candidates.len();
    let candidates = if n == 1 { "1 candidate".to_owned() } else { format!("{n} candidates") };
    let against = match (&state.info.base, state.info.mode) {
        (Some((name, commit)), Mode::Change | Mode::Committed) => {
            format!("against `{name}` (merge base {})", short(commit))
        }
        (None, _) | (Some(_), Mode::WholeTree) => "in the whole tree".to_owned(),
    };
    let by = scope.map_or(String::new(), |scope| format!(" {}.", capital(&looked(scope))));
    PullRequest {
        title: state.sop.title.clone(),
        draft: match state.end() {
            Some(End::Delivered) => String::new(),
            Some(End::Refused) => "the whole gate is red.".to_owned(),
            Some(End::NothingToDo) | None => {
                let open = (state.candidates.iter())
                    .filter(|progress| progress.disposition.is_none())
                    .map(|progress| progress.candidate.id.0.as_str())
                    .collect::<Vec<_>>();
                if open.is_empty() {
                    "it is not delivered yet.".to_owned()
                } else {
                    format!("{} not disposed.", open.join(", "))
                }
            }
        },
        summary: format!("{candidates} {against}.{by}{}", earlier(scope)),
        candidates: state.candidates.iter().map(row).collect(),
        commands: ran(&state.trail),
        suite: suite.map(|run| bite::run("the whole gate", run)),
        split: (split.iter())
            .map(|batch| Split {
                title: batch.title.clone(),
                candidates: batch
                    .candidates
                    .iter()
                    .map(|id| id.0.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
            .collect(),
        hazards: hazards(state).into_iter().map(Hazard::to_string).collect(),
        limits: limits(state),
        tools: tools(state),
    }
}

/// Which detector looked, and at how much, where it says so.
pub fn looked(scope: &Scope) -> String {
    match scope.files {
        0 => format!("{} looked", scope.detector),
        1 => format!("{} read 1 file", scope.detector),
        files => format!("{} read {files} files", scope.detector),
    }
}

fn earlier(scope: Option<&Scope>) -> String {
    let settled = scope.map_or(0, |scope| scope.recalled.settled.len());
    match settled {
        0 => String::new(),
        n => format!(" Left out: {n} settled earlier, unchanged since (`{PATH}`)."),
    }
}

fn row(progress: &Progress) -> Row {
    let candidate = &progress.candidate;
    let disposition = progress.disposition.as_ref();
    let (result, reason) = match disposition.map(|disposition| disposition.proof()) {
        Some(Proof::Teeth(teeth)) => (
            match teeth.reports.len() {
                1 => "red → green".to_owned(),
                n => format!("red → green at {n} sites"),
            },
            String::new(),
        ),
        Some(Proof::Reason(reason)) => (reason.clone(), reason.clone()),
        Some(Proof::Escalation(escalation)) => ("escalated".to_owned(), escalation.reason.clone()),
        None => ("open".to_owned(), String::new()),
    };
    let teeth = progress.latest(|evidence| match evidence {
        Evidence::Teeth(teeth) => Some(teeth),
        _ => None,
    });
    // A reason settles a candidate whatever an earlier attempt at teeth came to.
    let teeth = teeth.filter(|_| {
        !matches!(disposition.map(|disposition| disposition.proof()), Some(Proof::Reason(_)))
    });
    let escalation = match disposition.map(|disposition| disposition.proof()) {
        Some(Proof::Escalation(escalation)) => Some(escalation),
        Some(Proof::Teeth(_) | Proof::Reason(_)) | None => None,
    };
    let route = disposition.map(|disposition| disposition.route()).or(progress.route);
    Row {
        id: candidate.id.to_string(),
        path: candidate.key.path.clone(),
        line: candidate.sites.first().map_or(0, |site| site.location.line),
        function: candidate.key.function.clone(),
        symbol: candidate.key.symbol.clone(),
        priority: candidate.priority.to_string(),
        route: route.map_or_else(|| "open".to_owned(), |route| route.to_string()),
        choice: (progress.trail.iter().rev().find(|step| step.action == Action::Judge))
            .map_or_else(|| "open".to_owned(), |step| step.outcome.clone()),
        result,
        why: why(candidate),
        chain: chain(candidate),
        reason,
        rescan: progress
            .latest(|evidence| match evidence {
                Evidence::Rescan(rescan) => Some(rescan),
                _ => None,
            })
            .map(rescan)
            .unwrap_or_default(),
        teeth: teeth.map_or_else(Vec::new, |teeth| teeth.reports.iter().map(bite::bite).collect()),
        primitive: escalation
            .and_then(|escalation| escalation.primitive.clone())
            .unwrap_or_default(),
        rule: escalation.and_then(|escalation| escalation.rule.clone()).unwrap_or_default(),
        commands: ran(progress.since_judged()),
    }
}

fn why(candidate: &Candidate) -> String {
    let origins: Vec<&str> = candidate
        .origins
        .iter()
        .map(|origin| match origin {
            Origin::AddedLine => "the change adds the line",
            Origin::NewByKey => "the merge base has no such call",
            Origin::NewlyReachable => "the change makes the loop reach it",
            Origin::AddedOffload => "the change adds the offload",
            Origin::FixedFinding => "the merge base has the call, and it is gone",
            Origin::AnchorExecutes => "an anchor of the change executes it",
            Origin::WholeTree => "the whole tree is in scope",
        })
        .collect();
    format!("{} In scope because {}.", candidate.reason, origins.join("; "))
}

fn chain(candidate: &Candidate) -> String {
    if candidate.chain.len() < 2 {
        return String::new();
    }
    let hops: Vec<String> = candidate
        .chain
        .iter()
        .map(|hop| format!("`{}` ({}:{})", hop.function, hop.path, hop.line))
        .collect();
    hops.join(" → ")
}

fn rescan(rescan: &Rescan) -> String {
    let cured: Vec<&str> = rescan.cured.iter().map(|id| id.0.as_str()).collect();
    let cured = if cured.is_empty() {
        String::new()
    } else {
        format!(" Cured with it: {}.", cured.join(", "))
    };
    match rescan.residual.as_slice() {
        [] => format!("the finding is gone.{cured}"),
        residual => format!("still there: {}.{cured}", residual.join("; ")),
    }
}

/// What may still be wrong with the offloads of the change: as delivered, or, in a draft, as each
/// candidate's last re-scan saw it.
fn hazards(state: &State) -> Vec<&Hazard> {
    let delivered = state.latest(|evidence| match evidence {
        Evidence::Delivery(delivery) => Some(&delivery.hazards),
        _ => None,
    });
    let scanned = (state.candidates.iter()).filter_map(|progress| {
        progress.latest(|evidence| match evidence {
            Evidence::Rescan(rescan) => Some(&rescan.hazards),
            _ => None,
        })
    });
    let mut hazards: Vec<&Hazard> = match delivered {
        Some(delivered) => delivered.iter().collect(),
        None => scanned.flatten().collect(),
    };
    hazards.sort();
    hazards.dedup();
    hazards
}

fn limits(state: &State) -> Vec<String> {
    let of_gate: &[&str] = match &state.sop.gate {
        Gate::Pytest => &[
            "Paths that no test of the gate runs.",
            "Calls that a test mocks away.",
            "Environments that differ from the one below.",
        ],
        Gate::Command(_) => &["What the gate's command does not look at."],
    };
    let mut limits: Vec<String> = of_gate.iter().map(|limit| (*limit).to_owned()).collect();
    limits.extend(unseen(state));
    if let Some(scope) = state.latest(|evidence| match evidence {
        Evidence::Scope(scope) => Some(scope),
        _ => None,
    }) {
        limits.extend(scope.blind_spots.iter().cloned());
        let own = recalled::of_this_change(&scope.recalled);
        if !own.is_empty() {
            limits.push(format!(
                "Settled by entries that this change itself brings to `{PATH}`, by another run than this one: {}.",
                recalled::keys(own)
            ));
        }
        limits.extend(scope.unread.iter().map(|file| format!("Not read whole: {file}")));
    }
    limits
}

/// The calls of the candidates that the gate let pass when it was asked, and that no rule was added for.
fn unseen(state: &State) -> Option<String> {
    let facts = state.latest(|evidence| match evidence {
        Evidence::Gate(facts) => Some(facts),
        _ => None,
    })?;
    let lines: Vec<String> = (facts.sighted.iter())
        .filter(|sighted| {
            let progress = state.progress(&sighted.candidate);
            progress.and_then(|progress| progress.disposition.as_ref()).map(Disposition::route)
                != Some(Route::Rule)
        })
        .filter(|sighted| sighted.outside || !sighted.let_pass.is_empty())
        .map(|sighted| {
            let what = match sighted.outside {
                true => "nothing at all is refused in its file".to_owned(),
                false => sighted.let_pass.join(", "),
            };
            format!("{} ({what})", sighted.candidate)
        })
        .collect();
    (!lines.is_empty()).then(|| {
        format!("Calls that the gate let pass when each was made under it: {}.", lines.join("; "))
    })
}

fn tools(state: &State) -> String {
    let gate = state
        .latest(|evidence| match evidence {
            Evidence::Gate(facts) => Some(format!("; {}", facts.versions)),
            _ => None,
        })
        .unwrap_or_default();
    let sop = &state.info.sop;
    format!(
        "guard {}{gate}; procedure `{}` ({}, {}); head {}.",
        state.info.version,
        sop.name,
        sop.from,
        &sop.sha256[..sop.sha256.len().min(12)],
        short(&state.info.head)
    )
}

fn short(commit: &str) -> &str {
    &commit[..commit.len().min(10)]
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
