//! The gate's command: as a person types it in the project, and as guard runs it in some tree.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Rig;
use super::plugin::{self, Installed};
use crate::exec::{self, Command};
use crate::model::Selection;

const PYTHONPATH: &str = "PYTHONPATH";
const ADDOPTS: &str = "PYTEST_ADDOPTS";

/// The words of a command, and whether they end in pytest's own arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    words: Vec<String>,
    takes: Options,
}

/// How pytest hears of the options that guard adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Options {
    /// As arguments: the command is pytest itself.
    Arguments,
    /// By `PYTEST_ADDOPTS`: the command is something that starts pytest.
    Environment,
}

impl Words {
    /// The words for a selection.
    ///
    /// `uv run` is taken off (in a worktree it would point the shared environment at the worktree),
    /// and a bare `pytest` becomes the interpreter's own.
    pub(super) fn of(rig: &Rig, selection: &Selection) -> Self {
        let mut words = match selection {
            Selection::Suite => rig.project.gate.suite.clone(),
            Selection::Tests(tests) => with_tests(&rig.project.gate.tests, tests),
        };
        if words.first().is_some_and(|word| word == "uv")
            && words.get(1).is_some_and(|word| word == "run")
            && let Some(start) =
                words.iter().position(|word| ["python", "python3", "pytest"].contains(&&**word))
        {
            words.drain(..start);
        }
        if words.first().is_some_and(|word| word == "pytest" || word == "py.test") {
            words.splice(..1, ["python", "-m", "pytest"].map(str::to_owned));
        }
        if words.first().is_some_and(|word| word == "python3") {
            "python".clone_into(&mut words[0]);
        }
        let is_pytest = words.first().is_some_and(|word| word == "python")
            && words.windows(2).any(|pair| pair[0] == "-m" && pair[1] == "pytest");
        let takes = if is_pytest { Options::Arguments } else { Options::Environment };
        Self { words, takes }
    }

