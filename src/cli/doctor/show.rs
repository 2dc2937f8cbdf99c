//! A diagnosis for eyes, and for machines.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Diagnosis;
use super::check::Status;
use crate::ui::{BAD, DIM, GOOD, WARN};

/// One line a check; below it what to do.
pub(super) fn text(diagnosis: &Diagnosis) -> String {
    let mut text = String::new();
    for check in &diagnosis.checks {
        let (style, word) = match check.status {
            Status::Ok => (GOOD, "ok"),
            Status::Warn => (WARN, "warn"),
            Status::Bad => (BAD, "bad"),
        };
        let mut lines = check.said.lines();
        let first = lines.next().unwrap_or_default();
        writeln!(text, "{style}{word:<4}{style:#}  {:<11}  {first}", check.name)
            .expect("a string takes everything");
        for line in lines {
            writeln!(text, "{:19}{line}", "").expect("a string takes everything");
        }
        if let Some(next) = &check.next {
            writeln!(text, "{:19}{DIM}→ {next}{DIM:#}", "").expect("a string takes everything");
        }
    }
    text
}

/// Everything, the sight with every call.
pub(super) fn json(diagnosis: &Diagnosis) -> Value {
    json!({
        "usable": diagnosis.is_usable(),
        "checks": diagnosis.checks,
        "sight": diagnosis.sight,
    })
}
