//! What a sight of the gate depends on: another interpreter, another Blockbuster or another file of
//! the gate may see other things.

use std::fs;
use std::path::{Path, PathBuf};

use crate::assets::sha256;
use crate::gate::{Rig, Versions};
use crate::project::Project;

/// The key of the gate as it stands in the contributor's tree.
pub fn key(rig: &Rig, versions: &Versions) -> String {
    let Versions { python, blockbuster, .. } = versions;
    let files = files(&rig.project);
    sha256(&format!("{}\n{python}\n{blockbuster}\n{files}", rig.python.path.display()))
}

/// The hash of the gate's files alone, hexadecimal.
pub fn files(project: &Project) -> String {
    let mut text = String::new();
    for file in gate_files(project) {
        text.push_str(&file.to_string_lossy());
        let read = fs::read(project.root.join(&file)).unwrap_or_default();
        text.push_str(&sha256(&String::from_utf8_lossy(&read)));
        text.push('\n');
    }
    sha256(&text)
}

/// The Python files that may close the gate, relative to the root: those of the anchors' folder that
/// are no tests, and every conftest above it.
fn gate_files(project: &Project) -> Vec<PathBuf> {
    let anchors = Path::new(&project.anchors);
    let mut files: Vec<PathBuf> =
        anchors.ancestors().skip(1).map(|folder| folder.join("conftest.py")).collect();
    let entries = fs::read_dir(project.root.join(anchors)).into_iter().flatten().flatten();
    files.extend(entries.filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name.ends_with(".py") && !name.starts_with("test_")).then(|| anchors.join(name))
    }));
    files.retain(|file| project.root.join(file).is_file());
    files.sort();
    files.dedup();
    files
}
