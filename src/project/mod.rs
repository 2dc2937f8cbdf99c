//! Where things are in a project: given in `guard.toml` or `[tool.guard]` of `pyproject.toml`,
//! found by looking where nothing is given.

mod anchors;
mod config;
mod error;
mod fence;
mod folder;
mod ledger;
mod mark;
mod names;
mod paths;
mod pyproject;
mod python;
mod roots;
mod rules;
mod snippet;
mod trust;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use error::ProjectError;
pub use fence::{AllowedSite, FenceRules, FencedName};
pub use ledger::{Ledger, TrustError};
pub use mark::{Mark, Marked};
pub use python::{Python, Surroundings};
pub use rules::{CentralRules, EntryRule, OffloaderRule, Rules, SinkRule};
pub use trust::Errand;

use config::Configured;

/// A project, every question of "where" answered.
///
/// All relative paths are relative to the repository's root, with `/` between their parts; the
/// empty path is the root itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The repository's root, absolute, symbolic links resolved.
    pub root: PathBuf,
    /// The folder that holds the project's `pyproject.toml`, relative.
    pub dir: String,
    /// The file that configures guard, relative; none when everything was found by looking.
    pub config: Option<String>,
    /// Folders and files with production code, relative, sorted, none inside another.
    pub roots: Vec<String>,
    /// Glob patterns of paths that are not scanned, relative.
    pub exclude: Vec<String>,
    /// The folder of the gate's tests, relative. It need not exist yet.
    pub anchors: String,
    /// How the gate is run.
    pub gate: Gate,
    /// A command that prints findings as JSON, in place of the builtin detector.
    pub detector: Option<Vec<String>>,
}

/// How the gate of a project is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Where the bad pattern is brought back.
    pub place: Place,
    /// The interpreter where the configuration names one: an absolute path, or a bare name that
    /// PATH resolves. [`Project::interpreter`] gives the one to use.
    pub python: Option<PathBuf>,
    /// The working directory, relative.
    pub cwd: String,
    /// Variables of the environment, added to guard's own.
    pub env: Vec<(String, String)>,
    /// The words of the whole-suite command; a first word `python` stands for [`Python::path`].
    pub suite: Vec<String>,
    /// The words of the command for selected tests; a word `{tests}` stands for their node ids.
    pub tests: Vec<String>,
    /// How long one run of the whole suite may take.
    pub limit: Duration,
    /// Glob patterns of ignored files that a worktree needs, relative.
    pub carry: Vec<String>,
}

/// What flags say, which wins over every file. Relative paths are relative to the folder that
/// guard was started in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--project DIR`.
    pub project: Option<PathBuf>,
    /// `--python PATH`.
    pub python: Option<PathBuf>,
    /// `--in-place`.
    pub place: Place,
}

/// Where the bad pattern is brought back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// In a worktree of guard's own.
    #[default]
    Isolated,
    /// In the contributor's tree, because the project runs nowhere else.
    InPlace,
}

/// How long the whole suite may take where nothing else is said.
const LIMIT: Duration = Duration::from_secs(600);

impl Project {
    /// The project that somebody in the folder `start` means. Starts no process: the interpreter
    /// is a question of its own.
    ///
    /// # Errors
    /// Several projects and nothing that says which; a configuration that cannot be read or names
    /// what is not there.
    pub fn find(
        repo_root: &Path,
        start: &Path,
        overrides: &Overrides,
    ) -> Result<Self, ProjectError> {
        let root = paths::canonical(repo_root)?;
        let start = paths::canonical(start)?;
        let dir = folder::find(&root, &start, overrides)?;
        let configured = config::nearest(&root, &dir)?;
        let roots =
            match configured.as_ref().map(|configured| configured.roots(&root)).transpose()? {
                Some(Some(roots)) => roots,
                Some(None) | None => roots::look(&root, &dir),
            };
        let anchors = match configured.as_ref().map(Configured::anchors).transpose()? {
            Some(Some(anchors)) => anchors,
            Some(None) | None => anchors::look(&root, &dir),
        };
        let mut exclude: Vec<String> = roots::EXCLUDE.iter().map(|&glob| glob.to_owned()).collect();
        let mut detector = None;
        let mut file = None;
        if let Some(configured) = &configured {
            exclude.extend(configured.exclude()?);
            detector = configured.detector();
            file = Some(configured.file.clone());
        }
        let mut gate = Gate::of(configured.as_ref(), &root, &dir, &roots, &anchors)?;
        gate.place = overrides.place;
        Ok(Self { root, dir, config: file, roots, exclude, anchors, gate, detector })
    }
}

