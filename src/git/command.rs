//! The `git` command as guard calls it: never prompting, never taking a lock that it does not
//! need, and blind to the variables that a hook's git leaves in the environment.

use std::path::Path;

use super::GitError;
use crate::exec::{Command, Output};

/// `git rev-parse --local-env-vars` without those that carry configuration: what a hook inherits
/// and what would point a command at another repository or index than the one that was found.
const LOCAL: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_LITERAL_PATHSPECS",
];

/// A command that writes: the user's own git, pinned to the repository around `dir`.
pub(super) fn writing(dir: &Path) -> Command {
    pinned(Command::new("git").dir(dir))
}

/// A command that only reads. Its messages are in English and it asks for no password.
pub(super) fn reading(dir: &Path) -> Command {
    quiet(writing(dir))
}

/// A command that reads, and that may write to this index, which is not the contributor's.
pub(super) fn scratch(dir: &Path, index: &Path) -> Command {
    // Set last, after `pinned` took the variable away.
    quiet(pinned(Command::new("git").dir(dir)).env("GIT_INDEX_FILE", index))
}

fn pinned(command: Command) -> Command {
    LOCAL.iter().fold(command, |command, name| command.env_remove(name))
}

fn quiet(command: Command) -> Command {
    command
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("LC_ALL", "C")
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
}

/// Runs a command that has to succeed.
pub(super) fn output(command: &Command) -> Result<Vec<u8>, GitError> {
    let output = command.run()?;
    if output.success() { Ok(output.stdout) } else { Err(failed(command, &output)) }
}

/// Runs a command that has to succeed and gives its one line.
pub(super) fn line(command: &Command) -> Result<String, GitError> {
    let stdout = output(command)?;
    Ok(String::from_utf8_lossy(&stdout).trim_end_matches(['\r', '\n']).to_owned())
}

/// Runs a command whose exit code 1 means no.
pub(super) fn optional_line(command: &Command) -> Result<Option<String>, GitError> {
    let output = command.run()?;
    match output.code() {
        Some(0) => Ok(Some(output.stdout_text().trim_end_matches(['\r', '\n']).to_owned())),
        Some(1) => Ok(None),
        Some(_) | None => Err(failed(command, &output)),
    }
}

/// The error of a command that did not do what it was for.
pub(super) fn failed(command: &Command, output: &Output) -> GitError {
    GitError::Command {
        command: command.shown(),
        ended: output.ended,
        stderr: output.stderr_text(),
    }
}

/// The entries of a `-z` output.
pub(super) fn entries(stdout: &[u8]) -> impl Iterator<Item = String> {
    stdout
        .split(|&byte| byte == 0)
        .filter(|entry| !entry.is_empty())
        .map(|entry| String::from_utf8_lossy(entry).into_owned())
}
