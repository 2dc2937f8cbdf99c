//! What guard would answer, and why. Shown, never taken.

use crate::journal::{Progress, State};
use crate::model::{Confidence, Evidence, Exposure, Mode, Route, Suggestion};
use crate::sop::{Action, Detector, State as Node};

/// The suggestion for the question before an action, where the evidence supports one.
pub(super) fn suggest(state: &State, node: &Node, progress: &Progress) -> Option<Suggestion> {
    match node.action {
        Action::Judge => route(state, node, progress),
        Action::AwaitFix => Some(fix(progress)),
        Action::CheckAnchor => None,
        Action::ProposeRule => Some(Suggestion {
            field: "rule".to_owned(),
            value: "escalate".to_owned(),
            reason:
                "a rule is the maintainer's to own: it changes what the gate says of every test"
                    .to_owned(),
        }),
        Action::Scan
        | Action::CheckGate
        | Action::RecordReason
        | Action::ProposeFix
        | Action::Rescan
        | Action::LocateAnchor
        | Action::DraftAnchor
        | Action::VerifyTeeth
        | Action::GateWithRule
        | Action::RecordEscalation
        | Action::GateSuite
        | Action::Deliver
        | Action::Command => None,
    }
}

fn route(state: &State, node: &Node, progress: &Progress) -> Option<Suggestion> {
    let candidate = &progress.candidate;
    let (route, reason) = if candidate.exposure == Exposure::Offloaded {
        (Route::Guard, "the call is off the loop already; an anchor keeps it there".to_owned())
    } else if candidate.is_fixed() {
        let since = match state.info.mode {
            Mode::Change | Mode::Committed => {
                "at the merge base it stood on the loop, and it is gone"
            }
            Mode::WholeTree => "it is off the loop",
        };
        (Route::Guard, format!("{since}; an anchor keeps it away"))
    } else if candidate.exposure == Exposure::ParseIncomplete {
        (
            Route::NoAction,
            "the file does not parse: mend it and run again, or say why it may stay".to_owned(),
        )
    } else {
        let sure = match candidate.confidence {
            Some(Confidence::Possible) => "; the way to it rests on a name alone, so look twice",
            Some(Confidence::Definite | Confidence::Probable) | None => "",
        };
        (Route::FixAndAnchor, format!("the loop reaches the call and nothing offloads it{sure}"))
    };
    // As the procedure calls it, if it offers it.
    let value = node.outcomes().into_iter().find(|choice| node.route(choice) == Some(route))?;
    // What another domain looks for is not known here.
    let reason = match &state.sop.detector {
        Detector::Builtin => reason,
        Detector::Command(_) => progress.candidate.reason.clone(),
    };
    Some(Suggestion { field: "route".to_owned(), value: value.to_owned(), reason })
}

fn fix(progress: &Progress) -> Suggestion {
    let proposal = progress.latest(|evidence| match evidence {
        Evidence::Proposal(proposal) => Some(proposal),
        _ => None,
    });
    let (value, reason) = match proposal {
        Some(proposal) if proposal.after.is_some() => {
            ("apply", "guard can make this edit".to_owned())
        }
        Some(proposal) => ("edited", proposal.refusal.clone().unwrap_or_default()),
        None => ("edited", "guard has no edit to propose".to_owned()),
    };
    Suggestion { field: "fix".to_owned(), value: value.to_owned(), reason }
}
