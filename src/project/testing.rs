//! Small trees of files to look at.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{Overrides, Project, ProjectError};
use crate::exec::Command;

/// A folder that is gone with the value.
pub(super) struct Tree(TempDir);

impl Tree {
    /// Empty files, or `path=text` ones.
    pub(super) fn of(files: &[&str]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for file in files {
            let (path, text) = file.split_once('=').unwrap_or((file, ""));
            tree.write(path, text);
        }
        tree
    }

    pub(super) fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// An executable script. A process of its own writes it: a descriptor of ours, inherited by
    /// what another test starts in the same instant, would make the kernel call it busy.
    pub(super) fn program(&self, path: &str, script: &str) {
        self.write(path, "");
        let written = Command::new("sh")
            .args(["-c", r#"cat > "$0" && chmod +x "$0""#])
            .arg(self.root().join(path))
            .stdin(format!("#!/bin/sh\n{script}\n"))
            .run()
            .unwrap();
        assert!(written.success(), "{}", written.stderr_text());
    }

    pub(super) fn find(&self) -> Result<Project, ProjectError> {
        self.find_from("", &Overrides::default())
    }

    pub(super) fn find_from(
        &self,
        start: &str,
        overrides: &Overrides,
    ) -> Result<Project, ProjectError> {
        Project::find(&self.root(), &self.root().join(start), overrides)
    }
}

/// The smallest file that describes a project.
pub(super) const PYPROJECT: &str = "pyproject.toml=[project]\nname = 'x'\n";
