//! The one thing that guard writes into the contributor's history, on request: a commit of
//! exactly the named files, made by the git command so that hooks, signing and identity are those
//! of any other commit.

use super::command::{entries, failed, output, writing};
use super::{GitError, Repository};
use crate::exec::Command;

impl Repository {
    /// Commits the working tree's content of exactly these paths (relative to the root; new,
    /// changed or deleted) and gives the new commit. What else is staged stays staged.
    ///
    /// # Errors
    /// When a hook or git refuses, with everything that was said; nothing is committed then, and
    /// files that were untracked are untracked again.
    pub fn commit(&self, paths: &[String], message: &str) -> Result<String, GitError> {
        let announced = self.announce(paths)?;
        let commit = writing(self.root())
            .args(["commit", "--only", "--quiet", "--file=-", "--cleanup=whitespace", "--"])
            .args(paths.iter().map(|path| literal(path)))
            .stdin(message);
        let ended = commit.run();
        match ended {
            Ok(ended) if ended.success() => self.head(),
            Ok(ended) => {
                self.withdraw(&announced)?;
                match ended.code() {
                    Some(_) => Err(GitError::CommitRefused {
                        output: format!("{}{}", ended.stdout_text(), ended.stderr_text()),
                    }),
                    None => Err(failed(&commit, &ended)),
                }
            }
            Err(error) => {
                self.withdraw(&announced)?;
                Err(error.into())
            }
        }
    }

    /// `git commit --only` takes files that the index knows; new ones are made known to it.
    fn announce(&self, paths: &[String]) -> Result<Vec<String>, GitError> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let list = on(writing(self.root()).args(["ls-files", "--others", "-z"]), paths);
        let untracked: Vec<String> = entries(&output(&list)?).collect();
        if !untracked.is_empty() {
            output(&on(writing(self.root()).args(["add", "--intent-to-add"]), &untracked))?;
        }
        Ok(untracked)
    }

    fn withdraw(&self, announced: &[String]) -> Result<(), GitError> {
        if !announced.is_empty() {
            output(&on(writing(self.root()).args(["reset", "--quiet"]), announced))?;
        }
        Ok(())
    }
}

fn on(command: Command, paths: &[String]) -> Command {
    command.arg("--").args(paths.iter().map(|path| literal(path)))
}

/// A path that stands for itself, whatever characters it holds. Not `--literal-pathspecs`: hooks
/// would inherit it.
fn literal(path: &str) -> String {
    format!(":(top,literal){path}")
}
