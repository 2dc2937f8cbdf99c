//! The Python files below a folder, in the order of their paths. Folders are listed in parallel,
//! each once: what a listing shows need not be asked for.

use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::super::depth;
use super::SKIPPED;
use super::ignored::Ignored;

/// A file, or a folder that cannot be listed.
pub(super) struct Found {
    /// Relative to the repository's root.
    pub(super) path: String,
    /// Why it cannot be read, where that is known already.
    pub(super) unreadable: Option<String>,
    /// Whether the path has `\u{fffd}` for what is not UTF-8.
    pub(super) is_lossy: bool,
}

/// What is below a folder or file, whose path relative to the repository's root is this one.
pub(super) fn below(start: &Path, relative: &str) -> Vec<Found> {
    let is_file = fs::symlink_metadata(start).is_ok_and(|it| it.is_file());
    if is_file && relative.ends_with(".py") {
        return vec![Found { path: relative.to_owned(), unreadable: None, is_lossy: false }];
    }
    let Ok(path) = start.canonicalize() else { return Vec::new() };
    if !path.is_dir() {
        return Vec::new();
    }
    let ignored = Ignored::around(&path);
    let prefix = if relative.is_empty() { String::new() } else { format!("{relative}/") };
    depth::with_stack(|| Folder { path, prefix, is_lossy: false }.all(&ignored))
}

struct Folder {
    path: PathBuf,
    /// What the paths of its files begin with.
    prefix: String,
    is_lossy: bool,
}

/// What stands in a folder.
struct Part {
    /// With `/` at its end where it is a folder: so parts sort as the paths of files do.
    name: String,
    is_lossy: bool,
    /// Where it is a folder.
    path: Option<PathBuf>,
}

impl Folder {
    /// Every file below.
    fn all(self, around: &Ignored) -> Vec<Found> {
        let (mut parts, ignored) = match self.parts(around) {
            Ok(listed) => listed,
            Err(error) => {
                let path = self.prefix.trim_end_matches('/').to_owned();
                let unreadable = Some(format!("cannot be read: {error}"));
                return vec![Found { path, unreadable, is_lossy: self.is_lossy }];
            }
        };
        parts.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        let within = |part: &mut Part| {
            let path = part.path.take()?;
            let (prefix, is_lossy) =
                (self.prefix.clone() + &part.name, self.is_lossy || part.is_lossy);
            Some(Self { path, prefix, is_lossy })
        };
        let folders: Vec<Self> = parts.iter_mut().filter_map(within).collect();
        let mut below: Vec<Vec<Found>> =
            folders.into_par_iter().map(|folder| folder.all(&ignored)).collect();
        let mut below = below.iter_mut();
        let mut all = Vec::with_capacity(parts.len());
        for part in parts {
            if part.name.ends_with('/') {
                below.by_ref().take(1).for_each(|files| all.append(files));
            } else {
                let is_lossy = self.is_lossy || part.is_lossy;
                all.push(Found {
                    path: self.prefix.clone() + &part.name,
                    unreadable: None,
                    is_lossy,
                });
            }
        }
        all
    }

    /// The folders and Python files that stand here, and which patterns hold.
    fn parts(&self, around: &Ignored) -> io::Result<(Vec<Part>, Ignored)> {
        let (mut parts, mut has_patterns, mut is_root) = (Vec::new(), false, false);
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            has_patterns |= name == ".gitignore";
            is_root |= name == ".git";
            parts.extend(part(&entry, &name));
        }
        let ignored = around.within(&self.path, has_patterns, is_root);
        if !ignored.is_nothing() {
            parts.retain(|part| {
                let file = || self.path.join(part.name.as_str());
                !part
                    .path
                    .as_deref()
                    .map_or_else(|| ignored.has(&file(), false), |folder| ignored.has(folder, true))
            });
        }
        Ok((parts, ignored))
    }
}

/// What an entry is, where it is a folder or a Python file.
fn part(entry: &DirEntry, name: &OsStr) -> Option<Part> {
    let bytes = name.as_encoded_bytes();
    let kind = entry.file_type().ok()?;
    let is_wanted = match kind.is_dir() {
        true => !SKIPPED.iter().any(|skipped| bytes == skipped.as_bytes()),
        false => kind.is_file() && bytes.ends_with(b".py"),
    };
    is_wanted.then(|| {
        let mut text = name.to_string_lossy().into_owned();
        let is_lossy = name.to_str().is_none();
        let path = kind.is_dir().then(|| entry.path());
        if path.is_some() {
            text.push('/');
        }
        Part { name: text, is_lossy, path }
    })
}
