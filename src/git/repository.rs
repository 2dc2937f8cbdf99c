//! A repository with a working tree and at least one commit: what everything else starts from.

use std::fmt;
use std::path::{Path, PathBuf};

use super::GitError;
use super::command::{line, optional_line, reading};

/// A repository with a working tree and at least one commit.
pub struct Repository {
    root: PathBuf,
    common_dir: PathBuf,
    git_dir: PathBuf,
    /// None where libgit2 cannot read this kind of repository; the git command then answers alone.
    library: Option<git2::Repository>,
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("root", &self.root)
            .field("git_dir", &self.git_dir)
            .finish_non_exhaustive()
    }
}

impl Repository {
    /// The repository around a folder.
    ///
    /// # Errors
    /// No repository there or above; no working tree; no commit on the current branch; or git says
    /// that it cannot be read.
    pub fn discover(from: &Path) -> Result<Self, GitError> {
        let repository = match git2::Repository::discover(from) {
            Ok(library) => Self::from_library(library, from)?,
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                return Err(GitError::NotARepository { from: from.to_owned() });
            }
            Err(_) => Self::from_command(from)?,
        };
        repository.head()?;
        Ok(repository)
    }

    fn from_library(library: git2::Repository, from: &Path) -> Result<Self, GitError> {
        let Some(root) = library.workdir() else {
            return Err(GitError::Bare { at: from.to_owned() });
        };
        Ok(Self {
            root: canonical(root)?,
            common_dir: canonical(library.commondir())?,
            git_dir: canonical(library.path())?,
            library: Some(library),
        })
    }

    /// For what libgit2 refuses to open: an object or reference format that it does not know.
    fn from_command(from: &Path) -> Result<Self, GitError> {
        let ask =
            |what: &str| line(&reading(from).args(["rev-parse", "--path-format=absolute", what]));
        if ask("--is-inside-work-tree")? != "true" {
            return Err(GitError::Bare { at: from.to_owned() });
        }
        Ok(Self {
            root: canonical(Path::new(&ask("--show-toplevel")?))?,
            common_dir: canonical(Path::new(&ask("--git-common-dir")?))?,
            git_dir: canonical(Path::new(&ask("--git-dir")?))?,
            library: None,
        })
    }

    /// The root of the working tree, absolute, symbolic links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The git directory that all worktrees of the repository share, absolute.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The git directory of this worktree, absolute.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The commit that is checked out, in full hexadecimal: 40 digits, 64 in a sha256 repository.
    ///
    /// # Errors
    /// No commit yet, or git cannot say.
    pub fn head(&self) -> Result<String, GitError> {
        if let Some(library) = &self.library {
            match library.head().and_then(|head| head.peel_to_commit()) {
                Ok(commit) => return Ok(commit.id().to_string()),
                Err(error) if error.code() == git2::ErrorCode::UnbornBranch => {
                    return Err(GitError::NoCommits { root: self.root.clone() });
                }
                Err(_) => {}
            }
        }
        self.resolve("HEAD")?.ok_or_else(|| GitError::NoCommits { root: self.root.clone() })
    }

    /// The branch that is checked out; none when `HEAD` is detached.
    pub fn branch(&self) -> Option<String> {
        if let Some(head) = self.library.as_ref().and_then(|library| library.head().ok()) {
            return head.is_branch().then(|| head.shorthand().ok().map(str::to_owned)).flatten();
        }
        let ask = reading(&self.root).args(["symbolic-ref", "--quiet", "--short", "HEAD"]);
        optional_line(&ask).ok().flatten()
    }

    /// The commit that a name stands for, in full hexadecimal; none when there is no such commit.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub fn resolve(&self, name: &str) -> Result<Option<String>, GitError> {
        let wanted = format!("{name}^{{commit}}");
        if let Some(commit) =
            self.library.as_ref().and_then(|library| library.revparse_single(&wanted).ok())
        {
            return Ok(Some(commit.id().to_string()));
        }
        let ask = reading(&self.root).args([
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ]);
        let output = ask.run()?;
        Ok(output.success().then(|| output.stdout_text().trim_end().to_owned()))
    }

    pub(super) fn library(&self) -> Option<&git2::Repository> {
        self.library.as_ref()
    }
}

fn canonical(path: &Path) -> Result<PathBuf, GitError> {
    path.canonicalize().map_err(|source| GitError::Read { path: path.to_owned(), source })
}
