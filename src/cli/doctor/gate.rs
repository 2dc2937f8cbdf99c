//! What the gate is made of, whether it runs elsewhere than in its own folder, and what it sees.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Context;

use super::{Check, Diagnosis, chain};
use crate::anchor::Facts;
use crate::gate::sight::{self, Ask};
use crate::gate::{GateError, Rig, Versions, preflight};
use crate::git::Content;
use crate::model::{Seen, Sight};
use crate::project::{Overrides, Project, Surroundings};
use crate::scan;

/// How many places outside of the gate's scope are named.
const NAMED: usize = 6;

/// Asks as far as each answer allows.
pub(super) fn ask(
    diagnosis: &mut Diagnosis,
    project: Project,
    overrides: &Overrides,
) -> anyhow::Result<()> {
    let python = match project.interpreter(overrides, &Surroundings::of_process()) {
        Ok(python) => python,
        Err(error) => {
            let next =
                "name one with `--python`, or make an environment with `python3 -m venv .venv`";
            diagnosis.add(Check::bad("interpreter", chain(&error), next));
            return Ok(());
        }
    };
    let rig = Rig { project, python, keep: None };
    let versions = match preflight(&rig) {
        Ok(versions) => versions,
        Err(error @ GateError::Interrupted(_)) => return Err(error.into()),
        Err(error) => {
            diagnosis.add(broken("interpreter", &error));
            return Ok(());
        }
    };
    packages(diagnosis, &rig, &versions);
    if !suite(diagnosis, &rig.project) {
        return Ok(());
    }
    let facts = Facts::read(&rig.project).context("could not read the project's own files")?;
    let question = Ask { places: places(&rig.project), modules: facts.modules };
    match sight::look(&rig, Content::Working, &versions, &question) {
        Ok(sight) => {
            seen(diagnosis, &sight);
            diagnosis.sight = Some(sight);
        }
        Err(error @ GateError::Interrupted(_)) => return Err(error.into()),
        Err(error) => diagnosis.add(broken("worktree", &error)),
    }
    Ok(())
}

/// An error that says itself what to do.
fn broken(name: &'static str, error: &GateError) -> Check {
    let next = match error {
        GateError::NoPackage { install, .. } => install.clone(),
        _ => "see above; `guard run` would stop here as well".to_owned(),
    };
    Check::bad(name, chain(error), next)
}

fn packages(diagnosis: &mut Diagnosis, rig: &Rig, versions: &Versions) {
    let python = format!(
        "{} (from {}), Python {}",
        rig.python.path.display(),
        rig.python.from,
        versions.python
    );
    diagnosis.add(if at_least(&versions.python, (3, 9)) {
        Check::ok("interpreter", python)
    } else {
        Check::warn("interpreter", python, "guard is tried with Python 3.9 to 3.13")
    });
    let plugin = match (&versions.pytest_asyncio, &versions.anyio) {
        (Some(version), _) => format!(", pytest-asyncio {version}"),
        (None, Some(version)) => format!(", anyio {version}"),
        (None, None) => ", and no plugin for async tests".to_owned(),
    };
    let said = format!("{}{plugin}", versions.pytest);
    diagnosis.add(if at_least(&versions.pytest, (7, 0)) {
        Check::ok("pytest", said)
    } else {
        Check::warn("pytest", said, "guard is tried with pytest 7 to 9")
    });
    let blockbuster = &versions.blockbuster;
    diagnosis.add(if at_least(blockbuster, (1, 5)) && !at_least(blockbuster, (1, 6)) {
        Check::ok("blockbuster", blockbuster.clone())
    } else {
        Check::warn("blockbuster", blockbuster.clone(), "guard is tried with Blockbuster 1.5")
    });
}

/// Whether a version is not below one; a version that is no number is not known to be.
fn at_least(version: &str, wanted: (u32, u32)) -> bool {
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    parts.next().is_none_or(|major| (major, parts.next().unwrap_or(0)) >= wanted)
}

/// Whether there is a gate with tests.
fn suite(diagnosis: &mut Diagnosis, project: &Project) -> bool {
    let folder = project.root.join(&project.anchors);
    if !folder.join("conftest.py").is_file() {
        let error = GateError::NoGate { folder: project.anchors.clone() };
        diagnosis.add(Check::bad("gate", error.to_string(), "guard init"));
        return false;
    }
    let tests = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"))
        })
        .count();
    let said = format!("{}, {tests} files of tests", project.anchors);
    diagnosis.add(match tests {
        0 => Check::warn("gate", said, "write an anchor; `guard run` drafts one"),
        _ => Check::ok("gate", said),
    });
    true
}

