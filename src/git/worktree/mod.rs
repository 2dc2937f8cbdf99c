//! A detached worktree that holds the contributor's work as it is, for edits that must never touch
//! the contributor's tree, index or refs.
//!
//! `git worktree add` makes it, because libgit2's own makes a branch and skips smudge filters. It is
//! taken away by hand, as git does it: by then guard may have been told to stop, and starts nothing.

mod error;
mod files;
mod git;
mod in_place;
mod sweep;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

pub use error::WorktreeError;
pub use in_place::{Mended, mend};
pub use sweep::sweep;

use self::error::failed;
use self::files::{copy, fingerprint, forget_bytecode, remove};
use self::git::{Entry, common_dir, git, git_paths};
use self::in_place::Edits;
use self::sweep::discard;
use super::Content;
use crate::assets::sha256;

/// How a folder of guard's is told from others.
const PREFIX: &str = "guard-worktree-";
/// A tree of its own, gone when dropped.
#[derive(Debug)]
pub struct Worktree {
    tree: PathBuf,
    /// The first bytes of each file that was written.
    originals: BTreeMap<String, Vec<u8>>,
    /// What differs from `HEAD` as the tree was made, by path, with a hash of its content.
    made: BTreeMap<String, String>,
    /// Paths laid over `HEAD` that git does not track.
    laid: Vec<String>,
    kind: Kind,
}

/// Whose tree it is.
#[derive(Debug)]
enum Kind {
    /// Its own: what becomes of it concerns nobody.
    Isolated { base: PathBuf, _alive: File },
    /// The contributor's.
    InPlace(Edits),
}

impl Worktree {
    /// Makes a worktree of `HEAD` in the temporary folder, and lays the contributor's uncommitted
    /// work over it when `content` asks for that.
    ///
    /// `carry` are glob patterns, relative to the root, of ignored files that are copied as well.
    ///
    /// # Errors
    /// When git refuses, or a file cannot be copied. Nothing is left behind then.
    pub fn create(root: &Path, content: Content, carry: &[String]) -> Result<Self, WorktreeError> {
        Self::make(root, "HEAD", content, carry)
    }

    /// Makes a worktree of a commit in the temporary folder.
    ///
    /// # Errors
    /// As [`Worktree::create`].
    pub fn at(root: &Path, commit: &str, carry: &[String]) -> Result<Self, WorktreeError> {
        Self::make(root, commit, Content::Committed, carry)
    }

    /// The contributor's own tree, for a project that runs nowhere else. Edits are recorded before
    /// they are made and taken back when it is dropped; see [`mend`].
    ///
    /// # Errors
    /// When another guard does the same, or git refuses.
    pub fn in_place(root: &Path) -> Result<Self, WorktreeError> {
        let words = ["ls-files", "-z", "--others", "--exclude-standard"];
        let mut worktree = Self {
            tree: root.canonicalize().map_err(failed("resolve", root))?,
            originals: BTreeMap::new(),
            made: BTreeMap::new(),
            laid: git_paths(root, &words)?,
            kind: Kind::InPlace(Edits::begin(root)?),
        };
        worktree.made = worktree.differing()?;
        Ok(worktree)
    }

    fn make(
        root: &Path,
        commit: &str,
        content: Content,
        carry: &[String],
    ) -> Result<Self, WorktreeError> {
        let base = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir()
            .map_err(failed("make a folder in", &std::env::temp_dir()))?
            .keep();
        let base = base.canonicalize().map_err(failed("resolve", &base))?;
        let lock = base.join("lock");
        let alive = File::create(&lock).map_err(failed("create", &lock))?;
        alive.try_lock().map_err(|error| failed("lock", &lock)(error.into()))?;
        // git names its own record of the worktree after the last part of its path.
        let tree = base.join(base.file_name().unwrap_or(PREFIX.as_ref()));
        let mut worktree = Self {
            tree,
            originals: BTreeMap::new(),
            made: BTreeMap::new(),
            laid: Vec::new(),
            kind: Kind::Isolated { base: base.clone(), _alive: alive },
        };
        worktree.fill(root, &base, commit, content, carry)?;
        Ok(worktree)
    }

    fn fill(
        &mut self,
        root: &Path,
        base: &Path,
        commit: &str,
        content: Content,
        carry: &[String],
    ) -> Result<(), WorktreeError> {
        let owner = base.join("repository");
        let common = common_dir(root)?;
        fs::write(&owner, common.as_os_str().as_encoded_bytes())
            .map_err(failed("write", &owner))?;
        // Left unquoted: git itself parses nothing here.
        git(root, &["worktree", "add", "--detach", "--quiet"], Some((&self.tree, commit)))?;
        match content {
            Content::Committed => {}
            Content::Working => self.lay_over(root)?,
        }
        if root.join(".gitmodules").exists() {
            self.copy_submodules(root)?;
        }
        if !carry.is_empty() {
            let mut words = vec!["ls-files", "-z", "--others", "--ignored", "--exclude-standard"];
            let patterns: Vec<String> =
                carry.iter().map(|pattern| format!(":(top,glob){pattern}")).collect();
            words.push("--");
            words.extend(patterns.iter().map(String::as_str));
            for path in git_paths(root, &words)? {
                copy(root, &self.tree, &path)?;
            }
        }
        self.made = self.differing()?;
        Ok(())
    }

