//! The isolated tree in which sites are proven one after the other.

use std::path::Path;
use std::time::Duration;

use super::explain;
use super::reading::{self, Green, Reading, Scope};
use super::{PreparedRevert, Request};
use crate::gate::Rig;
use crate::gate::run::{run, run_within};
use crate::gate::{GateError, Watch};
use crate::git::Content;
use crate::git::worktree::Worktree;
use crate::model::{GateRun, Invalid, Revert, Selection, TeethReport, TeethVerdict, TestOutcome};

/// What a run of the reverted tree gets at least, however short its baseline was.
const FLOOR: Duration = Duration::from_secs(60);
/// How often a baseline's time a run of the reverted tree may take.
const FACTOR: u32 = 5;
/// How many tests are run alone to tell `cached` from `stubbed`.
const ALONE: usize = 5;

/// A worktree, and the baselines that were run in it.
pub struct Lab<'a> {
    rig: &'a Rig,
    worktree: Worktree,
    baselines: Vec<(Selection, Baseline)>,
}

/// A selection in the untouched tree.
#[derive(Debug, Clone)]
enum Baseline {
    /// Green; `note` says what had to be done for it.
    Green { run: GateRun, selection: Selection, note: Option<String> },
    /// Of no use.
    Bad { reason: Invalid, what: String, run: Option<GateRun> },
}

impl<'a> Lab<'a> {
    /// Makes the worktree.
    ///
    /// # Errors
    /// When git refuses or the contributor's work cannot be copied.
    pub fn open(rig: &'a Rig, content: Content) -> Result<Self, GateError> {
        let worktree = Worktree::create(&rig.project.root, content, &rig.project.gate.carry)?;
        Ok(Self { rig, worktree, baselines: Vec::new() })
    }

    /// The tree's root.
    pub fn tree(&self) -> &Path {
        self.worktree.path()
    }

    /// Runs a selection in the tree as it is, and records which watched lines it executes.
    ///
    /// # Errors
    /// When the gate cannot be used.
    pub fn observe(&self, selection: &Selection, watch: &[Watch]) -> Result<GateRun, GateError> {
        run(self.rig, self.tree(), selection, watch)
    }

    /// Proves one site: baseline, control, reverted, restored.
    ///
    /// # Errors
    /// When the gate cannot be used. A verdict is never an error.
    pub fn prove(&mut self, request: &Request) -> Result<TeethReport, GateError> {
        let mut report = TeethReport {
            verdict: TeethVerdict::Invalid(Invalid::NoRevert),
            explanation: explain::no_revert(&request.site),
            site: request.site.clone(),
            revert: None,
            baseline: None,
            control: None,
            reverted: None,
            restored: None,
            block: None,
            primitive: None,
            red_test: None,
        };
        if request.reverts.is_empty() {
            return Ok(report);
        }
        let (baseline, selection, note) = match self.baseline(request)? {
            Baseline::Green { run, selection, note } => (run, selection, note),
            Baseline::Bad { reason, what, run } => {
                report.baseline = run;
                report.verdict = TeethVerdict::Invalid(reason);
                report.explanation = explain::baseline(reason, &what);
                return Ok(report);
            }
        };
        let limit = (Duration::from_millis(baseline.millis) * FACTOR)
            .max(FLOOR)
            .min(self.rig.project.gate.limit);
        let wrong = reading::wrong_file(&baseline, self.tree(), &request.site.path);
        report.baseline = Some(baseline);
        if let Some(file) = wrong {
            report.verdict = TeethVerdict::Invalid(Invalid::WrongTree);
            report.explanation = explain::wrong_tree(&request.site.path, &file);
            return Ok(report);
        }
        if !self.control(request, &selection, limit, &mut report)? {
            return Ok(report);
        }
        for revert in &request.reverts {
            let unchanged = self.worktree.original(&revert.path)? == revert.source.as_bytes();
            if unchanged {
                continue;
            }
            self.reverted(request, revert, &selection, limit, &mut report)?;
            if report.verdict != TeethVerdict::Invalid(Invalid::ImportError) {
                break;
            }
        }
        self.finish(request, &selection, limit, &mut report)?;
        if let Some(note) = note {
            report.explanation = format!("{} {note}", report.explanation);
        }
        Ok(report)
    }

