//! Step 5, RULE: what the gate does not see, and the rule that would see it.

use crate::journal::Progress;
use crate::model::{Escalation, Evidence, TeethReport, TeethVerdict};

/// The report for the gate's maintainer.
pub(super) fn escalation(progress: &Progress, reason: &str) -> Escalation {
    Escalation {
        reason: reason.to_owned(),
        primitive: unhooked(progress)
            .and_then(|report| report.primitive.as_ref())
            .map(|primitive| primitive.event.clone()),
        rule: rule_for(progress),
    }
}

/// The Blockbuster rule that would see the primitive that ran unseen, as an entry of the project's
/// central list; none when teeth saw no such primitive.
pub(in crate::engine) fn rule_for(progress: &Progress) -> Option<String> {
    let primitive = unhooked(progress)?.primitive.as_ref()?;
    // The audit event `open` is raised by the builtin; all others carry their module.
    let (module, function) =
        primitive.event.rsplit_once('.').unwrap_or(("builtins", &primitive.event));
    Some(format!(
        "import {module}\n\n(\"{module}.{function}\", BlockBusterFunction({module}, \"{function}\", scanned_modules=[...]))"
    ))
}

fn unhooked(progress: &Progress) -> Option<&TeethReport> {
    let teeth = progress.latest(|evidence| match evidence {
        Evidence::Teeth(teeth) => Some(teeth),
        _ => None,
    })?;
    teeth.reports.iter().find(|report| report.verdict == TeethVerdict::Unhooked)
}
