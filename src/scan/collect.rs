//! The Python files of a project in a stable order. `.gitignore` is respected, symbolic
//! links are not followed (git holds a link as its text), and a file that cannot be read is said, not skipped.

use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::sync::Arc;

use anyhow::Context;
use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;

use super::source::{FoundFile, SourceFile};

/// Folders that hold no source of the project, whether ignored or not.
const SKIPPED: [&str; 6] =
    [".git", ".venv", "__pycache__", "node_modules", "site-packages", ".tox"];

/// Every `.py` file below `roots` (folders or files, relative to `root`; the empty text is `root`
/// itself) whose path matches none of the `exclude` patterns, sorted by path. A root that does not
/// exist holds no files. Each comes with its content.
///
/// # Errors
/// When a pattern of `exclude` is no glob.
pub fn collect(
    root: &Path,
    roots: &[String],
    exclude: &[String],
) -> anyhow::Result<Vec<SourceFile>> {
    Ok(find(root, roots, exclude)?.into_iter().map(FoundFile::read).collect())
}

/// The same files, not read yet.
///
/// # Errors
/// When a pattern of `exclude` is no glob.
pub fn find(root: &Path, roots: &[String], exclude: &[String]) -> anyhow::Result<Vec<FoundFile>> {
    let filter = PathFilter::new(roots, exclude)?;
    let own: Arc<Path> = root.into();
    let found = |path: String, unreadable: Option<String>| FoundFile {
        path,
        root: Arc::clone(&own),
        unreadable,
    };
    let mut files = BTreeMap::new();
    for start in roots.iter().map(|relative| root.join(relative)).filter(|path| path.exists()) {
        let walk = WalkBuilder::new(&start)
            .hidden(false)
            .ignore(false)
            .require_git(false)
            .follow_links(false)
            .filter_entry(|entry| {
                // What a file is named is asked only where it is Python.
                entry.depth() == 0
                    || entry.file_type().is_some_and(|it| it.is_file())
                    || !entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name))
            })
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    if let Some((path, reason)) = refused(root, &error) {
                        files.insert(path.clone(), found(path, Some(reason)));
                    }
                    continue;
                }
            };
            let is_file = entry.file_type().is_some_and(|it| it.is_file());
            if !is_file || !entry.path().as_os_str().as_encoded_bytes().ends_with(b".py") {
                continue;
            }
            let Some(path) = relative(root, entry.path()) else {
                // A finding names its file; this one has no name that could be written.
                let path = lossy(root, entry.path());
                if filter.admits(&path) {
                    let reason = "its name is not UTF-8, so no finding could name it".to_owned();
                    files.insert(path.clone(), found(path, Some(reason)));
                }
                continue;
            };
            if filter.admits(&path) {
                files.entry(path.clone()).or_insert_with(|| found(path, None));
            }
        }
    }
    Ok(files.into_values().collect())
}

/// Which paths belong to a scan: the same rule for the work tree and for what git holds.
#[derive(Debug, Clone)]
pub struct PathFilter {
    roots: Vec<String>,
    exclude: GlobSet,
}

impl PathFilter {
    /// A filter for these roots and glob patterns, all relative to the repository's root.
    ///
    /// # Errors
    /// When a pattern is no glob.
    pub fn new(roots: &[String], exclude: &[String]) -> anyhow::Result<Self> {
        let mut set = GlobSetBuilder::new();
        for pattern in exclude {
            let glob = Glob::new(pattern).with_context(|| {
                format!(
                    "the exclude pattern {pattern:?} is no glob; correct it in the configuration"
                )
            })?;
            set.add(glob);
            let below = format!("{}/**", pattern.trim_end_matches('/'));
            if let Ok(glob) = Glob::new(&below) {
                set.add(glob);
            }
        }
        let exclude = set.build().context("the exclude patterns are too large together")?;
        let roots = roots.iter().map(|root| normal(root)).collect();
        Ok(Self { roots, exclude })
    }