    /// The baseline of a selection, run once per lab.
    fn baseline(&mut self, request: &Request) -> Result<Baseline, GateError> {
        let asked = &request.selection;
        if let Some((_, known)) = self.baselines.iter().find(|(selection, _)| selection == asked)
            && known.knows(&request.site.path)
        {
            return Ok(known.clone());
        }
        let mut baseline = self.run_baseline(asked, asked, request)?;
        if let (Selection::Tests(_), Baseline::Bad { reason: Invalid::BaselineRed, what, .. }) =
            (asked, &baseline)
        {
            let alone = what.clone();
            baseline = self.run_baseline(&Selection::Suite, asked, request)?;
            if let Baseline::Green { note, .. } = &mut baseline {
                *note = Some(explain::red_alone(&alone));
            }
        }
        self.baselines.retain(|(selection, _)| selection != asked);
        self.baselines.push((asked.clone(), baseline.clone()));
        Ok(baseline)
    }

    fn run_baseline(
        &self,
        selection: &Selection,
        asked: &Selection,
        request: &Request,
    ) -> Result<Baseline, GateError> {
        let watch = [Watch {
            path: request.site.path.clone(),
            lines: request.site.line..=request.site.line,
        }];
        let bad = |reason, what: String, run| Ok(Baseline::Bad { reason, what, run });
        let run = match self.observe(selection, &watch) {
            Ok(run) => run,
            Err(GateError::Limit { limit, .. }) => {
                let what = format!("it did not end within {} s", limit.as_secs());
                return bad(Invalid::Timeout, what, None);
            }
            Err(other) => return Err(other),
        };
        let failed: Vec<_> =
            run.tests.iter().filter(|test| test.outcome == TestOutcome::Failed).collect();
        if let Some(test) = failed.first() {
            let what = reading::shown(test);
            return bad(Invalid::BaselineRed, what, Some(run));
        }
        if let Some(Reading::Failing { reason, what }) =
            reading::unusable(&run, &failed, &request.site.path, Scope(asked))
        {
            // Nothing was edited yet: whatever cannot be imported is the selection's own.
            let reason = match reason {
                Invalid::ImportError => Invalid::CollectionError,
                other => other,
            };
            return bad(reason, what, Some(run));
        }
        if !run.is_green() {
            let what = format!("pytest ended with {:?}", run.exit_code);
            return bad(Invalid::BaselineRed, what, Some(run));
        }
        Ok(Baseline::Green { run, selection: selection.clone(), note: None })
    }

    /// An edit that changes nothing must stay green. False when the verdict is known by it.
    fn control(
        &mut self,
        request: &Request,
        selection: &Selection,
        limit: Duration,
        report: &mut TeethReport,
    ) -> Result<bool, GateError> {
        let Some(text) = &request.control else { return Ok(true) };
        let ran = self.with_edit(&request.site.path, text, selection, &[], limit)?;
        let green = ran.as_ref().is_some_and(GateRun::is_green);
        report.control = ran;
        if !green {
            report.verdict = TeethVerdict::Invalid(Invalid::GateBroken);
            report.explanation = explain::control_red(&request.site.path);
        }
        Ok(green)
    }

