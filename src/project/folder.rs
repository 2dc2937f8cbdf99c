//! Which folder of the repository is the project's.

use std::path::Path;

use ignore::WalkBuilder;

use super::config;
use super::paths::{inside, upward};
use super::pyproject::PyProject;
use super::{Overrides, ProjectError};

/// How far below the root a project is looked for.
const DEPTH: usize = 3;

/// The folder that `--project` names; the nearest one from `start` upward that holds a project; the
/// single one below the root that holds a project with tests; the root.
pub(super) fn find(
    root: &Path,
    start: &Path,
    overrides: &Overrides,
) -> Result<String, ProjectError> {
    if let Some(given) = &overrides.project {
        return start
            .join(given)
            .canonicalize()
            .ok()
            .filter(|folder| folder.is_dir())
            .and_then(|folder| inside(root, &folder))
            .ok_or_else(|| ProjectError::NotInside {
                given: given.clone(),
                root: root.to_owned(),
            });
    }
    let start = inside(root, start).unwrap_or_default();
    let nearest = upward(&start).into_iter().find(|folder| {
        is_project(&root.join(folder)) || (!folder.is_empty() && has_config(root, folder))
    });
    if let Some(nearest) = nearest {
        return Ok(workspace_of(root, nearest).to_owned());
    }
    if let Some(cwd) =
        config::nearest(root, "")?.map(|configured| configured.gate(root)).transpose()?
        && let Some(cwd) = cwd.cwd
    {
        return Ok(cwd);
    }
    below(root)
}

/// A member of a workspace is run with the workspace's environment, from the workspace's folder.
fn workspace_of<'a>(root: &Path, folder: &'a str) -> &'a str {
    upward(folder)
        .into_iter()
        .skip(1)
        .find(|above| {
            let member = folder[above.len()..].trim_start_matches('/');
            PyProject::of(&root.join(above)).is_some_and(|pyproject| pyproject.has_member(member))
        })
        .unwrap_or(folder)
}

fn below(root: &Path) -> Result<String, ProjectError> {
    // No project lies in a package, and a package may have thousands of folders.
    let own = root.to_owned();
    let enters = move |folder: &Path| folder == own || !folder.join("__init__.py").is_file();
    let outside = walk_into(root, DEPTH, enters);
    let mut found: Vec<String> = of_folders(root, outside)
        .filter(|folder| {
            let path = root.join(folder);
            // Most folders are no project, and have no tests: that is asked first.
            path.join("guard.toml").is_file() || (path.join("tests").is_dir() && is_project(&path))
        })
        .collect();
    if found.iter().any(|folder| has_config(root, folder)) {
        found.retain(|folder| has_config(root, folder));
    }
    let depth = |folder: &String| folder.matches('/').count();
    let nearest = found.iter().map(depth).min();
    found.retain(|folder| Some(depth(folder)) == nearest);
    found.sort();
    match found.as_slice() {
        [] => Ok(String::new()),
        [only] => Ok(only.clone()),
        [_, _, ..] => Err(ProjectError::Ambiguous { found }),
    }
}

/// Every folder below that git does not ignore, hidden ones left out; relative.
pub(super) fn folders(root: &Path, depth: usize) -> impl Iterator<Item = String> {
    of_folders(root, walk(root, depth))
}

fn of_folders(
    root: &Path,
    entries: impl Iterator<Item = ignore::DirEntry>,
) -> impl Iterator<Item = String> {
    entries
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()))
        .filter_map(move |entry| inside(root, entry.path()))
        .filter(|folder| !folder.is_empty())
}

/// What a folder holds, sorted, without what git ignores and what is hidden.
pub(super) fn walk(folder: &Path, depth: usize) -> impl Iterator<Item = ignore::DirEntry> {
    walk_into(folder, depth, |_| true)
}

/// The same, of the folders that are to be entered.
fn walk_into(
    folder: &Path,
    depth: usize,
    enters: impl Fn(&Path) -> bool + Send + Sync + 'static,
) -> impl Iterator<Item = ignore::DirEntry> {
    WalkBuilder::new(folder)
        .max_depth(Some(depth))
        .ignore(false)
        .git_global(false)
        .require_git(false)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_environment = || entry.path().join("pyvenv.cfg").is_file();
            entry.file_name() != "node_modules"
                && (!is_folder || enters(entry.path()) && !is_environment())
        })
        .build()
        .filter_map(Result::ok)
}

fn has_config(root: &Path, folder: &str) -> bool {
    root.join(folder).join("guard.toml").is_file()
}

/// Settings of tools alone do not make a folder a project, unless it has tests of its own.
fn is_project(folder: &Path) -> bool {
    let has_tests = || folder.join("tests").is_dir();
    let is_setup_cfg = || {
        std::fs::read_to_string(folder.join("setup.cfg")).is_ok_and(|text| {
            text.lines().any(|line| line.starts_with("[metadata]") || line.starts_with("[options"))
                || has_tests()
        })
    };
    folder.join("uv.lock").is_file()
        || folder.join("setup.py").is_file()
        || is_setup_cfg()
        || PyProject::of(folder).is_some_and(|pyproject| pyproject.is_project() || has_tests())
}
