//! Relative paths with `/` between their parts, which mean the same on every machine.

use std::path::{Path, PathBuf};

use super::ProjectError;

/// The absolute path, symbolic links resolved.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, ProjectError> {
    path.canonicalize().map_err(|source| ProjectError::Read { path: path.to_owned(), source })
}

/// A path inside the root as a relative one; none when it is outside.
pub(super) fn inside(root: &Path, path: &Path) -> Option<String> {
    let parts: Vec<_> =
        path.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// `path` as seen from `folder`, without `.` and `..`; none when it leaves the root or is absolute.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The way from one folder to a path, both relative to the root; `.` when they are the same.
pub(super) fn relative(from: &str, to: &str) -> String {
    let split = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (from, to) = (split(from), split(to));
    let common = from.iter().zip(&to).take_while(|(one, two)| one == two).count();
    let mut parts = vec!["..".to_owned(); from.len() - common];
    parts.extend_from_slice(&to[common..]);
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The folder that a relative path stands in.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A folder and those above it, up to the root itself.
pub(super) fn upward(folder: &str) -> Vec<&str> {
    let mut found = vec![folder];
    while let Some(&last) = found.last()
        && !last.is_empty()
    {
        found.push(parent(last));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_root_is_refused() {
        assert_eq!(join("backend", "../x/./y/").as_deref(), Some("x/y"));
        assert_eq!(join("backend", "../../x"), None);
        assert_eq!(join("", "/etc"), None);
        assert_eq!(join("", ".").as_deref(), Some(""));
    }

    #[test]
    fn the_way_between_two_folders_is_the_shortest() {
        assert_eq!(relative("backend", "backend/tests/blocking_io"), "tests/blocking_io");
        assert_eq!(relative("backend/app", "tests"), "../../tests");
        assert_eq!(relative("", ""), ".");
        assert_eq!(upward("a/b"), ["a/b", "a", ""]);
    }
}
