//! Whether a rule is admitted. Everything is executed, in an isolated tree: the gap, the whole suite
//! before and after, the anchor under the rule. Nothing of the contributor's is touched here.

use super::Rule;
use crate::gate::GateError;
use crate::gate::teeth::{Lab, Request};
use crate::model::{GateRun, Selection, TeethReport, TeethVerdict, TestOutcome};

/// An anchor that drives a blocking path and stays green: what a rule rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The proof that it stayed green, with the primitive that ran.
    pub report: TeethReport,
    /// The whole suite without the rule.
    pub before: GateRun,
}

/// A rule that may go in.
#[derive(Debug, Clone, PartialEq)]
pub struct Admission {
    /// The whole suite under the rule.
    pub after: GateRun,
    /// The same anchor under the rule: red, then green.
    pub proof: TeethReport,
}

/// Why a rule is not admitted. A verdict, not an error.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The suite is red without it; which tests.
    RedBefore(Vec<String>),
    /// No gap was shown: what teeth said.
    NoGap(Box<TeethReport>),
    /// A gap, of another primitive than the rule's: which.
    OtherPrimitive(String),
    /// These tests turn red under it; each shows a latent bug, or that the rule is too broad.
    NewReds(Vec<String>),
    /// Under it the anchor is not proven: what teeth said.
    NotProven(Box<TeethReport>),
}

/// Shows the gap in a tree without the rule.
///
/// # Errors
/// When the gate cannot be used.
pub fn gap(
    lab: &mut Lab<'_>,
    request: &Request,
    rule: &Rule,
) -> Result<Result<Gap, Refused>, GateError> {
    let report = lab.prove(request)?;
    let ran = match (&report.verdict, &report.primitive) {
        (TeethVerdict::Unhooked, Some(primitive)) => Rule::of(&primitive.event),
        _ => return Ok(Err(Refused::NoGap(Box::new(report)))),
    };
    if ran.name != rule.name {
        return Ok(Err(Refused::OtherPrimitive(ran.name)));
    }
    let before = lab.observe(&Selection::Suite, &[])?;
    let red = reds(&before);
    if !red.is_empty() || !before.is_green() {
        return Ok(Err(Refused::RedBefore(red)));
    }
    Ok(Ok(Gap { report, before }))
}

/// Tries the rule in the tree, `text` being the file of the list with it.
///
/// # Errors
/// When the gate cannot be used.
pub fn admit(
    lab: &mut Lab<'_>,
    request: &Request,
    (file, text): (&str, &str),
) -> Result<Result<Admission, Refused>, GateError> {
    lab.lay(file, text)?;
    let after = lab.observe(&Selection::Suite, &[])?;
    if !after.is_green() {
        return Ok(Err(Refused::NewReds(reds(&after))));
    }
    let proof = lab.prove(request)?;
    Ok(match proof.verdict {
        TeethVerdict::Proven => Ok(Admission { after, proof }),
        _ => Err(Refused::NotProven(Box::new(proof))),
    })
}

fn reds(run: &GateRun) -> Vec<String> {
    let failed = run.tests.iter().filter(|test| test.outcome == TestOutcome::Failed);
    let errors = run.collection_errors.iter().map(|text| {
        let last = text.lines().next_back().unwrap_or_default();
        format!("cannot be collected: {last}")
    });
    failed.map(|test| test.id.clone()).chain(errors).collect()
}
