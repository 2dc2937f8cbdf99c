//! What the gate sees, asked of the gate itself: each call of the catalogue is made once under it,
//! harmlessly, so that nobody writes an anchor for a primitive on which it would stay green.
//!
//! The probes are a test among the gate's own, in a tree of their own: whatever closes the gate for
//! those closes it for this one, the project's rules and scope included.

mod key;

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

pub use key::{files, key};

use super::run::run_within;
use super::{GateError, Rig, Versions};
use crate::git::Content;
use crate::git::worktree::Worktree;
use crate::model::{Seen, Selection, Sight};
use crate::scan::catalogue::Catalogue;

const PROBES: &str = include_str!("probes.py");
/// What stands in [`PROBES`] for the path of the configuration.
const CONFIG: &str = "@CONFIG@";
/// The probes' name among the gate's tests.
const NAME: &str = "test_guard_sight.py";
/// How long they may take at most, start of pytest included.
const LIMIT: Duration = Duration::from_secs(180);

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// Files of production code, relative to the root, in which the gate is to be tried. They need
    /// not exist.
    pub places: Vec<String>,
    /// Modules of the project's own, by import name, whose file is asked for.
    pub modules: Vec<String>,
}

#[derive(Serialize)]
struct Config<'a> {
    tree: &'a Path,
    places: &'a [String],
    modules: &'a [String],
    names: Vec<String>,
    output: &'a Path,
}

/// Makes the probes, in a worktree of their own.
///
/// # Errors
/// When no worktree can be made or the interpreter does not start. Probes that could not run are a
/// [`Sight`] with a fault.
pub fn look(
    rig: &Rig,
    content: Content,
    versions: &Versions,
    ask: &Ask,
) -> Result<Sight, GateError> {
    let worktree = Worktree::create(&rig.project.root, content, &rig.project.gate.carry)?;
    let tree = worktree.path();
    let folder = tempfile::Builder::new().prefix("guard-sight-").tempdir().map_err(io)?;
    let (config, output) = (folder.path().join("config.json"), folder.path().join("said.json"));
    let names = Catalogue::embedded().names();
    let asked = Config { tree, places: &ask.places, modules: &ask.modules, names, output: &output };
    fs::write(&config, serde_json::to_vec(&asked).map_err(|error| io(error.into()))?)
        .map_err(io)?;
    let test = format!("{}/{NAME}", rig.project.anchors);
    let quoted = serde_json::Value::from(config.to_string_lossy()).to_string();
    let probes = PROBES.replace(&format!("\"{CONFIG}\""), &quoted);
    fs::write(tree.join(&test), probes).map_err(io)?;
    let selection = Selection::Tests(vec![rig.project.from_cwd(&test)]);
    let limit = rig.project.gate.limit.min(LIMIT);
    let ran = run_within(rig, tree, &selection, &[], limit);
    let (key, gate) = (key(rig, versions), files(&rig.project));
    let said = fs::read(&output).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(said) = said {
        let Said { places, calls, elsewhere } = said;
        return Ok(Sight { key, gate, places, calls, elsewhere, fault: None });
    }
    let why = match ran {
        Ok(run) => run.collection_errors.first().cloned().unwrap_or(run.output_tail),
        Err(error @ GateError::Interrupted(_)) => return Err(error),
        Err(error) => error.to_string(),
    };
    Ok(Sight { key, gate, fault: Some(why), ..Sight::default() })
}

#[derive(serde::Deserialize)]
struct Said {
    places: std::collections::BTreeMap<String, bool>,
    calls: std::collections::BTreeMap<String, Seen>,
    elsewhere: std::collections::BTreeMap<String, String>,
}

fn io(source: std::io::Error) -> GateError {
    GateError::Io { action: "write the probes of the gate".to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every call of the catalogue is made, or there is a reason why not.
    #[test]
    fn every_call_of_the_catalogue_is_probed_or_says_why_not() {
        let listed = |name: &str| PROBES.contains(&format!("    \"{name}\":"));
        let excused = |name: &str| {
            PROBES
                .split_once("NOT_CALLED = {")
                .and_then(|(_, rest)| rest.split_once('}'))
                .into_iter()
                .flat_map(|(list, _)| list.lines())
                .filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'))
                .any(|(beginning, _)| name.starts_with(beginning))
        };
        let by_loop = |name: &str| {
            ["httpx.Client.", "requests.Session.", "urllib3.PoolManager."]
                .iter()
                .any(|kind| name.starts_with(kind))
        };
        let missing: Vec<String> = (Catalogue::embedded().names().into_iter())
            .filter(|name| !listed(name) && !excused(name) && !by_loop(name))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }
}