impl Project {
    /// Where the project keeps its own rules for the gate, where its configuration says so.
    ///
    /// # Errors
    /// When that file can no longer be read, or names what is not there.
    pub fn central_list(&self) -> Result<Option<CentralRules>, ProjectError> {
        match config::nearest(&self.root, &self.dir)? {
            Some(configured) => configured.central_list(&self.root),
            None => Ok(None),
        }
    }

    /// A path relative to the root, as it is from the gate's working directory.
    pub fn from_cwd(&self, path: &str) -> String {
        paths::relative(&self.gate.cwd, path)
    }

    /// What the project adds to the detector, from the file that configures it.
    ///
    /// # Errors
    /// When that file can no longer be read, or says an offloader twice or not at all.
    pub fn rules(&self) -> Result<Rules, ProjectError> {
        match config::nearest(&self.root, &self.dir)? {
            Some(configured) => configured.rules(),
            None => Ok(Rules::default()),
        }
    }
}

impl Project {
    /// What the configuration says of the fence, from the file that configures guard.
    ///
    /// # Errors
    /// When that file can no longer be read, or says of the fence what cannot be.
    pub fn fence(&self) -> Result<Option<FenceRules>, ProjectError> {
        match config::nearest(&self.root, &self.dir)? {
            Some(configured) => configured.fence(),
            None => Ok(None),
        }
    }

    /// The files that could configure guard, nearest first, relative to the root.
    pub fn config_places(&self) -> Vec<String> {
        paths::upward(&self.dir)
            .into_iter()
            .flat_map(|folder| {
                [config::GUARD_TOML, config::PYPROJECT_TOML]
                    .map(|name| paths::join(folder, name).unwrap_or_default())
            })
            .collect()
    }

    /// What other texts of [`Project::config_places`] say of the fence: those of another commit.
    ///
    /// # Errors
    /// When the text that counts says what cannot be.
    pub fn fence_in(
        &self,
        texts: &BTreeMap<String, String>,
    ) -> Result<Option<FenceRules>, ProjectError> {
        match config::nearest_by(&self.dir, |file| Ok(texts.get(file).cloned()))? {
            Some(configured) => configured.fence(),
            None => Ok(None),
        }
    }
}

impl Gate {
    fn of(
        configured: Option<&Configured>,
        root: &Path,
        dir: &str,
        roots: &[String],
        anchors: &str,
    ) -> Result<Self, ProjectError> {
        let given = match configured {
            Some(configured) => configured.gate(root)?,
            None => config::Given::default(),
        };
        let cwd = given.cwd.unwrap_or_else(|| dir.to_owned());
        let mut env = given.env;
        if env.iter().all(|(name, _)| name != "PYTHONPATH") {
            env.push(default_env(root, &cwd, roots));
        }
        Ok(Self {
            python: given.python,
            suite: given.suite.unwrap_or_else(|| default_suite(&cwd, anchors)),
            tests: given.tests.unwrap_or_else(default_tests),
            limit: given.limit.unwrap_or(LIMIT),
            place: Place::Isolated,
            carry: given.carry,
            cwd,
            env,
        })
    }
}

/// The whole suite, where nothing else is said.
fn default_suite(cwd: &str, anchors: &str) -> Vec<String> {
    words(&["python", "-m", "pytest", &paths::relative(cwd, anchors), "-q"])
}

/// Selected tests, where nothing else is said.
fn default_tests() -> Vec<String> {
    words(&["python", "-m", "pytest", "-q", "{tests}"])
}

/// What makes the project importable, where nothing else is said.
fn default_env(root: &Path, cwd: &str, roots: &[String]) -> (String, String) {
    ("PYTHONPATH".to_owned(), roots::import_path(root, cwd, roots))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
