//! What one scan adds to a pack, with everything that is needed to understand it.
//!
//! A segment is a head, an index and data. The head (64 bytes) is the build's key (32 bytes), the
//! lengths of index and data, a checksum of the index and one of the head itself. The index is all
//! that a scan needs where nothing changed: how many entries there are in the segments before, the
//! sizes of the data's parts, and tables, each with its length in front: entries (content, identity,
//! age, where its facts are), paths (entry, stamp, text), outcomes (key, where they are). The data
//! are the texts of names, facts and outcomes; each of them has its own checksum in the index,
//! so that what is not read need not be checked.

use std::ops::Range;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::super::catalogue;
use super::super::packed::{self, Names};
use super::bytes::{Reader, checksum, length, short};
use super::texts::Numbered;
use super::{Content, Stamp};

/// Bytes of a head.
pub(super) const HEAD: usize = 64;

/// Where something lies in the data of its kind, and its checksum.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    pub(super) start: u64,
    pub(super) size: usize,
    pub(super) sum: u64,
}

impl Extent {
    /// As it stands in an index.
    const SIZE: usize = 24;

    fn of(start: usize, bytes: &[u8]) -> Self {
        Self { start: start as u64, size: bytes.len(), sum: checksum(bytes) }
    }

    fn read(reader: &mut Reader<'_>, limit: u64) -> Option<Self> {
        let (start, size, sum) = (reader.long()?, reader.length()?, reader.long()?);
        let is_inside = start.checked_add(size as u64)? <= limit;
        is_inside.then_some(Self { start, size, sum })
    }

    fn written(self) -> [u8; Self::SIZE] {
        let mut all = [0; Self::SIZE];
        all[..8].copy_from_slice(&self.start.to_le_bytes());
        all[8..16].copy_from_slice(&length(self.size));
        all[16..].copy_from_slice(&self.sum.to_le_bytes());
        all
    }
}

/// What a head says.
pub(super) struct Head {
    pub(super) index: usize,
    pub(super) data: usize,
    sum: u64,
}

impl Head {
    /// None where it is of another build, or damaged.
    pub(super) fn read(bytes: &[u8; HEAD]) -> Option<Self> {
        let (said, sum) = bytes.split_at(HEAD - 8);
        if said[..32] != *build() || sum != checksum(said).to_le_bytes() {
            return None;
        }
        let mut reader = Reader { bytes: said, at: 32 };
        Some(Self { index: reader.length()?, data: reader.length()?, sum: reader.long()? })
    }

    /// Whether this is the index, whole.
    pub(super) fn is_of(&self, index: &[u8]) -> bool {
        index.len() == self.index && checksum(index) == self.sum
    }

    fn written(index: &[u8], data: usize) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[..32].copy_from_slice(build());
        head[32..40].copy_from_slice(&length(index.len()));
        head[40..48].copy_from_slice(&length(data));
        head[48..56].copy_from_slice(&checksum(index).to_le_bytes());
        let sum = checksum(&head[..HEAD - 8]);
        head[HEAD - 8..].copy_from_slice(&sum.to_le_bytes());
        head
    }
}

/// An index that was read. Entries count through all segments of a pack.
pub(super) struct Index {
    /// How many entries the segments before have.
    pub(super) before: u32,
    /// The texts of names, from the start of the data.
    pub(super) texts: Extent,
    /// How many bytes all facts have.
    pub(super) facts: usize,
    pub(super) entries: Vec<Entry>,
    /// The entry of each path, what the system said of it, and where the path stands in the index.
    pub(super) paths: Vec<(u32, Option<Stamp>, Range<usize>)>,
    pub(super) outcomes: Vec<(Content, Extent)>,
}

/// The facts of one content.
pub(super) struct Entry {
    pub(super) content: Content,
    /// Equal for facts that say the same and followed each other at one path.
    pub(super) identity: Content,
    pub(super) age: u8,
    /// From the start of the segment's facts.
    pub(super) facts: Extent,
}

impl Index {
    /// None where it does not fit itself or data of this many bytes.
    pub(super) fn read(bytes: &[u8], data: usize) -> Option<Self> {
        let data = data as u64;
        let reader = &mut Reader { bytes, at: 0 };
        let before = reader.short()?;
        let texts = Extent::read(reader, data)?;
        let facts = reader.length()?;
        let outcomes_start = (texts.size as u64).checked_add(facts as u64)?;
        let rest = data.checked_sub(outcomes_start)?;
        let count = reader.short()?;
        let entries = (0..count).map(|_| {
            let (content, identity) = (*reader.chunk()?, *reader.chunk()?);
            let [age] = *reader.chunk::<1>()?;
            Some(Entry { content, identity, age, facts: Extent::read(reader, facts as u64)? })
        });
        let entries: Vec<Entry> = entries.collect::<Option<_>>()?;
        let all = before.checked_add(count)?;
        let count = reader.short()?;
        let paths = (0..count).map(|_| path(reader).filter(|(entry, _, _)| *entry < all));
        let paths = paths.collect::<Option<_>>()?;
        let count = reader.short()?;
        let outcomes = (0..count).map(|_| {
            let key = *reader.chunk()?;
            let extent = Extent::read(reader, rest)?;
            Some((key, Extent { start: extent.start + outcomes_start, ..extent }))
        });
        let outcomes = outcomes.collect::<Option<_>>()?;
        Some(Self { before, texts, facts, entries, paths, outcomes })
    }
}

