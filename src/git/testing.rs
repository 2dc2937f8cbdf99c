//! Real repositories in temporary folders, blind to the configuration of whoever runs the tests.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::command::writing;
use super::{ChangedFile, Content, Repository};

/// A repository that is gone with the value. Its own configuration wins over the user's wherever
/// that could change an outcome, because guard's own git commands see both.
pub(super) struct Scratch {
    pub dir: TempDir,
}

impl Scratch {
    pub(super) fn empty(options: &[&str]) -> Self {
        let scratch = Self { dir: tempfile::tempdir().unwrap() };
        let init = [&["init", "--quiet", "--initial-branch=main"], options, &["repo"]].concat();
        run(scratch.dir.path(), &init);
        for (name, value) in [
            ("user.name", "Ada"),
            ("user.email", "ada@example.org"),
            ("commit.gpgSign", "false"),
            ("core.autocrlf", "false"),
            ("core.excludesFile", "/dev/null"),
            ("core.hooksPath", ".git/hooks"),
        ] {
            scratch.git(&["config", name, value]);
        }
        scratch
    }

    /// One commit with these files.
    pub(super) fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Self::empty(&[]);
        scratch.commit(files);
        scratch
    }

    pub(super) fn root(&self) -> PathBuf {
        self.dir.path().join("repo").canonicalize().unwrap()
    }

    pub(super) fn git(&self, args: &[&str]) -> String {
        run(&self.root(), args)
    }

    pub(super) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn commit(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(super) fn open(&self) -> Repository {
        Repository::discover(&self.root()).unwrap()
    }

    /// What differs from `HEAD`, each as "change base -> path [first-last …]".
    pub(super) fn changed(&self) -> Vec<String> {
        let repository = self.open();
        let head = repository.head().unwrap();
        shown(&repository.changes(&head, Content::Working).unwrap())
    }
}

pub(super) fn shown(files: &[ChangedFile]) -> Vec<String> {
    files
        .iter()
        .map(|file| {
            let lines: Vec<String> = file
                .added
                .iter()
                .map(|range| format!("{}-{}", range.start(), range.end()))
                .collect();
            let base = file.base_path.as_deref().unwrap_or("none");
            format!("{:?} {base} -> {} [{}]", file.change, file.path, lines.join(" "))
        })
        .collect()
}

pub(super) fn run(dir: &Path, args: &[&str]) -> String {
    let command = writing(dir)
        .env("HOME", dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(["-c", "protocol.file.allow=always"])
        .args(args);
    let output = command.run().unwrap();
    assert!(output.success(), "{}: {}", command.shown(), output.stderr_text());
    output.stdout_text().trim_end().to_owned()
}
