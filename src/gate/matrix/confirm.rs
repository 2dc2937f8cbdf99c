//! The last word: source edits in fresh processes, of what the forks left green.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::Ask;
use super::cell::{By, Judged};
use super::edits::{Group, group};
use super::sites::Inventory;
use crate::gate::teeth::reading::{self, Reading, Scope, Target};
use crate::gate::teeth::{Lab, Ran, explain};
use crate::gate::{GateError, Watch};
use crate::model::{GateRun, Invalid, Location, Selection, TeethVerdict, TestOutcome};

/// How many reds are tried again.
const SAMPLE: usize = 3;

/// What source edits said.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Confirmation {
    /// Runs of pytest.
    pub runs: usize,
    /// Wall seconds of them all.
    pub seconds: f64,
    /// Cells that were confirmed, or given another verdict.
    pub cells: usize,
    /// Reds of the forks that were tried again.
    pub sample: usize,
    /// Cells where forks and source edits differ.
    pub differ: Vec<Difference>,
    /// Sites that could not be edited, and why.
    pub refused: Vec<(Location, String)>,
}

/// A cell where forks and source edits differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The test.
    pub test: String,
    /// The site.
    pub site: Location,
    /// What the forks said.
    pub forked: TeethVerdict,
    /// What the source edit said, which counts.
    pub edited: TeethVerdict,
}

struct Run<'a, 'l> {
    lab: &'a mut Lab<'l>,
    ask: &'a Ask,
    inventory: &'a Inventory,
    baseline: &'a GateRun,
    done: Confirmation,
}

/// Confirms every cell that the forks did not prove, and a few of those that they did.
pub(super) fn confirm(
    lab: &mut Lab<'_>,
    ask: &Ask,
    inventory: &Inventory,
    baseline: &GateRun,
    cells: &mut [Judged],
) -> Result<Confirmation, GateError> {
    let start = Instant::now();
    let done = Confirmation::default();
    let mut run = Run { lab, ask, inventory, baseline, done };
    let open: Vec<usize> =
        (0..cells.len()).filter(|&index| is_open(&cells[index].cell.verdict)).collect();
    run.settle(cells, &open)?;
    run.sample(cells)?;
    run.done.seconds = start.elapsed().as_secs_f64();
    Ok(run.done)
}

/// Whether a fresh process may know better.
fn is_open(verdict: &TeethVerdict) -> bool {
    match verdict {
        // A failure that is not the site's stays one, wherever it is run.
        TeethVerdict::Proven | TeethVerdict::Invalid(Invalid::UnrelatedFailure) => false,
        TeethVerdict::NotDriven
        | TeethVerdict::Stubbed
        | TeethVerdict::Unhooked
        | TeethVerdict::Cached
        | TeethVerdict::Swallowed
        | TeethVerdict::Flaky { .. }
        | TeethVerdict::Invalid(_) => true,
    }
}

impl Run<'_, '_> {
    /// Takes the sites of these cells away together; halves them where a test turns red.
    fn settle(&mut self, cells: &mut [Judged], open: &[usize]) -> Result<(), GateError> {
        let numbers: BTreeSet<usize> = open.iter().map(|&index| cells[index].number).collect();
        let numbers: Vec<usize> = numbers.into_iter().collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let group = group(self.inventory, &numbers);
        for (number, why) in &group.refused {
            let place = self.inventory.sites[*number].location.clone();
            if !self.done.refused.iter().any(|(known, _)| *known == place) {
                self.done.refused.push((place, why.clone()));
            }
        }
        if group.reverts.is_empty() {
            return Ok(());
        }
        let ran = self.run(&group, &self.ask.selection.clone())?;
        let mut left = Vec::new();
        for &index in open {
            let judged = &mut cells[index];
            let Some((_, revert)) = group.reverts.iter().find(|(n, _)| *n == judged.number) else {
                continue;
            };
            let alone = group.reverts.len() == 1;
            let scope = Selection::Tests(vec![judged.cell.test.clone()]);
            let place = &self.inventory.sites[judged.number].location;
            let Ok(run) = &ran else {
                match alone {
                    true => self.done.note(judged, None),
                    false => left.push(index),
                }
                continue;
            };
            let failed = run
                .tests
                .iter()
                .any(|test| test.outcome == TestOutcome::Failed && test.id == judged.cell.test);
            if !alone && (failed || !run.collection_errors.is_empty()) {
                left.push(index);
                continue;
            }
            let target = Target { revert, function: &place.function };
            let read = reading::read(run, self.baseline, &target, Scope(&scope));
            self.done.note(judged, Some((place, &read)));
        }
        if left.is_empty() {
            return Ok(());
        }
        // Cells of one site stay together.
        let mut sites: Vec<usize> = left.iter().map(|&index| cells[index].number).collect();
        sites.dedup();
        let middle = sites[sites.len() / 2];
        let (below, above): (Vec<usize>, Vec<usize>) =
            left.into_iter().partition(|&index| cells[index].number < middle);
        self.settle(cells, &below)?;
        self.settle(cells, &above)
    }

