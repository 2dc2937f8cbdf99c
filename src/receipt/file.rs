//! Receipts on the disk.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Receipt, ReceiptError};
use crate::assets::sha256;
use crate::model::Key;

/// Where a run leaves its receipts, relative to the root, when nothing else is said.
pub const FOLDER: &str = ".guard/receipts";

/// The file of a key's receipt: of its path, function and symbol, so that a new proof takes the
/// place of the old one.
pub fn name(key: &Key) -> String {
    let hash = sha256(&format!("{}\0{}\0{}", key.path, key.function, key.symbol));
    format!("{}.json", &hash[..12])
}

/// The receipts that are meant: files as they are named, of a folder every `.json` file in it,
/// sorted.
///
/// # Errors
/// When one cannot be read, or a folder holds none.
pub fn collect(named: &[PathBuf]) -> Result<Vec<(String, String)>, ReceiptError> {
    let mut found = Vec::new();
    for path in named {
        let shown = path.display().to_string();
        let failed = |source| ReceiptError::Io { file: shown.clone(), source };
        if !path.is_dir() {
            match fs::read_to_string(path) {
                Ok(text) => found.push((shown, text)),
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    let what = "it is no text".to_owned();
                    return Err(ReceiptError::Damaged { file: shown, what });
                }
                Err(error) => return Err(failed(error)),
            }
            continue;
        }
        let entries = fs::read_dir(path).map_err(failed)?;
        let mut files: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        files.sort();
        if files.is_empty() {
            return Err(ReceiptError::None { folder: shown });
        }
        found.extend(collect(&files)?);
    }
    Ok(found)
}

/// Writes a receipt, at once: a full disk leaves the file as it was. Makes the folder.
///
/// # Errors
/// When the system refuses.
pub fn write(file: &Path, receipt: &Receipt) -> Result<(), ReceiptError> {
    let failed = |source| ReceiptError::Write { file: file.display().to_string(), source };
    let text = serde_json::to_string_pretty(receipt).expect("strings and numbers are JSON");
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let new = file.with_extension("json.new");
    let put = fs::write(&new, text + "\n").and_then(|()| fs::rename(&new, file));
    put.map_err(|error| {
        // Absent already when it could not even be made.
        let _ = fs::remove_file(&new);
        failed(error)
    })
}
