//! What finds candidates: guard's own scan, a command that stands in for it, or the detector that a
//! procedure of another domain brings.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Map;

use super::domain::{Spoken, speak, variables};
use super::{World, gate_suite};
use crate::engine::Refusal;
use crate::exec::{Command, Ended, ExecError, quote};
use crate::git::Content;
use crate::git::worktree::Worktree;
use crate::journal::State;
use crate::model::Finding;
use crate::scan::cache::Cache;
use crate::scan::{self, Analysis, Options, SourceFile};
use crate::sop::Detector;

/// What finds candidates.
pub(super) enum Detects {
    /// guard's own scan.
    Builtin(Options),
    /// A command of the project's in place of it; guard's own still knows of offloads.
    InPlace(Options, Spoken),
    /// The detector of another domain: what it says is all there is.
    Own(Options, Spoken),
}

impl Detects {
    pub(super) fn of(world: &World, state: &State) -> anyhow::Result<Self> {
        let options = Options::default()
            .cached(Cache::of(world.repository.root()))
            .with_rules(&world.project.rules()?)
            .map_err(|error| Refusal(error.to_string()))?;
        Ok(match (&state.sop.detector, &world.project.detector) {
            (Detector::Builtin, None) => Self::Builtin(options),
            (Detector::Builtin, Some(words)) => {
                let shown = words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
                Self::InPlace(options, Spoken { words: words.clone(), shown })
            }
            (Detector::Command(words), _) => {
                Self::Own(options, speak(words, variables(world, state, None, Map::new()))?)
            }
        })
    }

    /// What guard's own scan is told, whoever else looks.
    pub(super) fn options(&self) -> &Options {
        let (Self::Builtin(options) | Self::InPlace(options, _) | Self::Own(options, _)) = self;
        options
    }

    /// For a person.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Builtin(_) => "guard's own detector".to_owned(),
            Self::InPlace(_, spoken) | Self::Own(_, spoken) => format!("`{}`", spoken.shown),
        }
    }

    /// What it cannot see, where the procedure does not say it.
    pub(super) fn blind_spot(&self) -> Option<String> {
        match self {
            Self::Builtin(_) => Some(scan::BLIND_SPOTS.to_owned()),
            Self::InPlace(..) => {
                Some("What the detector's own documentation says it cannot see.".to_owned())
            }
            Self::Own(..) => None,
        }
    }

    /// The tree that the run judges.
    pub(super) fn head(
        &self,
        world: &World,
        state: &State,
        files: &[SourceFile],
    ) -> anyhow::Result<Analysis> {
        let in_tree = |spoken: &Spoken| match World::content(&state.info) {
            Content::Working => found(world, world.repository.root(), spoken),
            Content::Committed => found(world, gate_suite::tree(world, state)?.path(), spoken),
        };
        Ok(match self {
            Self::Builtin(options) => scan::analyze(files, options),
            Self::InPlace(options, spoken) => {
                scan::analyze(files, options).with_findings(in_tree(spoken)?)
            }
            Self::Own(options, spoken) => scan::analyze(files, options).with_only(in_tree(spoken)?),
        })
    }

    /// The merge base. A command may not work there yet, or not any more: then why.
    pub(super) fn base(
        &self,
        world: &World,
        commit: &str,
        files: &[SourceFile],
    ) -> anyhow::Result<Result<Analysis, String>> {
        let analysis = scan::analyze(files, self.options());
        let (Self::InPlace(_, spoken) | Self::Own(_, spoken)) = self else {
            return Ok(Ok(analysis));
        };
        let tree = Worktree::at(&world.project.root, commit, &world.project.gate.carry)?;
        Ok(match (found(world, tree.path(), spoken), self) {
            (Ok(findings), Self::Own(..)) => Ok(analysis.with_only(findings)),
            (Ok(findings), _) => Ok(analysis.with_findings(findings)),
            (Err(error), _) => {
                // Told to stop is not an answer of the detector's.
                if error.downcast_ref::<Refusal>().is_none() {
                    return Err(error);
                }
                Err(format!(
                    "What is new away from the added lines: `{}` does not work at the merge base, so only lines tell what the change brings.",
                    spoken.shown
                ))
            }
        })
    }
}

/// The two shapes in which detectors print.
#[derive(Deserialize)]
#[serde(untagged)]
enum Printed {
    List(Vec<Finding>),
    Object { findings: Vec<Finding> },
}

/// A command that prints findings in the shape of the reference detector, run in a tree.
fn found(world: &World, tree: &Path, spoken: &Spoken) -> anyhow::Result<Vec<Finding>> {
    let (dir, shown) = (tree.join(&world.project.dir), &spoken.shown);
    let (program, args) = (spoken.words.split_first())
        .ok_or_else(|| Refusal("`detector` in guard.toml names no command".to_owned()))?;
    let output = match Command::new(program).args(args).dir(&dir).run() {
        Ok(output) => output,
        Err(ExecError::Interrupted(interrupted)) => return Err(interrupted.into()),
        Err(error @ (ExecError::NotFound { .. } | ExecError::Io { .. })) => {
            return Err(anyhow::Error::new(error).context(Refusal(format!(
                "could not run the detector `{shown}`; look at `detector` in guard.toml, or in the procedure"
            ))));
        }
    };
    let ended = match output.ended {
        // Like a linter, a detector may exit with 1 because it found something.
        Ended::Exited(0 | 1) => None,
        Ended::Exited(code) => Some(format!("ended with exit code {code}")),
        Ended::Signalled(signal) => Some(format!("was ended by signal {signal}")),
        Ended::TimedOut(limit) => Some(format!("did not end within {} s", limit.as_secs())),
    };
    if let Some(ended) = ended {
        return Err(Refusal(format!(
            "the detector `{shown}` {ended}; run it by hand in `{}`. It said:\n{}",
            dir.display(),
            output.stderr_text().trim_end()
        ))
        .into());
    }
    let printed: Printed = serde_json::from_slice(&output.stdout).with_context(|| {
        Refusal(format!(
            "`{shown}` did not print findings as JSON: a list of objects with priority, location, \
             blocking_call, event_loop_exposure, reason and code"
        ))
    })?;
    let (Printed::List(findings) | Printed::Object { findings }) = printed;
    Ok(findings)
}
