//! Files put into a worktree, taken out of it, and compared.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::WorktreeError;
use super::error::failed;
use super::sweep::children;

/// Copies one file or symbolic link from one root to the other, its mode with it.
pub(super) fn copy(from: &Path, to: &Path, path: &str) -> Result<(), WorktreeError> {
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

pub(super) fn remove(path: &Path) -> Result<(), WorktreeError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    removed.map_err(failed("remove", path))
}

/// Takes away what Python cached of a source file, pytest's rewritten form included.
pub(super) fn forget_bytecode(source: &Path) -> Result<(), WorktreeError> {
    let (Some(folder), Some(stem)) = (source.parent(), source.file_stem()) else { return Ok(()) };
    let prefix = format!("{}.", stem.to_string_lossy());
    for cached in children(&folder.join("__pycache__")) {
        if cached.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)) {
            remove(&cached)?;
        }
    }
    Ok(())
}

pub(super) fn fingerprint(path: &Path) -> String {
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
