//! The isolated tree in which sites are proven one after the other.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::baseline::Baseline;
use super::explain;
use super::reading::{self, Reading, Scope};
use super::target::Target;
use super::{PreparedRevert, Request, unproven};
use crate::gate::Rig;
use crate::gate::run::{run, run_within};
use crate::gate::{GateError, Watch};
use crate::git::Content;
use crate::git::worktree::Worktree;
use crate::model::{GateRun, Invalid, Revert, Selection, TeethReport, TeethVerdict};

/// What a run of the reverted tree gets at least, however short its baseline was.
const FLOOR: Duration = Duration::from_secs(60);
/// How often a baseline's time a run of the reverted tree may take.
const FACTOR: u32 = 5;

/// A worktree, and the baselines that were run in it.
pub struct Lab<'a> {
    pub(in crate::gate) rig: &'a Rig,
    pub(super) content: Content,
    pub(super) worktree: Worktree,
    pub(super) baselines: Vec<(Selection, Baseline)>,
}

/// What became of a run with an edit in place.
pub(in crate::gate) enum Ran {
    /// pytest ran to its end.
    Whole(Box<GateRun>),
    /// pytest would not start with it, for this reason.
    Refused(String),
    /// The limit ended it.
    TimedOut,
}

impl<'a> Lab<'a> {
    /// Makes the worktree.
    ///
    /// # Errors
    /// When git refuses or the contributor's work cannot be copied.
    pub fn open(rig: &'a Rig, content: Content) -> Result<Self, GateError> {
        let worktree = crate::gate::tree(&rig.project, content)?;
        Ok(Self { rig, content, worktree, baselines: Vec::new() })
    }

    /// The tree's root.
    pub fn tree(&self) -> &Path {
        self.worktree.path()
    }

    /// What the tree has beyond `HEAD`, as a hash.
    pub fn changes(&self) -> String {
        self.worktree.changes()
    }

    /// Runs a selection in the tree as it is, and records which watched lines it executes.
    ///
    /// # Errors
    /// When the gate cannot be used.
    pub fn observe(&self, selection: &Selection, watch: &[Watch]) -> Result<GateRun, GateError> {
        run(self.rig, self.tree(), selection, watch)
    }

    /// Writes a file into the tree, there to stay. What was seen without it is forgotten.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn lay(&mut self, path: &str, text: &str) -> Result<(), GateError> {
        self.worktree.write(path, text.as_bytes())?;
        self.baselines.clear();
        Ok(())
    }

    /// Proves one site: baseline, control, reverted, restored.
    ///
    /// # Errors
    /// When the gate cannot be used. A verdict is never an error.
    pub fn prove(&mut self, request: &Request) -> Result<TeethReport, GateError> {
        let mut report = unproven(&request.site);
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
        report.baseline = Some(baseline.clone());
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
            self.reverted(request, revert, &selection, &baseline, limit, &mut report)?;
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

    /// An edit that changes nothing must stay green. False when the verdict is known by it.
    fn control(
        &mut self,
        request: &Request,
        selection: &Selection,
        limit: Duration,
        report: &mut TeethReport,
    ) -> Result<bool, GateError> {
        let Some(text) = &request.control else { return Ok(true) };
        report.control = match self.with_edit(&request.site.path, text, selection, &[], limit)? {
            Ran::Whole(run) => Some(*run),
            Ran::Refused(_) | Ran::TimedOut => None,
        };
        let green = report.control.as_ref().is_some_and(GateRun::is_green);
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
        baseline: &GateRun,
        limit: Duration,
        report: &mut TeethReport,
    ) -> Result<(), GateError> {
        report.reverted = None;
        report.revert = Some(Revert {
            operator: revert.operator,
            site: request.site.clone(),
            diff: revert.diff.clone(),
        });
        let scope = Scope(&request.selection);
        let target = Target::of(revert, request);
        let watch = watch_of(revert);
        let mut readings = Vec::new();
        let mut wanted = request.repeat.max(1);
        loop {
            let ran =
                match self.with_edit(&revert.path, &revert.source, selection, &watch, limit)? {
                    Ran::Whole(run) => *run,
                    Ran::Refused(what) => {
                        let reason = Invalid::CollectionError;
                        report.verdict = TeethVerdict::Invalid(reason);
                        report.explanation = explain::failing(reason, &request.site, &what);
                        return Ok(());
                    }
                    Ran::TimedOut => {
                        report.verdict = TeethVerdict::Invalid(Invalid::Timeout);
                        report.explanation = explain::timeout(limit);
                        return Ok(());
                    }
                };
            if let Some(file) = reading::wrong_file(&ran, self.tree(), &revert.path) {
                report.reverted = Some(ran);
                report.verdict = TeethVerdict::Invalid(Invalid::WrongTree);
                report.explanation = explain::wrong_tree(&revert.path, &file);
                return Ok(());
            }
            let read = reading::read(&ran, baseline, &target, scope);
            if matches!(read, Reading::Green(_)) {
                // A race is red now and then: one green proves little.
                wanted = wanted.max(2);
            }
            // The run that is shown is a red one, where there is one.
            if report.reverted.is_none() || matches!(read, Reading::Red { .. }) {
                report.reverted = Some(ran);
            }
            let decided = matches!(read, Reading::Failing { .. } | Reading::OtherCall { .. });
            readings.push(read);
            if decided || readings.len() >= wanted as usize {
                break;
            }
        }
        self.decide(request, revert, readings, limit, report)
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

    /// One run with a file edited, the file put back whatever happens.
    pub(super) fn with_edit(
        &mut self,
        path: &str,
        text: &str,
        selection: &Selection,
        watch: &[Watch],
        limit: Duration,
    ) -> Result<Ran, GateError> {
        let texts = BTreeMap::from([(path.to_owned(), text.to_owned())]);
        self.with_edits(&texts, selection, watch, limit)
    }

    /// One run with files edited, whole texts by path, all put back whatever happens.
    pub(in crate::gate) fn with_edits(
        &mut self,
        texts: &BTreeMap<String, String>,
        selection: &Selection,
        watch: &[Watch],
        limit: Duration,
    ) -> Result<Ran, GateError> {
        for (path, text) in texts {
            self.worktree.write(path, text.as_bytes())?;
        }
        let ran = run_within(self.rig, self.worktree.path(), selection, watch, limit);
        for path in texts.keys() {
            self.worktree.restore(path)?;
        }
        match ran {
            Ok(run) => Ok(Ran::Whole(Box::new(run))),
            Err(GateError::Limit { .. }) => Ok(Ran::TimedOut),
            // The untouched tree ran: what pytest refuses now is the edit's doing.
            Err(GateError::Usage { tail, .. } | GateError::NoEvidence { tail, .. }) => {
                Ok(Ran::Refused(reading::last_line(&tail).to_owned()))
            }
            Err(other) => Err(other),
        }
    }
}

pub(super) fn watch_of(revert: &PreparedRevert) -> Vec<Watch> {
    let watch = |lines: &std::ops::RangeInclusive<usize>| Watch {
        path: revert.path.clone(),
        lines: lines.clone(),
    };
    revert.lines.iter().map(watch).collect()
}
