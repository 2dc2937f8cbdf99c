//! Which interpreter runs the gate: the named one, the active one, the project's own.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pyproject::PyProject;
use super::{Overrides, Project, ProjectError};
use crate::exec::Command;

/// How long uv or poetry may take to say where an environment is.
const LIMIT: Duration = Duration::from_secs(60);

/// An interpreter and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Python {
    /// Absolute, symbolic links kept: a virtual environment's `bin/python` is a link, and what it
    /// is called decides which packages it sees.
    pub path: PathBuf,
    /// For a person: `--python`, the configuration's file, `VIRTUAL_ENV`, `.venv`,
    /// `UV_PROJECT_ENVIRONMENT`, `uv` or `poetry`.
    pub from: String,
}

/// What the process was started with that bears on the interpreter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The current folder.
    pub folder: PathBuf,
    /// `VIRTUAL_ENV`.
    pub virtual_env: Option<PathBuf>,
    /// `UV_PROJECT_ENVIRONMENT`, which `uv python find` does not heed.
    pub uv_environment: Option<PathBuf>,
    /// `PATH`.
    pub path: OsString,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        let folder = |name: &str| env::var_os(name).filter(|at| !at.is_empty()).map(PathBuf::from);
        Self {
            folder: env::current_dir().unwrap_or_default(),
            virtual_env: folder("VIRTUAL_ENV"),
            uv_environment: folder("UV_PROJECT_ENVIRONMENT"),
            path: env::var_os("PATH").unwrap_or_default(),
        }
    }

    fn program(&self, name: &str) -> Option<PathBuf> {
        env::split_paths(&self.path).map(|folder| folder.join(name)).find(|path| path.is_file())
    }
}

impl Project {
    /// The interpreter of the gate: `--python`, the configuration, `VIRTUAL_ENV`, `.venv` (the
    /// project's, then the root's), uv, poetry: the first that there is. A project that uses
    /// neither uv nor poetry starts no process.
    ///
    /// # Errors
    /// A named interpreter is not there; none was found, with all that was tried.
    pub fn interpreter(
        &self,
        overrides: &Overrides,
        surroundings: &Surroundings,
    ) -> Result<Python, ProjectError> {
        let config = self.config.clone().unwrap_or_default();
        for (given, from) in
            [(&overrides.python, "--python".to_owned()), (&self.gate.python, config)]
        {
            if let Some(given) = given {
                return match named(given, surroundings) {
                    Some(path) => Ok(Python { path, from }),
                    None => Err(ProjectError::NoSuchPython { path: given.clone(), from }),
                };
            }
        }
        let mut tried = Vec::new();
        match &surroundings.virtual_env {
            None => tried.push("VIRTUAL_ENV (not set)".to_owned()),
            Some(folder) => match in_environment(folder) {
                Some(path) => return Ok(Python { path, from: "VIRTUAL_ENV".to_owned() }),
                None => tried.push(format!("VIRTUAL_ENV (no Python in {})", folder.display())),
            },
        }
        let mut folders = vec![self.root.join(&self.dir), self.root.clone()];
        folders.dedup();
        for folder in &folders {
            let venv = folder.join(".venv");
            match in_environment(&venv) {
                Some(path) => return Ok(Python { path, from: ".venv".to_owned() }),
                None => tried.push(venv.display().to_string()),
            }
        }
        let kind = Kind::of(&folders);
        if let (Kind::Uv, Some(given)) = (kind, &surroundings.uv_environment) {
            match in_environment(&folders[0].join(given)) {
                Some(path) => {
                    return Ok(Python { path, from: "UV_PROJECT_ENVIRONMENT".to_owned() });
                }
                None => {
                    tried.push(format!("UV_PROJECT_ENVIRONMENT (no Python in {})", given.display()))
                }
            }
        }
        for (tool, used, words) in [
            ("uv", kind == Kind::Uv, &["python", "find", "--offline", "--no-python-downloads"][..]),
            ("poetry", kind == Kind::Poetry, &["env", "info", "--executable"]),
        ] {
            match (used, surroundings.program(tool)) {
                (false, _) => {}
                (true, None) => tried.push(format!("{tool} (not on PATH)")),
                (true, Some(program)) => {
                    let ask = Command::new(program).args(words).dir(&folders[0]).limit(LIMIT);
                    let output = ask.run()?;
                    let answer = output.stdout_text();
                    let path = PathBuf::from(answer.trim());
                    let is_its_own = tool == "poetry" || is_in_environment(&path);
                    if output.success() && path.is_file() && is_its_own {
                        return Ok(Python { path, from: tool.to_owned() });
                    }
                    tried.push(format!("{tool} (it has no environment for this project)"));
                }
            }
        }
        Err(ProjectError::NoPython { tried, advice: kind.advice().to_owned() })
    }
}

/// What makes the project's environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Uv,
    Poetry,
    Plain,
}

impl Kind {
    fn of(folders: &[PathBuf]) -> Self {
        let has = |name: &str| folders.iter().any(|folder| folder.join(name).is_file());
        if has("uv.lock")
            || folders.iter().filter_map(|folder| PyProject::of(folder)).any(|file| file.uses_uv())
        {
            Self::Uv
        } else if has("poetry.lock") {
            Self::Poetry
        } else {
            Self::Plain
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Uv => "`uv sync`",
            Self::Poetry => "`poetry install`",
            Self::Plain => "`python3 -m venv .venv`",
        }
    }
}

/// A path of an interpreter or of an environment, or the name of a program.
fn named(given: &Path, surroundings: &Surroundings) -> Option<PathBuf> {
    let path = surroundings.folder.join(given);
    if path.is_dir() {
        return in_environment(&path);
    }
    if path.is_file() {
        return std::path::absolute(path).ok();
    }
    let is_bare = given.components().count() == 1;
    given.to_str().filter(|_| is_bare).and_then(|name| surroundings.program(name))
}

fn in_environment(folder: &Path) -> Option<PathBuf> {
    ["bin/python", "bin/python3"]
        .iter()
        .filter_map(|name| std::path::absolute(folder.join(name)).ok())
        .find(|path| path.is_file())
}

/// uv answers with some interpreter of the machine when the project has no environment yet; that
/// one has none of the project's packages.
fn is_in_environment(python: &Path) -> bool {
    python
        .parent()
        .and_then(Path::parent)
        .is_some_and(|environment| environment.join("pyvenv.cfg").is_file())
}
