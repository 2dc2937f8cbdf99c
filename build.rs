//! Embeds the folders whose files are part of the binary: a table of (name, text) that
//! `src/assets/` includes. Adding a template is adding a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Each folder, relative to the package, is also the first part of its assets' names.
const FOLDERS: [&str; 4] = ["references", "sop", "templates", "tests/trees/demo"];

fn walk(dir: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            // Left behind by a Python that ran there by hand.
            if !["__pycache__", ".pytest_cache", ".venv", ".git"].contains(&name.as_str()) {
                walk(&path, found)?;
            }
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut table = String::from("&[\n");
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        if package.join(folder).is_dir() {
            walk(&package.join(folder), &mut files)?;
        }
        files.sort();
        for file in files {
            let name = file.strip_prefix(&package).unwrap_or(&file).to_string_lossy().into_owned();
            writeln!(table, "    ({name:?}, include_str!({:?})),", file.to_string_lossy())
                .map_err(io::Error::other)?;
        }
    }
    table.push_str("]\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs"), table)
}
