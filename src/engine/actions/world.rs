//! What actions act on: the repository, the project, the gate, the assets. All IO goes through it.

use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::anchor::{Facts, SourceFile};
use crate::assets::Assets;
use crate::exec;
use crate::gate::Rig;
use crate::git::{Content, Repository};
use crate::journal::State;
use crate::model::{Candidate, Mode, RunInfo};
use crate::project::{Overrides, Project, Surroundings};
use crate::scan;

/// What becomes of what is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The text alone.
    Text,
    /// Commits, too.
    Commit,
}

/// Everything outside of guard that a run touches.
#[derive(Debug)]
pub struct World {
    /// The contributor's repository.
    pub repository: Repository,
    /// Where things are in it.
    pub project: Project,
    /// Procedures, templates, references.
    pub assets: Assets,
    /// A folder that belongs to this run.
    pub dir: PathBuf,
    /// What `--python` and `--project` said.
    pub overrides: Overrides,
    /// Whether `--commit` was said.
    pub delivery: Delivery,
    rig: OnceCell<Rig>,
}

impl World {
    /// Puts the parts together. The gate's interpreter is looked for when it is first needed.
    pub fn new(
        repository: Repository,
        project: Project,
        assets: Assets,
        dir: PathBuf,
        overrides: Overrides,
        delivery: Delivery,
    ) -> Self {
        Self { repository, project, assets, dir, overrides, delivery, rig: OnceCell::new() }
    }

    /// The project's gate with its interpreter.
    pub(super) fn rig(&self) -> anyhow::Result<&Rig> {
        if let Some(rig) = self.rig.get() {
            return Ok(rig);
        }
        let python = self.project.interpreter(&self.overrides, &Surroundings::of_process())?;
        let keep = Some(self.dir.join("gate"));
        Ok(self.rig.get_or_init(|| Rig { project: self.project.clone(), python, keep }))
    }

    /// Which state of the work a run judges.
    pub(super) fn content(info: &RunInfo) -> Content {
        match info.mode {
            Mode::Change | Mode::WholeTree => Content::Working,
            Mode::Committed => Content::Committed,
        }
    }

    /// A file of the work tree as text.
    pub fn text(&self, path: &str) -> Option<String> {
        fs::read(self.repository.root().join(path))
            .ok()
            .and_then(|bytes| scan::decode::decode(&bytes).ok())
    }

    /// A file of a commit as text.
    pub fn text_at(&self, commit: &str, path: &str) -> Option<String> {
        let bytes = self.repository.file_at(commit, path).ok()??;
        scan::decode::decode(&bytes).ok()
    }

    /// A file as the run judges it.
    pub(super) fn judged(&self, state: &State, path: &str) -> Option<String> {
        self.judged_by(&state.info, path)
    }

    /// A file as a run with this start judges it.
    pub(super) fn judged_by(&self, info: &RunInfo, path: &str) -> Option<String> {
        match Self::content(info) {
            Content::Working => self.text(path),
            Content::Committed => self.text_at(&self.repository.head().ok()?, path),
        }
    }

    /// Lines of the project's code outside of `except` that contain `needle`, as `path:line: code`.
    pub fn mentions(&self, needle: &str, except: &str) -> Vec<String> {
        let files =
            scan::collect(self.repository.root(), &self.project.roots, &self.project.exclude);
        files
            .unwrap_or_default()
            .iter()
            .filter(|file| file.path != except)
            .filter_map(|file| Some((file, std::str::from_utf8(&file.bytes).ok()?)))
            .flat_map(|(file, text)| {
                text.lines()
                    .enumerate()
                    .filter(|(_, line)| line.contains(needle))
                    .map(|(index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim()))
            })
            .collect()
    }

    /// The text of a reference.
    pub fn reference(&self, name: &str) -> Option<String> {
        self.assets.load(name).ok().map(|asset| asset.text)
    }

    /// Opens a file in the person's editor and waits.
    ///
    /// # Errors
    /// When there is no editor, or it fails.
    pub fn edit(&self, path: &str) -> anyhow::Result<()> {
        let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR"));
        let editor = editor.unwrap_or_else(|_| "vi".to_owned());
        exec::attend(&editor, &self.repository.root().join(path))
            .with_context(|| format!("could not open {path} in `{editor}`; set EDITOR to another"))
    }

    /// What an anchor needs to know of the project.
    pub(super) fn facts(&self) -> anyhow::Result<Facts> {
        Facts::read(&self.project).context("could not read the project's own files")
    }

    /// Every Python file of the anchors' folder, as the run judges it.
    pub(super) fn anchors(&self, state: &State) -> Vec<SourceFile> {
        let roots = [self.project.anchors.clone()];
        let files = match Self::content(&state.info) {
            Content::Working => {
                let files = scan::collect(self.repository.root(), &roots, &[]).unwrap_or_default();
                files.into_iter().map(|file| (file.path, file.bytes)).collect()
            }
            Content::Committed => self.files_at_head(&roots).unwrap_or_default(),
        };
        files
            .into_iter()
            .filter_map(|(path, bytes)| {
                Some(SourceFile { text: scan::decode::decode(&bytes).ok()?, path })
            })
            .collect()
    }

    fn files_at_head(&self, roots: &[String]) -> Option<Vec<(String, Vec<u8>)>> {
        self.repository.files_at(&self.repository.head().ok()?, roots, "py").ok()
    }

    /// The files of a candidate's path, as the run judges them.
    pub(super) fn production(&self, state: &State, candidate: &Candidate) -> Vec<SourceFile> {
        let mut paths: Vec<String> =
            super::functions(candidate).into_iter().map(|(path, _)| path).collect();
        paths.dedup();
        let file = |path: String| Some(SourceFile { text: self.judged(state, &path)?, path });
        paths.into_iter().filter_map(file).collect()
    }

    /// A path relative to the gate's working directory, as it is from the root.
    pub(super) fn inside_root(&self, path: &str) -> String {
        self.project.inside_root(path)
    }

    /// A node id relative to the root, as the gate's working directory has it.
    pub(super) fn inside_cwd(&self, id: &str) -> String {
        self.project.inside_cwd(id)
    }
}
