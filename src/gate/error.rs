//! Why nothing can be said by running the gate: the gate itself cannot be used.

use std::io;
use std::time::Duration;

use crate::exec::{ExecError, Interrupted};
use crate::git::worktree::WorktreeError;

/// The gate cannot be used (exit code 4), or guard was told to stop.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// There is no such interpreter.
    #[error(
        "the gate needs Python: `{python}` (from {from}) does not run. Name another with `--python`, \
         or make an environment with `python3 -m venv .venv`"
    )]
    NoPython {
        /// As it was looked for.
        python: String,
        /// Where the name comes from.
        from: String,
        /// What the system said.
        #[source]
        source: Box<ExecError>,
    },
    /// The interpreter cannot import a package that the gate is made of.
    #[error("the gate needs {package}, which `{python}` cannot import. Install it: {install}")]
    NoPackage {
        /// `pytest` or `blockbuster`.
        package: String,
        /// The interpreter.
        python: String,
        /// The command that installs it.
        install: String,
    },
    /// The project has no gate.
    #[error(
        "there is no gate in `{folder}` (no conftest.py). Put one there with `guard init`, or name the \
         folder of the one there is with `anchors` in guard.toml"
    )]
    NoGate {
        /// Where it was looked for, relative to the root.
        folder: String,
    },
    /// The suite is red before anything was touched.
    #[error(
        "the gate is red before anything was touched: `{command}`, {why}. Make it green first; its \
         last lines:\n{tail}"
    )]
    Red {
        /// As a person would type it.
        command: String,
        /// Which tests, or what keeps them from being collected.
        why: String,
        /// The end of its output.
        tail: String,
    },
    /// The limit ended the run, and its whole process group with it.
    #[error(
        "the gate did not end within {} s and was stopped, with everything it had started: `{command}`. \
         Raise `gate.limit`, or find what hangs; its last lines:\n{tail}",
        limit.as_secs()
    )]
    Limit {
        /// As a person would type it.
        command: String,
        /// What it had.
        limit: Duration,
        /// The end of its output.
        tail: String,
    },
    /// pytest refused the command line.
    #[error(
        "pytest could not run `{command}` (exit code 4, usage). Look at the gate's command and at the \
         names of the tests; it said:\n{tail}"
    )]
    Usage {
        /// As a person would type it.
        command: String,
        /// The end of its output.
        tail: String,
    },
    /// pytest broke, or something that is not pytest ran.
    #[error(
        "`{command}` ended with {ended} and left no evidence of a pytest session. Run it by hand; it \
         said:\n{tail}"
    )]
    NoEvidence {
        /// As a person would type it.
        command: String,
        /// Exit code or signal.
        ended: String,
        /// The end of its output.
        tail: String,
    },
    /// A gate that is only a command did not come to an exit code.
    #[error("the gate `{command}` ended with {ended}. Run it by hand; it said:\n{tail}")]
    Broke {
        /// As a person would type it.
        command: String,
        /// The signal, or what kept it from starting.
        ended: String,
        /// The end of its output.
        tail: String,
    },
    /// A gate that is only a command is red without a place, or at places that nobody works on.
    #[error(
        "the gate is red before anything was touched: `{command}` {why}. Cure that first, or put the \
         whole tree in scope with `--all`; its last lines:\n{tail}"
    )]
    RedElsewhere {
        /// As a person would type it.
        command: String,
        /// What it names, or that it names nothing.
        why: String,
        /// The end of its output.
        tail: String,
    },
    /// What stands in the contributor's tree is not what is committed.
    #[error("commits alone cannot be judged in place; leave out `--committed`, or `--in-place`")]
    CommittedInPlace,
    /// guard could not write or read what belongs to the run.
    #[error("could not {action}")]
    Io {
        /// What was tried, on what.
        action: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The process could not be started or waited for.
    #[error("could not run the gate")]
    Exec(#[source] Box<ExecError>),
    /// No isolated tree.
    #[error(transparent)]
    Worktree(#[from] WorktreeError),
    /// guard was told to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl GateError {
    /// Keeps an interruption apart from a failure to run.
    pub(super) fn exec(error: ExecError) -> Self {
        match error {
            ExecError::Interrupted(interrupted) => Self::Interrupted(interrupted),
            other @ (ExecError::NotFound { .. } | ExecError::Io { .. }) => {
                Self::Exec(Box::new(other))
            }
        }
    }
}
