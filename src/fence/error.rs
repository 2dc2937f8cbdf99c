//! Why the fence could not come to a verdict, each with what to do next.

use std::io;
use std::path::PathBuf;

use crate::git::GitError;
use crate::project::{Project, ProjectError};

/// What kept the fence from a verdict.
#[derive(Debug, thiserror::Error)]
pub enum FenceError {
    /// Nothing is fenced.
    #[error(
        "no fence is configured; `guard fence add NAME --worst \"13 s\" --how TEXT` fences the first name, \
         or write a `[fence]` into `{file}`"
    )]
    None {
        /// The configuration file that there is, or could be.
        file: String,
    },
    /// The configuration or the audit document does not hold.
    #[error("{rendered}")]
    Refused {
        /// File, line, the source line with a caret, what is wrong and what to do: ready to print.
        rendered: String,
    },
    /// What was asked for does not fit what is there.
    #[error("{0}")]
    Unfit(String),
    /// The matcher failed on a snippet whose answer is known.
    #[error(
        "the fence's self-check failed for `{name}`: {what}; no verdict can be trusted, please report this"
    )]
    SelfCheck {
        /// The fenced name.
        name: String,
        /// What was expected and what was seen.
        what: String,
    },
    /// A file in scope cannot be read whole, so a call in it could stay unseen.
    #[error(
        "{path}:{line}: {reason}; the fence cannot vouch for a file that it cannot read: repair it, or take it out of the scope"
    )]
    Unread {
        /// Relative to the root.
        path: String,
        /// From 1.
        line: usize,
        /// One sentence.
        reason: String,
    },
    /// The files of the project could not be listed.
    #[error("could not list the project's Python files")]
    Files(#[source] anyhow::Error),
    /// A file could not be read or written.
    #[error("could not {what} `{}`", path.display())]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The configuration could not be read, or a place in it is wrong.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The base could not be read.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl FenceError {
    /// Nothing is fenced in this project.
    pub(super) fn none(project: &Project) -> Self {
        Self::None { file: project.config.clone().unwrap_or_else(|| "guard.toml".to_owned()) }
    }
}
