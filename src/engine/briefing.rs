//! What a person or an agent needs to see before answering a question: the same for the terminal
//! and for the JSON of an open question.

use serde::Serialize;

use super::actions::World;
use crate::journal::{Progress, State};
use crate::model::{
    Candidate, Coverage, Evidence, Hazard, Mode, Origin, Question, Selection, Site, SiteKind,
    TeethVerdict,
};
use crate::sop::Action;

/// How many lines around a site are shown.
const AROUND: usize = 4;

/// The evidence before a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Briefing {
    /// One line: the candidate.
    pub title: String,
    /// In the order of reading.
    pub sections: Vec<Section>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// What it is.
    pub heading: String,
    /// Lines of text.
    pub body: String,
}

/// What to show before a question.
pub fn briefing(state: &State, world: &World, question: &Question) -> Option<Briefing> {
    let progress = state.progress(question.place.candidate.as_ref()?)?;
    let candidate = &progress.candidate;
    let mut sections = Vec::new();
    let mut add = |heading: &str, body: String| {
        if !body.is_empty() {
            sections.push(Section { heading: heading.to_owned(), body });
        }
    };
    let action = state.sop.state(&question.place.state).map(|node| node.action);
    if let Some(last) = last_step(progress) {
        add("what happened", last);
    }
    if action == Some(Action::Judge) {
        for site in &candidate.sites {
            add(site_heading(site), excerpt(state, world, site));
        }
        add("what the gate sees", sight(state, world, candidate).unwrap_or_default());
        add("why", format!("{}\n{}", candidate.reason, origins(candidate, state.info.mode)));
        add("how the loop reaches it", chain(candidate));
        if candidate.chain.len() > 1 {
            add("callers in other files", callers(world, candidate));
        }
    }
    if action == Some(Action::AwaitFix)
        && let Some(proposal) = progress.latest(|evidence| match evidence {
            Evidence::Proposal(proposal) => Some(proposal),
            _ => None,
        })
    {
        add("guard's edit", proposal.diff.clone().unwrap_or_default());
        add("no edit of guard's", proposal.refusal.clone().unwrap_or_default());
    }
    let hazards = hazards(progress, action);
    add("warnings about the fix", lines(&hazards));
    if action == Some(Action::CheckAnchor)
        && let Some(draft) = progress.latest(|evidence| match evidence {
            Evidence::Draft(draft) => Some(draft),
            _ => None,
        })
    {
        let verb = if draft.written { "complete" } else { "extend" };
        add("the anchor", format!("{verb} {}", draft.test));
        add("still to fill in", draft.needs.join("\n"));
    }
    if action == Some(Action::ProposeRule) {
        let rule = super::actions::rule_here(world, progress);
        add("the rule that would see it", rule.unwrap_or_default());
    }
    Some(Briefing { title: title(candidate), sections })
}

/// What may be wrong with the fix: with guard's edit while it is offered, else with what the last
/// re-scan saw.
fn hazards(progress: &Progress, action: Option<Action>) -> Vec<Hazard> {
    let steps = progress.since_judged().iter().rev();
    let latest = steps.clone().find_map(|step| match &step.evidence {
        Evidence::Rescan(rescan) => Some(rescan.hazards.clone()),
        _ => None,
    });
    let offered = steps.clone().find_map(|step| match &step.evidence {
        Evidence::Proposal(proposal) => Some(proposal.hazards.clone()),
        _ => None,
    });
    let mut hazards = latest.unwrap_or_default();
    if action == Some(Action::AwaitFix) {
        hazards.extend(offered.unwrap_or_default());
    }
    hazards.sort();
    hazards.dedup();
    hazards
}

fn lines(hazards: &[Hazard]) -> String {
    hazards.iter().map(Hazard::to_string).collect::<Vec<_>>().join("\n")
}

/// What the gate is known not to see of a candidate's calls.
fn sight(state: &State, world: &World, candidate: &Candidate) -> Option<String> {
    let facts = state.latest(|evidence| match evidence {
        Evidence::Gate(facts) => Some(facts),
        _ => None,
    })?;
    // A rule that was added since lets it see more: then Step 5 tells.
    let sight =
        facts.sight.as_ref().filter(|sight| super::actions::sight_is_current(world, sight))?;
    let known = facts.sighted.iter().find(|sighted| sighted.candidate == candidate.id).cloned();
    // One that joined after the gate was asked is told by its symbol.
    let sighted = known.unwrap_or_else(|| super::actions::sighted(sight, candidate, None));
    super::actions::sight_said(&sighted, &candidate.key.path)
}

/// One line that names a candidate.
pub fn title(candidate: &Candidate) -> String {
    let site = candidate.sites.first();
    let line = site.map_or(0, |site| site.location.line);
    format!(
        "{} {} {}:{line} {} {}",
        candidate.id,
        candidate.priority,
        candidate.key.path,
        candidate.key.function,
        candidate.key.symbol
    )
}

fn site_heading(site: &Site) -> &'static str {
    match site.kind {
        SiteKind::Sink => "the call",
        SiteKind::Offload => "the offload",
        SiteKind::Gone => "the call, at the merge base",
    }
}

