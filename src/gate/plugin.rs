//! The pytest plugin that records evidence, embedded and put where Python finds it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// The name that `-p` takes.
pub(super) const NAME: &str = "guard_evidence";
/// The variable that names the configuration file.
pub(super) const CONFIG: &str = "GUARD_EVIDENCE_CONFIG";

const FILES: [(&str, &str); 6] = [
    ("__init__.py", include_str!("plugin/__init__.py")),
    ("audit.py", include_str!("plugin/audit.py")),
    ("blocks.py", include_str!("plugin/blocks.py")),
    ("lines.py", include_str!("plugin/lines.py")),
    ("paths.py", include_str!("plugin/paths.py")),
    ("record.py", include_str!("plugin/record.py")),
];

/// Lines of one file whose execution is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Relative to the tree.
    pub path: String,
    /// From 1, both ends included.
    pub lines: RangeInclusive<usize>,
}

/// Where a run's plugin lies and what it was told.
#[derive(Debug)]
pub(super) struct Installed {
    folder: tempfile::TempDir,
}

#[derive(Serialize)]
struct Config<'a> {
    output: PathBuf,
    tree: &'a Path,
    original: &'a Path,
    watch: BTreeMap<&'a str, Vec<(usize, usize)>>,
    options: Option<&'a str>,
}

impl Installed {
    /// Writes the plugin and its configuration into a fresh folder that lives as long as this value.
    pub(super) fn write(
        tree: &Path,
        original: &Path,
        watch: &[Watch],
        options: Option<&str>,
    ) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("guard-gate-").tempdir()?;
        let package = folder.path().join(NAME);
        fs::create_dir(&package)?;
        for (name, text) in FILES {
            fs::write(package.join(name), text)?;
        }
        let installed = Self { folder };
        let mut ranges: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
        for Watch { path, lines } in watch {
            ranges.entry(path).or_default().push((*lines.start(), *lines.end()));
        }
        let config = Config { output: installed.events(), tree, original, watch: ranges, options };
        fs::write(installed.config(), serde_json::to_vec(&config)?)?;
        Ok(installed)
    }

    /// The folder to put on Python's path.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where pytest may keep its own cache.
    pub(super) fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// The configuration file.
    pub(super) fn config(&self) -> PathBuf {
        self.folder.path().join("config.json")
    }

    /// The file of events, one JSON line each.
    pub(super) fn events(&self) -> PathBuf {
        self.folder.path().join("events.jsonl")
    }
}
