//! The file in which facts are kept: segments, one after the other. The first is what a scan wrote
//! whole; what small changes add follows it, until that is too much and all is written anew.
//!
//! Opening reads the indexes alone. What cannot be read behind a whole segment, because a guard was
//! killed while it wrote or because another one writes just now, is not there.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::packed::{self, Names};
use super::bytes::checksum;
use super::segment::{Draft, Entry, Extent, HEAD, Head, Index};
use super::texts::Texts;
use super::{Content, Stamp};

/// An entry that this many rewrites did not use is left out of the next one.
const OLDEST: u8 = 4;

/// A pack that would be larger takes over nothing that the scan did not use.
const LARGE: u64 = 128 << 20;

/// More outcomes than this are not written anew: a change and its base take two.
const OUTCOMES: usize = 3;

/// More segments than this are not added.
const SEGMENTS: usize = 64;

/// Nothing is added to less: writing it anew costs as little.
const SMALL: u64 = 64 << 10;

/// A pack whose indexes were read and are whole.
pub(super) struct Pack {
    file: File,
    /// Of the file, when it was opened.
    length: u64,
    /// Of its first segment.
    head: [u8; HEAD],
    /// All indexes, one after the other.
    index: Vec<u8>,
    segments: Vec<Segment>,
    entries: Vec<(usize, Entry)>,
    by_content: OnceLock<FxHashMap<Content, u32>>,
    /// Sorted by path.
    paths: Vec<Known>,
    /// The newest last.
    outcomes: Vec<(Content, Extent)>,
}

/// The data of a segment.
struct Segment {
    /// Where they begin in the file.
    start: u64,
    /// Where the next segment begins.
    end: u64,
    texts: Extent,
    /// How long the facts are.
    size: usize,
    /// The texts, once somebody asks: none where they are damaged.
    read: OnceLock<Option<Texts>>,
    /// Those as names, and the facts, once they are needed.
    loaded: Option<(Names, Vec<u8>)>,
}

/// What is known of a path.
pub(super) struct Known {
    path: Range<usize>,
    pub(super) entry: u32,
    pub(super) stamp: Option<Stamp>,
}

impl Pack {
    /// Reads what a scan needs at once; none where it is of another build, cut short or damaged.
    pub(super) fn open(file: File) -> Option<Self> {
        let length = file.metadata().ok()?.len();
        let mut pack = Self {
            file,
            length,
            head: [0; HEAD],
            index: Vec::new(),
            segments: Vec::new(),
            entries: Vec::new(),
            by_content: OnceLock::new(),
            paths: Vec::new(),
            outcomes: Vec::new(),
        };
        while pack.follow().is_some() {}
        if pack.segments.is_empty() {
            return None;
        }
        let Self { index, paths, .. } = &mut pack;
        let text = |known: &Known| &index[known.path.clone()];
        paths.sort_by(|one, other| text(one).cmp(text(other)));
        // What a later segment says of a path replaces what an earlier one says.
        paths.dedup_by(|later, kept| {
            let is_same = text(later) == text(kept);
            if is_same {
                std::mem::swap(later, kept);
            }
            is_same
        });
        Some(pack)
    }

    /// Reads the next segment; none at the end of what is whole.
    fn follow(&mut self) -> Option<()> {
        let at = self.end();
        let bytes = self.read(at, HEAD)?;
        let bytes = bytes.first_chunk::<HEAD>()?;
        let head = Head::read(bytes)?;
        let start = at.checked_add(HEAD as u64)?.checked_add(head.index as u64)?;
        let end = start.checked_add(head.data as u64).filter(|end| *end <= self.length)?;
        let index = self.read(at + HEAD as u64, head.index)?;
        if !head.is_of(&index) {
            return None;
        }
        let read = Index::read(&index, head.data)?;
        if read.before as usize != self.entries.len() {
            return None;
        }
        if self.segments.is_empty() {
            self.head = *bytes;
        }
        let base = self.index.len();
        self.paths.extend(read.paths.into_iter().map(|(entry, stamp, path)| Known {
            path: base + path.start..base + path.end,
            entry,
            stamp,
        }));
        let number = self.segments.len();
        self.entries.extend(read.entries.into_iter().map(|entry| (number, entry)));
        self.outcomes.extend(
            read.outcomes
                .into_iter()
                .map(|(key, extent)| (key, Extent { start: start + extent.start, ..extent })),
        );
        self.segments.push(Segment {
            start,
            end,
            texts: read.texts,
            size: read.facts,
            read: OnceLock::new(),
            loaded: None,
        });
        if base == 0 {
            self.index = index
        } else {
            self.index.extend(index)
        }
        Some(())
    }

