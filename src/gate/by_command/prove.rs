//! Teeth of a gate that is only a command: quiet about the site, loud with the bad pattern back,
//! quiet again. It may speak of other places all the while: each place is a test of its own.

use super::CommandGate;
use crate::gate::GateError;
use crate::gate::teeth::{PreparedRevert, Request, unproven};
use crate::git::worktree::Worktree;
use crate::model::{Block, GateRun, Invalid, Location, Revert, TeethReport, TeethVerdict};

/// One green proves little.
const GREENS: usize = 2;

/// What is looked for in a run.
struct Place<'a> {
    site: &'a Location,
    /// What is called there, dotted.
    symbol: &'a str,
    /// The lines that count; none: all of the function.
    revert: Option<&'a PreparedRevert>,
}

impl CommandGate {
    /// Proves one site in a tree of its own. `symbol` is what is called there.
    ///
    /// # Errors
    /// When the gate cannot be run. A verdict is never an error.
    pub fn prove(
        &self,
        worktree: &mut Worktree,
        request: &Request,
        symbol: &str,
    ) -> Result<TeethReport, GateError> {
        let mut report = unproven(&request.site);
        if request.reverts.is_empty() {
            return Ok(report);
        }
        let quiet = Place { site: &request.site, symbol, revert: None };
        let baseline = self.run(worktree.path())?;
        let unusable = quiet.unusable(&baseline);
        report.baseline = Some(baseline.clone());
        if let Some(what) = unusable {
            report.verdict = TeethVerdict::Invalid(Invalid::BaselineRed);
            report.explanation = format!("Before anything was touched, {what}: cure that first.");
            return Ok(report);
        }
        if let Some(text) = &request.control {
            let control = self.with(worktree, &request.site.path, text)?;
            let is_quiet = quiet.unusable(&control).is_none();
            report.control = Some(control);
            if !is_quiet {
                report.verdict = TeethVerdict::Invalid(Invalid::GateBroken);
                report.explanation = format!(
                    "An edit of {} that changes nothing turned the gate red: its reds say nothing.",
                    request.site.path
                );
                return Ok(report);
            }
        }
        for revert in &request.reverts {
            if worktree.original(&revert.path)? == revert.source.as_bytes() {
                continue;
            }
            self.reverted(worktree, revert, &quiet, &baseline, &mut report)?;
            break;
        }
        if report.verdict == TeethVerdict::Proven {
            let restored = self.run(worktree.path())?;
            if quiet.unusable(&restored).is_some() {
                report.verdict = TeethVerdict::Invalid(Invalid::GateBroken);
                report.explanation =
                    "The gate stayed red after the revert was taken back.".to_owned();
            }
            report.restored = Some(restored);
        }
        Ok(report)
    }

    fn reverted(
        &self,
        worktree: &mut Worktree,
        revert: &PreparedRevert,
        quiet: &Place<'_>,
        baseline: &GateRun,
        report: &mut TeethReport,
    ) -> Result<(), GateError> {
        report.revert = Some(Revert {
            operator: revert.operator,
            site: quiet.site.clone(),
            diff: revert.diff.clone(),
        });
        let place = Place { revert: Some(revert), ..*quiet };
        for _ in 0..GREENS {
            let run = self.with(worktree, &revert.path, &revert.source)?;
            let named = run.blocks.iter().find(|block| place.is_named_by(block)).cloned();
            let failed = run.exit_code != Some(0);
            // Places that were named before are no answer to the revert.
            let other = (run.blocks.iter()).find(|block| !baseline.blocks.contains(block));
            let spoken = other.map(ToString::to_string);
            report.reverted = Some(run);
            let at = format!("{}:{} ({})", quiet.site.path, quiet.site.line, quiet.site.function);
            let command = &self.shown;
            (report.verdict, report.explanation) = match (named, failed) {
                (Some(block), true) => {
                    let line = block.to_string();
                    report.red_test = Some(command.clone());
                    report.block = Some(block);
                    let text = format!(
                        "With the bad pattern back `{command}` is red and names {line}; without it, it does not."
                    );
                    (TeethVerdict::Proven, text)
                }
                (Some(block), false) => {
                    let text = format!(
                        "With the bad pattern back `{command}` names {} and exits with 0 all the same: whoever reads its exit code passes.",
                        block
                    );
                    report.block = Some(block);
                    (TeethVerdict::Swallowed, text)
                }
                (None, true) if baseline.exit_code == Some(0) || spoken.is_some() => {
                    let what = spoken.map_or_else(
                        || "names no place".to_owned(),
                        |line| format!("names {line}"),
                    );
                    let text = format!(
                        "With the bad pattern back at {at} `{command}` is red, but it {what}: that is no red because of this site."
                    );
                    (TeethVerdict::Invalid(Invalid::UnrelatedFailure), text)
                }
                (None, _) => {
                    let text = format!(
                        "With the bad pattern back `{command}` says nothing of {at}: it does not look there, or not for this."
                    );
                    (TeethVerdict::NotDriven, text)
                }
            };
            if report.verdict != TeethVerdict::NotDriven {
                break;
            }
        }
        Ok(())
    }

    /// One run with a file edited, the file put back whatever happens.
    fn with(&self, worktree: &mut Worktree, path: &str, text: &str) -> Result<GateRun, GateError> {
        worktree.write(path, text.as_bytes())?;
        let run = self.run(worktree.path());
        worktree.restore(path)?;
        run
    }
}

impl Place<'_> {
    /// Why a run in which the site is in order cannot be built on.
    fn unusable(&self, run: &GateRun) -> Option<String> {
        if let Some(block) = run.blocks.iter().find(|block| self.is_named_by(block)) {
            return Some(format!("the gate names {} already", block));
        }
        let code = run.exit_code.filter(|code| *code != 0)?;
        run.blocks
            .is_empty()
            .then(|| format!("`{}` ended with exit code {code} and named no place", run.command))
    }

    fn is_named_by(&self, block: &Block) -> bool {
        block.stack.iter().any(|frame| {
            let in_lines = self.revert.is_none_or(|revert| {
                frame.line == 0
                    || revert.lines.is_empty()
                    || revert.lines.iter().any(|lines| lines.contains(&frame.line))
            });
            frame.path == self.site.path
                && is_same(&frame.function, &self.site.function)
                && is_call_of(block, self.symbol)
                && in_lines
        })
    }
}

/// Whether a block is about a call, as far as its gate says what is called.
pub(super) fn is_call_of(block: &Block, symbol: &str) -> bool {
    block.primitive.is_empty() || is_same(&block.primitive, symbol)
}

/// Whether a name that a gate prints is this dotted one: whole, or as far as it goes from the right.
pub(super) fn is_same(printed: &str, dotted: &str) -> bool {
    dotted.strip_suffix(printed).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