/// A file in each package of the project's, which need not exist.
fn places(project: &Project) -> Vec<String> {
    let files = scan::collect(&project.root, &project.roots, &project.exclude).unwrap_or_default();
    let is_package = |folder: &str| project.root.join(folder).join("__init__.py").is_file();
    let place = |path: &str| {
        let mut best = None;
        for (at, _) in path.match_indices('/') {
            if is_package(&path[..at]) {
                best = Some(format!("{}/guard_probe.py", &path[..at]));
                break;
            }
        }
        best.unwrap_or_else(|| path.to_owned())
    };
    let places: BTreeSet<String> = files.iter().map(|file| place(&file.path)).collect();
    places.into_iter().take(60).collect()
}

fn seen(diagnosis: &mut Diagnosis, sight: &Sight) {
    if let Some(fault) = &sight.fault {
        let said = format!("the gate does not run in an isolated worktree:\n{}", fault.trim_end());
        let next = "run the gate by hand; name ignored files that it needs in `gate.carry`";
        diagnosis.add(Check::bad("worktree", said, next));
        return;
    }
    if sight.elsewhere.is_empty() {
        let said = "the gate runs in an isolated one, with guard's plugin and its own modules";
        diagnosis.add(Check::ok("worktree", said));
    } else {
        let lines = sight.elsewhere.iter().map(|(module, why)| format!("{module}: {why}"));
        let said = format!(
            "in an isolated worktree these are not imported from it:\n{}",
            lines.collect::<Vec<_>>().join("\n")
        );
        let next = "install the project in editable mode, or put its sources on PYTHONPATH in \
                    `gate.env`";
        diagnosis.add(Check::bad("worktree", said, next));
    }
    let outside: Vec<&str> = (sight.places.iter())
        .filter(|(_, refuses)| !**refuses)
        .map(|(place, _)| place.trim_end_matches("/guard_probe.py"))
        .collect();
    let next = "the modules that the gate scans are named where it is activated, in its conftest";
    diagnosis.add(if outside.len() == sight.places.len() {
        Check::bad("scope", "the gate refuses nothing in any package of the project", next)
    } else if outside.is_empty() {
        Check::ok("scope", "the gate refuses blocking calls in every package of the project")
    } else {
        let more = match outside.len().saturating_sub(NAMED) {
            0 => String::new(),
            n => format!(" and {n} more (`--format json` has all)"),
        };
        let named = outside[..outside.len().min(NAMED)].join(", ");
        Check::warn("scope", format!("the gate refuses nothing in {named}{more}"), next)
    });
    calls(diagnosis, sight);
}

fn calls(diagnosis: &mut Diagnosis, sight: &Sight) {
    let named = |wanted: fn(&Seen) -> bool| -> Vec<&str> {
        (sight.calls.iter())
            .filter(|(_, seen)| wanted(seen))
            .map(|(name, _)| name.as_str())
            .collect()
    };
    let refused = named(|seen| matches!(seen, Seen::Refused(_)));
    let passed = named(|seen| matches!(seen, Seen::LetPass));
    if refused.is_empty() && passed.is_empty() {
        return;
    }
    let not_called = sight.calls.len() - refused.len() - passed.len();
    let said = format!(
        "refuses {} calls of the catalogue; {not_called} were not tried (`--format json` says why)",
        refused.len()
    );
    diagnosis.add(if passed.is_empty() {
        Check::ok("sight", said)
    } else {
        let said = format!("{said}; lets pass {}:\n{}", passed.len(), wrapped(&passed, 78));
        let next = "an anchor for one of these stays green; `guard rule add` where one is guarded";
        Check::warn("sight", said, next)
    });
}

/// Names on lines of at most so many columns.
fn wrapped(names: &[&str], columns: usize) -> String {
    let mut lines = vec![String::new()];
    for name in names {
        let last = lines.last_mut().expect("there is always a line");
        if last.is_empty() {
            last.push_str(name);
        } else if last.len() + name.len() < columns {
            last.push(' ');
            last.push_str(name);
        } else {
            lines.push((*name).to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_compared_by_its_numbers() {
        assert!(at_least("3.10.2", (3, 9)));
        assert!(!at_least("3.8.18", (3, 9)));
        assert!(at_least("1.5.26", (1, 5)) && !at_least("1.5.26", (1, 6)));
        assert!(at_least("9.0rc1", (7, 0)));
        assert!(at_least("unknown", (7, 0)));
    }

    #[test]
    fn names_are_wrapped_at_the_columns() {
        assert_eq!(wrapped(&["os.chmod", "open", "os.utime"], 13), "os.chmod open\nos.utime");
    }
}