    /// Where the last segment that is whole ends.
    pub(super) fn end(&self) -> u64 {
        self.segments.last().map_or(0, |segment| segment.end)
    }

    fn read(&self, start: u64, size: usize) -> Option<Vec<u8>> {
        if start.checked_add(size as u64)? > self.length {
            return None;
        }
        let mut file = &self.file;
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = Vec::with_capacity(size);
        file.take(size as u64).read_to_end(&mut bytes).ok()?;
        (bytes.len() == size).then_some(bytes)
    }

    fn whole(&self, extent: Extent) -> Option<Vec<u8>> {
        self.read(extent.start, extent.size).filter(|bytes| checksum(bytes) == extent.sum)
    }

    /// What is known of each of these paths, by index. They come in the same order as last time,
    /// nearly always, so each is looked for behind the one before.
    pub(super) fn places<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<Option<u32>> {
        let mut next = 0;
        let text = |known: &Known| &self.index[known.path.clone()];
        paths
            .map(|path| {
                let path = path.as_bytes();
                let is_next = self.paths.get(next).is_some_and(|known| text(known) == path);
                let found = match is_next {
                    true => Ok(next),
                    false => self.paths.binary_search_by(|known| text(known).cmp(path)),
                };
                next = found.map_or_else(|at| at, |at| at + 1);
                found.ok().and_then(|at| u32::try_from(at).ok())
            })
            .collect()
    }

    /// What is known of a path, by what [`Pack::places`] gave.
    pub(super) fn known(&self, place: u32) -> &Known {
        &self.paths[place as usize]
    }

    /// An entry by its number.
    pub(super) fn entry(&self, number: u32) -> &Entry {
        &self.entries[number as usize].1
    }

    /// The number of the entry of a content.
    pub(super) fn find(&self, content: &Content) -> Option<u32> {
        let by_content = self.by_content.get_or_init(|| {
            self.entries
                .iter()
                .zip(0..)
                .map(|((_, entry), number)| (entry.content, number))
                .collect()
        });
        by_content.get(content).copied()
    }

    /// What a scan came to.
    pub(super) fn outcome(&self, key: &Content) -> Option<Vec<u8>> {
        let (_, extent) = self.outcomes.iter().rev().find(|(other, _)| other == key)?;
        self.whole(*extent)
    }

    /// The facts of an entry; none where they are damaged.
    pub(super) fn bytes(&self, number: u32) -> Option<Vec<u8>> {
        let (segment, entry) = &self.entries[number as usize];
        let start = self.segments[*segment].facts().saturating_add(entry.facts.start);
        self.whole(Extent { start, ..entry.facts })
    }

    /// Whether an entry says the same as these facts, wherever it stands and whatever numbers the
    /// names have.
    pub(super) fn has(&self, number: u32, facts: &[u8], names: &Names) -> bool {
        let (segment, _) = &self.entries[number as usize];
        let Some(own) = self.bytes(number) else { return false };
        let Some(texts) = self.texts(&self.segments[*segment]) else { return false };
        let fresh = |number| names.get(number).map(|name| name.text());
        packed::are_same((facts, &fresh), (&own, &|number| texts.get(number)))
    }