/// The lines around a site, its own marked.
fn excerpt(state: &State, world: &World, site: &Site) -> String {
    let text = match site.kind {
        SiteKind::Sink | SiteKind::Offload => world.text(&site.location.path),
        SiteKind::Gone => state
            .info
            .base
            .as_ref()
            .and_then(|(_, commit)| world.text_at(commit, &site.location.path)),
    };
    let Some(text) = text else { return site.code.clone() };
    let line = site.location.line;
    let first = line.saturating_sub(AROUND).max(1);
    text.lines()
        .enumerate()
        .skip(first - 1)
        .take(line + AROUND + 1 - first)
        .map(|(index, code)| {
            let mark = if index + 1 == line { '>' } else { ' ' };
            format!("{mark} {:4} | {code}", index + 1).trim_end().to_owned()
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn origins(candidate: &Candidate, mode: Mode) -> String {
    let change = match mode {
        Mode::Change | Mode::Committed => "the change",
        Mode::WholeTree => "the tree",
    };
    candidate
        .origins
        .iter()
        .map(|origin| match origin {
            Origin::AddedLine => format!("{change} adds the line"),
            Origin::NewByKey => "the merge base has no such call".to_owned(),
            Origin::NewlyReachable => {
                format!("{change} makes the loop reach it; its own file is as it was")
            }
            Origin::AddedOffload => {
                format!("{change} adds the offload: a fix, which needs an anchor")
            }
            Origin::FixedFinding => {
                "the merge base has the call, and it is gone: a fix, which needs an anchor"
                    .to_owned()
            }
            Origin::AnchorExecutes => format!("an anchor of {change} executes the offload"),
            Origin::WholeTree => "the whole tree is in scope".to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn chain(candidate: &Candidate) -> String {
    candidate
        .chain
        .iter()
        .enumerate()
        .map(|(depth, hop)| {
            format!("{}{} ({}:{})", "  ".repeat(depth), hop.function, hop.path, hop.line)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Lines of other files that seem to call the candidate's function, before anyone says NO-ACTION.
fn callers(world: &World, candidate: &Candidate) -> String {
    let name = candidate.key.function.rsplit('.').next().unwrap_or_default();
    let found = world.mentions(&format!("{name}("), &candidate.key.path);
    if found.is_empty() {
        format!("no other file mentions `{name}(`")
    } else {
        found.into_iter().take(12).collect::<Vec<_>>().join("\n")
    }
}

/// What the latest action about the candidate that came to something says to the one who answers.
/// A proposal and a draft have sections of their own and hide nothing before them.
fn last_step(progress: &Progress) -> Option<String> {
    let silent =
        |evidence: &Evidence| matches!(evidence, Evidence::Proposal(_) | Evidence::Draft(_));
    let step = progress.since_judged().iter().rev().find(|step| !silent(&step.evidence))?;
    match &step.evidence {
        Evidence::Teeth(teeth) => {
            let tests = match &teeth.selection {
                Selection::Suite => "the whole suite".to_owned(),
                Selection::Tests(tests) => tests.join(" "),
            };
            let reports = (teeth.reports.iter())
                .filter(|report| report.verdict != TeethVerdict::Proven)
                .map(|report| {
                    format!(
                        "{}:{}: {}. {}",
                        report.site.path, report.site.line, report.verdict, report.explanation
                    )
                })
                .collect::<Vec<_>>()
                .join("\n");
            Some(format!("{reports}\nrun: {tests}"))
        }
        Evidence::Rescan(rescan) if !rescan.residual.is_empty() => {
            Some(format!("the scan still shows\n{}", rescan.residual.join("\n")))
        }
        Evidence::Fitness(fitness) if !fitness.unfit.is_empty() => {
            Some(format!("the anchor is not fit yet\n{}", fitness.unfit.join("\n")))
        }
        Evidence::Anchors(search) => {
            let found = search.tests.iter().map(|test| format!("{}: {}", test.id, test.why));
            match search.coverage {
                Coverage::None => Some("no test of the gate drives the entry point".to_owned()),
                Coverage::Covers | Coverage::Extend => Some(found.collect::<Vec<_>>().join("\n")),
            }
        }
        Evidence::Suite(suite) => {
            let red = suite
                .run
                .iter()
                .flat_map(|run| &run.tests)
                .filter(|test| test.outcome == crate::model::TestOutcome::Failed);
            Some(format!(
                "red under the rule: {}",
                red.map(|test| test.id.as_str()).collect::<Vec<_>>().join(", ")
            ))
        }
        Evidence::Command(run) => Some(format!(
            "`{}` came to {}, exit {}\n{}",
            run.command, step.outcome, run.exit_code, run.output_tail
        )),
        Evidence::None
        | Evidence::Scope(_)
        | Evidence::Gate(_)
        | Evidence::Reason(_)
        | Evidence::Proposal(_)
        | Evidence::Fix(_)
        | Evidence::Rescan(_)
        | Evidence::Draft(_)
        | Evidence::Fitness(_)
        | Evidence::Rule(_)
        | Evidence::Escalation(_)
        | Evidence::Delivery(_) => None,
    }
}
