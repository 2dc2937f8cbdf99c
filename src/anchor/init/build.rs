//! The gate's place in how a project is built: the make targets, the workflow, the dependencies.

use std::fs;

use serde_json::json;

use super::{
    Dependency, FileAction, InitError, PlannedFile, TEMPLATES, WORKFLOW, join, keep, read,
};
use crate::anchor::{AsyncPlugin, Facts, Manager};
use crate::assets::Assets;
use crate::exec::quote;

/// The names GNU make looks for, in its order.
const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];
/// The Python of the workflow where the project names none.
const PYTHON: &str = "3.12";

pub(super) fn makefile(facts: &Facts, assets: &Assets) -> Result<PlannedFile, InitError> {
    // The project's own folder first, then the repository's.
    let mut dirs = vec![facts.dir.as_str(), ""];
    dirs.dedup();
    for dir in dirs {
        for name in MAKEFILES {
            let path = join(dir, name);
            let Some(text) = read(facts, &path)? else { continue };
            let [detect, test] =
                ["detect-blocking-io", "test-blocking-io"].map(|target| !has_target(&text, target));
            if !detect && !test {
                return Ok(keep(path, "has both targets"));
            }
            let rendered = targets(facts, assets, dir, detect, test)?;
            let gap = if text.is_empty() || text.ends_with('\n') { "\n" } else { "\n\n" };
            let text = format!("{gap}{rendered}");
            return Ok(PlannedFile { path, action: FileAction::Append, text });
        }
    }
    let text = targets(facts, assets, &facts.dir, true, true)?;
    Ok(PlannedFile { path: join(&facts.dir, "Makefile"), action: FileAction::Create, text })
}

fn targets(
    facts: &Facts,
    assets: &Assets,
    makefile_dir: &str,
    detect: bool,
    test: bool,
) -> Result<String, InitError> {
    let enter = if facts.cwd == makefile_dir {
        String::new()
    } else {
        format!("cd {} && ", quote(&relative(&facts.cwd, makefile_dir)))
    };
    let data = json!({
        "detect": detect,
        "test": test,
        // A dollar is make's own.
        "enter": enter.replace('$', "$$"),
        "pythonpath": python_path(facts),
        "runner": runner(facts),
        "anchors": quote(&relative(&facts.anchors, &facts.cwd)).replace('$', "$$"),
    });
    let text = assets.render(&format!("{TEMPLATES}/Makefile.hbs"), &data)?;
    Ok(format!("{}\n", text.trim_end()))
}

fn has_target(makefile: &str, target: &str) -> bool {
    makefile.lines().filter(|line| !line.starts_with('\t')).any(|line| {
        line.split_once(':')
            .is_some_and(|(names, _)| names.split_whitespace().any(|name| name == target))
    })
}

pub(super) fn workflow(facts: &Facts, assets: &Assets) -> Result<PlannedFile, InitError> {
    if facts.root.join(WORKFLOW).exists() {
        return Ok(keep(WORKFLOW.to_owned(), "exists"));
    }
    let dir = facts.root.join(".github/workflows");
    let mut others: Vec<_> =
        fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    others.sort();
    for path in others {
        if fs::read_to_string(&path).is_ok_and(|text| text.contains("test-blocking-io")) {
            let shown = path.strip_prefix(&facts.root).unwrap_or(&path).to_string_lossy();
            return Ok(keep(shown.into_owned(), "runs the gate already"));
        }
    }
    let data = json!({
        "dir": (!facts.cwd.is_empty()).then(|| json!(facts.cwd).to_string()),
        "python": python_version(facts),
        "install": install(facts),
        "pythonpath": python_path(facts),
        "runner": runner(facts),
        "anchors": quote(&relative(&facts.anchors, &facts.cwd)),
    });
    let text = assets.render(&format!("{TEMPLATES}/blocking-io.yml.hbs"), &data)?;
    Ok(PlannedFile { path: WORKFLOW.to_owned(), action: FileAction::Create, text })
}

