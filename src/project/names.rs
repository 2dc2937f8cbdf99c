//! Names of tests and files, as the gate's working directory has them and as they are from the root.

use super::Project;

impl Project {
    /// A path relative to the gate's working directory, as it is from the root.
    pub fn inside_root(&self, path: &str) -> String {
        let mut parts: Vec<&str> =
            self.gate.cwd.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            match part {
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    /// A node id relative to the root, as the gate's working directory has it.
    pub fn inside_cwd(&self, id: &str) -> String {
        let cwd = &self.gate.cwd;
        if cwd.is_empty() {
            return id.to_owned();
        }
        match id.strip_prefix(cwd.as_str()).and_then(|rest| rest.strip_prefix('/')) {
            Some(inside) => inside.to_owned(),
            None => format!("{}{id}", "../".repeat(cwd.split('/').count())),
        }
    }
}
