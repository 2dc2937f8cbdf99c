//! One test against one site: from what its children recorded to a verdict.

use serde::{Deserialize, Serialize};

use super::sites::Inventory;
use crate::gate::evidence::{ForkedCell, State};
use crate::gate::run::Session;
use crate::gate::teeth::Target;
use crate::gate::teeth::explain;
use crate::gate::teeth::reading::{self, Green, Reading, Scope};
use crate::gate::teeth::{PreparedRevert, said};
use crate::gate::{GateError, evidence};
use crate::model::{
    Block, GateRun, Invalid, Location, Operator, PrimitiveRun, Selection, TeethVerdict, TestOutcome,
};

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A forked child in which the offload was turned inline.
    Fork,
    /// A fresh process in whose tree the offload was edited away.
    SourceEdit,
}

/// A test and a site that it executes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The test's node id.
    pub test: String,
    /// The site.
    pub site: Location,
    /// What it comes to.
    pub verdict: TeethVerdict,
    /// Why, and what next.
    pub explanation: String,
    /// What it rests on.
    pub by: By,
    /// What the forks said, where a source edit has had the last word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked: Option<TeethVerdict>,
    /// The block that makes it red.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<Block>,
    /// The primitive that ran unseen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primitive: Option<PrimitiveRun>,
}

/// A cell with the number of its site.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) number: usize,
    pub(super) cell: Cell,
}

/// What one child left.
struct Child {
    read: Reading,
    turned: bool,
    late: bool,
    control: Option<String>,
}

/// Every pair of a green test and a site that it executed on the loop.
pub(super) fn cells(
    session: &Session,
    inventory: &Inventory,
    red: &[String],
) -> Result<Vec<Judged>, GateError> {
    let mut judged = Vec::new();
    for (number, site) in inventory.sites.iter().enumerate() {
        let mut tests: Vec<&String> = (session.run.sites.iter())
            .filter(|ran| (ran.on_loop || site.off_loop) && ran.path == site.location.path)
            .filter(|ran| site.lines.contains(&ran.line))
            .filter_map(|ran| ran.test.as_ref())
            .filter(|test| !red.contains(test))
            .collect();
        tests.sort();
        tests.dedup();
        for test in tests {
            let cell = cell(session, inventory, number, test)?;
            judged.push(Judged { number, cell });
        }
    }
    Ok(judged)
}

fn cell(
    session: &Session,
    inventory: &Inventory,
    number: usize,
    test: &str,
) -> Result<Cell, GateError> {
    let site = &inventory.sites[number];
    let place = &site.location;
    let of = |state: State, number: Option<usize>| -> Result<Vec<Child>, GateError> {
        let cells = session.facts.cells.iter();
        cells
            .filter(|cell| cell.test == test && cell.site == number && cell.state == state)
            .map(|cell| child(session, inventory, cell))
            .collect()
    };
    let warm = of(State::Warm, Some(number))?;
    let control = of(State::Warm, None)?;
    let mut cell = Cell {
        test: test.to_owned(),
        site: place.clone(),
        verdict: TeethVerdict::Invalid(Invalid::NoRevert),
        explanation: explain::not_turned(place, &site.through),
        by: By::Fork,
        forked: None,
        block: None,
        primitive: None,
    };
    if let Some(what) = control.iter().find_map(|child| child.control.as_ref()) {
        cell.verdict = TeethVerdict::Invalid(Invalid::GateBroken);
        cell.explanation = explain::fork_red(test, what);
        return Ok(cell);
    }
    let Some(first) = warm.first() else { return Ok(cell) };
    if first.late {
        cell.verdict = TeethVerdict::Invalid(Invalid::Timeout);
        cell.explanation = explain::child_timeout(place, test);
        return Ok(cell);
    }
    let turned: Vec<&Child> = warm.iter().filter(|child| child.turned).collect();
    let Some(first) = turned.first() else { return Ok(cell) };
    let is_red = |child: &&&Child| matches!(child.read, Reading::Red { .. });
    let reds = turned.iter().filter(is_red).count();
    let shown = turned.iter().find(is_red).unwrap_or(first);
    cell.take(place, &shown.read);
    if reds > 0 && reds < turned.len() {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (red, runs) = (count(reds), count(turned.len()));
        cell.verdict = TeethVerdict::Flaky { red, runs };
        cell.explanation = explain::flaky(red, runs);
    }
    if matches!(shown.read, Reading::Green(Green::Stubbed { .. })) {
        let sound = of(State::Cold, None)?.iter().all(|child| child.control.is_none());
        let cold = of(State::Cold, Some(number))?;
        if let Some(child) = cold.iter().find(|child| matches!(child.read, Reading::Red { .. }))
            && sound
        {
            cell.take(place, &child.read);
            cell.verdict = TeethVerdict::Cached;
            cell.explanation = explain::cached(place, test);
        }
    }
    Ok(cell)
}

impl Cell {
    /// Takes over what a run says.
    pub(super) fn take(&mut self, place: &Location, read: &Reading) {
        (self.verdict, self.explanation) = said(place, read);
        (self.block, self.primitive) = match read {
            Reading::Red { block, .. } | Reading::Swallowed { block } => {
                (Some(block.clone()), None)
            }
            Reading::Green(Green::Unhooked { primitive } | Green::Permitted { primitive }) => {
                (None, Some(primitive.clone()))
            }
            Reading::Failing { .. } | Reading::OtherCall { .. } | Reading::Green(_) => (None, None),
        };
    }
}

fn child(session: &Session, inventory: &Inventory, cell: &ForkedCell) -> Result<Child, GateError> {
    let mut run = GateRun::default();
    let text = session.child(&cell.file)?;
    let facts = evidence::fold(&text, &mut run);
    if !facts.finished && !cell.late {
        run.faults.push(format!("a forked child ended with status {}", cell.status));
    }
    let selection = Selection::Tests(vec![cell.test.clone()]);
    let failed = run.tests.iter().find(|test| test.outcome == TestOutcome::Failed);
    let control = match (failed, run.faults.first()) {
        _ if cell.late => Some("it did not end".to_owned()),
        (Some(test), _) => Some(reading::shown(test)),
        (None, Some(fault)) => Some(fault.clone()),
        (None, None) => None,
    };
    let read = match cell.site.and_then(|number| inventory.sites.get(number)) {
        Some(site) => {
            let revert = PreparedRevert {
                operator: Operator::UnOffload,
                path: site.location.path.clone(),
                source: String::new(),
                lines: vec![site.lines.clone()],
                diff: String::new(),
            };
            let target = Target { revert: &revert, function: &site.location.function, call: None };
            reading::read(&run, &session.run, &target, Scope(&selection))
        }
        None => Reading::Green(Green::NotDriven),
    };
    Ok(Child { read, turned: facts.turned, late: cell.late, control })
}
