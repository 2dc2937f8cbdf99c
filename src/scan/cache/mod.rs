//! Facts between runs. A file's facts depend on its bytes alone, so they are kept by a hash of
//! them, one file of facts (a *pack*) for each repository or folder that is scanned.
//!
//! - Packs lie outside of the work tree, in the user's cache folder, readable by the user alone.
//! - A pack belongs to one build of guard and one catalogue; to any other it is a miss.
//! - It is written beside and renamed, so a kill leaves the old one or the new one, whole.
//! - It ends in a checksum over all of it. What does not match is a miss, and is replaced.
//! - What no scan used for some time goes, and so do the packs that were used longest ago, once
//!   all of them together are too large.
//!
//! Where the system says that a file is the same as last time, it is not even read (`stamp`).
//! Nothing about a cache is an error: without it a scan is slower and says the same.

mod folder;
mod pack;
mod stamp;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::name::Name;
use super::source::Source;
use pack::{Draft, Pack};
use stamp::Clock;
pub use stamp::Stamp;

/// A hash of a file's bytes.
type Content = [u8; 16];

/// Where the facts of one repository or folder are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
    /// The pack's name.
    name: String,
}

impl Cache {
    /// That of a repository or folder, by its absolute path, in the user's cache folder:
    /// `$XDG_CACHE_HOME/guard`, else the platform's (`~/.cache/guard` on Linux). None where there
    /// is no such folder.
    pub fn of(root: &Path) -> Option<Self> {
        Some(Self::within(folder::of_user()?, root))
    }

    /// That of a repository or folder, in this folder.
    pub fn within(folder: impl Into<PathBuf>, root: &Path) -> Self {
        let hash = hex(&Sha256::digest(root.as_os_str().as_encoded_bytes())[..8]);
        Self { folder: folder.into(), name: format!("{hash}.facts") }
    }
}

/// The packed facts of every file of a scan, in the files' order.
pub(super) struct Facts {
    all: Vec<Bytes>,
    /// What the numbers of names mean in facts that were taken now.
    names: Vec<Name>,
    pack: Option<Pack>,
}

enum Bytes {
    /// Taken now.
    Fresh(Box<[u8]>),
    /// Those of the pack.
    Kept(Range<usize>),
}

impl Facts {
    /// Takes the facts of every file, with nothing kept.
    pub(super) fn take<S: Source>(
        files: &[S],
        take: impl Fn(&[u8]) -> Box<[u8]> + Sync,
        unread: impl Fn(String) -> Box<[u8]> + Sync,
    ) -> Self {
        let fresh = |file: &S| match file.bytes() {
            Ok(bytes) => take(&bytes),
            Err(reason) => unread(reason),
        };
        let all = files.par_iter().map(|file| Bytes::Fresh(fresh(file))).collect();
        Self { all, names: Name::all(), pack: None }
    }

    /// Takes the facts of files that are new or changed, and keeps them for the next time.
    pub(super) fn recall<S: Source>(
        files: &[S],
        cache: &Cache,
        take: impl Fn(&[u8]) -> Box<[u8]> + Sync,
        unread: impl Fn(String) -> Box<[u8]> + Sync,
    ) -> Self {
        let clock = Clock::now();
        let pack = folder::read(&cache.folder, &cache.name).and_then(Pack::open);
        let looked: Vec<(Bytes, Option<(Content, Option<Stamp>)>)> = files
            .par_iter()
            .map(|file| {
                let stamp = file.stamp();
                let known = pack.as_ref().zip(stamp.as_ref());
                let known = known.and_then(|(pack, stamp)| pack.unchanged(file.path(), stamp));
                if let Some((content, range)) = known {
                    return (Bytes::Kept(range), Some((content, stamp)));
                }
                let bytes = match file.bytes() {
                    Ok(bytes) => bytes,
                    // What could not be read now may be read next time.
                    Err(reason) => return (Bytes::Fresh(unread(reason)), None),
                };
                let content = content_of(&bytes);
                let kept = pack.as_ref().and_then(|pack| pack.facts(&content));
                let facts = kept.map_or_else(|| Bytes::Fresh(take(&bytes)), Bytes::Kept);
                (facts, Some((content, stamp.filter(|stamp| clock.trusts(stamp)))))
            })
            .collect();
        let mut facts = Self { all: Vec::new(), names: Name::all(), pack };
        let mut seen = Vec::with_capacity(looked.len());
        for (bytes, known) in looked {
            facts.all.push(bytes);
            seen.push(known);
        }
        facts.keep(files, &seen, cache);
        facts
    }

    /// The facts of the file at this place, and what the numbers of names mean there.
    pub(super) fn of(&self, index: usize) -> (&[u8], &[Name]) {
        match (&self.all[index], &self.pack) {
            (Bytes::Kept(range), Some(pack)) => (pack.bytes(range), pack.names()),
            (Bytes::Fresh(bytes), _) => (bytes, &self.names),
            (Bytes::Kept(_), None) => (&[], &self.names),
        }
    }

    /// Writes a pack where it would differ from the one that is there.
    fn keep<S: Source>(
        &self,
        files: &[S],
        seen: &[Option<(Content, Option<Stamp>)>],
        cache: &Cache,
    ) {
        let is_new = |(index, known): (usize, &Option<(Content, Option<Stamp>)>)| {
            let Some((content, stamp)) = known else { return false };
            let path = files[index].path();
            let is_known = self.pack.as_ref().is_some_and(|pack| pack.knows(path, content, stamp));
            !is_known
        };
        if !seen.iter().enumerate().any(is_new) {
            if self.pack.is_some() {
                folder::touch(&cache.folder, &cache.name);
            }
            return;
        }
        let mut draft = Draft::default();
        let mut used = FxHashMap::default();
        for (index, known) in seen.iter().enumerate() {
            let Some((content, stamp)) = known else { continue };
            let entry = *used.entry(*content).or_insert_with(|| {
                let (bytes, names) = self.of(index);
                draft.entry(*content, 0, bytes, names)
            });
            draft.path(files[index].path(), entry, stamp.as_ref());
        }
        if let Some(pack) = &self.pack {
            for (content, age, range) in pack.aged() {
                if !used.contains_key(&content) {
                    draft.entry(content, age, pack.bytes(&range), pack.names());
                }
            }
        }
        folder::write(&cache.folder, &cache.name, &draft.finish());
    }
}

fn content_of(bytes: &[u8]) -> Content {
    let digest = Sha256::digest(bytes);
    *digest.first_chunk::<16>().expect("SHA-256 has 32 bytes")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
