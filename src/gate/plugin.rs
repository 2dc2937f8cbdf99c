//! The pytest plugin that records evidence, embedded and put where Python finds it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::folder::Folder;
use crate::assets::sha256;

/// The name that `-p` takes.
pub(super) const NAME: &str = "guard_evidence";
/// The variable that names the configuration file.
pub(super) const CONFIG: &str = "GUARD_EVIDENCE_CONFIG";

const FILES: [(&str, &str); 10] = [
    ("__init__.py", include_str!("plugin/__init__.py")),
    ("audit.py", include_str!("plugin/audit.py")),
    ("blocks.py", include_str!("plugin/blocks.py")),
    ("callees.py", include_str!("plugin/callees.py")),
    ("child.py", include_str!("plugin/child.py")),
    ("lines.py", include_str!("plugin/lines.py")),
    ("matrix.py", include_str!("plugin/matrix.py")),
    ("paths.py", include_str!("plugin/paths.py")),
    ("record.py", include_str!("plugin/record.py")),
    ("turn.py", include_str!("plugin/turn.py")),
];

/// SHA-256 of all of it, 64 hexadecimal digits: what records the evidence decides what it is worth.
pub fn plugin_hash() -> String {
    sha256(&FILES.map(|(name, text)| format!("{name}\0{text}\0")).concat())
}

/// Lines of one file whose execution is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Relative to the tree.
    pub path: String,
    /// From 1, both ends included.
    pub lines: RangeInclusive<usize>,
}

/// What a process needs that forks per test and site.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Forks {
    /// Per site its path, start, end, and whether it can be turned at run time.
    pub(super) sites: serde_json::Value,
    /// The lines of the project's own offload helpers, by file.
    pub(super) helpers: BTreeMap<String, Vec<(usize, usize)>>,
    /// Where production code is, relative to the tree.
    pub(super) roots: Vec<String>,
    /// Where tests are, relative to the tree.
    pub(super) tests: Vec<String>,
    /// Children at a time.
    pub(super) jobs: usize,
    /// How often each pair is forked; what stays green is forked twice in any case.
    pub(super) repeat: u32,
    /// A child's limit: seconds at least, and how often its test's own time in the baseline.
    pub(super) seconds: (f64, f64),
}

/// Where a run's plugin lies and what it was told.
#[derive(Debug)]
pub(super) struct Installed {
    folder: Folder,
}

/// Whether pytest is to write JUnit XML beside the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Junit {
    /// Where the project's own command asks for none.
    Wanted,
    /// Nobody would keep it.
    Spared,
}

#[derive(Serialize)]
struct Config<'a> {
    output: PathBuf,
    tree: &'a Path,
    original: &'a Path,
    watch: BTreeMap<&'a str, Vec<(usize, usize)>>,
    options: Option<&'a str>,
    junit: Option<PathBuf>,
    matrix: Option<Matrix<'a>>,
}

#[derive(Serialize)]
struct Matrix<'a> {
    folder: PathBuf,
    #[serde(flatten)]
    forks: &'a Forks,
}

impl Installed {
    /// Writes the plugin and its configuration into a fresh folder that lives as long as this value.
    pub(super) fn write(
        tree: &Path,
        original: &Path,
        watch: &[Watch],
        options: Option<&str>,
        forks: Option<&Forks>,
        junit: Junit,
    ) -> io::Result<Self> {
        let folder = Folder::new()?;
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
        let matrix = match forks {
            Some(forks) => {
                fs::create_dir(installed.children())?;
                Some(Matrix { folder: installed.children(), forks })
            }
            None => None,
        };
        let output = installed.events();
        let junit = match junit {
            Junit::Wanted => Some(installed.junit()),
            Junit::Spared => None,
        };
        let config = Config { output, tree, original, watch: ranges, options, junit, matrix };
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

    /// Where forked children write their events.
    pub(super) fn children(&self) -> PathBuf {
        self.folder.path().join("children")
    }

    /// The JUnit XML, where it was wanted and the project's own command writes none.
    pub(super) fn junit(&self) -> PathBuf {
        self.folder.path().join("junit.xml")
    }

    /// The file of events, one JSON line each.
    pub(super) fn events(&self) -> PathBuf {
        self.folder.path().join("events.jsonl")
    }
}