    fn texts<'s>(&self, segment: &'s Segment) -> Option<&'s Texts> {
        let read = || {
            let start = segment.start.checked_add(segment.texts.start)?;
            Texts::read(self.whole(Extent { start, ..segment.texts })?)
        };
        segment.read.get_or_init(read).as_ref()
    }

    /// Reads the facts of these entries; whether all of them are whole.
    pub(super) fn load(&mut self, numbers: &[u32]) -> bool {
        let used: FxHashSet<usize> =
            numbers.iter().map(|number| self.entries[*number as usize].0).collect();
        for index in used {
            let segment = &self.segments[index];
            if segment.loaded.is_some() {
                continue;
            }
            let Some(names) = self.texts(segment).and_then(Texts::names) else { return false };
            let Some(facts) = self.read(segment.facts(), segment.size) else { return false };
            self.segments[index].loaded = Some((names, facts));
        }
        numbers.iter().all(|number| {
            let (facts, _) = self.facts(*number);
            checksum(facts) == self.entry(*number).facts.sum
        })
    }

    /// The facts of an entry that was loaded, and what the numbers of names mean there.
    pub(super) fn facts(&self, number: u32) -> (&[u8], &Names) {
        let (segment, entry) = &self.entries[number as usize];
        let (names, all) =
            self.segments[*segment].loaded.as_ref().expect("what is asked for was loaded");
        let start = usize::try_from(entry.facts.start).expect("it lies inside of what is loaded");
        (&all[start..start + entry.facts.size], names)
    }

    /// A segment to add, empty.
    pub(super) fn draft(&self) -> Draft {
        Draft::after(u32::try_from(self.entries.len()).expect("entries have numbers"))
    }

    /// Whether there is room for so many bytes behind what is there.
    pub(super) fn admits(&self, more: usize) -> bool {
        let first = self.segments[0].end;
        let added = (self.end() - first).saturating_add(more as u64);
        // Until there would be as much again.
        let fits = first >= SMALL && added <= first && first + added <= LARGE;
        fits && self.segments.len() < SEGMENTS
    }

    /// The outcome that was kept last.
    #[cfg(test)]
    pub(super) fn newest(&self) -> Option<Vec<u8>> {
        self.whole(self.outcomes.last()?.1)
    }

    /// How many segments there are, where every byte of the file is read and whole.
    #[cfg(test)]
    pub(super) fn checked(mut self) -> Option<usize> {
        let numbers: Vec<u32> = (0..).take(self.entries.len()).collect();
        let is_whole = self.end() == self.length
            && self.segments.iter().all(|segment| self.texts(segment).is_some())
            && self.outcomes.iter().all(|(_, extent)| self.whole(*extent).is_some())
            && self.load(&numbers);
        is_whole.then_some(self.segments.len())
    }

    /// Whether a file is still the one that was read.
    pub(super) fn is_still(&self, mut file: &File) -> bool {
        let mut head = [0; HEAD];
        file.metadata().is_ok_and(|it| it.len() == self.length)
            && file.seek(SeekFrom::Start(0)).is_ok()
            && file.read_exact(&mut head).is_ok()
            && head == self.head
    }

    /// Adds to a draft what the pack has beyond a scan, one rewrite older. `entries` are those
    /// that are in the draft already, `places` what the scan looked at, `coming` the key of the
    /// outcome that is still to be added. What cannot be read is left out.
    pub(super) fn hand_over(
        &mut self,
        draft: &mut Draft,
        entries: &FxHashMap<Content, u32>,
        places: &FxHashSet<u32>,
        coming: Option<Content>,
    ) {
        let mut taken: Vec<Content> = coming.into_iter().collect();
        let mut kept = Vec::new();
        for (key, extent) in self.outcomes.iter().rev() {
            // Of several with one key the newest is the one that is read.
            if taken.len() < OUTCOMES && !taken.contains(key) {
                taken.push(*key);
                kept.extend(self.whole(*extent).map(|outcome| (*key, outcome)));
            }
        }
        kept.iter().rev().for_each(|(key, outcome)| draft.outcome(*key, outcome));
        if self.end() >= LARGE {
            return;
        }
        let mut taken: Vec<Option<u32>> =
            self.entries.iter().map(|(_, entry)| entries.get(&entry.content).copied()).collect();
        for number in 0..u32::try_from(taken.len()).expect("entries have numbers") {
            let is_wanted = taken[number as usize].is_none() && self.entry(number).age < OLDEST;
            if is_wanted && self.load(&[number]) {
                let Entry { content, identity, age, .. } = *self.entry(number);
                let (facts, names) = self.facts(number);
                taken[number as usize] =
                    Some(draft.entry(content, identity, age + 1, facts, names));
            }
        }
        for (known, place) in self.paths.iter().zip(0..) {
            if let Some(entry) = taken[known.entry as usize]
                && !places.contains(&place)
            {
                draft.path(&self.index[known.path.clone()], entry, known.stamp.as_ref());
            }
        }
    }
}

impl Segment {
    /// Where the facts begin in the file.
    fn facts(&self) -> u64 {
        self.start + self.texts.size as u64
    }
}
