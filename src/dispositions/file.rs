//! The file on the disk: never half written, and never outside of the repository.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::{DispositionsError, PATH};

/// The text of the file in a work tree; none where there is no such file.
///
/// # Errors
/// When it cannot be read.
pub fn read(root: &Path) -> Result<Option<String>, DispositionsError> {
    match fs::read_to_string(root.join(PATH)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(DispositionsError::Io { verb: "read", source }),
    }
}

/// Puts a text in the place of the file's, at once: a full disk leaves the file as it was.
///
/// # Errors
/// When it cannot be written, or would stand outside of the repository.
pub fn write(root: &Path, text: &str) -> Result<(), DispositionsError> {
    let failed = |source| DispositionsError::Io { verb: "write", source };
    let path = root.join(PATH);
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder).map_err(failed)?;
    let canonical = |path: &Path| path.canonicalize().map_err(failed);
    if !canonical(folder)?.starts_with(canonical(root)?) {
        return Err(DispositionsError::Outside);
    }
    let new = path.with_extension("yaml.new");
    let put = fs::write(&new, text).and_then(|()| fs::rename(&new, &path));
    put.map_err(|error| {
        // Absent already when it could not even be made.
        let _ = fs::remove_file(&new);
        failed(error)
    })
}

/// Takes the file away, and its folder where that holds nothing else.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(root: &Path) -> Result<(), DispositionsError> {
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map_err(|source| DispositionsError::Io { verb: "remove", source }),
    };
    let path = root.join(PATH);
    gone(fs::remove_file(&path))?;
    match path.parent().map(fs::remove_dir) {
        Some(Err(error)) if error.kind() != ErrorKind::DirectoryNotEmpty => gone(Err(error)),
        Some(Ok(()) | Err(_)) | None => Ok(()),
    }
}