/// The lowest Python that the project declares to support, if the gate runs on it.
fn python_version(facts: &Facts) -> String {
    let declared = facts.configs.iter().flat_map(|(_, text)| text.lines()).find_map(|line| {
        let (key, value) = line.split_once('=')?;
        if !matches!(key.trim(), "requires-python" | "python_requires" | "python") {
            return None;
        }
        let digits = value.split_once("3.")?.1;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse::<u32>().ok()
    });
    declared.filter(|minor| *minor >= 9).map_or(PYTHON.to_owned(), |minor| format!("3.{minor}"))
}

fn install(facts: &Facts) -> Vec<String> {
    match facts.manager {
        Manager::Uv => {
            vec![
                "python -m pip install uv".to_owned(),
                "uv sync --all-extras --all-groups".to_owned(),
            ]
        }
        Manager::Poetry => {
            vec![
                "python -m pip install poetry".to_owned(),
                "poetry install --all-extras".to_owned(),
            ]
        }
        Manager::Pip => {
            let mut lines: Vec<String> = facts
                .configs
                .iter()
                .filter(|(name, _)| name.starts_with("requirements"))
                .map(|(name, _)| format!("python -m pip install -r {name}"))
                .collect();
            let installable = facts.configs.iter().any(|(name, text)| {
                name == "setup.py" || (name == "pyproject.toml" && text.contains("[build-system]"))
            });
            if installable {
                lines.push("python -m pip install -e .".to_owned());
            }
            let wanted: Vec<String> = requirements(facts).iter().map(|word| quote(word)).collect();
            lines.push(format!("python -m pip install {}", wanted.join(" ")));
            lines
        }
    }
}

fn runner(facts: &Facts) -> &'static str {
    match facts.manager {
        Manager::Uv => "uv run ",
        Manager::Poetry => "poetry run ",
        Manager::Pip => "",
    }
}

fn python_path(facts: &Facts) -> String {
    let roots = facts.import_roots.iter().map(|root| relative(root, &facts.cwd));
    roots.collect::<Vec<_>>().join(":")
}

fn requirements(facts: &Facts) -> Vec<&'static str> {
    let plugin = match facts.plugin {
        AsyncPlugin::AsyncioStrict | AsyncPlugin::AsyncioAuto => "pytest-asyncio",
        AsyncPlugin::Anyio => "anyio",
    };
    vec!["pytest>=7", plugin, "blockbuster>=1.5.26,<1.6"]
}

/// What the gate needs, and the command that adds what no file names yet.
pub(super) fn dependencies(facts: &Facts) -> (Vec<Dependency>, Option<String>) {
    let dependencies: Vec<Dependency> = requirements(facts)
        .into_iter()
        .map(|requirement| {
            let end = requirement.find(['>', '<', '=']).unwrap_or(requirement.len());
            Dependency {
                requirement: requirement.to_owned(),
                named_in: facts.names(&requirement[..end]).map(str::to_owned),
            }
        })
        .collect();
    let missing: Vec<String> = dependencies
        .iter()
        .filter(|dependency| dependency.named_in.is_none())
        .map(|dependency| quote(&dependency.requirement))
        .collect();
    let command = match facts.manager {
        Manager::Uv => "uv add --dev",
        Manager::Poetry => "poetry add --group dev",
        Manager::Pip => "python -m pip install",
    };
    let add = (!missing.is_empty()).then(|| format!("{command} {}", missing.join(" ")));
    (dependencies, add)
}

/// `path` as seen from `from`; both relative to the same folder.
fn relative(path: &str, from: &str) -> String {
    let parts = |text: &str| -> Vec<String> {
        text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (path, from) = (parts(path), parts(from));
    let common = path.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let way: Vec<String> = up.chain(path[common..].iter().cloned()).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_seen_from_another_folder() {
        assert_eq!(relative("backend/tests/blocking_io", "backend"), "tests/blocking_io");
        assert_eq!(relative("", "backend"), "..");
        assert_eq!(relative("a/b", "a/c/d"), "../../b");
        assert_eq!(relative("a", "a"), ".");
    }

    #[test]
    fn a_target_is_found_among_others_and_not_in_a_recipe() {
        assert!(has_target("test test-blocking-io: all\n\tpytest\n", "test-blocking-io"));
        assert!(!has_target("test:\n\techo test-blocking-io: no\n", "test-blocking-io"));
    }
}
