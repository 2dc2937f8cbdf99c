//! Step 5, RULE: what the gate does not see, and the rule that would see it.

use super::World;
use crate::gate::rule::{CentralList, Rule};
use crate::journal::Progress;
use crate::model::{Escalation, Evidence, TeethVerdict};

/// The report for the gate's maintainer.
pub(super) fn escalation(progress: &Progress, reason: &str) -> Escalation {
    Escalation {
        reason: reason.to_owned(),
        primitive: unseen(progress).map(str::to_owned),
        rule: rule_for(progress),
    }
}

/// The rule that would see the primitive that ran unseen, as source for the project's central list;
/// none when teeth saw no such primitive.
pub(in crate::engine) fn rule_for(progress: &Progress) -> Option<String> {
    Some(Rule::of(unseen(progress)?).plain())
}

/// The same with the place where this project keeps its rules, where guard knows it.
pub(in crate::engine) fn rule_here(world: &World, progress: &Progress) -> Option<String> {
    let rule = Rule::of(unseen(progress)?);
    // A configuration that cannot be read is said elsewhere.
    let list = CentralList::of(&world.project).ok().flatten();
    Some(list.map_or_else(
        || rule.plain(),
        |list| {
            let import = format!("import {}", rule.module);
            format!("in {}, `{}`:\n{import}\n{}", list.file, list.list, list.entry(&rule))
        },
    ))
}

/// The primitive that ran on the loop and that the gate did not see, by the latest teeth that said so.
pub(super) fn unseen(progress: &Progress) -> Option<&str> {
    progress.latest(|evidence| match evidence {
        Evidence::Teeth(teeth) => teeth
            .reports
            .iter()
            .find(|report| report.verdict == TeethVerdict::Unhooked)
            .and_then(|report| report.primitive.as_ref())
            .map(|primitive| primitive.event.as_str()),
        _ => None,
    })
}
