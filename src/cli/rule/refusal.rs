//! Why a rule is not admitted, and what to do instead.

use crate::gate::rule::{Refused, Rule};
use crate::model::TeethVerdict;

/// For a person.
pub(super) fn said(rule: &Rule, refused: &Refused) -> String {
    let name = &rule.name;
    match refused {
        Refused::RedBefore(red) => format!(
            "not admitted: the gate is red without a rule for `{name}` ({}). Make it green first.",
            red.join(", ")
        ),
        Refused::NoGap(report) => match report.verdict {
            TeethVerdict::NotDriven => format!(
                "not admitted: a path that merely has no test is no hole of the gate; it needs an anchor. {}",
                report.explanation
            ),
            TeethVerdict::Proven => {
                format!("not admitted: the gate has teeth here as it is. {}", report.explanation)
            }
            TeethVerdict::Stubbed
            | TeethVerdict::Unhooked
            | TeethVerdict::Cached
            | TeethVerdict::Swallowed
            | TeethVerdict::Flaky { .. }
            | TeethVerdict::Invalid(_) => format!(
                "not admitted: the anchor must drive `{name}` on the event loop and stay green, and it is {}. {}",
                report.verdict, report.explanation
            ),
        },
        Refused::OtherPrimitive(other) => format!(
            "not admitted: what ran here unseen is `{other}`, not `{name}`. Ask for a rule for `{other}`."
        ),
        Refused::NewReds(reds) => format!(
            "not admitted: under a rule for `{name}` these turn red:\n  {}\nEach is a latent bug to fix first, or a sign that the rule is too broad. Who cannot own that: `guard rule escalate`.",
            reds.join("\n  ")
        ),
        Refused::NotProven(report) => format!(
            "not admitted: under the rule the anchor is {}. {}",
            report.verdict, report.explanation
        ),
    }
}
