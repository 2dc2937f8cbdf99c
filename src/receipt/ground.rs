//! The tree that receipts are held against: the contributor's, as it is.

use std::fs;

use super::{Texts, Version};
use crate::gate::matrix;
use crate::git::Repository;
use crate::project::Project;
use crate::rewrite::Wrappers;
use crate::scan;

/// What receipts are held against, read once for all of them.
pub struct Ground<'a> {
    repository: &'a Repository,
    pub(super) project: &'a Project,
    pub(super) anchors: Vec<(String, String)>,
    pub(super) wrappers: Wrappers,
}

impl<'a> Ground<'a> {
    /// Reads the anchors, and the project's own offload helpers.
    ///
    /// # Errors
    /// When a pattern of the configuration is no glob.
    pub fn read(repository: &'a Repository, project: &'a Project) -> anyhow::Result<Self> {
        let root = repository.root();
        let files = scan::collect(root, std::slice::from_ref(&project.anchors), &[])?;
        let anchors = files.into_iter().filter_map(|file| {
            let text = scan::decode::decode(&file.bytes).ok()?;
            Some((file.path, text))
        });
        let anchors = anchors.collect();
        Ok(Self { repository, project, anchors, wrappers: matrix::wrappers(root, project)? })
    }

    /// A file as it is.
    pub fn text(&self, path: &str) -> Option<String> {
        let bytes = fs::read(self.repository.root().join(path)).ok()?;
        scan::decode::decode(&bytes).ok()
    }

    /// A file as it was; none when this clone does not have it.
    pub(super) fn text_at(&self, version: &Version) -> Option<String> {
        let bytes = self.repository.file_at(&version.commit, &version.path).ok()??;
        scan::decode::decode(&bytes).ok()
    }

    /// Passes the texts on to [`super::bind`].
    pub(super) fn with_texts<T>(&self, then: impl FnOnce(&Texts<'_>) -> T) -> T {
        then(&Texts { anchors: &self.anchors, read: &|path| self.text(path) })
    }
}
