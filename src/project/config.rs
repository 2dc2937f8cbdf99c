//! `guard.toml`, or `[tool.guard]` of `pyproject.toml`: every key optional, none unknown. Paths are
//! relative to the file's folder there, and relative to the root when they leave this module.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use globset::Glob;
use serde::Deserialize;
use toml::Spanned;

use super::ProjectError;
use super::fence::{FenceConfig, FenceRules};
use super::paths::{join, upward};
use super::rules::{CentralRules, EntryRule, OffloaderRule, Rules, SinkRule};
use super::snippet::Source;
use super::words::Words;

pub(super) const GUARD_TOML: &str = "guard.toml";
pub(super) const PYPROJECT_TOML: &str = "pyproject.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Folders and files with production code.
    roots: Option<Vec<Spanned<String>>>,
    /// Glob patterns of what is not scanned, beside tests and environments.
    exclude: Vec<Spanned<String>>,
    /// The folder of the gate's tests.
    anchors: Option<Spanned<String>>,
    /// A command that prints findings as JSON, in place of the builtin detector.
    detector: Option<Words>,
    /// Calls that block, beside the catalogue's.
    sinks: Vec<SinkRule>,
    /// What runs a function in a thread, beside the catalogue's and what the scan sees by itself.
    offloaders: Vec<Spanned<OffloaderRule>>,
    /// Sync methods that a framework calls on the loop.
    entries: Vec<EntryRule>,
    /// How the gate is run.
    gate: GateConfig,
    /// Heavy sync calls that no `async def` may make.
    fence: Option<Spanned<FenceConfig>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GateConfig {
    /// The working directory.
    cwd: Option<Spanned<String>>,
    /// Variables of the environment. `PYTHONPATH` here replaces the one that guard makes.
    env: BTreeMap<String, String>,
    /// The interpreter: a path, or a name on PATH.
    python: Option<String>,
    /// The command for the whole suite; a first word `python` stands for the interpreter.
    suite: Option<Words>,
    /// The command for selected tests; a word `{tests}` stands for them.
    tests: Option<Spanned<Words>>,
    /// Seconds that one run of the whole suite may take.
    limit: Option<Spanned<u64>>,
    /// Glob patterns of ignored files that a worktree needs.
    carry: Vec<Spanned<String>>,
    /// Where the project keeps its own rules for the gate.
    rules: Option<Spanned<CentralRules>>,
}

/// What else a `pyproject.toml` holds is not guard's business.
#[derive(Debug, Deserialize)]
struct PyProjectFile {
    tool: Option<Tools>,
}

#[derive(Debug, Deserialize)]
struct Tools {
    guard: Option<Config>,
}

/// A configuration and the file that it came from.
#[derive(Debug)]
pub(super) struct Configured {
    /// Relative to the root.
    pub file: String,
    folder: String,
    text: String,
    config: Config,
}

/// What the configuration says of the gate.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub cwd: Option<String>,
    pub env: Vec<(String, String)>,
    pub python: Option<PathBuf>,
    pub suite: Option<Vec<String>>,
    pub tests: Option<Vec<String>>,
    pub limit: Option<Duration>,
    pub carry: Vec<String>,
}

/// The configuration of the project's folder, or of the nearest one above it. Beside a
/// `guard.toml`, `[tool.guard]` of the same folder does not count.
pub(super) fn nearest(root: &Path, dir: &str) -> Result<Option<Configured>, ProjectError> {
    nearest_by(dir, |file| read(&root.join(file)))
}

/// The same, where `read` gives the text of a file by its path relative to the root.
pub(super) fn nearest_by(
    dir: &str,
    read: impl Fn(&str) -> Result<Option<String>, ProjectError>,
) -> Result<Option<Configured>, ProjectError> {
    for folder in upward(dir) {
        let path = |name: &str| join(folder, name).unwrap_or_default();
        let file = path(GUARD_TOML);
        if let Some(text) = read(&file)? {
            let config = toml::from_str(&text)
                .map_err(|error| Source { file: &file, text: &text }.toml(&error))?;
            return Ok(Some(Configured { file, folder: folder.to_owned(), text, config }));
        }
        let file = path(PYPROJECT_TOML);
        if let Some(text) = read(&file)? {
            let parsed: PyProjectFile = toml::from_str(&text)
                .map_err(|error| Source { file: &file, text: &text }.toml(&error))?;
            if let Some(config) = parsed.tool.and_then(|tools| tools.guard) {
                return Ok(Some(Configured { file, folder: folder.to_owned(), text, config }));
            }
        }
    }
    Ok(None)
}

fn read(path: &Path) -> Result<Option<String>, ProjectError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ProjectError::Read { path: path.to_owned(), source }),
    }
}

impl Configured {
    /// Folders and files with production code, sorted, where they are given.
    pub(super) fn roots(&self, root: &Path) -> Result<Option<Vec<String>>, ProjectError> {
        let Some(given) = &self.config.roots else { return Ok(None) };
        let mut roots = Vec::with_capacity(given.len());
        for path in given {
            roots.push(self.existing(root, path)?);
        }
        roots.sort();
        roots.dedup();
        Ok(Some(roots))
    }

