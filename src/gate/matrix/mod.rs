//! The matrix: every anchor against every offload that it executes, a verdict each.
//!
//! One warmed pytest process runs the suite, learns which test executes which site, and forks per
//! pair with that one offload turned inline at run time. What stays green there is confirmed by
//! source edits in fresh processes, all such sites in one tree, split where one turns red.

mod cell;
mod confirm;
mod edits;
mod fresh;
mod merge;
mod report;
mod shard;
mod single;
mod sites;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use cell::{By, Cell};
pub use confirm::Confirmation;
pub use fresh::{Fresh, fresh};
pub use merge::{MergeError, merge};
pub use report::{Asked, FORMAT, MatrixReport, Score, Tree};
pub use shard::Shard;
pub use single::request;
pub use sites::{OffloadSite, wrappers};

use super::error::GateError;
use super::plugin::{Forks, Watch};
use super::run::{Session, session};
use super::teeth::{Lab, explain, reading};
use crate::model::{Invalid, Selection, TeethVerdict, TestOutcome};
use sites::{Inventory, inventory};

/// How much longer than one run of the suite the whole matrix may take.
const SUITES: u32 = 6;

/// What a matrix is made of.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The tests.
    pub selection: Selection,
    /// Children at a time, at least 1.
    pub jobs: usize,
    /// Whether source edits confirm what the forks say.
    pub confirm: Confirm,
    /// How often each pair is tried, at least 1: what is red now and then is flaky. What stays green
    /// is tried twice in any case.
    pub repeat: u32,
    /// Seconds that a child gets at least.
    pub floor: Duration,
}

/// Whether fresh processes with source edits have the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// What is not proven, and a sample of what is.
    SourceEdits,
    /// The forks alone.
    Skip,
}

/// An executed site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteVerdict {
    /// Which.
    pub site: OffloadSite,
    /// The best that one of its tests comes to.
    pub verdict: TeethVerdict,
    /// The test that comes to it.
    pub test: String,
    /// Why, and what next.
    pub explanation: String,
    /// What the verdict rests on.
    pub by: By,
    /// How many tests execute it.
    pub tests: usize,
}

/// What it took.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Wall seconds of the one process that forks, imports included.
    pub wall: f64,
    /// CPU seconds of it and its children.
    pub cpu: f64,
    /// Wall seconds of its parts, in order.
    pub parts: Vec<(String, f64)>,
    /// Children that were forked.
    pub forks: usize,
    /// Wall seconds of the source edits.
    pub confirmation: f64,
}

/// Everything that was learned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Matrix {
    /// The command as a person would type it.
    pub command: String,
    /// Tests that are green without any change.
    pub green: Vec<String>,
    /// Tests that are red without any change: they can prove nothing and are left out.
    pub red: Vec<String>,
    /// Executed sites, in file order.
    pub sites: Vec<SiteVerdict>,
    /// One for each test and site that it executes.
    pub cells: Vec<Cell>,
    /// Sites that no test executes on the event loop.
    pub unguarded: Vec<OffloadSite>,
    /// What source edits said.
    pub confirmation: Option<Confirmation>,
    /// What it took.
    pub cost: Cost,
}

impl Matrix {
    /// Proven sites, of the executed ones.
    pub fn proven(&self) -> usize {
        self.sites.iter().filter(|site| site.verdict == TeethVerdict::Proven).count()
    }
}