    /// Puts every path that git calls changed or untracked to the state it has on the disk.
    fn lay_over(&mut self, root: &Path) -> Result<(), WorktreeError> {
        let status = git_paths(
            root,
            &["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"],
        )?;
        let mut present = Vec::new();
        for entry in &status {
            let Some(entry) = Entry::parse(entry) else { continue };
            if fs::symlink_metadata(root.join(entry.path)).is_ok_and(|found| !found.is_dir()) {
                present.push(entry);
            } else {
                remove(&self.tree.join(entry.path))?;
            }
        }
        for entry in present {
            copy(root, &self.tree, entry.path)?;
            if entry.untracked {
                self.laid.push(entry.path.to_owned());
            }
        }
        Ok(())
    }

    fn copy_submodules(&self, root: &Path) -> Result<(), WorktreeError> {
        for line in git_paths(root, &["ls-files", "-z", "--stage"])? {
            let Some(path) =
                line.strip_prefix("160000 ").and_then(|rest| rest.split_once('\t')).map(|x| x.1)
            else {
                continue;
            };
            let inner = root.join(path);
            if inner.join(".git").exists() {
                let files = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
                for file in git_paths(&inner, &files)? {
                    copy(root, &self.tree, &format!("{path}/{file}"))?;
                }
            }
        }
        Ok(())
    }

    /// The tree's root, absolute, symbolic links resolved.
    pub fn path(&self) -> &Path {
        &self.tree
    }

    /// The bytes of a file as the tree was made.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn original(&self, path: &str) -> Result<Vec<u8>, WorktreeError> {
        match self.originals.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => {
                let file = self.tree.join(path);
                fs::read(&file).map_err(failed("read", &file))
            }
        }
    }

    /// Writes a file, and takes away bytecode of it: an edit of the same size in the same second
    /// would otherwise run the old code.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), WorktreeError> {
        if !self.originals.contains_key(path) {
            let original = self.original(path)?;
            self.originals.insert(path.to_owned(), original);
        }
        let file = self.inside(path)?;
        match &mut self.kind {
            Kind::Isolated { .. } => put(&file, bytes),
            Kind::InPlace(edits) => edits.write(path, &file, &self.originals[path], bytes),
        }
    }

    /// Puts the exact bytes back that the file had before the first [`Worktree::write`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn restore(&mut self, path: &str) -> Result<(), WorktreeError> {
        let Some(bytes) = self.originals.remove(path) else { return Ok(()) };
        let file = self.inside(path)?;
        match &mut self.kind {
            Kind::Isolated { .. } => put(&file, &bytes),
            Kind::InPlace(edits) => edits.restore(path),
        }
    }

    /// A file of the tree, links followed as long as they stay inside.
    fn inside(&self, path: &str) -> Result<PathBuf, WorktreeError> {
        let file = self.tree.join(path);
        let real = file.canonicalize().map_err(failed("resolve", &file))?;
        if !real.starts_with(&self.tree) {
            return Err(WorktreeError::Outside { path: file });
        }
        Ok(real)
    }

    /// What was laid over `HEAD`, as one SHA-256 of 64 hexadecimal digits: equal for equal trees. New
    /// files count when they are Python's: the rest is as likely to be what a tool left there.
    pub fn changes(&self) -> String {
        let counts =
            |path: &&String| path.ends_with(".py") || self.laid.iter().all(|laid| laid != *path);
        let paths = self.made.keys().filter(counts);
        sha256(&paths.map(|path| format!("{path}\0{}\0", self.made[path])).collect::<String>())
    }

    /// The paths whose content is no longer what it was when the tree was made, sorted. Files that a
    /// test run left behind do not count.
    ///
    /// # Errors
    /// When git cannot be asked or a file cannot be read.
    pub fn changed(&self) -> Result<Vec<String>, WorktreeError> {
        let now = self.differing()?;
        let mut changed: Vec<String> = now
            .iter()
            .filter(|(path, hash)| self.made.get(*path) != Some(hash))
            .map(|(path, _)| path.clone())
            .chain(self.made.keys().filter(|path| !now.contains_key(*path)).cloned())
            .collect();
        changed.sort();
        changed.dedup();
        Ok(changed)
    }

    fn differing(&self) -> Result<BTreeMap<String, String>, WorktreeError> {
        let words = ["status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames"];
        let status = git_paths(&self.tree, &words)?;
        let tracked = status.iter().filter_map(|entry| Entry::parse(entry)).map(|entry| entry.path);
        let paths = tracked.chain(self.laid.iter().map(String::as_str));
        Ok(paths.map(|path| (path.to_owned(), fingerprint(&self.tree.join(path)))).collect())
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        match &self.kind {
            Kind::Isolated { base, .. } => discard(base, &self.tree),
            // Its edits are taken back as they are dropped.
            Kind::InPlace(_) => {}
        }
    }
}

fn put(file: &Path, bytes: &[u8]) -> Result<(), WorktreeError> {
    fs::write(file, bytes).map_err(failed("write", file))?;
    forget_bytecode(file)
}
