//! Why there is no isolated tree.

use std::io;
use std::path::{Path, PathBuf};

use crate::exec::{ExecError, Interrupted};

/// Why there is no isolated tree, or why nothing can be said about it.
#[derive(Debug, thiserror::Error)]
pub enum WorktreeError {
    /// git refused.
    #[error("`{command}` failed in {}: {said}", root.display())]
    Git {
        /// As a person would type it.
        command: String,
        /// The repository.
        root: PathBuf,
        /// What git said.
        said: String,
    },
    /// git could not be run.
    #[error("an isolated worktree needs the git command")]
    Exec(#[source] Box<ExecError>),
    /// A file could not be read or written.
    #[error("could not {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A link leads out of the tree, perhaps back into the contributor's.
    #[error("{} leads out of the isolated worktree and is not edited", path.display())]
    Outside {
        /// Inside the tree.
        path: PathBuf,
    },
    /// Another guard edits in place.
    #[error("another guard edits files in place ({}); wait until it has ended", other.display())]
    Busy {
        /// Its folder.
        other: PathBuf,
    },
    /// Somebody edited a file while guard's own edit stood in it.
    #[error(
        "{} was edited while guard had an edit of its own in it, and is left as it is; what it held before \
         is in {}",
        file.display(),
        before.display()
    )]
    Edited {
        /// The file.
        file: PathBuf,
        /// What it held before guard edited it.
        before: PathBuf,
    },
    /// guard was told to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

pub(super) fn failed(
    action: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> WorktreeError + use<> {
    let path = path.to_owned();
    move |source| WorktreeError::Io { action, path, source }
}
