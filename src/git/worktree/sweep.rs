//! How a worktree goes: when it is dropped, or at a later start when its owner died before that.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::git::common_dir;
use super::{PREFIX, WorktreeError};

/// Takes away worktrees of this repository whose owner died, and says how many there were.
///
/// # Errors
/// When git cannot name the repository's common folder.
pub fn sweep(root: &Path) -> Result<usize, WorktreeError> {
    let common = common_dir(root)?;
    let named = |base: &PathBuf| {
        base.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
    };
    // git's record names the `.git` file inside the worktree, which stands inside the base.
    let recorded = children(&common.join("worktrees"))
        .filter_map(|admin| fs::read_to_string(admin.join("gitdir")).ok())
        .filter_map(|link| Some(Path::new(link.trim_end()).parent()?.parent()?.to_owned()));
    let found = children(&std::env::temp_dir()).filter(named).filter(|base| {
        fs::read(base.join("repository"))
            .is_ok_and(|owner| owner == common.as_os_str().as_encoded_bytes())
    });
    let mut bases: Vec<PathBuf> = recorded.filter(named).chain(found).collect();
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
pub(super) fn discard(base: &Path, tree: &Path) {
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

pub(super) fn children(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path())
}
