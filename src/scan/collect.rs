//! The Python files of a project in a stable order. `.gitignore` is respected, symbolic
//! links are not followed (git holds a link as its text), and a file that cannot be read is said, not skipped.

mod ignored;
mod walk;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use globset::{Glob, GlobSet, GlobSetBuilder};

use super::source::{FoundFile, SourceFile};
use walk::Found;

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
    let mut files = Vec::new();
    for relative in roots {
        let start = root.join(relative);
        if Path::new(relative).is_absolute() || !start.exists() {
            continue;
        }
        for Found { path, unreadable, is_lossy } in walk::below(&start, &normal(relative)) {
            if unreadable.is_some() {
                files.push(found(path, unreadable));
            } else if filter.admits(&path) {
                // A finding names its file; a lossy path names none.
                let reason = "its name is not UTF-8, so no finding could name it";
                files.push(found(path, is_lossy.then(|| reason.to_owned())));
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    Ok(files)
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
            && !path.split('/').any(|part| SKIPPED.contains(&part))
            && !self.exclude.is_match(path)
    }
}

fn normal(root: &str) -> String {
    root.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::collect;

    fn paths(dir: &Path, roots: &[&str], exclude: &[&str]) -> Vec<String> {
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

    fn write(dir: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// Patterns of every kind of file, which contradict each other.
    fn with_patterns() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let git = format!("gitdir: {}\n", dir.path().join("kept/worktrees/one").display());
        write(
            dir.path(),
            &[
                (".gitignore", "*_gen.py\n/top.py\nbuild/\n!keep_gen.py\nin[\n"),
                (".git/info/exclude", "secret.py\n!told_gen.py\n"),
                ("app/.gitignore", "!b_gen.py\n/deep/*.py\n!/deep/kept.py\n"),
                ("app/deep/.gitignore", "!other.py\n"),
                ("app/nested/.git/info/exclude", "hidden.py\n"),
                ("app/nested/.gitignore", "!secret.py\n"),
                ("tree/.git", &git),
                ("kept/worktrees/one/commondir", "../..\n"),
                ("kept/info/exclude", "in_tree.py\n"),
                ("build/.gitignore", "!*\n"),
            ],
        );
        let folders = ["", "app/", "app/deep/", "app/nested/", "build/", "app/build/", "tree/a-b/"];
        let more = ["tree/", "tree/a/", "app/.hidden/", "node_modules/", "tree/build.py/"];
        let names = ["top", "a_gen", "b_gen", "keep_gen", "told_gen", "secret", "kept"];
        for folder in folders.iter().chain(&more) {
            for name in names.iter().chain(&["other", "hidden", "in_tree", "a", "a-b"]) {
                write(dir.path(), &[(&format!("{folder}{name}.py"), "x = 1\n")]);
            }
            write(dir.path(), &[(&format!("{folder}notes.txt"), "")]);
        }
        dir
    }

    /// What the walk of `ignore` finds, which asks for every file that there may be.
    fn walked(dir: &Path, start: &str) -> Vec<String> {
        let is_source = |entry: &ignore::DirEntry| {
            entry.depth() == 0 || !super::SKIPPED.iter().any(|it| entry.file_name() == *it)
        };
        let walk = ignore::WalkBuilder::new(dir.join(start))
            .hidden(false)
            .ignore(false)
            .require_git(false)
            .filter_entry(is_source)
            .build();
        let mut paths: Vec<String> = (walk.flatten())
            .filter(|entry| entry.file_type().is_some_and(|it| it.is_file()))
            .map(|entry| entry.path().strip_prefix(dir).unwrap().to_str().unwrap().to_owned())
            .filter(|path| path.ends_with(".py"))
            .collect();
        paths.sort();
        paths
    }

    #[test]
    fn what_files_of_patterns_leave_out_is_left_out() {
        let dir = with_patterns();
        for start in ["", "app", "app/deep", "app/nested", "tree", "build", "tree/a/a.py"] {
            assert_eq!(paths(dir.path(), &[start], &[]), walked(dir.path(), start), "{start:?}");
        }
        let all = paths(dir.path(), &[""], &[]);
        let has = |path: &str| all.iter().any(|other| other == path);
        assert!(has("app/b_gen.py") && !has("b_gen.py") && !has("app/nested/a_gen.py"));
        assert!(has("app/deep/kept.py") && has("app/deep/other.py") && !has("app/deep/a.py"));
        assert!(!has("secret.py") && has("app/nested/secret.py") && !has("app/nested/hidden.py"));
        assert!(has("tree/hidden.py") && !has("tree/in_tree.py") && has("app/.hidden/a.py"));
        assert!(all.iter().all(|path| !path.contains("build/")));
    }

    #[cfg(unix)]
    #[test]
    fn a_root_that_is_a_link_to_a_folder_is_walked() {
        let dir = tree();
        std::os::unix::fs::symlink("app", dir.path().join("link")).unwrap();
        assert_eq!(paths(dir.path(), &["link"], &[]), ["link/a.py", "link/b.py", "link/gen/c.py"]);
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
