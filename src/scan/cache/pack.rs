//! The file in which facts are kept: for which guard, every name once, the facts of each content
//! that was seen, what the system said of each path, and what the last scans came to.
//!
//! All numbers are little-endian. The head is the build's key (32 bytes), the length and a checksum
//! of what follows (8 bytes each); what follows are tables, each with its length in front: entries
//! (content, identity, age, where its facts are), paths (entry, stamp, text), the texts of names (their
//! length in bytes, since they are read only where something is linked), outcomes (key, where they are); and then the facts and outcomes themselves.

use std::hash::Hasher;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use sha2::{Digest, Sha256};

use super::super::catalogue;
use super::super::name::Name;
use super::super::packed::{self, Names};
use super::{Content, Stamp};

/// What follows the head is counted from here.
const HEAD: usize = 48;

/// An entry that this many rewrites did not use is left out of the next one.
const OLDEST: u8 = 4;

/// A pack that would be larger takes over nothing that the scan did not use.
const LARGE: usize = 128 << 20;

/// More outcomes than this are not kept: a change and its base take two.
const OUTCOMES: u32 = 3;

/// A pack that was read and is whole.
pub(super) struct Pack {
    bytes: Vec<u8>,
    /// Where the texts of names are.
    texts: Range<usize>,
    /// Those names, once somebody asks.
    names: OnceLock<Names>,
    entries: Vec<Entry>,
    by_content: FxHashMap<Content, u32>,
    by_path: FxHashMap<Box<str>, Known>,
    outcomes: Vec<(Content, Range<usize>)>,
}

/// The facts of one content.
pub(super) struct Entry {
    pub(super) content: Content,
    /// Equal for equal facts that followed each other at one path.
    pub(super) identity: Content,
    age: u8,
    pub(super) facts: Range<usize>,
}

#[derive(Clone, Copy)]
struct Known {
    entry: u32,
    stamp: Option<Stamp>,
}

impl Pack {
    /// Reads a pack; none where it is of another build, cut short or damaged.
    pub(super) fn open(bytes: Vec<u8>) -> Option<Self> {
        let (head, body) = bytes.split_at_checked(HEAD)?;
        let (key, rest) = head.split_at(32);
        let expected = [length(body.len()), checksum(body).to_le_bytes()].concat();
        if key != build() || rest != expected {
            return None;
        }
        let mut reader = Reader { bytes: &bytes, at: HEAD };
        let (entries, by_content) = reader.entries()?;
        let by_path = reader.paths(entries.len())?;
        let texts = reader.texts()?;
        let mut outcomes = reader.outcomes()?;
        let start = reader.at;
        let mut entries = entries;
        let ranges = entries.iter_mut().map(|entry| &mut entry.facts);
        for range in ranges.chain(outcomes.iter_mut().map(|(_, range)| range)) {
            *range = start.checked_add(range.start)?..start.checked_add(range.end)?;
            bytes.get(range.clone())?;
        }
        let names = OnceLock::new();
        Some(Self { texts, names, entries, by_content, by_path, outcomes, bytes })
    }

    /// What the numbers of names mean in these facts.
    pub(super) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut reader = Reader { bytes: &self.bytes[..self.texts.end], at: self.texts.start };
            let names = std::iter::from_fn(|| reader.text().map(Name::new));
            Names::of(names.collect())
        })
    }

    /// Facts by where they are.
    pub(super) fn bytes(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }

    /// The facts of a content.
    pub(super) fn entry(&self, content: &Content) -> Option<&Entry> {
        self.by_content.get(content).map(|&entry| &self.entries[entry as usize])
    }

    /// The facts that a path had last.
    pub(super) fn last(&self, path: &str) -> Option<&Entry> {
        self.by_path.get(path).map(|known| &self.entries[known.entry as usize])
    }

    /// The facts of a path of which the system says the same as last time.
    pub(super) fn unchanged(&self, path: &str, stamp: Option<&Stamp>) -> Option<&Entry> {
        let known = self.by_path.get(path)?;
        let is_same = stamp.is_some() && known.stamp.as_ref() == stamp;
        is_same.then(|| &self.entries[known.entry as usize])
    }

    /// Whether all of this stands in the pack.
    pub(super) fn knows(&self, path: &str, content: &Content, stamp: Option<&Stamp>) -> bool {
        self.by_path.get(path).is_some_and(|known| {
            let is_stamped = stamp.is_none() || known.stamp.as_ref() == stamp;
            is_stamped && self.entries[known.entry as usize].content == *content
        })
    }

    /// What a scan came to.
    pub(super) fn outcome(&self, key: &Content) -> Option<&[u8]> {
        let (_, range) = self.outcomes.iter().find(|(other, _)| other == key)?;
        Some(&self.bytes[range.clone()])
    }
}