    /// Whether a path, relative to the repository's root, is Python source of the project.
    pub fn admits(&self, path: &str) -> bool {
        let inside = |root: &String| {
            root.is_empty()
                || path
                    .strip_prefix(root.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        path.ends_with(".py")
            && self.roots.iter().any(inside)
            && !parts(path).any(|part| SKIPPED.iter().any(|skipped| part == skipped.as_bytes()))
            && !self.exclude.is_match(path)
    }
}

fn normal(root: &str) -> String {
    root.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    // Nearly every path is written as the root, a separator and what is looked for.
    let below = root.to_str().and_then(|root| path.to_str()?.strip_prefix(root)?.strip_prefix('/'));
    if let Some(below) = below.filter(|below| is_normal(below)) {
        return Some(below.to_owned());
    }
    let path = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = path
        .components()
        .filter(|part| !matches!(part, Component::CurDir))
        .map(|part| part.as_os_str().to_str())
        .collect();
    Some(parts?.join("/"))
}

/// Whether a path is its parts with `/` between them already.
fn is_normal(path: &str) -> bool {
    !path.as_bytes().contains(&b'\\') && parts(path).all(|part| !matches!(part, b"" | b"." | b".."))
}

/// What stands between slashes.
fn parts(path: &str) -> impl Iterator<Item = &[u8]> {
    path.as_bytes().split(|byte| *byte == b'/')
}

/// A path with `\u{fffd}` for what is not UTF-8.
fn lossy(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts = path.components().filter(|part| !matches!(part, Component::CurDir));
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Which path could not be walked, and why.
fn refused(root: &Path, error: &ignore::Error) -> Option<(String, String)> {
    let mut current = error;
    loop {
        match current {
            ignore::Error::WithPath { path, err } => {
                return Some((relative(root, path)?, format!("cannot be read: {err}")));
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                current = err;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::collect;

    fn paths(dir: &std::path::Path, roots: &[&str], exclude: &[&str]) -> Vec<String> {
        let own = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let files = collect(dir, &own(roots), &own(exclude)).unwrap();
        files.into_iter().map(|file| file.path).collect()
    }

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for path in ["app/b.py", "app/a.py", "app/notes.txt", "app/gen/c.py", "other/d.py"] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x = 1\n").unwrap();
        }
        dir
    }

    #[test]
    fn python_files_below_the_roots_come_sorted() {
        assert_eq!(paths(tree().path(), &["app"], &[]), ["app/a.py", "app/b.py", "app/gen/c.py"]);
    }

    #[test]
    fn ignored_and_excluded_files_are_left_out() {
        let dir = tree();
        fs::write(dir.path().join(".gitignore"), "b.py\n").unwrap();
        assert_eq!(paths(dir.path(), &[""], &["app/gen"]), ["app/a.py", "other/d.py"]);
    }

    #[test]
    fn overlapping_roots_give_each_file_once() {
        assert_eq!(paths(tree().path(), &["other", "other/d.py"], &[]), ["other/d.py"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_loop_ends() {
        let dir = tree();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("other/loop")).unwrap();
        assert_eq!(paths(dir.path(), &["other"], &[]), ["other/d.py"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_file() {
        let dir = tree();
        std::os::unix::fs::symlink("d.py", dir.path().join("other/f.py")).unwrap();
        std::os::unix::fs::symlink("nowhere.py", dir.path().join("other/e.py")).unwrap();
        assert_eq!(paths(dir.path(), &["other"], &[]), ["other/d.py"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_whose_name_is_not_utf8_is_said() {
        use std::os::unix::ffi::OsStrExt as _;

        let dir = tree();
        let name = std::ffi::OsStr::from_bytes(b"other/caf\xe9.py");
        fs::write(dir.path().join(name), "async def f(): open('x')\n").unwrap();
        let files = collect(dir.path(), &["other".to_owned()], &[]).unwrap();
        let said: Vec<_> =
            files.iter().map(|file| (file.path.as_str(), file.unreadable.as_deref())).collect();
        let reason = "its name is not UTF-8, so no finding could name it";
        assert_eq!(said, [("other/caf\u{fffd}.py", Some(reason)), ("other/d.py", None)]);
    }
}
