//! The temporary folder of one gate run, gone when dropped; or, when its guard was killed before
//! that, at the next start.
//!
//! Its owner holds a lock for as long as it lives, as with worktrees. A folder without a mark is not
//! known to have an owner yet, and is left alone.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// How a folder of guard's is told from others.
const PREFIX: &str = "guard-gate-";
const LOCK: &str = "lock";
/// Written when the lock is held.
const MARK: &str = "owned";

/// A fresh folder that is this process's own.
#[derive(Debug)]
pub(super) struct Folder {
    folder: tempfile::TempDir,
    _alive: File,
}

impl Folder {
    pub(super) fn new() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        let alive = File::create(folder.path().join(LOCK))?;
        alive.try_lock()?;
        fs::write(folder.path().join(MARK), "")?;
        Ok(Self { folder, _alive: alive })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Takes away the folders of gate runs whose guard died, and says how many there were. What cannot
/// be removed (another person's) is left.
pub fn sweep() -> usize {
    sweep_in(&std::env::temp_dir())
}

fn sweep_in(temporary: &Path) -> usize {
    let named = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
    };
    let entries = fs::read_dir(temporary).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path()).filter(named);
    folders.filter(|folder| is_left(folder) && fs::remove_dir_all(folder).is_ok()).count()
}

fn is_left(folder: &Path) -> bool {
    // A link leads to what is not guard's.
    let is_real = fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir());
    is_real
        && folder.join(MARK).is_file()
        && File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_of_a_dead_guard_is_swept_and_nothing_else() {
        let temporary = tempfile::tempdir().unwrap();
        let make = |name: &str, files: &[&str]| {
            let folder = temporary.path().join(name);
            fs::create_dir(&folder).unwrap();
            files.iter().for_each(|file| fs::write(folder.join(file), "").unwrap());
            folder
        };
        make("guard-gate-dead", &[LOCK, MARK, "events.jsonl"]);
        let alive = make("guard-gate-alive", &[LOCK, MARK]);
        make("guard-gate-young", &[LOCK]);
        make("guard-other", &[LOCK, MARK]);
        let elsewhere = make("elsewhere", &[LOCK, MARK]);
        std::os::unix::fs::symlink(&elsewhere, temporary.path().join("guard-gate-link")).unwrap();
        let lock = File::open(alive.join(LOCK)).unwrap();
        lock.try_lock().unwrap();
        assert_eq!(sweep_in(temporary.path()), 1);
        let mut left: Vec<String> = fs::read_dir(temporary.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        assert_eq!(
            left,
            ["elsewhere", "guard-gate-alive", "guard-gate-link", "guard-gate-young", "guard-other"]
        );
        drop(lock);
        assert_eq!(sweep_in(temporary.path()), 1);
    }
}
