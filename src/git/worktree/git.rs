//! What is asked of the git command here, and how its answers are read.

use std::path::{Path, PathBuf};

use super::WorktreeError;
use super::error::failed;
use crate::exec::{Command, ExecError};
use crate::git::command::reading;

/// The git command of the rest of `git`, with no hook of the repository's.
fn git_command(root: &Path, words: &[&str]) -> Command {
    reading(root).env_remove("GIT_NAMESPACE").args(["-c", "core.hooksPath=/dev/null"]).args(words)
}

pub(super) fn git(
    root: &Path,
    words: &[&str],
    last: Option<(&Path, &str)>,
) -> Result<Vec<u8>, WorktreeError> {
    let mut command = git_command(root, words);
    if let Some((path, commit)) = last {
        command = command.arg(path).arg(commit);
    }
    let output = command.run().map_err(|error| match error {
        ExecError::Interrupted(interrupted) => WorktreeError::Interrupted(interrupted),
        other @ (ExecError::NotFound { .. } | ExecError::Io { .. }) => {
            WorktreeError::Exec(Box::new(other))
        }
    })?;
    if output.success() {
        return Ok(output.stdout);
    }
    Err(WorktreeError::Git {
        command: command.shown(),
        root: root.to_owned(),
        said: output.stderr_text().trim().to_owned(),
    })
}

/// What git prints with a zero byte after each entry.
pub(super) fn git_paths(root: &Path, words: &[&str]) -> Result<Vec<String>, WorktreeError> {
    let printed = git(root, words, None)?;
    let entries = printed.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
    Ok(entries.map(|entry| String::from_utf8_lossy(entry).into_owned()).collect())
}

pub(super) fn common_dir(root: &Path) -> Result<PathBuf, WorktreeError> {
    let printed = git(root, &["rev-parse", "--git-common-dir"], None)?;
    let printed = String::from_utf8_lossy(&printed);
    let path = root.join(printed.trim_end_matches('\n'));
    path.canonicalize().map_err(failed("resolve", &path))
}

/// One entry of `git status --porcelain=v2 -z --no-renames`.
pub(super) struct Entry<'a> {
    pub(super) path: &'a str,
    pub(super) untracked: bool,
}

impl<'a> Entry<'a> {
    pub(super) fn parse(entry: &'a str) -> Option<Self> {
        // `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path`.
        let (fields, untracked) = match entry.as_bytes().first()? {
            b'1' => (9, false),
            b'u' => (11, false),
            b'?' => (2, true),
            _ => return None,
        };
        let path = entry.splitn(fields, ' ').nth(fields - 1)?;
        // A folder with a repository of its own is no work of this repository.
        (!path.ends_with('/')).then_some(Self { path, untracked })
    }
}
