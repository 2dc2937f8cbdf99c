//! The proof, made again and compared with what the receipt says.

use super::revert::{self, Lost};
use super::{Ground, Place, Proof, Site};
use crate::gate::GateError;
use crate::gate::teeth::{Lab, Request};
use crate::model::{Selection, TeethReport, TeethVerdict};

/// What a repetition came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// The same verdict, test, primitive and function, at every site.
    Same,
    /// One line for each thing that is another now.
    Differs(Vec<String>),
}

/// Proves every site again: red without the offload, green with it, for the same reason as then.
///
/// # Errors
/// When the gate cannot be used.
pub fn compare(
    lab: &mut Lab<'_>,
    proof: &Proof,
    ground: &Ground<'_>,
    repeat: u32,
) -> Result<Compared, GateError> {
    let tests = proof.tests.iter().map(|test| ground.project.inside_cwd(test));
    let selection = Selection::Tests(tests.collect());
    let mut differs = Vec::new();
    for site in &proof.sites {
        let found = match revert::find(site, ground) {
            Ok(found) => found,
            Err(Lost::NoVersion(why)) => {
                differs.push(why);
                continue;
            }
            Err(Lost::Changed) => {
                differs.push(format!("the offload in {} is another one", site.function));
                continue;
            }
        };
        let request = Request {
            selection: selection.clone(),
            function: site.function.clone(),
            site: found.site,
            // The primitive is compared with the one that was refused then.
            call: None,
            reverts: vec![found.revert],
            control: Some(found.control),
            repeat,
        };
        let report = lab.prove(&request)?;
        differs.extend(differences(site, &report, ground));
    }
    Ok(if differs.is_empty() { Compared::Same } else { Compared::Differs(differs) })
}

fn differences(site: &Site, report: &TeethReport, ground: &Ground<'_>) -> Vec<String> {
    if report.verdict != site.verdict {
        let (then, now) = (&site.verdict, &report.verdict);
        let at = format!("{} in {}", site.function, site.path);
        return vec![format!("{at}: {then} then, {now} now. {}", report.explanation)];
    }
    let mut differs = Vec::new();
    let mut hold = |what: &str, then: &str, now: &str| {
        if then != now {
            differs.push(format!("{what} was {then}, and is {now} now"));
        }
    };
    let red = report.red_test.as_deref().map(|test| ground.project.inside_root(test));
    hold("the test that turns red", &site.red, red.as_deref().unwrap_or("none"));
    if let Some(block) = &report.block {
        hold("the primitive that is refused", &site.primitive, &block.primitive);
        let now = block
            .stack
            .last()
            .map(|frame| Place { path: frame.path.clone(), function: frame.function.clone() });
        let shown = |place: &Place| format!("{} in {}", place.function, place.path);
        let now = now.as_ref().map_or_else(|| "unknown".to_owned(), shown);
        hold("the function that calls it", &shown(&site.blocked), &now);
    } else if site.verdict == TeethVerdict::Proven {
        differs.push("no block was recorded".to_owned());
    }
    differs
}
