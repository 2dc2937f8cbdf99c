//! The folder of packs: where it is, that nobody else can write there, and that it stays small.

use std::fs::{self, File, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::pack::Pack;

/// All packs together take no more than this; the ones that were used longest ago go first.
const LIMIT: u64 = 512 << 20;

/// What a killed guard left is swept after this time: nobody writes for so long.
const LEFT: Duration = Duration::from_secs(3600);

/// How often the use of a pack is noted.
const NOTED: Duration = Duration::from_secs(24 * 3600);

/// Begins the names of files that are not finished.
const UNFINISHED: &str = ".unfinished-";

/// The user's cache folder for guard.
pub(super) fn of_user() -> Option<PathBuf> {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let platform = || {
        if cfg!(windows) {
            return absolute("LOCALAPPDATA");
        }
        let inside = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        Some(absolute("HOME")?.join(inside))
    };
    Some(absolute("XDG_CACHE_HOME").or_else(platform)?.join("guard"))
}

/// A pack, where nobody but the user can have written it.
pub(super) fn open(folder: &Path, name: &str) -> Option<File> {
    if !is_own(folder) {
        return None;
    }
    File::open(folder.join(name)).ok()
}

/// Puts a pack in its place, whole or not at all.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) {
    // A folder that cannot be made or written leaves the next scan as slow as this one.
    if make(folder).is_ok() && is_own(folder) && place(folder, name, bytes).is_ok() {
        tidy(folder, name, LIMIT);
    }
}

/// What became of something that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// It is there.
    There,
    /// Somebody else changed the pack since it was read or does so now: what they have to say
    /// stays, and the next scan says this again.
    Later,
    /// The pack cannot be opened, locked or written.
    Never,
}

/// Adds a segment to the pack that was read.
pub(super) fn append(folder: &Path, name: &str, pack: &Pack, bytes: &[u8]) -> Added {
    let add = || {
        let mut file = File::options().read(true).write(true).open(folder.join(name))?;
        // The lock ends with the file, also where the process is killed.
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Added::Later),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if !pack.is_still(&file) {
            return Ok(Added::Later);
        }
        // Where somebody was killed while adding, what is left of it goes.
        file.set_len(pack.end())?;
        file.seek(SeekFrom::Start(pack.end()))?;
        file.write_all(bytes)?;
        Ok::<Added, std::io::Error>(Added::There)
    };
    let added = match is_own(folder) {
        true => add().unwrap_or(Added::Never),
        false => Added::Never,
    };
    if added == Added::There {
        tidy(folder, name, LIMIT);
    }
    added
}

/// Takes away a pack that is of no use.
pub(super) fn remove(folder: &Path, name: &str) {
    if is_own(folder) {
        // What cannot be taken away is a miss again.
        drop(fs::remove_file(folder.join(name)));
    }
}

fn place(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name))?;
    Ok(())
}

/// Notes that a pack was used.
pub(super) fn touch(folder: &Path, name: &str) {
    let path = folder.join(name);
    if age(&path).is_some_and(|age| age > NOTED)
        && let Ok(file) = File::options().write(true).open(&path)
    {
        // Where that fails the pack is only evicted earlier.
        drop(file.set_modified(SystemTime::now()));
    }
}

/// Takes away what was left unfinished, and the oldest packs while there is too much of them.
pub(super) fn tidy(folder: &Path, keep: &str, limit: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut packs = Vec::new();
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED) {
            if age(&path).is_some_and(|age| age > LEFT) {
                drop(fs::remove_file(&path));
            }
        } else if let Ok(metadata) = entry.metadata() {
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            packs.push((name == keep, used, metadata.len(), path));
        }
    }
    packs.sort();
    let mut total: u64 = packs.iter().map(|(_, _, size, _)| size).sum();
    for (is_kept, _, size, path) in packs {
        if total <= limit || is_kept {
            return;
        }
        drop(fs::remove_file(&path));
        total -= size;
    }
}

fn age(path: &Path) -> Option<Duration> {
    SystemTime::now().duration_since(path.metadata().ok()?.modified().ok()?).ok()
}

#[cfg(unix)]
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(not(unix))]
fn make(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

/// Whether the folder is the user's and nobody else can write in it.
#[cfg(unix)]
fn is_own(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    folder.symlink_metadata().is_ok_and(|it| {
        it.is_dir() && it.uid() == rustix::process::geteuid().as_raw() && it.mode() & 0o022 == 0
    })
}

#[cfg(not(unix))]
fn is_own(folder: &Path) -> bool {
    folder.is_dir()
}
