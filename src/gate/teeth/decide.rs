//! From the readings of the reverted tree to a verdict.

use std::time::Duration;

use super::explain;
use super::lab::{Ran, watch_of};
use super::reading::{self, Green, Reading, Scope};
use super::target::Target;
use super::{Lab, PreparedRevert, Request};
use crate::gate::GateError;
use crate::model::{Invalid, Location, Selection, TeethReport, TeethVerdict};

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
        (report.verdict, report.explanation) = said(place, &read);
        let target = Target::of(revert, request);
        if let (Reading::Red { .. }, Some(call)) = (&read, target.is_told_by_stack_alone()) {
            report.explanation.push_str(&explain::by_stack_alone(&call.symbol));
        }
        if let (Reading::OtherCall { test, block }, Some(call)) = (&read, &request.call) {
            report.explanation = explain::other_call(call, test, block);
        }
        match read {
            Reading::Red { test, block } => {
                if reds < runs {
                    report.verdict = TeethVerdict::Flaky { red: reds, runs };
                    report.explanation = explain::flaky(reds, runs);
                }
                report.block = Some(block);
                report.red_test = Some(test);
            }
            Reading::Swallowed { block } => report.block = Some(block),
            Reading::Green(Green::Unhooked { primitive } | Green::Permitted { primitive }) => {
                report.primitive = Some(primitive);
            }
            Reading::Green(Green::Stubbed { .. }) => {
                if let Some(alone) = self.red_alone(request, revert, limit, report)? {
                    report.verdict = TeethVerdict::Cached;
                    report.explanation = explain::cached(place, &alone);
                }
            }
            Reading::OtherCall { block, .. } => report.block = Some(block),
            Reading::Failing { .. } | Reading::Green(Green::NotDriven | Green::OffLoop { .. }) => {}
        }
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
            let target = Target::of(revert, request);
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

/// What one reading comes to by itself, and why.
pub(in crate::gate) fn said(place: &Location, read: &Reading) -> (TeethVerdict, String) {
    match read {
        Reading::Red { test, block } => (TeethVerdict::Proven, explain::proven(test, block)),
        Reading::Swallowed { block } => (TeethVerdict::Swallowed, explain::swallowed(place, block)),
        Reading::OtherCall { test, block } => {
            let what = format!("{test} is red of {}", block.primitive);
            let reason = Invalid::UnrelatedFailure;
            (TeethVerdict::Invalid(reason), explain::failing(reason, place, &what))
        }
        Reading::Failing { reason, what } => {
            (TeethVerdict::Invalid(*reason), explain::failing(*reason, place, what))
        }
        Reading::Green(Green::NotDriven) => (TeethVerdict::NotDriven, explain::not_driven(place)),
        Reading::Green(Green::OffLoop { test }) => {
            (TeethVerdict::NotDriven, explain::off_loop(place, test))
        }
        Reading::Green(Green::Unhooked { primitive }) => {
            (TeethVerdict::Unhooked, explain::unhooked(place, primitive))
        }
        Reading::Green(Green::Permitted { primitive }) => {
            (TeethVerdict::Stubbed, explain::permitted(place, primitive))
        }
        Reading::Green(Green::Stubbed { test, replaced }) => {
            (TeethVerdict::Stubbed, explain::stubbed(place, test, replaced.as_ref()))
        }
    }
}
