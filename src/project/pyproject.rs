//! The parts of `pyproject.toml` that say what kind of project a folder holds.

use std::fs;
use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use toml::{Table, Value};

/// A `pyproject.toml`, as far as it can be read. Faults are the business of whoever needs its
/// content; here it only helps to find the way.
#[derive(Debug, Default)]
pub(super) struct PyProject(Table);

impl PyProject {
    /// None when the folder has no such file; empty when it cannot be read.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let text = fs::read(folder.join("pyproject.toml")).ok()?;
        Some(Self(String::from_utf8_lossy(&text).parse().unwrap_or_default()))
    }

    fn table(&self, path: &[&str]) -> Option<&Table> {
        path.iter().try_fold(&self.0, |table, &key| table.get(key)?.as_table())
    }

    /// Whether it describes a project, and not only the settings of some tools.
    pub(super) fn is_project(&self) -> bool {
        [&["project"][..], &["build-system"], &["dependency-groups"]]
            .iter()
            .chain(&[&["tool", "poetry"][..], &["tool", "uv"], &["tool", "guard"]])
            .any(|path| self.table(path).is_some())
    }

    /// Whether uv manages the project.
    pub(super) fn uses_uv(&self) -> bool {
        self.table(&["tool", "uv"]).is_some()
    }

    /// Whether a folder, relative to this file's, is a member of the uv workspace declared here.
    pub(super) fn has_member(&self, folder: &str) -> bool {
        let Some(workspace) = self.table(&["tool", "uv", "workspace"]) else { return false };
        globs(workspace.get("members")).is_match(folder)
            && !globs(workspace.get("exclude")).is_match(folder)
    }

    /// Whether a uv workspace is declared here.
    pub(super) fn is_workspace(&self) -> bool {
        self.table(&["tool", "uv", "workspace"]).is_some()
    }
}

fn globs(list: Option<&Value>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}
