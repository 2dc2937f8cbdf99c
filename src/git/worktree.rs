//! A detached worktree that holds the contributor's work as it is, for edits that must never touch
//! the contributor's tree, index or refs.
//!
//! `git worktree add` makes it, because libgit2's own makes a branch and skips smudge filters. It is
//! taken away by hand, as git does it: by then guard may have been told to stop, and starts nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Content;
use crate::exec::{Command, ExecError, Interrupted};

/// How a folder of guard's is told from others.
const PREFIX: &str = "guard-worktree-";
/// What a repository's environment must not say to git here: guard may run inside a hook.
const FOREIGN: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
];

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
    /// guard was told to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// A tree of its own, gone when dropped.
#[derive(Debug)]
pub struct Worktree {
    base: PathBuf,
    tree: PathBuf,
    /// The first bytes of each file that was written.
    originals: BTreeMap<String, Vec<u8>>,
    /// What differs from `HEAD` as the tree was made, by path, with a hash of its content.
    made: BTreeMap<String, String>,
    /// Paths laid over `HEAD` that git does not track.
    laid: Vec<String>,
    _alive: File,
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
            base,
            tree,
            originals: BTreeMap::new(),
            made: BTreeMap::new(),
            laid: Vec::new(),
            _alive: alive,
        };
        worktree.fill(root, content, carry)?;
        Ok(worktree)
    }

    fn fill(
        &mut self,
        root: &Path,
        content: Content,
        carry: &[String],
    ) -> Result<(), WorktreeError> {
        let owner = self.base.join("repository");
        let common = common_dir(root)?;
        fs::write(&owner, common.as_os_str().as_encoded_bytes())
            .map_err(failed("write", &owner))?;
        // Left unquoted: git itself parses nothing here.
        git(root, &["worktree", "add", "--detach", "--quiet"], Some(&self.tree))?;
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
        self.put(path, bytes)
    }

    /// Puts the exact bytes back that the file had before the first [`Worktree::write`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn restore(&mut self, path: &str) -> Result<(), WorktreeError> {
        match self.originals.remove(path) {
            Some(bytes) => self.put(path, &bytes),
            None => Ok(()),
        }
    }

    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), WorktreeError> {
        let file = self.tree.join(path);
        fs::write(&file, bytes).map_err(failed("write", &file))?;
        forget_bytecode(&file)
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
        discard(&self.base, &self.tree);
    }
}

/// Takes away worktrees of this repository whose owner died, and says how many there were.
///
/// # Errors
/// When git cannot name the repository's common folder.
pub fn sweep(root: &Path) -> Result<usize, WorktreeError> {
    let common = common_dir(root)?;
    let mut bases: Vec<PathBuf> = children(&common.join("worktrees"))
        .filter_map(|admin| fs::read_to_string(admin.join("gitdir")).ok())
        // The record names the `.git` file inside the worktree, which stands inside the base.
        .filter_map(|link| Some(Path::new(link.trim_end()).parent()?.parent()?.to_owned()))
        .collect();
    bases.extend(children(&std::env::temp_dir()).filter(|base| {
        fs::read(base.join("repository"))
            .is_ok_and(|owner| owner == common.as_os_str().as_encoded_bytes())
    }));
    bases.retain(|base| {
        base.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
    });
    bases = bases.into_iter().map(|base| base.canonicalize().unwrap_or(base)).collect();
    bases.sort();
    bases.dedup();
    let mut swept = 0;
    for base in bases {
        let alive = match File::open(base.join("lock")) {
            Ok(lock) => lock.try_lock().is_err(),
            // The lock is made before anything by which a base is found here.
            Err(_) => false,
        };
        if !alive {
            let Some(name) = base.file_name() else { continue };
            let tree = base.join(name);
            if !tree.exists() {
                // Its folder is gone: only git's record of it is left.
                forget_record(&common.join("worktrees").join(name), &tree);
            }
            discard(&base, &tree);
            swept += 1;
        }
    }
    Ok(swept)
}

