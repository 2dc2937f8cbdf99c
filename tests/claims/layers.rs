//! The house, as a test: nothing imports upward.

use std::fs;
use std::path::{Path, PathBuf};

/// Top first. A module may name those below it and itself.
const LAYERS: [&str; 19] = [
    "cli",
    "ui",
    "engine",
    "report",
    "anchor",
    "receipt",
    "gate",
    "rewrite",
    "dispositions",
    "fence",
    "scan",
    "journal",
    "sop",
    "project",
    "git",
    "exec",
    "assets",
    "yaml",
    "model",
];

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn layer(name: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| *layer == name)
        .unwrap_or_else(|| panic!("`{name}` has no layer"))
}

/// Every `crate::<module>` of a source text.
fn imports(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn nothing_imports_upward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut upward = Vec::new();
    for file in &files {
        let relative = file.strip_prefix(&src).unwrap();
        let Some(module) = relative.parent().and_then(|dir| dir.iter().next()) else { continue };
        let from = layer(module.to_str().unwrap());
        let source = fs::read_to_string(file).unwrap();
        for name in imports(&source) {
            if layer(name) < from {
                upward.push(format!("{} imports {name}", relative.display()));
            }
        }
    }
    assert!(files.len() > LAYERS.len(), "the walk found only {} files", files.len());
    assert!(upward.is_empty(), "upward imports:\n{}", upward.join("\n"));
}

#[test]
fn every_module_of_the_library_has_a_layer() {
    let library =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules: Vec<&str> = library
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(modules.iter().rev().copied().collect::<Vec<_>>(), LAYERS);
}