    /// As a person types it in the project's working directory.
    pub(super) fn shown(&self, rig: &Rig) -> String {
        let variables = rig.project.gate.env.iter();
        let variables = variables.map(|(name, value)| format!("{name}={}", exec::quote(value)));
        variables
            .chain(self.words.iter().map(|word| exec::quote(word)))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// `PYTEST_ADDOPTS` as the contributor has it, where guard has to add to it.
    pub(super) fn own_options(&self, rig: &Rig) -> Option<String> {
        match self.takes {
            Options::Arguments => None,
            Options::Environment => Some(
                variable(rig, ADDOPTS)
                    .map(|value| value.to_string_lossy().into_owned())
                    .unwrap_or_default(),
            ),
        }
    }

    /// The command in a tree, with the plugin.
    pub(super) fn command(&self, rig: &Rig, tree: &Path, plugin: &Installed) -> Command {
        let mut options = vec!["-p".to_owned(), plugin::NAME.to_owned()];
        if tree == rig.project.root {
            // A worktree may keep pytest's cache, it goes with it; the contributor's tree may not.
            options.push("-o".to_owned());
            options.push(format!("cache_dir={}", plugin.cache().display()));
        }
        let (first, rest) =
            self.words.split_first().map_or(("python", &[][..]), |(first, rest)| (first, rest));
        let mut command =
            if first == "python" { Command::new(&rig.python.path) } else { Command::new(first) };
        command = command.args(rest).dir(tree.join(&rig.project.gate.cwd));
        for (name, value) in &rig.project.gate.env {
            if ![PYTHONPATH, ADDOPTS].contains(&&**name) {
                command = command.env(name, relocated(value, &rig.project.root, tree));
            }
        }
        command = match self.takes {
            Options::Arguments => match variable(rig, ADDOPTS) {
                Some(own) => command.args(options).env(ADDOPTS, own),
                None => command.args(options),
            },
            Options::Environment => {
                let own = self.own_options(rig).unwrap_or_default();
                command.env(ADDOPTS, format!("{own} {}", options.join(" ")))
            }
        };
        if tree != rig.project.root {
            // The worktree keeps its own bytecode, the contributor's tree gets none from guard.
            command = command.env_remove("PYTHONPYCACHEPREFIX");
        } else {
            command = command.env("PYTHONDONTWRITEBYTECODE", "1");
        }
        command
            .env(PYTHONPATH, python_path(rig, tree, plugin.folder()))
            // CPython 3.11 crashes at its exit when Blockbuster has wrapped and unwrapped a buffered
            // standard output (seen with 3.11.7, Blockbuster 1.5.26 and 1.5.29).
            .env("PYTHONUNBUFFERED", "1")
            .env(plugin::CONFIG, plugin.config())
    }
}

fn with_tests(template: &[String], tests: &[String]) -> Vec<String> {
    let mut words = Vec::with_capacity(template.len() + tests.len());
    let mut placed = false;
    for word in template {
        if word == "{tests}" {
            words.extend_from_slice(tests);
            placed = true;
        } else {
            words.push(word.clone());
        }
    }
    if !placed {
        words.extend_from_slice(tests);
    }
    words
}

/// A variable as the gate sees it: the project's own value before guard's.
fn variable(rig: &Rig, name: &str) -> Option<OsString> {
    rig.project
        .gate
        .env
        .iter()
        .rev()
        .find(|(own, _)| own == name)
        .map(|(_, value)| OsString::from(value))
        .or_else(|| env::var_os(name))
}

/// The plugin's folder, then what the project's path is, paths below its root moved into the tree.
fn python_path(rig: &Rig, tree: &Path, plugin: &Path) -> OsString {
    let own = variable(rig, PYTHONPATH).unwrap_or_default();
    let own = env::split_paths(&own)
        .filter(|path| !path.as_os_str().is_empty())
        .map(|path| {
            path.strip_prefix(&rig.project.root).map_or(path.clone(), |rest| tree.join(rest))
        })
        .collect::<Vec<PathBuf>>();
    // A path with a colon in it cannot be joined; the plugin's folder alone then has to do.
    env::join_paths(std::iter::once(plugin.to_owned()).chain(own))
        .unwrap_or_else(|_| plugin.as_os_str().to_owned())
}

/// A value that names a place below the root names the same place in the tree.
fn relocated(value: &str, root: &Path, tree: &Path) -> OsString {
    match Path::new(value).strip_prefix(root) {
        Ok(rest) if Path::new(value).is_absolute() => tree.join(rest).into_os_string(),
        Ok(_) | Err(_) => value.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::project::{Gate, Project, Python};

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn rig(suite: &str, tests: &str) -> Rig {
        let project = Project {
            root: "/project".into(),
            dir: String::new(),
            config: None,
            roots: Vec::new(),
            exclude: Vec::new(),
            anchors: "tests".to_owned(),
            gate: Gate {
                python: None,
                cwd: String::new(),
                env: vec![("PYTHONPATH".to_owned(), ".:/project/src:/elsewhere".to_owned())],
                suite: words(suite),
                tests: words(tests),
                limit: Duration::from_secs(1),
                place: crate::project::Place::Isolated,
                carry: Vec::new(),
            },
            detector: None,
        };
        let python = Python { path: "/project/.venv/bin/python".into(), from: ".venv".to_owned() };
        Rig { project, python, keep: None }
    }

    #[test]
    fn command_is_shown_as_a_person_types_it() {
        let rig = rig("python -m pytest tests", "python -m pytest {tests} -q");
        let selection = Selection::Tests(words("a.py::t[x-1] b.py"));
        assert_eq!(
            Words::of(&rig, &selection).shown(&rig),
            "PYTHONPATH=.:/project/src:/elsewhere python -m pytest 'a.py::t[x-1]' b.py -q"
                .replace('\'', "")
        );
    }

    #[test]
    fn uv_run_and_a_bare_pytest_become_the_interpreters_own() {
        for suite in
            ["uv run --group dev pytest tests", "pytest tests", "uv run python -m pytest tests"]
        {
            let words = Words::of(&rig(suite, ""), &Selection::Suite);
            assert_eq!(words.words, ["python", "-m", "pytest", "tests"], "{suite}");
            assert_eq!(words.takes, Options::Arguments, "{suite}");
        }
    }

    #[test]
    fn command_that_starts_pytest_itself_hears_of_the_plugin_by_the_environment() {
        let words = Words::of(&rig("make test-blocking-io", ""), &Selection::Suite);
        assert_eq!(words.words, ["make", "test-blocking-io"]);
        assert_eq!(words.takes, Options::Environment);
    }

    #[test]
    fn python_path_is_the_plugins_then_the_trees_then_what_lies_elsewhere() {
        let rig = rig("python -m pytest", "");
        assert_eq!(
            python_path(&rig, Path::new("/tree"), Path::new("/plugin")),
            "/plugin:.:/tree/src:/elsewhere"
        );
    }
}
