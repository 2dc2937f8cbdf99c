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
//! Where the system says that a file is the same as last time, it is not even read (`stamp`). Where
//! every file has the facts that it had, the outcome is kept too, and nothing is linked.
//! Nothing about a cache is an error: without it a scan is slower and says the same.

mod folder;
mod pack;
mod stamp;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::packed::{self, Names, Shelf, Spot};
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
    all: Run,
    /// What the numbers of names mean in facts that were taken now.
    names: Names,
    pack: Option<Pack>,
}

/// What is known of files that follow each other.
#[derive(Default)]
struct Run {
    facts: Vec<Bytes>,
    /// For the next scan, where there is one.
    seen: Vec<Seen>,
    /// Where facts are that were taken now.
    shelf: Shelf,
}

enum Bytes {
    /// Taken now.
    Fresh(Spot),
    /// Those of the pack.
    Kept(Range<usize>),
}

/// One file as a scan saw it.
struct Seen {
    /// None where it could not be read: next time it may be.
    content: Option<Content>,
    stamp: Option<Stamp>,
    /// Files with the same facts have the same, whatever else changed in them.
    identity: Content,
}

thread_local! {
    /// What a thread reads files in.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What `look` makes of a file's content.
fn read<S: Source, T>(file: &S, look: impl FnOnce(Result<&[u8], String>) -> T) -> T {
    ROOM.with_borrow_mut(|room| look(file.read_in(room)))
}

impl Run {
    /// What `look` adds for each file, in the files' order.
    fn over<I: IndexedParallelIterator>(
        files: I,
        look: impl Fn(&mut Self, I::Item) + Sync + Send,
    ) -> Self {
        let further = |mut run: Self, file: I::Item| {
            look(&mut run, file);
            run
        };
        files.fold(Self::default, further).reduce(Self::default, Self::and)
    }

    /// These files, and then those.
    fn and(mut self, after: Self) -> Self {
        let pieces = self.shelf.append(after.shelf);
        self.facts.extend(after.facts.into_iter().map(|bytes| match bytes {
            Bytes::Fresh(spot) => Bytes::Fresh(spot.moved(pieces)),
            Bytes::Kept(range) => Bytes::Kept(range),
        }));
        self.seen.extend(after.seen);
        self
    }
}

impl Facts {
    /// Takes the facts of every file, with nothing kept.
    pub(super) fn take<S: Source>(
        files: &[S],
        take: impl Fn(&[u8], &mut Shelf) -> Spot + Sync,
        unread: impl Fn(String, &mut Shelf) -> Spot + Sync,
    ) -> Self {
        let all = Run::over(files.par_iter(), |run, file| {
            let spot = read(file, |content| match content {
                Ok(bytes) => take(bytes, &mut run.shelf),
                Err(reason) => unread(reason, &mut run.shelf),
            });
            run.facts.push(Bytes::Fresh(spot));
        });
        Self { all, names: Names::Own, pack: None }
    }

    /// Takes the facts of files that are new or changed.
    pub(super) fn recall<S: Source>(
        files: &[S],
        cache: &Cache,
        take: impl Fn(&[u8], &mut Shelf) -> Spot + Sync,
        unread: impl Fn(String, &mut Shelf) -> Spot + Sync,
    ) -> Self {
        let clock = Clock::now();
        let pack = folder::read(&cache.folder, &cache.name).and_then(Pack::open);
        let look = |shelf: &mut Shelf, file: &S| {
            let stamp = file.stamp();
            let known = pack.as_ref().and_then(|pack| pack.unchanged(file.path(), stamp.as_ref()));
            if let Some(entry) = known {
                let (content, identity) = (Some(entry.content), entry.identity);
                return (Bytes::Kept(entry.facts.clone()), Seen { content, stamp, identity });
            }
            read(file, |content| {
                let bytes = match content {
                    Ok(bytes) => bytes,
                    Err(reason) => {
                        let spot = unread(reason, shelf);
                        let identity = content_of(shelf.at(spot));
                        return (Bytes::Fresh(spot), Seen { content: None, stamp: None, identity });
                    }
                };
                let content = content_of(bytes);
                let stamp = stamp.filter(|stamp| clock.trusts(stamp));
                let entry = pack.as_ref().and_then(|pack| pack.entry(&content));
                let identity = entry.map_or(content, |entry| entry.identity);
                let facts = match entry {
                    Some(entry) => Bytes::Kept(entry.facts.clone()),
                    None => Bytes::Fresh(take(bytes, shelf)),
                };
                (facts, Seen { content: Some(content), stamp, identity })
            })
        };
        let all = Run::over(files.par_iter(), |run, file| {
            let (facts, seen) = look(&mut run.shelf, file);
            run.facts.push(facts);
            run.seen.push(seen);
        });
        let mut facts = Self { all, names: Names::Own, pack };
        facts.recognise(files);
        facts
    }

    /// Gives a file that changed and has the facts that it had the identity that it had.
    fn recognise<S: Source>(&mut self, files: &[S]) {
        let Some(pack) = &self.pack else { return };
        let Run { facts, seen, shelf } = &mut self.all;
        for ((file, bytes), seen) in files.iter().zip(facts).zip(seen) {
            if let (Bytes::Fresh(spot), Some(entry)) = (bytes, pack.last(file.path()))
                && packed::are_same(
                    (shelf.at(*spot), &self.names),
                    (pack.bytes(&entry.facts), pack.names()),
                )
            {
                seen.identity = entry.identity;
            }
        }
    }

    /// The facts of the file at this place, and what the numbers of names mean there.
    pub(super) fn of(&self, index: usize) -> (&[u8], &Names) {
        match (&self.all.facts[index], &self.pack) {
            (Bytes::Kept(range), Some(pack)) => (pack.bytes(range), pack.names()),
            (Bytes::Fresh(spot), _) => (self.all.shelf.at(*spot), &self.names),
            (Bytes::Kept(_), None) => (&[], &self.names),
        }
    }

    /// What an earlier scan of files with these facts came to, under these rules.
    pub(super) fn outcome<S: Source>(&self, files: &[S], rules: &str) -> Option<&[u8]> {
        let pack = self.pack.as_ref()?;
        pack.outcome(&self.key(files, rules))
    }

    /// Stands for everything that an outcome depends on.
    fn key<S: Source>(&self, files: &[S], rules: &str) -> Content {
        let mut all = rules.as_bytes().to_vec();
        for (file, seen) in files.iter().zip(&self.all.seen) {
            all.push(0);
            all.extend(file.path().as_bytes());
            all.push(0);
            all.extend(seen.identity);
        }
        content_of(&all)
    }

    /// Writes a pack where it would differ from the one that is there. `outcome` is what the scan
    /// came to, where that is new.
    pub(super) fn keep<S: Source>(
        &self,
        files: &[S],
        rules: &str,
        outcome: Option<Vec<u8>>,
        cache: &Cache,
    ) {
        let all = || files.iter().map(S::path).zip(&self.all.seen);
        let is_new = |(path, seen): (&str, &Seen)| {
            let Some(content) = &seen.content else { return false };
            let is_known = self
                .pack
                .as_ref()
                .is_some_and(|pack| pack.knows(path, content, seen.stamp.as_ref()));
            !is_known
        };
        if outcome.is_none() && !all().any(is_new) {
            folder::touch(&cache.folder, &cache.name);
            return;
        }
        let mut draft = Draft::default();
        let mut entries = FxHashMap::default();
        for (index, (path, seen)) in all().enumerate() {
            let Some(content) = seen.content else { continue };
            let entry = *entries.entry(content).or_insert_with(|| {
                let (bytes, names) = self.of(index);
                draft.entry(content, seen.identity, 0, bytes, names)
            });
            draft.path(path, entry, seen.stamp.as_ref());
        }
        if let Some(outcome) = &outcome {
            draft.outcome(self.key(files, rules), outcome);
        }
        if let Some(pack) = &self.pack {
            let paths = files.iter().map(S::path).collect();
            draft.take_over(pack, &entries, &paths);
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