/// Removes git's record of a worktree, then its folder. What fails is left to the next sweep.
fn discard(base: &Path, tree: &Path) {
    if let Ok(link) = fs::read_to_string(tree.join(".git"))
        && let Some(record) = link.trim_end().strip_prefix("gitdir: ")
    {
        forget_record(Path::new(record), tree);
    }
    let _ = fs::remove_dir_all(base);
}

/// Removes a record that really is this worktree's.
fn forget_record(record: &Path, tree: &Path) {
    let names_us = fs::read_to_string(record.join("gitdir"))
        .is_ok_and(|link| Path::new(link.trim_end()) == tree.join(".git"));
    let in_worktrees = record.parent().is_some_and(|parent| parent.ends_with("worktrees"));
    if names_us && in_worktrees {
        let _ = fs::remove_dir_all(record);
        // git itself removes the folder of records with the last of them.
        if let Some(parent) = record.parent() {
            let _ = fs::remove_dir(parent);
        }
    }
}

fn children(dir: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// One entry of `git status --porcelain=v2 -z --no-renames`.
struct Entry<'a> {
    path: &'a str,
    untracked: bool,
}

impl<'a> Entry<'a> {
    fn parse(entry: &'a str) -> Option<Self> {
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

fn git_command(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git")
        .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"])
        .args(words)
        .dir(root)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .limit(Duration::from_secs(600));
    for name in FOREIGN {
        command = command.env_remove(name);
    }
    command
}

fn git(root: &Path, words: &[&str], last: Option<&Path>) -> Result<Vec<u8>, WorktreeError> {
    let mut command = git_command(root, words);
    if let Some(last) = last {
        command = command.arg(last).arg("HEAD");
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
fn git_paths(root: &Path, words: &[&str]) -> Result<Vec<String>, WorktreeError> {
    let printed = git(root, words, None)?;
    let entries = printed.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
    Ok(entries.map(|entry| String::from_utf8_lossy(entry).into_owned()).collect())
}

fn common_dir(root: &Path) -> Result<PathBuf, WorktreeError> {
    let printed = git(root, &["rev-parse", "--git-common-dir"], None)?;
    let printed = String::from_utf8_lossy(&printed);
    let path = root.join(printed.trim_end_matches('\n'));
    path.canonicalize().map_err(failed("resolve", &path))
}

/// Copies one file or symbolic link from one root to the other, its mode with it.
fn copy(from: &Path, to: &Path, path: &str) -> Result<(), WorktreeError> {
    let (source, target) = (from.join(path), to.join(path));
    let Ok(found) = fs::symlink_metadata(&source) else { return Ok(()) };
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(failed("create", parent))?;
    }
    remove(&target)?;
    if found.is_symlink() {
        let link = fs::read_link(&source).map_err(failed("read", &source))?;
        std::os::unix::fs::symlink(link, &target).map_err(failed("write", &target))
    } else if found.is_file() {
        fs::copy(&source, &target).map(drop).map_err(failed("copy", &source))
    } else {
        Ok(())
    }
}

fn remove(path: &Path) -> Result<(), WorktreeError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    removed.map_err(failed("remove", path))
}

/// Takes away what Python cached of a source file, pytest's rewritten form included.
fn forget_bytecode(source: &Path) -> Result<(), WorktreeError> {
    let (Some(folder), Some(stem)) = (source.parent(), source.file_stem()) else { return Ok(()) };
    let prefix = format!("{}.", stem.to_string_lossy());
    for cached in children(&folder.join("__pycache__")) {
        if cached.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)) {
            remove(&cached)?;
        }
    }
    Ok(())
}

fn fingerprint(path: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => {
            format!("link {}", fs::read_link(path).unwrap_or_default().display())
        }
        Ok(found) => match fs::read(path) {
            Ok(bytes) => {
                let hash = Sha256::digest(bytes);
                let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{:o} {hash}", found.permissions().mode())
            }
            Err(error) => error.to_string(),
        },
        Err(_) => "absent".to_owned(),
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WorktreeError + use<> {
    let path = path.to_owned();
    move |source| WorktreeError::Io { action, path, source }
}
