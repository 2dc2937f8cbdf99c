//! Where the gate's tests are, when nobody says.

use std::fs;
use std::path::Path;

use super::folder::folders;
use super::paths::join;

/// Where anchors go in a project that has none.
const DEFAULT: &str = "tests/blocking_io";

/// How far below `tests` a gate is looked for.
const DEPTH: usize = 4;

/// `tests/blocking_io`; else the first folder below `tests` that is named for blocking; else the
/// first, `tests` itself included, whose conftest speaks of Blockbuster; else where `guard init`
/// puts one.
pub(super) fn look(root: &Path, dir: &str) -> String {
    let project = root.join(dir);
    let inside = |path: &str| join(dir, path).unwrap_or_default();
    if project.join(DEFAULT).is_dir() {
        return inside(DEFAULT);
    }
    let mut candidates: Vec<String> = ["tests", "test"]
        .iter()
        .filter(|tests| project.join(tests).is_dir())
        .flat_map(|tests| {
            let below = folders(&project.join(tests), DEPTH)
                .map(|folder| format!("{tests}/{folder}"))
                .collect::<Vec<_>>();
            std::iter::once((*tests).to_owned()).chain(below)
        })
        .collect();
    candidates.sort_by_key(|folder| folder.matches('/').count());
    let named = candidates
        .iter()
        .find(|folder| folder.rsplit('/').next().is_some_and(|name| name.contains("blocking")));
    let speaking = || candidates.iter().find(|folder| speaks(&project.join(folder)));
    inside(named.or_else(speaking).map_or(DEFAULT, String::as_str))
}

fn speaks(folder: &Path) -> bool {
    fs::read(folder.join("conftest.py")).is_ok_and(|text| {
        String::from_utf8_lossy(&text).to_ascii_lowercase().contains("blockbuster")
    })
}