/// Makes the matrix of the sites that `wanted` admits.
///
/// # Errors
/// When the gate cannot be used, no test is green, or the sources cannot be read.
pub fn matrix(
    lab: &mut Lab<'_>,
    ask: &Ask,
    wanted: impl Fn(&OffloadSite) -> bool,
) -> anyhow::Result<Matrix> {
    let mut inventory = inventory(lab.tree(), &lab.rig.project)?;
    inventory.sites.retain(wanted);
    let session = forked(lab, ask, &inventory)?;
    let red = session.run.tests.iter().filter(|test| test.outcome == TestOutcome::Failed);
    let red: Vec<String> = red.map(|test| test.id.clone()).collect();
    let green = session.run.tests.iter().filter(|test| test.outcome == TestOutcome::Passed);
    let green: Vec<String> = green.map(|test| test.id.clone()).collect();
    if green.is_empty() {
        return Err(nothing_green(&session, &red).into());
    }
    if session.facts.cost.is_none() {
        // It comes last.
        return Err(GateError::NoEvidence {
            command: session.run.command.clone(),
            ended: format!("exit code {}", session.run.exit_code.unwrap_or_default()),
            tail: session.run.output_tail.clone(),
        }
        .into());
    }
    let mut cells = cell::cells(&session, &inventory, &red)?;
    let confirmation = match ask.confirm {
        Confirm::SourceEdits => {
            Some(confirm::confirm(lab, ask, &inventory, &session.run, &mut cells)?)
        }
        Confirm::Skip => None,
    };
    let elsewhere = |path: &str| reading::wrong_file(&session.run, lab.tree(), path);
    let (sites, unguarded) = verdicts(inventory.sites, &cells, elsewhere);
    Ok(Matrix {
        command: session.run.command.clone(),
        green,
        red,
        sites,
        cells: cells.into_iter().map(|judged| judged.cell).collect(),
        unguarded,
        cost: Cost {
            wall: Duration::from_millis(session.run.millis).as_secs_f64(),
            cpu: session.facts.cost.unwrap_or_default(),
            parts: session.facts.spans.clone(),
            forks: session.facts.cells.len(),
            confirmation: confirmation.as_ref().map_or(0.0, |done| done.seconds),
        },
        confirmation,
    })
}

fn forked(lab: &Lab<'_>, ask: &Ask, inventory: &Inventory) -> Result<Session, GateError> {
    let project = &lab.rig.project;
    let watch: Vec<Watch> = (inventory.sites.iter())
        .map(|site| Watch { path: site.location.path.clone(), lines: site.lines.clone() })
        .collect();
    let forks = Forks {
        sites: serde_json::to_value(inventory.sites.iter().map(|s| &s.place).collect::<Vec<_>>())
            .expect("strings and numbers are JSON"),
        helpers: inventory.helpers.clone(),
        roots: project.roots.clone(),
        tests: vec![format!("{}/", project.anchors)],
        jobs: ask.jobs.max(1),
        repeat: ask.repeat.max(1),
        seconds: (ask.floor.as_secs_f64(), 20.0),
    };
    let limit = project.gate.limit * SUITES * ask.repeat.max(1);
    session(lab.rig, lab.tree(), &ask.selection, &watch, limit, Some(&forks))
}

fn nothing_green(session: &Session, red: &[String]) -> GateError {
    let run = &session.run;
    let why = match (run.collection_errors.first(), red.first()) {
        (Some(_), _) => "which cannot be collected".to_owned(),
        (None, Some(test)) => format!("{test} among {} others", red.len() - 1),
        (None, None) => "no test ran".to_owned(),
    };
    GateError::Red { command: run.command.clone(), why, tail: run.output_tail.clone() }
}

/// The best verdict of each executed site, and the sites without one.
fn verdicts(
    sites: Vec<OffloadSite>,
    cells: &[cell::Judged],
    elsewhere: impl Fn(&str) -> Option<String>,
) -> (Vec<SiteVerdict>, Vec<OffloadSite>) {
    let mut executed = Vec::new();
    let mut unguarded = Vec::new();
    for (number, site) in sites.into_iter().enumerate() {
        let own = || cells.iter().filter(|judged| judged.number == number);
        let Some(best) = own().min_by_key(|judged| rank(&judged.cell.verdict)) else {
            match elsewhere(&site.location.path) {
                Some(file) => executed.push(SiteVerdict {
                    verdict: TeethVerdict::Invalid(Invalid::WrongTree),
                    test: String::new(),
                    explanation: explain::wrong_tree(&site.location.path, &file),
                    by: By::Fork,
                    tests: 0,
                    site,
                }),
                None => unguarded.push(site),
            }
            continue;
        };
        executed.push(SiteVerdict {
            site,
            verdict: best.cell.verdict.clone(),
            test: best.cell.test.clone(),
            explanation: best.cell.explanation.clone(),
            by: best.cell.by,
            tests: own().count(),
        });
    }
    (executed, unguarded)
}

/// From the strongest guard to none.
fn rank(verdict: &TeethVerdict) -> u8 {
    match verdict {
        TeethVerdict::Proven => 0,
        TeethVerdict::Flaky { .. } => 1,
        TeethVerdict::Swallowed => 2,
        TeethVerdict::Cached => 3,
        TeethVerdict::Unhooked => 4,
        TeethVerdict::Invalid(_) => 5,
        TeethVerdict::Stubbed => 6,
        TeethVerdict::NotDriven => 7,
    }
}