fn path(reader: &mut Reader<'_>) -> Option<(u32, Option<Stamp>, Range<usize>)> {
    let entry = reader.short()?;
    let [has_stamp] = *reader.chunk::<1>()?;
    let stamp = Stamp {
        size: reader.long()?,
        modified: i64::from_le_bytes(*reader.chunk()?),
        changed: i64::from_le_bytes(*reader.chunk()?),
        inode: reader.long()?,
    };
    let size = reader.short()? as usize;
    reader.some(size)?;
    Some((entry, (has_stamp != 0).then_some(stamp), reader.at - size..reader.at))
}

/// A segment that is being made.
pub(super) struct Draft {
    before: u32,
    entries: Vec<u8>,
    count: u32,
    paths: Vec<u8>,
    path_count: u32,
    names: Numbered,
    facts: Vec<u8>,
    outcomes: Vec<u8>,
    outcome_count: u32,
    outcome_data: Vec<u8>,
}

impl Draft {
    /// One that follows segments with so many entries.
    pub(super) fn after(before: u32) -> Self {
        Self {
            before,
            entries: Vec::new(),
            count: 0,
            paths: Vec::new(),
            path_count: 0,
            names: Numbered::default(),
            facts: Vec::new(),
            outcomes: Vec::new(),
            outcome_count: 0,
            outcome_data: Vec::new(),
        }
    }

    /// Adds the facts of a content, whose numbers of names mean these names; returns the entry.
    pub(super) fn entry(
        &mut self,
        content: Content,
        identity: Content,
        age: u8,
        facts: &[u8],
        names: &Names,
    ) -> u32 {
        let start = self.facts.len();
        self.facts.extend(facts);
        let list = packed::names_of(facts).unwrap_or_default();
        for (index, number) in list.iter().enumerate() {
            let number = u32::from_le_bytes(*number);
            let number = self.names.number(names.get(number).unwrap_or_default());
            let at = start + packed::LIST + 4 * index;
            self.facts[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        self.entries.extend(content);
        self.entries.extend(identity);
        self.entries.push(age);
        self.entries.extend(Extent::of(start, &self.facts[start..]).written());
        self.count += 1;
        self.before + self.count - 1
    }

    /// Adds what is known of a path.
    pub(super) fn path(&mut self, path: &[u8], entry: u32, stamp: Option<&Stamp>) {
        self.paths.extend(entry.to_le_bytes());
        self.paths.push(u8::from(stamp.is_some()));
        let stamp = stamp.copied().unwrap_or_default();
        self.paths.extend(stamp.size.to_le_bytes());
        self.paths.extend(stamp.modified.to_le_bytes());
        self.paths.extend(stamp.changed.to_le_bytes());
        self.paths.extend(stamp.inode.to_le_bytes());
        self.paths.extend(short(path.len()));
        self.paths.extend(path);
        self.path_count += 1;
    }

    /// Adds what a scan came to.
    pub(super) fn outcome(&mut self, key: Content, bytes: &[u8]) {
        self.outcomes.extend(key);
        self.outcomes.extend(Extent::of(self.outcome_data.len(), bytes).written());
        self.outcome_data.extend(bytes);
        self.outcome_count += 1;
    }

    /// Whether it is added to a pack.
    pub(super) fn follows(&self) -> bool {
        self.before > 0
    }

    /// How many bytes it will have, or a few more.
    pub(super) fn size(&self) -> usize {
        let index = self.entries.len() + self.paths.len() + self.outcomes.len();
        2 * HEAD + index + self.names.size() + self.facts.len() + self.outcome_data.len()
    }

    /// The bytes of the whole segment.
    pub(super) fn finish(self) -> Vec<u8> {
        let size = self.size();
        let texts = self.names.finish();
        let mut index = Vec::with_capacity(size - self.facts.len() - self.outcome_data.len());
        index.extend(self.before.to_le_bytes());
        index.extend(Extent::of(0, &texts).written());
        index.extend(length(self.facts.len()));
        for (count, table) in [
            (self.count, &self.entries),
            (self.path_count, &self.paths),
            (self.outcome_count, &self.outcomes),
        ] {
            index.extend(count.to_le_bytes());
            index.extend(table);
        }
        let mut all = Vec::with_capacity(size);
        let data = texts.len() + self.facts.len() + self.outcome_data.len();
        all.extend(Head::written(&index, data));
        for part in [index, texts, self.facts, self.outcome_data] {
            all.extend(part);
        }
        all
    }
}

/// Which guard writes: its version, its catalogue, and the very file that runs, since two builds of
/// one version may take other facts.
fn build() -> &'static [u8; 32] {
    static BUILD: OnceLock<[u8; 32]> = OnceLock::new();
    BUILD.get_or_init(|| {
        let own = std::env::current_exe().and_then(|path| path.metadata());
        let own = own.ok().map(|own| {
            let modified = own.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            (own.len(), modified)
        });
        let hash = Sha256::new()
            .chain_update("facts 4\n")
            .chain_update(env!("CARGO_PKG_VERSION"))
            .chain_update(catalogue::EMBEDDED)
            .chain_update(format!("{own:?}"));
        hash.finalize().into()
    })
}
