//! Why git could not answer, each with what to do next.

use std::io;
use std::path::PathBuf;

use crate::exec::{Ended, ExecError};

/// What kept git from answering.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository around a folder.
    #[error(
        "no git repository at `{}` or in any folder above it; run guard inside a clone of the project",
        from.display()
    )]
    NotARepository {
        /// Where the search began.
        from: PathBuf,
    },
    /// A repository without files to look at.
    #[error(
        "`{}` has no working tree (it is a bare repository or the inside of `.git`); run guard in a clone or in a `git worktree` of it",
        at.display()
    )]
    Bare {
        /// Where the search began.
        at: PathBuf,
    },
    /// `HEAD` names a branch that has no commit.
    #[error(
        "the repository at `{}` has no commits on its current branch, so there is nothing to compare with; make a first commit, then run guard again",
        root.display()
    )]
    NoCommits {
        /// The repository's root.
        root: PathBuf,
    },
    /// The wanted base is not a commit of this repository.
    #[error("there is no branch, tag or commit `{name}`; {hint}")]
    UnknownBase {
        /// As it was asked for.
        name: String,
        /// The nearest existing name, or how to get this one.
        hint: String,
    },
    /// No base was asked for and none of the usual ones exists.
    #[error("found no branch to compare with (tried {tried}); name one with `--base`")]
    NoDefaultBase {
        /// The names that were tried, for a person.
        tried: String,
    },
    /// The clone does not reach back to where the branches met.
    #[error(
        "this clone is shallow and does not hold the commit where HEAD and `{base}` met; fetch the history with `git fetch --unshallow`, or more of it with `git fetch --deepen=100`"
    )]
    Shallow {
        /// The base's name.
        base: String,
    },
    /// The base and `HEAD` never met.
    #[error(
        "HEAD and `{base}` have no commit in common (unrelated histories); name the branch that this work started from with `--base`"
    )]
    Unrelated {
        /// The base's name.
        base: String,
    },
    /// The repository's hooks, or git itself, refused a commit. Nothing was committed.
    #[error(
        "git refused the commit; put right what it says below and try again\n{}",
        output.trim_end()
    )]
    CommitRefused {
        /// Everything that git and the hooks wrote.
        output: String,
    },
    /// A git command failed.
    #[error("`{command}` {}: {}", how(*ended), said(stderr))]
    Command {
        /// As a person would type it.
        command: String,
        /// How it ended.
        ended: Ended,
        /// What it wrote to its standard error.
        stderr: String,
    },
    /// A git command answered in a form that guard does not know.
    #[error("could not understand the answer of `{command}`: {what}")]
    Answer {
        /// As a person would type it.
        command: String,
        /// What was unexpected.
        what: String,
    },
    /// A file of the repository could not be read.
    #[error("could not read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The git command could not be run at all.
    #[error(transparent)]
    Exec(#[from] ExecError),
}

fn how(ended: Ended) -> String {
    match ended {
        Ended::Exited(code) => format!("failed with exit code {code}"),
        Ended::Signalled(signal) => format!("was ended by signal {signal}"),
        Ended::TimedOut(limit) => format!("did not end within {} s", limit.as_secs()),
    }
}

fn said(stderr: &str) -> &str {
    match stderr.trim() {
        "" => "it said nothing",
        text => text,
    }
}