/// A pack that is being made.
#[derive(Default)]
pub(super) struct Draft {
    entries: Vec<u8>,
    count: u32,
    paths: Vec<u8>,
    path_count: u32,
    texts: Vec<u8>,
    name_count: u32,
    /// By the number that a name has in this process: one more than its number in the pack.
    numbers: Vec<u32>,
    outcomes: Vec<u8>,
    outcome_count: u32,
    facts: Vec<u8>,
}

impl Draft {
    /// Adds the facts of a content, whose numbers of names mean these names; returns its index.
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
            let number = self.number(names.get(number).unwrap_or_default());
            let at = start + packed::LIST + 4 * index;
            self.facts[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        self.entries.extend(content);
        self.entries.extend(identity);
        self.entries.push(age);
        self.entries.extend(length(start));
        self.entries.extend(length(facts.len()));
        self.count += 1;
        self.count - 1
    }

    /// Adds what is known of a path.
    pub(super) fn path(&mut self, path: &str, entry: u32, stamp: Option<&Stamp>) {
        self.paths.extend(entry.to_le_bytes());
        self.paths.push(u8::from(stamp.is_some()));
        let stamp = stamp.copied().unwrap_or_default();
        self.paths.extend(stamp.size.to_le_bytes());
        self.paths.extend(stamp.modified.to_le_bytes());
        self.paths.extend(stamp.changed.to_le_bytes());
        self.paths.extend(stamp.inode.to_le_bytes());
        self.paths.extend(short(path.len()));
        self.paths.extend(path.as_bytes());
        self.path_count += 1;
    }

    /// Adds what a scan came to; what is more than fits is left out.
    pub(super) fn outcome(&mut self, key: Content, bytes: &[u8]) {
        if self.outcome_count < OUTCOMES {
            self.outcomes.extend(key);
            self.outcomes.extend(length(self.facts.len()));
            self.outcomes.extend(length(bytes.len()));
            self.facts.extend(bytes);
            self.outcome_count += 1;
        }
    }

    /// Adds what the last pack has beyond this scan, one rewrite older. `entries` are those that are
    /// here already, `paths` what the scan looked at.
    pub(super) fn take_over(
        &mut self,
        pack: &Pack,
        entries: &FxHashMap<Content, u32>,
        paths: &FxHashSet<&str>,
    ) {
        for (key, range) in &pack.outcomes {
            self.outcome(*key, pack.bytes(range));
        }
        if pack.bytes.len() >= LARGE {
            return;
        }
        let mut taken = vec![None; pack.entries.len()];
        for (entry, taken) in pack.entries.iter().zip(&mut taken) {
            *taken = entries.get(&entry.content).copied();
            if taken.is_none() && entry.age < OLDEST {
                let Entry { content, identity, age, facts } = entry;
                let facts = pack.bytes(facts);
                *taken = Some(self.entry(*content, *identity, age + 1, facts, pack.names()));
            }
        }
        for (path, known) in &pack.by_path {
            if let Some(entry) = taken[known.entry as usize]
                && !paths.contains(&**path)
            {
                self.path(path, entry, known.stamp.as_ref());
            }
        }
    }