    /// A few reds whose tests and sites have nothing to do with each other, in one tree.
    fn sample(&mut self, cells: &mut [Judged]) -> Result<(), GateError> {
        let proven: Vec<usize> = (0..cells.len())
            .filter(|&index| {
                cells[index].cell.by == By::Fork
                    && cells[index].cell.verdict == TeethVerdict::Proven
            })
            .collect();
        let mut chosen: Vec<usize> = Vec::new();
        // From all over the list, the same every time.
        let step = (proven.len() / SAMPLE).max(1);
        for &index in proven.iter().step_by(step).chain(&proven) {
            let (test, number) = (&cells[index].cell.test, cells[index].number);
            let crosses = |test: &str, number: usize| {
                cells.iter().any(|other| other.number == number && other.cell.test == test)
            };
            let apart = chosen.iter().all(|&known| {
                let (other, known) = (&cells[known].cell.test, cells[known].number);
                !crosses(test, known) && !crosses(other, number)
            });
            if apart && chosen.len() < SAMPLE {
                chosen.push(index);
            }
        }
        if chosen.is_empty() {
            return Ok(());
        }
        let numbers: Vec<usize> = chosen.iter().map(|&index| cells[index].number).collect();
        let group = group(self.inventory, &numbers);
        if group.reverts.is_empty() {
            return Ok(());
        }
        let tests = chosen.iter().map(|&index| cells[index].cell.test.clone()).collect();
        let Ok(run) = self.run(&group, &Selection::Tests(tests))? else { return Ok(()) };
        for index in chosen {
            let judged = &mut cells[index];
            let Some((_, revert)) = group.reverts.iter().find(|(n, _)| *n == judged.number) else {
                continue;
            };
            let place = &self.inventory.sites[judged.number].location;
            let scope = Selection::Tests(vec![judged.cell.test.clone()]);
            let target = Target { revert, function: &place.function };
            let read = reading::read(&run, self.baseline, &target, Scope(&scope));
            self.done.sample += 1;
            self.done.note(judged, Some((place, &read)));
        }
        Ok(())
    }

    /// One fresh process on the edited tree; an error says why pytest could not run in it.
    fn run(
        &mut self,
        group: &Group,
        selection: &Selection,
    ) -> Result<Result<Box<GateRun>, ()>, GateError> {
        self.done.runs += 1;
        let watch: Vec<Watch> = (group.reverts.iter())
            .flat_map(|(_, revert)| {
                let path = &revert.path;
                revert.lines.iter().map(|lines| Watch { path: path.clone(), lines: lines.clone() })
            })
            .collect();
        let limit = (Duration::from_millis(self.baseline.millis) * 5)
            .max(Duration::from_secs(60))
            .min(self.lab.rig.project.gate.limit);
        match self.lab.with_edits(&group.texts, selection, &watch, limit)? {
            Ran::Whole(run) => Ok(Ok(run)),
            Ran::Refused(_) | Ran::TimedOut => Ok(Err(())),
        }
    }
}

impl Confirmation {
    /// Gives a cell the source edit's verdict; none when the edited tree did not run.
    fn note(&mut self, judged: &mut Judged, read: Option<(&Location, &Reading)>) {
        self.cells += 1;
        let cell = &mut judged.cell;
        let forked = cell.verdict.clone();
        let Some((place, read)) = read else {
            cell.verdict = TeethVerdict::Invalid(Invalid::Timeout);
            cell.explanation = explain::edited_tree_did_not_run(&cell.site);
            cell.by = By::SourceEdit;
            cell.forked = Some(forked);
            return;
        };
        let explained = cell.explanation.clone();
        cell.take(place, read);
        cell.by = By::SourceEdit;
        if forked == TeethVerdict::Cached && cell.verdict == TeethVerdict::Stubbed {
            // In company both are green; a cold start has told them apart.
            cell.verdict = TeethVerdict::Cached;
            cell.explanation = explained;
        }
        if forked != cell.verdict {
            self.differ.push(Difference {
                test: cell.test.clone(),
                site: cell.site.clone(),
                forked: forked.clone(),
                edited: cell.verdict.clone(),
            });
        }
        cell.forked = Some(forked);
    }
}