    /// Applies one revert, runs it as often as it takes, and fills in the verdict.
    fn reverted(
        &mut self,
        request: &Request,
        revert: &PreparedRevert,
        selection: &Selection,
        limit: Duration,
        report: &mut TeethReport,
    ) -> Result<(), GateError> {
        report.revert = Some(Revert {
            operator: revert.operator,
            site: request.site.clone(),
            diff: revert.diff.clone(),
        });
        let scope = Scope(&request.selection);
        let watch = watch_of(revert);
        let mut readings = Vec::new();
        let mut wanted = request.repeat.max(1);
        loop {
            let Some(ran) =
                self.with_edit(&revert.path, &revert.source, selection, &watch, limit)?
            else {
                report.verdict = TeethVerdict::Invalid(Invalid::Timeout);
                report.explanation = explain::timeout(limit);
                return Ok(());
            };
            if let Some(file) = reading::wrong_file(&ran, self.tree(), &revert.path) {
                report.reverted = Some(ran);
                report.verdict = TeethVerdict::Invalid(Invalid::WrongTree);
                report.explanation = explain::wrong_tree(&revert.path, &file);
                return Ok(());
            }
            let read = reading::read(&ran, revert, &request.function, scope);
            if matches!(read, Reading::Green(_)) {
                // A race is red now and then: one green proves little.
                wanted = wanted.max(2);
            }
            // The run that is shown is a red one, where there is one.
            if report.reverted.is_none() || matches!(read, Reading::Red { .. }) {
                report.reverted = Some(ran);
            }
            let decided = matches!(read, Reading::Failing { .. });
            readings.push(read);
            if decided || readings.len() >= wanted as usize {
                break;
            }
        }
        self.decide(request, revert, readings, limit, report)
    }

    fn decide(
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
                    (TeethVerdict::Proven, explain::proven(place, &test, &block))
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
            let Some(ran) = self.with_edit(&revert.path, &revert.source, &alone, &watch, limit)?
            else {
                continue;
            };
            let read = reading::read(&ran, revert, &request.function, Scope(&alone));
            if let Reading::Red { block, .. } = read
                && self.observe(&alone, &[])?.is_green()
            {
                report.reverted = Some(ran);
                report.block = Some(block);
                return Ok(Some(test));
            }
        }
        Ok(None)
    }

    /// Green again with the bytes that were there, where red was seen.
    fn finish(
        &mut self,
        request: &Request,
        selection: &Selection,
        limit: Duration,
        report: &mut TeethReport,
    ) -> Result<(), GateError> {
        let changed = self.worktree.changed()?;
        if let Some(path) = request.reverts.iter().map(|r| &r.path).find(|p| changed.contains(p)) {
            report.verdict = TeethVerdict::Invalid(Invalid::GateBroken);
            report.explanation = explain::not_restored(path);
            return Ok(());
        }
        if matches!(report.verdict, TeethVerdict::Proven) {
            let restored = match run_within(self.rig, self.tree(), selection, &[], limit) {
                Ok(run) => Some(run),
                Err(GateError::Limit { .. }) => None,
                Err(other) => return Err(other),
            };
            if !restored.as_ref().is_some_and(GateRun::is_green) {
                report.verdict = TeethVerdict::Invalid(Invalid::GateBroken);
                report.explanation = explain::restored_red();
            }
            report.restored = restored;
        }
        Ok(())
    }

    /// One run with a file edited, the file put back whatever happens. None when the limit ended it.
    fn with_edit(
        &mut self,
        path: &str,
        text: &str,
        selection: &Selection,
        watch: &[Watch],
        limit: Duration,
    ) -> Result<Option<GateRun>, GateError> {
        self.worktree.write(path, text.as_bytes())?;
        let ran = run_within(self.rig, self.worktree.path(), selection, watch, limit);
        self.worktree.restore(path)?;
        match ran {
            Ok(run) => Ok(Some(run)),
            Err(GateError::Limit { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

impl Baseline {
    /// Whether it was recorded where this file comes from.
    fn knows(&self, path: &str) -> bool {
        match self {
            Self::Green { run, .. } => {
                run.imports.iter().any(|import| Path::new(&import.file).ends_with(path))
            }
            Self::Bad { .. } => true,
        }
    }
}

fn watch_of(revert: &PreparedRevert) -> Vec<Watch> {
    let watch = |lines: &std::ops::RangeInclusive<usize>| Watch {
        path: revert.path.clone(),
        lines: lines.clone(),
    };
    revert.lines.iter().map(watch).collect()
}
