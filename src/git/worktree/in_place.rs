//! Edits in the contributor's own tree, for a project that runs nowhere else. What a file held is on
//! the disk before it is edited, and comes back only over exactly what guard wrote: when guard is
//! done, or, after a kill, at the start of the next guard.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::WorktreeError;
use super::error::failed;
use super::files::forget_bytecode;
use super::git::common_dir;
use super::sweep::children;

/// Inside of git's common folder.
const FOLDER: &str = "guard/in-place";
/// What stood in a file.
const BEFORE: &str = "before";
/// Which file, absolute.
const FILE: &str = "file";
/// The hashes of what guard wrote into it, one a line.
const WRITTEN: &str = "written";

/// The edits of one guard. Its folder is there as long as one of them may be.
#[derive(Debug)]
pub(super) struct Edits {
    dir: PathBuf,
    records: BTreeMap<String, Record>,
    _alive: File,
}

/// One edited file.
#[derive(Debug)]
struct Record {
    dir: PathBuf,
    file: PathBuf,
}

/// What became of an edit that a killed guard left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// The file is what it was.
    Restored(PathBuf),
    /// Somebody has edited the file since; what it held before guard is kept.
    Kept {
        /// The file.
        file: PathBuf,
        /// What it held before guard edited it.
        before: PathBuf,
    },
}

impl Edits {
    /// Begins. Only one guard at a time edits in place.
    pub(super) fn begin(root: &Path) -> Result<Self, WorktreeError> {
        let folder = common_dir(root)?.join(FOLDER);
        fs::create_dir_all(&folder).map_err(failed("create", &folder))?;
        if let Some(other) = children(&folder).find(|base| is_alive(base)) {
            return Err(WorktreeError::Busy { other });
        }
        let dir = tempfile::Builder::new()
            .prefix("edits-")
            .tempdir_in(&folder)
            .map_err(failed("make a folder in", &folder))?
            .keep();
        let lock = dir.join("lock");
        let alive = File::create(&lock).map_err(failed("create", &lock))?;
        alive.try_lock().map_err(|error| failed("lock", &lock)(error.into()))?;
        Ok(Self { dir, records: BTreeMap::new(), _alive: alive })
    }

    /// Writes a file whose content was `before`, once that is safe.
    pub(super) fn write(
        &mut self,
        path: &str,
        file: &Path,
        before: &[u8],
        text: &[u8],
    ) -> Result<(), WorktreeError> {
        if !self.records.contains_key(path) {
            let dir = self.dir.join(self.records.len().to_string());
            fs::create_dir(&dir).map_err(failed("create", &dir))?;
            save(&dir.join(BEFORE), before)?;
            save(&dir.join(FILE), file.as_os_str().as_encoded_bytes())?;
            self.records.insert(path.to_owned(), Record { dir, file: file.to_owned() });
        }
        let record = &self.records[path];
        record.written(text)?;
        replace(&record.file, text)
    }

    /// Takes the edits of a file back.
    pub(super) fn restore(&mut self, path: &str) -> Result<(), WorktreeError> {
        let Some(record) = self.records.remove(path) else { return Ok(()) };
        match record.mend()? {
            Mended::Restored(_) => Ok(()),
            Mended::Kept { file, before } => Err(WorktreeError::Edited { file, before }),
        }
    }
}

impl Drop for Edits {
    fn drop(&mut self) {
        let paths: Vec<String> = self.records.keys().cloned().collect();
        for path in paths {
            // What cannot be taken back now is taken back by the next guard, or kept.
            let _ = self.restore(&path);
        }
        let left = children(&self.dir).any(|entry| entry.is_dir());
        if !left {
            let _ = fs::remove_dir_all(&self.dir);
        }
    }
}

impl Record {
    fn written(&self, text: &[u8]) -> Result<(), WorktreeError> {
        let list = self.dir.join(WRITTEN);
        let mut open = OpenOptions::new().create(true).append(true).open(&list);
        open.as_mut()
            .map_err(|error| io::Error::new(error.kind(), error.to_string()))
            .and_then(|file| {
                writeln!(file, "{}", hash(text))?;
                file.sync_all()
            })
            .and_then(|()| sync_folder(&self.dir))
            .map_err(failed("write", &list))
    }

    /// Puts back what the file held, if it holds what guard wrote.
    fn mend(&self) -> Result<Mended, WorktreeError> {
        let saved = self.dir.join(BEFORE);
        let before = fs::read(&saved).map_err(failed("read", &saved))?;
        let list = fs::read_to_string(self.dir.join(WRITTEN)).unwrap_or_default();
        let now = fs::read(&self.file).ok();
        let is_ours = now.as_deref().is_some_and(|now| list.lines().any(|line| line == hash(now)));
        if is_ours {
            replace(&self.file, &before)?;
        } else if now.as_deref() != Some(before.as_slice()) {
            return Ok(Mended::Kept { file: self.file.clone(), before: saved });
        }
        let _ = fs::remove_file(beside(&self.file));
        fs::remove_dir_all(&self.dir).map_err(failed("remove", &self.dir))?;
        Ok(Mended::Restored(self.file.clone()))
    }
}

/// Takes back what guards edited in place that were killed, in the repository with this common folder.
///
/// # Errors
/// When a file cannot be read or written.
pub fn mend(common: &Path) -> Result<Vec<Mended>, WorktreeError> {
    let mut mended = Vec::new();
    for base in children(&common.join(FOLDER)).filter(|base| !is_alive(base)) {
        for dir in children(&base).filter(|dir| dir.is_dir()) {
            // Nothing was edited before its name was on the disk.
            let Ok(file) = fs::read(dir.join(FILE)) else { continue };
            let file = PathBuf::from(String::from_utf8_lossy(&file).into_owned());
            mended.push(Record { dir, file }.mend()?);
        }
        let kept = mended.iter().any(|one| match one {
            Mended::Kept { before, .. } => before.starts_with(&base),
            Mended::Restored(_) => false,
        });
        if !kept {
            fs::remove_dir_all(&base).map_err(failed("remove", &base))?;
        }
    }
    Ok(mended)
}

fn is_alive(base: &Path) -> bool {
    File::open(base.join("lock")).is_ok_and(|lock| lock.try_lock().is_err())
}

/// Writes a file and waits until it is on the disk.
fn save(path: &Path, bytes: &[u8]) -> Result<(), WorktreeError> {
    File::create(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(failed("write", path))
}

fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir).and_then(|dir| dir.sync_all())
}

/// The file that stands beside one while it is written.
fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.guard"))
}

/// Gives a file other bytes, all of them or none, and takes away its bytecode.
fn replace(file: &Path, bytes: &[u8]) -> Result<(), WorktreeError> {
    let new = beside(file);
    save(&new, bytes)?;
    fs::metadata(file)
        .and_then(|found| fs::set_permissions(&new, found.permissions()))
        .and_then(|()| fs::rename(&new, file))
        .map_err(failed("write", file))?;
    forget_bytecode(file)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
