//! The untouched tree: without a green there, nothing that follows says anything.

use std::path::Path;

use super::explain;
use super::reading::{self, Reading, Scope};
use super::{Lab, Request};
use crate::gate::run::run;
use crate::gate::{GateError, Watch};
use crate::git::Content;
use crate::model::{GateRun, Invalid, Selection, TestOutcome};

/// A selection in the untouched tree.
#[derive(Debug, Clone)]
pub(super) enum Baseline {
    /// Green; `note` says what had to be done for it.
    Green { run: GateRun, selection: Selection, note: Option<String> },
    /// Of no use.
    Bad { reason: Invalid, what: String, run: Option<GateRun> },
}

impl Lab<'_> {
    /// The baseline of a selection, run once per lab.
    pub(super) fn baseline(&mut self, request: &Request) -> Result<Baseline, GateError> {
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
        if let Baseline::Bad { reason, what, .. } = &mut baseline
            && [Invalid::BaselineRed, Invalid::CollectionError].contains(reason)
            && self.content == Content::Working
            && self.is_green_at_home(asked)?
        {
            *what = explain::not_relocatable(what);
            *reason = Invalid::NotRelocatable;
        }
        self.baselines.retain(|(selection, _)| selection != asked);
        self.baselines.push((asked.clone(), baseline.clone()));
        Ok(baseline)
    }

    /// Whether the selection is green in the project's own folder.
    fn is_green_at_home(&self, selection: &Selection) -> Result<bool, GateError> {
        match run(self.rig, &self.rig.project.root, selection, &[]) {
            Ok(run) => Ok(run.is_green()),
            Err(GateError::Interrupted(interrupted)) => Err(interrupted.into()),
            Err(_) => Ok(false),
        }
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
            let what = match run.exit_code {
                Some(code) => format!("no test failed, but pytest ended with exit code {code}"),
                None => "no test failed, but a signal ended pytest".to_owned(),
            };
            return bad(Invalid::BaselineRed, what, Some(run));
        }
        Ok(Baseline::Green { run, selection: selection.clone(), note: None })
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
