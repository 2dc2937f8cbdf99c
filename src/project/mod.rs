//! Where things are in a project: given in `guard.toml` or `[tool.guard]` of `pyproject.toml`,
//! found by looking where nothing is given.

use std::path::PathBuf;
use std::time::Duration;

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
    /// Folders and files with production code, relative.
    pub roots: Vec<String>,
    /// Glob patterns of paths that are not scanned, relative.
    pub exclude: Vec<String>,
    /// The folder of the gate's tests, relative.
    pub anchors: String,
    /// How the gate is run.
    pub gate: Gate,
    /// A command that prints findings as JSON, in place of the builtin detector.
    pub detector: Option<Vec<String>>,
}

/// How the gate of a project is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The interpreter, absolute, symbolic links of its folder kept (a virtual environment's
    /// `bin/python` is a link, and what it is called decides which packages it sees).
    pub python: PathBuf,
    /// Where that interpreter was found, for a person: `--python`, `guard.toml`, `VIRTUAL_ENV`, `.venv`, `uv`.
    pub python_from: String,
    /// The working directory, relative.
    pub cwd: String,
    /// Variables of the environment, added to guard's own.
    pub env: Vec<(String, String)>,
    /// The words of the whole-suite command; a first word `python` stands for [`Gate::python`].
    pub suite: Vec<String>,
    /// The words of the command for selected tests; a word `{tests}` stands for their node ids.
    pub tests: Vec<String>,
    /// How long one run of the whole suite may take.
    pub limit: Duration,
    /// Glob patterns of ignored files that a worktree needs, relative.
    pub carry: Vec<String>,
}
