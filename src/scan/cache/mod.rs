//! Facts between runs. A file's facts depend on its bytes alone, so they are kept by a hash of
//! them, one file of facts (a *pack*) for each repository or folder that is scanned.
//!
//! - Packs lie outside of the work tree, in the user's cache folder, readable by the user alone.
//! - A pack belongs to one build of guard and one catalogue; to any other it is a miss.
//! - A pack is written beside and renamed, so a kill leaves the old one or the new one, whole. A
//!   small change is added at its end, under a lock; a kill leaves it without what was being added.
//! - Everything in it has a checksum, and nothing is used before that was looked at. What does not
//!   match is a miss, and is replaced.
//! - What no scan used for some time goes, and so do the packs that were used longest ago, once
//!   all of them together are too large.
//!
//! Where the system says that a file is the same as last time, it is not even read (`stamp`). Where
//! every file says what it said, wherever it stands there, the outcome is kept too, nothing is linked,
//! and of the pack only an index is read (`segment`) and the facts of files in which things moved.
//! Nothing about a cache is an error: without it a scan is slower and says the same.

mod bytes;
mod folder;
mod pack;
mod segment;
mod stamp;
#[cfg(test)]
mod tests;
mod texts;

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use super::packed::{Names, Shelf, Spot};
use super::source::Source;
use folder::Added;
use pack::Pack;
use segment::Draft;
use stamp::Clock;
pub use stamp::Stamp;

/// A hash of a file's bytes.
pub(super) type Content = [u8; 16];

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
    /// Those of the pack, by the number of the entry.
    Kept(u32),
}

/// One file as a scan saw it.
struct Seen {
    /// None where it could not be read: next time it may be.
    content: Option<Content>,
    stamp: Option<Stamp>,
    /// Files that say the same have the same, whatever else changed in them and wherever it stands.
    identity: Content,
    /// What the pack knows of its path, by place.
    place: Option<u32>,
    /// Whether the pack says all of this of its path.
    is_known: bool,
}

/// What may be used of a pack that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// What is whole.
    Whole,
    /// Nothing: something in it was not.
    Nothing,
}

