//! A small project in a temporary folder, and an interpreter with the gate's packages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use guard::anchor::Facts;
use guard::anchor::init::{InitError, Plan, apply, plan};
use guard::assets::Assets;
use guard::exec::{Command, Output};

use super::support::venv;

/// A project in a temporary folder.
pub(crate) struct Tree(tempfile::TempDir);

impl Tree {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub(crate) fn facts(&self, dir: &str, roots: &[&str]) -> Facts {
        let below =
            |name: &str| if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
        let root = self.root().canonicalize().unwrap();
        let roots: Vec<String> = roots.iter().map(|root| below(root)).collect();
        Facts::find(&root, dir, dir, &below("tests/blocking_io"), &roots, Vec::new()).unwrap()
    }

    pub(crate) fn plan(&self, dir: &str, roots: &[&str]) -> Result<Plan, InitError> {
        plan(&self.facts(dir, roots), &Assets::default())
    }

    pub(crate) fn init(&self) {
        apply(self.root(), &self.plan("", &["courier"]).unwrap()).unwrap();
    }

    /// Everything below the root, by path.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        let mut dirs = vec![self.root().to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    dirs.push(path);
                } else {
                    found.insert(path.clone(), fs::read_to_string(&path).unwrap());
                }
            }
        }
        found
    }

    pub(crate) fn pytest(&self, args: &[&str]) -> Output {
        Command::new(venv())
            .args(["-m", "pytest", "-q", "-rA", "--tb=short", "-p", "no:cacheprovider"])
            .args(args)
            .dir(self.root())
            .env("PYTHONPATH", ".")
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("PYTEST_ADDOPTS")
            .limit(Duration::from_secs(120))
            .run()
            .unwrap()
    }
}
