//! Why a project could not be made out, each with what to do next.

use std::io;
use std::path::PathBuf;

use crate::exec::ExecError;

/// What kept guard from knowing where things are.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// A configuration file does not say what it should.
    #[error("{rendered}")]
    Config {
        /// File, line, column, the source line with a caret, and what is wrong: ready to print.
        rendered: String,
    },
    /// `--project` names what is not a folder of the repository.
    #[error(
        "`--project {}` is not a folder of the repository at `{}`; give one that exists there",
        given.display(), root.display()
    )]
    NotInside {
        /// As it was given.
        given: PathBuf,
        /// The repository's root.
        root: PathBuf,
    },
    /// Several folders look like the project.
    #[error(
        "found several Python projects: {}; say which with `--project DIR`, or put a `guard.toml` into the one that is meant",
        list(found)
    )]
    Ambiguous {
        /// Relative to the root, sorted.
        found: Vec<String>,
    },
    /// The named interpreter is not there.
    #[error(
        "no Python interpreter at `{}`, which {from} names; give the path of one, or of a virtual environment",
        path.display()
    )]
    NoSuchPython {
        /// As it was given.
        path: PathBuf,
        /// `--python`, or the configuration file.
        from: String,
    },
    /// No interpreter was named, and none found.
    #[error("no Python environment found: tried {}; make one with {advice}, or name one with `--python PATH`", tried.join(", "))]
    NoPython {
        /// Each place and what was wrong with it, in order.
        tried: Vec<String>,
        /// A command that makes an environment.
        advice: String,
    },
    /// A file or folder could not be read.
    #[error("could not read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A tool that knows about environments could not be run.
    #[error(transparent)]
    Exec(#[from] ExecError),
}

fn list(found: &[String]) -> String {
    found.iter().map(|folder| format!("`{folder}`")).collect::<Vec<_>>().join(", ")
}