thread_local! {
    /// What a thread reads files in.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Frees what this thread reads files in.
pub(super) fn leave() {
    ROOM.take();
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
            Bytes::Kept(entry) => Bytes::Kept(entry),
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
        trust: Trust,
        take: impl Fn(&[u8], &mut Shelf) -> Spot + Sync,
        unread: impl Fn(String, &mut Shelf) -> Spot + Sync,
    ) -> Self {
        let clock = Clock::now();
        let pack = match trust {
            Trust::Whole => folder::open(&cache.folder, &cache.name).and_then(Pack::open),
            Trust::Nothing => None,
        };
        let places = match &pack {
            Some(pack) => pack.places(files.iter().map(S::path)),
            None => vec![None; files.len()],
        };
        let kept = pack.as_ref();
        let look = |shelf: &mut Shelf, file: &S, place: Option<u32>| {
            let stamp = file.stamp();
            let known = kept.zip(place).map(|(pack, place)| pack.known(place));
            if let (Some(pack), Some(known)) = (kept, known)
                && stamp.is_some()
                && known.stamp == stamp
            {
                let entry = pack.entry(known.entry);
                let (content, identity) = (Some(entry.content), entry.identity);
                let seen = Seen { content, stamp, identity, place, is_known: true };
                return (Bytes::Kept(known.entry), seen);
            }
            read(file, |content| {
                let bytes = match content {
                    Ok(bytes) => bytes,
                    Err(reason) => {
                        let spot = unread(reason, shelf);
                        let identity = content_of(shelf.at(spot));
                        let (content, stamp) = (None, None);
                        let seen = Seen { content, stamp, identity, place, is_known: false };
                        return (Bytes::Fresh(spot), seen);
                    }
                };
                let content = content_of(bytes);
                let stamp = stamp.filter(|stamp| clock.trusts(stamp));
                let entry = kept.and_then(|pack| pack.find(&content));
                let identity = match kept.zip(entry) {
                    Some((pack, entry)) => pack.entry(entry).identity,
                    None => content,
                };
                let is_known = known.is_some_and(|known| {
                    Some(known.entry) == entry && (stamp.is_none() || known.stamp == stamp)
                });
                let facts = match entry {
                    Some(entry) => Bytes::Kept(entry),
                    None => Bytes::Fresh(take(bytes, shelf)),
                };
                (facts, Seen { content: Some(content), stamp, identity, place, is_known })
            })
        };
        let all = Run::over(files.par_iter().zip(places), |run, (file, place)| {
            let (facts, seen) = look(&mut run.shelf, file, place);
            run.facts.push(facts);
            run.seen.push(seen);
        });
        let mut facts = Self { all, names: Names::Own, pack };
        facts.recognise();
        facts
    }

    /// Gives a file that changed and says what it said the identity that it had.
    fn recognise(&mut self) {
        let Some(pack) = &self.pack else { return };
        let Run { facts, seen, shelf } = &mut self.all;
        for (bytes, seen) in facts.iter().zip(seen) {
            if let (Bytes::Fresh(spot), Some(place)) = (bytes, seen.place) {
                let last = pack.known(place).entry;
                if pack.has(last, shelf.at(*spot), &self.names) {
                    seen.identity = pack.entry(last).identity;
                }
            }
        }
    }

    /// Makes ready what [`Facts::of`] gives. False where what is kept turns out to be damaged: then
    /// everything is to be taken anew.
    pub(super) fn load(&mut self) -> bool {
        let Some(pack) = &mut self.pack else { return true };
        let kept = self.all.facts.iter().filter_map(|bytes| match bytes {
            Bytes::Kept(entry) => Some(*entry),
            Bytes::Fresh(_) => None,
        });
        pack.load(&kept.collect::<Vec<_>>())
    }

    /// The facts of the file at this place, and what the numbers of names mean there, once they
    /// were loaded.
    pub(super) fn of(&self, index: usize) -> (&[u8], &Names) {
        match (&self.all.facts[index], &self.pack) {
            (Bytes::Kept(entry), Some(pack)) => pack.facts(*entry),
            (Bytes::Fresh(spot), _) => (self.all.shelf.at(*spot), &self.names),
            (Bytes::Kept(_), None) => (&[], &self.names),
        }
    }

    /// What an earlier scan came to that had this key.
    pub(super) fn outcome(&self, key: &Content) -> Option<Vec<u8>> {
        self.pack.as_ref()?.outcome(key)
    }

    /// What was read of the file at this place; none where it could not be, or nothing is kept.
    pub(super) fn content(&self, index: usize) -> Option<Content> {
        self.all.seen.get(index)?.content
    }

    /// Whether these bytes, which are those of the file at this place by now, are what its facts are
    /// of.
    pub(super) fn are_of<S: Source>(&self, index: usize, file: &S, bytes: &[u8]) -> bool {
        let Some(seen) = self.all.seen.get(index) else { return false };
        // Where the system says the same as before, they are what they were.
        let is_same = seen.stamp.is_some() && file.stamp() == seen.stamp;
        is_same || seen.content == Some(content_of(bytes))
    }

    /// The facts of the file at this place as they were when it had another content, and as they are
    /// now; none where they are not there any more, or not whole.
    pub(super) fn then_and_now(
        &self,
        then: &Content,
        index: usize,
    ) -> Option<(Vec<u8>, Cow<'_, [u8]>)> {
        let pack = self.pack.as_ref()?;
        let now = match self.all.facts.get(index)? {
            Bytes::Fresh(spot) => Cow::Borrowed(self.all.shelf.at(*spot)),
            Bytes::Kept(entry) => Cow::Owned(pack.bytes(*entry)?),
        };
        Some((pack.bytes(pack.find(then)?)?, now))
    }

    /// Stands for everything that an outcome depends on but where things stand: paths, what facts
    /// say, and these rules.
    pub(super) fn key<S: Source>(&self, files: &[S], rules: &str) -> Content {
        let mut all = rules.as_bytes().to_vec();
        for (file, seen) in files.iter().zip(&self.all.seen) {
            all.push(0);
            all.extend(file.path().as_bytes());
            all.push(0);
            all.extend(seen.identity);
        }
        content_of(&all)
    }

    /// Keeps what the pack that is there does not say. `outcome` is what the scan came to, by its
    /// key, where that is new.
    pub(super) fn keep<S: Source>(
        mut self,
        files: &[S],
        outcome: Option<(Content, Vec<u8>)>,
        cache: &Cache,
    ) {
        let is_new = |seen: &Seen| seen.content.is_some() && !seen.is_known;
        if outcome.is_none() && !self.all.seen.iter().any(is_new) {
            folder::touch(&cache.folder, &cache.name);
            return;
        }
        if let Some(pack) = &self.pack {
            let mut draft = pack.draft();
            self.fill(&mut draft, files, is_new);
            if let Some((key, outcome)) = &outcome {
                draft.outcome(*key, outcome);
            }
            if pack.admits(draft.size()) {
                let added = folder::append(&cache.folder, &cache.name, pack, &draft.finish());
                if added != Added::Never {
                    return;
                }
            }
        }
        if !self.load() {
            // The next scan finds nothing, which is better than what is there.
            folder::remove(&cache.folder, &cache.name);
            return;
        }
        let mut draft = Draft::after(0);
        let entries = self.fill(&mut draft, files, |_| true);
        if let Some(pack) = &mut self.pack {
            let places: FxHashSet<u32> =
                self.all.seen.iter().filter_map(|seen| seen.place).collect();
            pack.hand_over(&mut draft, &entries, &places, outcome.as_ref().map(|(key, _)| *key));
        }
        if let Some((key, outcome)) = &outcome {
            draft.outcome(*key, outcome);
        }
        folder::write(&cache.folder, &cache.name, &draft.finish());
    }

    /// Adds these files to a draft, and those of their entries that are not in a pack before it.
    fn fill<S: Source>(
        &self,
        draft: &mut Draft,
        files: &[S],
        is_wanted: impl Fn(&Seen) -> bool,
    ) -> FxHashMap<Content, u32> {
        let mut entries = FxHashMap::default();
        for (index, (file, seen)) in files.iter().zip(&self.all.seen).enumerate() {
            let Some(content) = seen.content.filter(|_| is_wanted(seen)) else { continue };
            let entry = *entries.entry(content).or_insert_with(|| {
                if let (Bytes::Kept(entry), true) = (&self.all.facts[index], draft.follows()) {
                    return *entry;
                }
                let (bytes, names) = self.of(index);
                draft.entry(content, seen.identity, 0, bytes, names)
            });
            draft.path(file.path().as_bytes(), entry, seen.stamp.as_ref());
        }
        entries
    }
}

fn content_of(bytes: &[u8]) -> Content {
    let digest = Sha256::digest(bytes);
    *digest.first_chunk::<16>().expect("SHA-256 has 32 bytes")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