    /// Patterns of what is not scanned.
    pub(super) fn exclude(&self) -> Result<Vec<String>, ProjectError> {
        self.globs(&self.config.exclude)
    }

    /// The folder of the gate's tests, where it is given.
    pub(super) fn anchors(&self) -> Result<Option<String>, ProjectError> {
        self.config.anchors.as_ref().map(|path| self.path(path)).transpose()
    }

    /// The words of the detector's command, where one is given.
    pub(super) fn detector(&self) -> Option<Vec<String>> {
        self.config.detector.clone().map(|words| words.0)
    }

    /// What the project adds to the detector.
    pub(super) fn rules(&self) -> Result<Rules, ProjectError> {
        let mut offloaders = Vec::with_capacity(self.config.offloaders.len());
        for rule in &self.config.offloaders {
            let named = rule.get_ref();
            if named.function.is_some() == named.method.is_some() {
                let title = "an offloader is a function or a method";
                return Err(self.error(rule, title, "needs one of `function` and `method`"));
            }
            offloaders.push(named.clone());
        }
        Ok(Rules {
            sinks: self.config.sinks.clone(),
            offloaders,
            entries: self.config.entries.clone(),
        })
    }

    /// Where the project keeps its own rules for the gate, where that is given.
    pub(super) fn central_list(&self, root: &Path) -> Result<Option<CentralRules>, ProjectError> {
        let Some(rules) = &self.config.gate.rules else { return Ok(None) };
        let given = rules.get_ref();
        match join(&self.folder, &given.file) {
            Some(file) if root.join(&file).is_file() => {
                Ok(Some(CentralRules { file, ..given.clone() }))
            }
            Some(_) | None => {
                let title = format!("there is no file `{}` in the repository", given.file);
                Err(self.error(rules, &title, "`file` is relative to this file's folder"))
            }
        }
    }

    /// What is given of the gate.
    pub(super) fn gate(&self, root: &Path) -> Result<Given, ProjectError> {
        let gate = &self.config.gate;
        if let Some(tests) = &gate.tests
            && !tests.get_ref().0.iter().any(|word| word == "{tests}")
        {
            return Err(self.error(
                tests,
                "`tests` does not say where the selected tests go",
                "needs a word `{tests}`",
            ));
        }
        if let Some(limit) = &gate.limit
            && *limit.get_ref() == 0
        {
            return Err(self.error(limit, "`limit` leaves no time", "seconds, at least 1"));
        }
        Ok(Given {
            cwd: gate.cwd.as_ref().map(|path| self.existing(root, path)).transpose()?,
            env: gate.env.clone().into_iter().collect(),
            python: gate.python.as_ref().map(|python| match python.contains('/') {
                true => root.join(&self.folder).join(python),
                false => PathBuf::from(python),
            }),
            suite: gate.suite.clone().map(|words| words.0),
            tests: gate.tests.clone().map(|words| words.into_inner().0),
            limit: gate.limit.as_ref().map(|limit| Duration::from_secs(*limit.get_ref())),
            carry: self.globs(&gate.carry)?,
        })
    }

    /// What the configuration says of the fence, where it says anything.
    pub(super) fn fence(&self) -> Result<Option<FenceRules>, ProjectError> {
        let Some(fence) = &self.config.fence else { return Ok(None) };
        let mut rules = FenceRules::of(fence, &self.file, &self.folder, &self.text)?;
        let offloaders = self.config.offloaders.iter().map(Spanned::get_ref);
        let names = offloaders.filter_map(|rule| rule.function.as_ref().or(rule.method.as_ref()));
        rules.offloaders =
            names.map(|name| name.rsplit('.').next().unwrap_or_default().to_owned()).collect();
        Ok(Some(rules))
    }

    fn path(&self, path: &Spanned<String>) -> Result<String, ProjectError> {
        join(&self.folder, path.get_ref()).ok_or_else(|| {
            let title = format!("`{}` leaves the repository", path.get_ref());
            self.error(path, &title, "relative to this file's folder, inside the repository")
        })
    }

    fn existing(&self, root: &Path, path: &Spanned<String>) -> Result<String, ProjectError> {
        let joined = self.path(path)?;
        if root.join(&joined).exists() {
            return Ok(joined);
        }
        let title = format!("there is no `{joined}` in the repository");
        Err(self.error(path, &title, "relative to this file's folder"))
    }

    fn globs(&self, globs: &[Spanned<String>]) -> Result<Vec<String>, ProjectError> {
        globs
            .iter()
            .map(|glob| match Glob::new(glob.get_ref()) {
                Ok(_) => self.path(glob),
                Err(error) => {
                    Err(self.error(glob, "not a glob pattern", &error.kind().to_string()))
                }
            })
            .collect()
    }

    fn error<T>(&self, at: &Spanned<T>, title: &str, label: &str) -> ProjectError {
        Source { file: &self.file, text: &self.text }.error(at.span(), title, label)
    }
}
