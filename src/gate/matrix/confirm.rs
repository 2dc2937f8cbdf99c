//! The last word: source edits in fresh processes, of what the forks left green.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Ask;
use super::cell::{By, Judged};
use super::edits::{Group, group};
use super::sites::Inventory;
use crate::gate::teeth::reading::{self, Reading, Scope};
use crate::gate::teeth::{Lab, Ran, Target, explain};
use crate::gate::{GateError, Watch};
use crate::model::{GateRun, Invalid, Location, Selection, TeethVerdict, TestOutcome};

/// How many reds are tried again.
const SAMPLE: usize = 3;

/// What source edits said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    let kinds: Vec<Kind> = cells.iter().map(|judged| kind(&judged.cell.verdict)).collect();
    let of = |kind: Kind| -> Vec<usize> {
        (0..kinds.len()).filter(|&index| kinds[index] == kind).collect()
    };
    // Without the offload at a helper's caller the helper does not run.
    let (helpers, green): (Vec<usize>, Vec<usize>) =
        of(Kind::Green).into_iter().partition(|&index| inventory.is_in_helper(cells[index].number));
    let mut left = run.together(cells, &green)?;
    left.extend(run.together(cells, &helpers)?);
    left.extend(of(Kind::Red));
    left.sort_unstable();
    run.apart(cells, &left)?;
    run.sample(cells)?;
    run.done.seconds = start.elapsed().as_secs_f64();
    Ok(run.done)
}

/// How a cell is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Not at all, save as one of the sample.
    Proven,
    /// Together with all others of which no red is expected.
    Green,
    /// Where no other site can be the reason.
    Red,
}

fn kind(verdict: &TeethVerdict) -> Kind {
    match verdict {
        TeethVerdict::Proven => Kind::Proven,
        TeethVerdict::NotDriven
        | TeethVerdict::Stubbed
        | TeethVerdict::Unhooked
        | TeethVerdict::Swallowed
        | TeethVerdict::Invalid(Invalid::NoRevert) => Kind::Green,
        TeethVerdict::Cached | TeethVerdict::Flaky { .. } | TeethVerdict::Invalid(_) => Kind::Red,
    }
}

impl Run<'_, '_> {
    /// Takes the sites of these cells away together. Gives back the cells that this says nothing
    /// of: their test failed, and which site is the reason is not known.
    fn together(&mut self, cells: &mut [Judged], open: &[usize]) -> Result<Vec<usize>, GateError> {
        let Some(group) = self.group(cells, open) else { return Ok(Vec::new()) };
        let runs = self.times(self.ask.repeat, &group)?;
        if runs.iter().any(Option::is_none) {
            return Ok(open.to_vec());
        }
        let mut left = Vec::new();
        for &index in open {
            let test = &cells[index].cell.test;
            let has_passed = |run: &GateRun| {
                run.tests.iter().any(|run| run.id == *test && run.outcome != TestOutcome::Failed)
            };
            match runs.iter().flatten().all(|run| has_passed(run)) {
                true => self.note(&mut cells[index], &group, runs[0].as_deref()),
                false => left.push(index),
            }
        }
        Ok(left)
    }

    /// Takes the sites of these cells away so that no test executes two of them: what turns red
    /// then is that one site's doing.
    fn apart(&mut self, cells: &mut [Judged], open: &[usize]) -> Result<(), GateError> {
        for class in classes(cells, open) {
            let Some(group) = self.group(cells, &class) else { continue };
            let mut runs = self.times(self.ask.repeat, &group)?;
            let mut unsure = Vec::new();
            for &index in &class {
                let judged = &mut cells[index];
                let forked = judged.cell.verdict.clone();
                self.note(judged, &group, runs[0].as_deref());
                let surprises = judged.cell.verdict == TeethVerdict::Proven;
                if (surprises || self.ask.repeat > 1) && forked != TeethVerdict::Cached {
                    unsure.push(index);
                }
            }
            if unsure.is_empty() {
                continue;
            }
            if runs.len() < 2 {
                // Green in a fork and red here may be a race.
                runs.extend(self.times(1, &group)?);
            }
            for index in unsure {
                let is_red = |run: &&GateRun| {
                    matches!(self.read(&cells[index], &group, run), Some(Reading::Red { .. }))
                };
                let reds = runs.iter().flatten().map(|run| &**run).filter(is_red).count();
                if reds > 0 && reds < runs.len() {
                    let cell = &mut cells[index].cell;
                    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                    let (red, runs) = (count(reds), count(runs.len()));
                    cell.verdict = TeethVerdict::Flaky { red, runs };
                    cell.explanation = explain::flaky(red, runs);
                }
            }
        }
        Ok(())
    }

    /// So many runs of the selection on the edited tree.
    fn times(
        &mut self,
        repeat: u32,
        group: &Group,
    ) -> Result<Vec<Option<Box<GateRun>>>, GateError> {
        let selection = self.ask.selection.clone();
        (0..repeat.max(1)).map(|_| self.run(group, &selection)).collect()
    }

