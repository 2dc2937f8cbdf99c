//! Puts the gate into a project that has none: planned first, shown, then applied. Nothing that
//! exists is ever overwritten, and a second time finds nothing left to do.

mod build;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Facts;
use crate::assets::{Assets, TemplateError};

/// The module that closes the gate, in the anchors' folder.
pub const GATE: &str = "blocking_io_gate.py";
/// The files of the gate, all of them in the anchors' folder.
const GATE_FILES: [&str; 4] = ["__init__.py", GATE, "conftest.py", "test_gate.py"];
/// Where the templates are.
const TEMPLATES: &str = "templates/blocking-io/init";
/// Where the gate's workflow goes.
const WORKFLOW: &str = ".github/workflows/blocking-io.yml";

/// What happens to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileAction {
    /// It is not there yet.
    Create,
    /// It is there, and gets the text at its end.
    Append,
    /// It is left as it is, for this reason.
    Keep(String),
}

/// One file of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFile {
    /// Relative to the repository's root.
    pub path: String,
    /// What happens to it.
    pub action: FileAction,
    /// The whole text, or what is appended; empty for a file that is kept.
    pub text: String,
}

/// A development dependency of the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// As a package manager takes it: `blockbuster>=1.5.26,<1.6`.
    pub requirement: String,
    /// The configuration file that names it already.
    pub named_in: Option<String>,
}

/// Everything that an `init` will do, and what is left for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// In the order in which they are written.
    pub files: Vec<PlannedFile>,
    /// What the gate needs.
    pub dependencies: Vec<Dependency>,
    /// The command that adds the dependencies that no file names yet; none when all are named.
    pub add_command: Option<String>,
}

/// Why there is no gate.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Nothing to guard.
    #[error(
        "found no package or module of the project to scope the gate to; name its folders as `roots` in guard.toml"
    )]
    NoModules,
    /// A file of another purpose has the name of one of the gate's.
    #[error(
        "`{path}` exists and is no part of a gate; move it, or name another folder as `anchors` in guard.toml"
    )]
    Occupied {
        /// Relative to the repository's root.
        path: String,
    },
    /// A template is broken.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A file cannot be read or written.
    #[error("could not {what} `{path}`")]
    Io {
        /// `read`, `create` or `append to`.
        what: &'static str,
        /// Relative to the repository's root.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl Plan {
    /// Whether nothing would be written.
    pub fn is_done(&self) -> bool {
        self.files.iter().all(|file| matches!(file.action, FileAction::Keep(_)))
    }
}

/// What is to be written. Writes nothing.
///
/// # Errors
/// When there is nothing to guard, a file is in the way, or one cannot be read.
pub fn plan(facts: &Facts, assets: &Assets) -> Result<Plan, InitError> {
    let (dependencies, add_command) = build::dependencies(facts);
    if let Some(path) = foreign_gate(facts)? {
        let reason = "the project has its own gate, which is used as it is".to_owned();
        let files =
            vec![PlannedFile { path, action: FileAction::Keep(reason), text: String::new() }];
        return Ok(Plan { files, dependencies, add_command });
    }
    if facts.modules.is_empty() {
        return Err(InitError::NoModules);
    }
    let own = has_own_gate(facts)?;
    let mut files = Vec::new();
    for name in GATE_FILES {
        let path = join(&facts.anchors, name);
        let there = facts.root.join(&path).exists();
        files.push(if !there {
            let data = serde_json::json!({ "modules": facts.modules });
            let text = assets.render(&format!("{TEMPLATES}/{name}.hbs"), &data)?;
            PlannedFile { path, action: FileAction::Create, text }
        } else if own || name == "__init__.py" {
            keep(path, "exists")
        } else {
            return Err(InitError::Occupied { path });
        });
    }
    files.push(build::makefile(facts, assets)?);
    files.push(build::workflow(facts, assets)?);
    Ok(Plan { files, dependencies, add_command })
}

/// Writes what was planned. A file that appeared since is not overwritten: that is an error.
///
/// # Errors
/// When a file cannot be written. What was written before it stays: a second `init` goes on.
pub fn apply(root: &Path, plan: &Plan) -> Result<(), InitError> {
    for file in &plan.files {
        let path = root.join(&file.path);
        let (what, options) = match &file.action {
            FileAction::Create => {
                ("create", OpenOptions::new().write(true).create_new(true).to_owned())
            }
            FileAction::Append => ("append to", OpenOptions::new().append(true).to_owned()),
            FileAction::Keep(_) => continue,
        };
        let failed = |source| InitError::Io { what, path: file.path.clone(), source };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        options
            .open(&path)
            .and_then(|mut opened| opened.write_all(file.text.as_bytes()))
            .map_err(failed)?;
    }
    Ok(())
}

/// The conftest, or the module of the anchors' folder, that shows a gate other than guard's.
fn foreign_gate(facts: &Facts) -> Result<Option<String>, InitError> {
    if has_own_gate(facts)? {
        return Ok(None);
    }
    let mut files = Vec::new();
    let tests = facts.root.join(&facts.dir).join("tests");
    conftests(&tests, &mut files);
    conftests(&facts.root.join(&facts.anchors), &mut files);
    let top = facts.root.join(&facts.dir).join("conftest.py");
    files.extend(Some(top).filter(|path| path.is_file()));
    files.sort();
    for path in files {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).to_lowercase();
        if text.contains("blockbuster") {
            let relative = path.strip_prefix(&facts.root).unwrap_or(&path);
            return Ok(Some(relative.to_string_lossy().into_owned()));
        }
    }
    Ok(None)
}

/// Whether guard's own gate stands in the anchors' folder, changed by the project or not.
fn has_own_gate(facts: &Facts) -> Result<bool, InitError> {
    if !facts.root.join(&facts.anchors).join(GATE).is_file() {
        return Ok(false);
    }
    let conftest = join(&facts.anchors, "conftest.py");
    Ok(read(facts, &conftest)?.is_none_or(|text| text.contains("blocking_io_gate")))
}

fn conftests(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            conftests(&path, found);
        } else if path.file_name().is_some_and(|name| name == "conftest.py") {
            found.push(path);
        }
    }
}

/// The text of a file, none when it is not there.
fn read(facts: &Facts, path: &str) -> Result<Option<String>, InitError> {
    match fs::read_to_string(facts.root.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(InitError::Io { what: "read", path: path.to_owned(), source }),
    }
}

fn keep(path: String, reason: &str) -> PlannedFile {
    PlannedFile { path, action: FileAction::Keep(reason.to_owned()), text: String::new() }
}

fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}
