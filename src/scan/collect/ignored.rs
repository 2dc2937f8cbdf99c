//! What git would leave out, as far as files of patterns say it: those of the folders around a
//! path, those of repositories, and the user's own. A nested repository keeps what holds around it.

use std::fs;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The patterns that hold in a folder.
#[derive(Clone)]
pub(super) struct Ignored {
    innermost: Option<Arc<Layer>>,
    of_user: Arc<Gitignore>,
}

/// The patterns of one folder that has some.
struct Layer {
    /// Of its `.gitignore`.
    own: Gitignore,
    /// Of the repository whose root it is.
    of_repository: Gitignore,
    around: Option<Arc<Layer>>,
}

impl Ignored {
    /// What holds around a folder, by its real path.
    pub(super) fn around(folder: &Path) -> Self {
        let outside = Self { innermost: None, of_user: Arc::new(Gitignore::global().0) };
        let mut around: Vec<&Path> = folder.ancestors().skip(1).collect();
        around.reverse();
        around.into_iter().fold(outside, |outer, folder| outer.within(folder, true, true))
    }

    /// What holds in a folder too, which may have a `.gitignore` or be the root of a repository.
    pub(super) fn within(&self, folder: &Path, has_patterns: bool, is_root: bool) -> Self {
        let empty = Gitignore::empty;
        let own = match has_patterns {
            true => patterns(folder, &folder.join(".gitignore")),
            false => empty(),
        };
        let excluded = if is_root { git_folder(folder) } else { None };
        let of_repository =
            excluded.map_or_else(empty, |git| patterns(folder, &git.join("info/exclude")));
        if own.is_empty() && of_repository.is_empty() {
            return self.clone();
        }
        let layer = Layer { own, of_repository, around: self.innermost.clone() };
        Self { innermost: Some(Arc::new(layer)), of_user: Arc::clone(&self.of_user) }
    }

    /// Whether nothing is ignored at all.
    pub(super) fn is_nothing(&self) -> bool {
        self.innermost.is_none() && self.of_user.is_empty()
    }

    /// Whether a path below the folder is ignored, which is no folder inside of an ignored one.
    pub(super) fn has(&self, path: &Path, is_folder: bool) -> bool {
        let layers = || successors(self.innermost.as_deref(), |layer| layer.around.as_deref());
        let own = layers().map(|layer| &layer.own);
        let of_repositories = layers().map(|layer| &layer.of_repository);
        own.chain(of_repositories)
            .chain([&*self.of_user])
            .map(|patterns| patterns.matched(path, is_folder))
            .find(|says| !says.is_none())
            .is_some_and(|says| says.is_ignore())
    }
}

/// The patterns of a file, relative to a folder. What cannot be read or is no pattern ignores nothing.
fn patterns(folder: &Path, file: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    let _ = builder.add(file);
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Where the repository whose root a folder is keeps what all of its work trees share.
fn git_folder(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    // It is a file in a further work tree.
    let Ok(text) = fs::read_to_string(&git) else { return Some(git) };
    let own = root.join(text.lines().next()?.strip_prefix("gitdir: ")?);
    let shared = fs::read_to_string(own.join("commondir")).ok()?;
    Some(own.join(shared.lines().next()?))
}
