//! From the readings of the reverted tree to a verdict.

use std::time::Duration;

use super::explain;
use super::lab::{Ran, watch_of};
use super::reading::{self, Green, Reading, Scope, Target};
use super::{Lab, PreparedRevert, Request};
use crate::gate::GateError;
use crate::model::{Selection, TeethReport, TeethVerdict};

/// How many tests are run alone to tell `cached` from `stubbed`.
const ALONE: usize = 5;

impl Lab<'_> {
    /// Fills in the verdict that a series of runs comes to.
    pub(super) fn decide(
        &mut self,
        request: &Request,
        revert: &PreparedRevert,
        readings: Vec<Reading>,
        limit: Duration,
        report: &mut TeethReport,
    ) -> Result<(), GateError> {
        let runs = u32::try_from(readings.len()).unwrap_or(u32::MAX);
        let reds = readings.iter().filter(|read| matches!(read, Reading::Red { .. })).count();
        let reds = u32::try_from(reds).unwrap_or(u32::MAX);
        let red = readings.iter().find(|read| matches!(read, Reading::Red { .. }));
        // Without a red the last reading speaks: it is the one that ended the series.
        let Some(read) = red.or(readings.last()).cloned() else { return Ok(()) };
        let place = &request.site;
        (report.verdict, report.explanation) = match read {
            Reading::Red { test, block } => {
                let said = if reds == runs {
                    (TeethVerdict::Proven, explain::proven(&test, &block))
                } else {
                    let verdict = TeethVerdict::Flaky { red: reds, runs };
                    (verdict, explain::flaky(reds, runs))
                };
                report.block = Some(block);
                report.red_test = Some(test);
                said
            }
            Reading::Swallowed { block } => {
                let said = explain::swallowed(place, &block);
                report.block = Some(block);
                (TeethVerdict::Swallowed, said)
            }
            Reading::Failing { reason, what } => {
                (TeethVerdict::Invalid(reason), explain::failing(reason, place, &what))
            }
            Reading::Green(Green::NotDriven) => {
                (TeethVerdict::NotDriven, explain::not_driven(place))
            }
            Reading::Green(Green::OffLoop { test }) => {
                (TeethVerdict::NotDriven, explain::off_loop(place, &test))
            }
            Reading::Green(Green::Unhooked { primitive }) => {
                let said = explain::unhooked(place, &primitive);
                report.primitive = Some(primitive);
                (TeethVerdict::Unhooked, said)
            }
            Reading::Green(Green::Permitted { primitive }) => {
                let said = explain::permitted(place, &primitive);
                report.primitive = Some(primitive);
                (TeethVerdict::Stubbed, said)
            }
            Reading::Green(Green::Stubbed { test }) => {
                match self.red_alone(request, revert, limit, report)? {
                    Some(alone) => (TeethVerdict::Cached, explain::cached(place, &alone)),
                    None => (TeethVerdict::Stubbed, explain::stubbed(place, &test)),
                }
            }
        };
        Ok(())
    }

    /// A test that ran the site in company, and is red in a process of its own.
    fn red_alone(
        &mut self,
        request: &Request,
        revert: &PreparedRevert,
        limit: Duration,
        report: &mut TeethReport,
    ) -> Result<Option<String>, GateError> {
        let Some(together) = report.reverted.clone() else { return Ok(None) };
        if together.tests.len() < 2 {
            return Ok(None);
        }
        let scope = Scope(&request.selection);
        let mut drivers: Vec<String> = together
            .sites
            .iter()
            .filter(|site| site.path == revert.path)
            .filter_map(|site| site.test.clone())
            .filter(|test| scope.has(test))
            .collect();
        drivers.dedup();
        for test in drivers.into_iter().take(ALONE) {
            let alone = Selection::Tests(vec![test.clone()]);
            let watch = watch_of(revert);
            let Ran::Whole(ran) =
                self.with_edit(&revert.path, &revert.source, &alone, &watch, limit)?
            else {
                continue;
            };
            let untouched = self.observe(&alone, &[])?;
            let target = Target { revert, function: &request.function };
            let read = reading::read(&ran, &untouched, &target, Scope(&alone));
            if let Reading::Red { block, .. } = read
                && untouched.is_green()
            {
                report.reverted = Some(*ran);
                report.block = Some(block);
                return Ok(Some(test));
            }
        }
        Ok(None)
    }
}