    /// A few reds whose tests and sites have nothing to do with each other, in one tree.
    fn sample(&mut self, cells: &mut [Judged]) -> Result<(), GateError> {
        let proven: Vec<usize> = (0..cells.len())
            .filter(|&index| {
                cells[index].cell.by == By::Fork
                    && cells[index].cell.verdict == TeethVerdict::Proven
            })
            .collect();
        // From all over the list, the same every time.
        let step = (proven.len() / SAMPLE).max(1);
        let spread: Vec<usize> = proven.iter().step_by(step).chain(&proven).copied().collect();
        let Some(chosen) = classes(cells, &spread).into_iter().next() else { return Ok(()) };
        let chosen = &chosen[..chosen.len().min(SAMPLE)];
        let Some(group) = self.group(cells, chosen) else { return Ok(()) };
        let tests = chosen.iter().map(|&index| cells[index].cell.test.clone()).collect();
        let Some(ran) = self.run(&group, &Selection::Tests(tests))? else { return Ok(()) };
        for &index in chosen {
            self.done.sample += 1;
            self.note(&mut cells[index], &group, Some(&ran));
        }
        Ok(())
    }

    /// The edits for the sites of these cells; none when nothing can be edited.
    fn group(&mut self, cells: &[Judged], open: &[usize]) -> Option<Group> {
        let numbers: BTreeSet<usize> = open.iter().map(|&index| cells[index].number).collect();
        let group = group(self.inventory, &numbers.into_iter().collect::<Vec<_>>());
        for (number, why) in &group.refused {
            let place = self.inventory.sites[*number].location.clone();
            if !self.done.refused.iter().any(|(known, _)| *known == place) {
                self.done.refused.push((place, why.clone()));
            }
        }
        (!group.reverts.is_empty()).then_some(group)
    }

    /// What a run of the edited tree says about a cell; none when its site was not edited.
    fn read(&self, judged: &Judged, group: &Group, run: &GateRun) -> Option<Reading> {
        let (_, revert) = group.reverts.iter().find(|(number, _)| *number == judged.number)?;
        let target = Target { revert, function: &judged.cell.site.function, call: None };
        let scope = Selection::Tests(vec![judged.cell.test.clone()]);
        Some(reading::read(run, self.baseline, &target, Scope(&scope)))
    }

    /// Gives a cell the source edit's verdict.
    fn note(&mut self, judged: &mut Judged, group: &Group, run: Option<&GateRun>) {
        let read = run.map(|run| self.read(judged, group, run));
        let cell = &mut judged.cell;
        let forked = cell.verdict.clone();
        let explained = cell.explanation.clone();
        let place = cell.site.clone();
        match read {
            Some(Some(read)) => cell.take(&place, &read),
            // It could not be edited: what the forks said stands.
            Some(None) => return,
            None => {
                cell.verdict = TeethVerdict::Invalid(Invalid::Timeout);
                cell.explanation = explain::edited_tree_did_not_run(&place);
            }
        }
        self.done.cells += 1;
        cell.by = By::SourceEdit;
        if cell.verdict == TeethVerdict::Stubbed {
            if forked == TeethVerdict::Cached {
                // In company both are green; a cold start has told them apart.
                cell.verdict = TeethVerdict::Cached;
                cell.explanation = explained;
            } else if forked == TeethVerdict::Invalid(Invalid::NoRevert) {
                // Nothing to turn and nothing that blocked: the call on the line was not made.
                cell.verdict = TeethVerdict::NotDriven;
                cell.explanation = explain::call_not_made(&place, &cell.test);
            }
        }
        let known = forked == TeethVerdict::Invalid(Invalid::NoRevert);
        if forked != cell.verdict && !known {
            self.done.differ.push(Difference {
                test: cell.test.clone(),
                site: place,
                forked: forked.clone(),
                edited: cell.verdict.clone(),
            });
        }
        cell.forked = Some(forked);
    }

    /// One fresh process on the edited tree; none when pytest could not run in it to its end.
    fn run(
        &mut self,
        group: &Group,
        selection: &Selection,
    ) -> Result<Option<Box<GateRun>>, GateError> {
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
            Ran::Whole(run) => Ok(Some(run)),
            Ran::Refused(_) | Ran::TimedOut => Ok(None),
        }
    }
}

/// Splits cells so that within a class no test executes two of its sites.
fn classes(cells: &[Judged], open: &[usize]) -> Vec<Vec<usize>> {
    let tests_of = |number: usize| -> BTreeSet<&str> {
        let own = cells.iter().filter(|judged| judged.number == number);
        own.map(|judged| judged.cell.test.as_str()).collect()
    };
    let mut classes: Vec<(BTreeSet<usize>, BTreeSet<&str>, Vec<usize>)> = Vec::new();
    for &index in open {
        let number = cells[index].number;
        if let Some((_, _, known)) =
            classes.iter_mut().find(|(numbers, ..)| numbers.contains(&number))
        {
            if !known.contains(&index) {
                known.push(index);
            }
            continue;
        }
        let tests = tests_of(number);
        match classes.iter_mut().find(|(_, taken, _)| taken.is_disjoint(&tests)) {
            Some((numbers, taken, known)) => {
                numbers.insert(number);
                taken.extend(tests);
                known.push(index);
            }
            None => classes.push((BTreeSet::from([number]), tests, vec![index])),
        }
    }
    classes.into_iter().map(|(_, _, class)| class).collect()
}
