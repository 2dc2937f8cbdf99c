//! What changed since the base. The git command answers, because it applies the working tree's
//! filters (line endings, large files) and knows sparse and partial clones. So that untracked files
//! are compared and matched with what they were renamed from like any other, they are announced
//! in a copy of the index; the contributor's own index is never written.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::command::{entries, output, reading, scratch};
use super::patch::{Raw, parse};
use super::{Change, ChangedFile, Content, GitError, Repository};

/// Untracked files above this size are listed, and not read.
const LARGEST: u64 = 8 << 20;

/// What makes the output the same under every configuration of the user's.
const DIFF: [&str; 15] = [
    "-c",
    "diff.autoRefreshIndex=true",
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--ignore-submodules=all",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--find-renames",
    "--inter-hunk-context=0",
    "--raw",
    "--patch",
];

impl Repository {
    /// Every file that differs from a commit, sorted by path, renames found. Submodules are left
    /// out; files that are binary, too large or symbolic links are listed without lines.
    ///
    /// # Errors
    /// When git cannot read one of the two sides.
    pub fn changes(
        &self,
        merge_base: &str,
        content: Content,
    ) -> Result<Vec<ChangedFile>, GitError> {
        let mut files = match content {
            Content::Committed => {
                let head = self.head()?;
                read(&output(
                    &reading(self.root()).args(DIFF).args(["-U0", merge_base, &head, "--"]),
                )?)
            }
            Content::Working => self.working_changes(merge_base)?,
        };
        files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(files)
    }

    fn working_changes(&self, merge_base: &str) -> Result<Vec<ChangedFile>, GitError> {
        let (small, large): (Vec<_>, Vec<_>) =
            self.untracked()?.into_iter().partition(|path| is_small_file(&self.root().join(path)));
        let diff = ["-U0", merge_base, "--"];
        let mut files = if small.is_empty() {
            read(&output(&reading(self.root()).args(DIFF).args(diff))?)
        } else {
            let index = self.index_with(&small)?;
            read(&output(&scratch(self.root(), &index.path()).args(DIFF).args(diff))?)
        };
        files.extend(large.into_iter().map(|path| ChangedFile {
            path,
            base_path: None,
            change: Change::Added,
            added: Vec::new(),
        }));
        Ok(files)
    }

    /// Paths that git does not track and does not ignore, sorted. A repository inside the
    /// repository is not looked into.
    ///
    /// # Errors
    /// When git cannot list them.
    pub fn untracked(&self) -> Result<Vec<String>, GitError> {
        let list = reading(self.root()).args(["ls-files", "--others", "--exclude-standard", "-z"]);
        let mut paths: Vec<String> =
            entries(&output(&list)?).filter(|path| !path.ends_with('/')).collect();
        paths.sort();
        Ok(paths)
    }

    /// Tracked paths whose content is not that of `HEAD`, staged or not, sorted; of a rename,
    /// both paths.
    ///
    /// # Errors
    /// When git cannot compare.
    pub fn staged_or_modified(&self) -> Result<Vec<String>, GitError> {
        let status = reading(self.root()).args([
            "status",
            "--porcelain=v1",
            "-z",
            "--no-renames",
            "--untracked-files=no",
            "--ignore-submodules=dirty",
        ]);
        let mut paths: Vec<String> = entries(&output(&status)?)
            .filter_map(|entry| entry.get(3..).map(str::to_owned))
            .collect();
        paths.sort();
        Ok(paths)
    }

    fn index_with(&self, untracked: &[String]) -> Result<ScratchIndex, GitError> {
        let own = self.git_dir().join("index");
        let index = ScratchIndex::copy(&own)
            .map_err(|source| GitError::Read { path: own.clone(), source })?;
        let announce = scratch(self.root(), &index.path())
            // Files outside of a sparse checkout's cone are work like any other.
            .args(["--literal-pathspecs", "-c", "core.sparseCheckout=false"])
            .args(["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"])
            .stdin(untracked.join("\0"));
        output(&announce)?;
        Ok(index)
    }
}

/// A copy of the index in a folder of its own, gone with the value.
struct ScratchIndex(TempDir);

impl ScratchIndex {
    fn copy(own: &Path) -> io::Result<Self> {
        let index = Self(tempfile::tempdir()?);
        match fs::copy(own, index.path()) {
            Ok(_) => {
                // git trusts an entry that is older than the index; a younger copy would make it
                // trust files that were edited in the same instant.
                let age = fs::metadata(own)?.modified()?;
                File::options().write(true).open(index.path())?.set_modified(age)?;
                Ok(index)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(index),
            Err(error) => Err(error),
        }
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("index")
    }
}

fn is_small_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST)
}

fn read(diff: &[u8]) -> Vec<ChangedFile> {
    let (raws, mut added) = parse(diff);
    let mut files: Vec<ChangedFile> = Vec::with_capacity(raws.len());
    for raw in raws {
        let is_link = raw.new_mode == SYMLINK;
        if let Some(mut file) = changed(raw)
            && files.iter().all(|known| known.path != file.path)
        {
            if let (Some(lines), false) = (added.remove(&file.path), is_link) {
                file.added = lines;
            }
            files.push(file);
        }
    }
    files
}

const SUBMODULE: &str = "160000";
const SYMLINK: &str = "120000";

fn changed(raw: Raw) -> Option<ChangedFile> {
    let has_base = raw.old_mode != SUBMODULE && raw.old_mode != "000000";
    let (path, base_path, change) = match (raw.status, raw.renamed_to) {
        _ if raw.new_mode == SUBMODULE => return None,
        ('D', _) if !has_base => return None,
        ('D', _) => (raw.path.clone(), Some(raw.path), Change::Deleted),
        (_, Some(now)) => (now, Some(raw.path), Change::Renamed),
        // An unmerged path has no mode in the raw line; both sides of the conflict changed it.
        ('U', None) => (raw.path.clone(), Some(raw.path), Change::Modified),
        (_, None) if has_base => (raw.path.clone(), Some(raw.path), Change::Modified),
        (_, None) => (raw.path, None, Change::Added),
    };
    Some(ChangedFile { path, base_path, change, added: Vec::new() })
}
