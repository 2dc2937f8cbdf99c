//! Step 5, RULE: what the gate does not see, and the rule that would see it.

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

/// The Blockbuster rule that would see the primitive that ran unseen, as an entry of the project's
/// central list; none when teeth saw no such primitive.
pub(in crate::engine) fn rule_for(progress: &Progress) -> Option<String> {
    let primitive = unseen(progress)?;
    // The audit event `open` is raised by the builtin; all others carry their module.
    let (module, function) = primitive.rsplit_once('.').unwrap_or(("builtins", primitive));
    Some(format!(
        "import {module}\n\n(\"{module}.{function}\", BlockBusterFunction({module}, \"{function}\", scanned_modules=[...]))"
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
