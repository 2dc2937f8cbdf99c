//! Where production code is, when nobody says: the packages by what is there.

use std::path::Path;

use super::folder::{folders, walk};
use super::paths::{join, parent, relative};
use super::pyproject::PyProject;

/// What is never production code, wherever it stands.
pub(super) const EXCLUDE: [&str; 10] = [
    "**/tests/**",
    "**/conftest.py",
    "**/test_*.py",
    "**/*_test.py",
    "**/.venv/**",
    "**/venv/**",
    "**/node_modules/**",
    "**/site-packages/**",
    "**/__pycache__/**",
    "**/.guard/**",
];

/// Folders at the top of a project that do not ship.
const NOT_SHIPPED: [&str; 18] = [
    "test",
    "testing",
    "doc",
    "docs",
    "example",
    "examples",
    "sample",
    "samples",
    "benchmark",
    "benchmarks",
    "venv",
    "env",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "__pycache__",
    "htmlcov",
];

/// Files at the top of a project that belong to its tools.
const TOOL_FILES: [&str; 4] = ["setup.py", "conftest.py", "noxfile.py", "tests.py"];

/// How far below a project the members of its workspace are looked for.
const MEMBER_DEPTH: usize = 4;

/// How deep a folder may hide its first Python file.
const PACKAGE_DEPTH: usize = 4;

/// The packages and modules of the project in this folder and of its workspace's members, sorted;
/// the folder itself when nothing was found.
pub(super) fn look(root: &Path, dir: &str) -> Vec<String> {
    let project = root.join(dir);
    let members: Vec<String> = match PyProject::of(&project) {
        Some(pyproject) if pyproject.is_workspace() => folders(&project, MEMBER_DEPTH)
            .filter(|folder| {
                pyproject.has_member(folder)
                    && project.join(folder).join("pyproject.toml").is_file()
            })
            .collect(),
        Some(_) | None => Vec::new(),
    };
    let mut found = packages(&project, &members);
    for member in &members {
        let inside = packages(&project.join(member), &[]);
        found.extend(inside.into_iter().map(|package| format!("{member}/{package}")));
    }
    found.sort();
    found.dedup();
    let all = found.clone();
    found.retain(|path| {
        !all.iter().any(|other| path.strip_prefix(other).is_some_and(|rest| rest.starts_with('/')))
    });
    if found.is_empty() {
        return vec![dir.to_owned()];
    }
    found.iter().filter_map(|path| join(dir, path)).collect()
}

/// The packages at the top of one project, relative to it.
fn packages(project: &Path, members: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, is_folder) in children(project) {
        let path = project.join(&name);
        let holds_member = members.iter().any(|member| {
            member.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if !is_folder {
            found.extend(is_module(&name).then_some(name));
        } else if name == "src" && !path.join("__init__.py").is_file() {
            found.extend(
                children(&path)
                    .filter(|(name, is_folder)| match is_folder {
                        true => ships(name) && holds_python(&path.join(name), PACKAGE_DEPTH),
                        false => is_module(name),
                    })
                    .map(|(name, _)| format!("src/{name}")),
            );
        } else if ships(&name) && holds_python(&path, if holds_member { 1 } else { PACKAGE_DEPTH })
        {
            found.push(name);
        }
    }
    found
}

/// The names in a folder, and whether each is a folder.
fn children(folder: &Path) -> impl Iterator<Item = (String, bool)> {
    walk(folder, 1).filter(|entry| entry.depth() == 1).filter_map(|entry| {
        let is_folder = entry.file_type()?.is_dir();
        Some((entry.file_name().to_str()?.to_owned(), is_folder))
    })
}

fn ships(name: &str) -> bool {
    let is_about_tests = name.split(['_', '-']).any(|word| word == "tests" || word == "fixtures");
    !is_about_tests && !NOT_SHIPPED.contains(&name) && !name.ends_with(".egg-info")
}

fn is_module(name: &str) -> bool {
    name.ends_with(".py")
        && !name.starts_with("test_")
        && !name.ends_with("_test.py")
        && !TOOL_FILES.contains(&name)
}

fn holds_python(folder: &Path, depth: usize) -> bool {
    walk(folder, depth).any(|entry| entry.path().extension().is_some_and(|ext| ext == "py"))
}

/// A `PYTHONPATH` that makes the roots importable from the working directory. In a worktree it
/// goes before an editable install, which would import from the contributor's own checkout.
pub(super) fn import_path(root: &Path, cwd: &str, roots: &[String]) -> String {
    let mut folders = vec![".".to_owned()];
    for path in roots {
        let holds_packages = path == cwd
            || (path.rsplit('/').next() == Some("src")
                && !root.join(path).join("__init__.py").is_file());
        let folder = relative(cwd, if holds_packages { path } else { parent(path) });
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders.join(":")
}