    fn number(&mut self, name: Name) -> u32 {
        let index = name.number() as usize;
        if index >= self.numbers.len() {
            self.numbers.resize(index + 1 + index / 2, 0);
        }
        if self.numbers[index] == 0 {
            self.texts.extend(short(name.text().len()));
            self.texts.extend(name.text().as_bytes());
            self.name_count += 1;
            self.numbers[index] = self.name_count;
        }
        self.numbers[index] - 1
    }

    /// The bytes of the whole file.
    pub(super) fn finish(self) -> Vec<u8> {
        let tables = [
            (self.count.to_le_bytes(), &self.entries),
            (self.path_count.to_le_bytes(), &self.paths),
            (short(self.texts.len()), &self.texts),
            (self.outcome_count.to_le_bytes(), &self.outcomes),
        ];
        let mut all = vec![0; HEAD];
        for (size, table) in tables {
            all.extend(size);
            all.extend(table);
        }
        all.extend(&self.facts);
        let (head, body) = all.split_at_mut(HEAD);
        head[..32].copy_from_slice(build());
        head[32..40].copy_from_slice(&length(body.len()));
        head[40..].copy_from_slice(&checksum(body).to_le_bytes());
        all
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn entries(&mut self) -> Option<(Vec<Entry>, FxHashMap<Content, u32>)> {
        let count = self.short()?;
        let (mut entries, mut by_content) = (Vec::new(), FxHashMap::default());
        for index in 0..count {
            let (content, identity) = (*self.chunk()?, *self.chunk()?);
            let [age] = *self.chunk::<1>()?;
            let (start, size) = (self.length()?, self.length()?);
            by_content.insert(content, index);
            let facts = start..start.checked_add(size)?;
            entries.push(Entry { content, identity, age, facts });
        }
        Some((entries, by_content))
    }

    fn paths(&mut self, entries: usize) -> Option<FxHashMap<Box<str>, Known>> {
        let count = self.short()?;
        let mut by_path = FxHashMap::default();
        for _ in 0..count {
            let entry = self.short().filter(|entry| (*entry as usize) < entries)?;
            let [has_stamp] = *self.chunk::<1>()?;
            let stamp = Stamp {
                size: u64::from_le_bytes(*self.chunk()?),
                modified: i64::from_le_bytes(*self.chunk()?),
                changed: i64::from_le_bytes(*self.chunk()?),
                inode: u64::from_le_bytes(*self.chunk()?),
            };
            let stamp = (has_stamp != 0).then_some(stamp);
            by_path.insert(self.text()?.into(), Known { entry, stamp });
        }
        Some(by_path)
    }

    fn outcomes(&mut self) -> Option<Vec<(Content, Range<usize>)>> {
        let count = self.short()?;
        let one = |reader: &mut Self| {
            let key = *reader.chunk()?;
            let (start, size) = (reader.length()?, reader.length()?);
            Some((key, start..start.checked_add(size)?))
        };
        (0..count).map(|_| one(self)).collect()
    }

    /// Where the texts of names are; goes on behind them.
    fn texts(&mut self) -> Option<Range<usize>> {
        let size = self.short()? as usize;
        let start = self.at;
        self.at = start.checked_add(size)?;
        self.bytes.get(start..self.at)?;
        Some(start..self.at)
    }

    fn text(&mut self) -> Option<&'a str> {
        let size = self.short()? as usize;
        let end = self.at.checked_add(size)?;
        let text = std::str::from_utf8(self.bytes.get(self.at..end)?).ok()?;
        self.at = end;
        Some(text)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(*self.chunk()?)).ok()
    }

    fn short(&mut self) -> Option<u32> {
        self.chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    fn chunk<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let chunk = self.bytes.get(self.at..)?.first_chunk()?;
        self.at += N;
        Some(chunk)
    }
}

fn length(of: usize) -> [u8; 8] {
    (of as u64).to_le_bytes()
}

fn short(of: usize) -> [u8; 4] {
    u32::try_from(of).expect("a name is shorter than 4 GB").to_le_bytes()
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
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
            .chain_update("facts 1\n")
            .chain_update(env!("CARGO_PKG_VERSION"))
            .chain_update(catalogue::EMBEDDED)
            .chain_update(format!("{own:?}"));
        hash.finalize().into()
    })
}
