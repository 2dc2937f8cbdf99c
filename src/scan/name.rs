//! Names, each text once: a program repeats a few thousand names millions of times, so they are
//! numbers, compared and hashed as such. Their texts stay to the end of the process.

mod seats;

use std::cmp::Ordering;
use std::fmt;
use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering as Memory};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxBuildHasher;

use seats::Seats;

/// Independent tables, so that threads seldom wait for each other.
const SHARDS: usize = 32;

/// Bytes that a table takes at once.
const ROOM: usize = 16 << 10;

/// Texts in the first blocks, of which there are [`EQUAL`]; then as many blocks of twice the size.
const FIRST: u64 = 1 << 10;

/// Blocks of one size: all but the last are full, and the last is no large part of them all.
const EQUAL: u64 = 4;

/// Blocks enough for every number.
const BLOCKS: usize = 81;

/// The number of the next name. The empty text has the first one.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The text of each number.
static TEXTS: [OnceLock<Block>; BLOCKS] = [const { OnceLock::new() }; BLOCKS];

type Block = Box<[OnceLock<&'static str>]>;

static TABLES: [Mutex<Table>; SHARDS] = [const { Mutex::new(Table::new()) }; SHARDS];

/// An interned text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(from = "String")]
pub(in crate::scan) struct Name(u32);

/// Some of the names of all threads.
struct Table {
    known: Seats,
    room: &'static mut [u8],
}

impl Name {
    /// The name of this text.
    pub(in crate::scan) fn new(text: &str) -> Self {
        if text.is_empty() {
            return Self(0);
        }
        let hash = FxBuildHasher.hash_one(text);
        let (shard, hash) = ((hash >> 32) as usize % SHARDS, hash as u32);
        let mut table = TABLES[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = table.known.find(hash, text) {
            return known;
        }
        let text = table.keep(text);
        let name = Self(NEXT.fetch_add(1, Memory::AcqRel));
        let (block, at) = name.seat();
        let texts = TEXTS[block].get_or_init(|| {
            let size = FIRST << (block as u64 / EQUAL);
            (0..size).map(|_| OnceLock::new()).collect()
        });
        texts[at].set(text).expect("a number is given once");
        table.known.add(hash, name);
        name
    }

    /// Its text.
    pub(in crate::scan) fn text(self) -> &'static str {
        self.kept().unwrap_or_default()
    }

    fn kept(self) -> Option<&'static str> {
        let (block, at) = self.seat();
        TEXTS[block].get()?[at].get().copied()
    }

    /// The block of its text, and where it is there.
    fn seat(self) -> (usize, usize) {
        let place = u64::from(self.0) + FIRST * EQUAL;
        let doubled = (place / (FIRST * EQUAL)).ilog2();
        // Sizes are powers of two, and this is asked for millions of times.
        let bits = FIRST.ilog2() + doubled;
        let block = u64::from(doubled) * EQUAL + (place >> bits) - EQUAL;
        (block as usize, (place & ((1 << bits) - 1)) as usize)
    }

    /// Its number: equal for equal names, small, and in no order that means anything.
    pub(in crate::scan) fn number(self) -> u32 {
        self.0
    }

    /// That of a number, as [`Name::number`] gave it.
    pub(in crate::scan) fn numbered(number: u32) -> Self {
        Self(number)
    }
}

impl Table {
    const fn new() -> Self {
        Self { known: Seats::new(), room: &mut [] }
    }

    fn keep(&mut self, text: &str) -> &'static str {
        if self.room.len() < text.len() {
            self.room = Box::leak(vec![0; ROOM.max(text.len())].into_boxed_slice());
        }
        let (own, rest) = std::mem::take(&mut self.room).split_at_mut(text.len());
        own.copy_from_slice(text.as_bytes());
        self.room = rest;
        std::str::from_utf8(own).expect("a copy of text is text")
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.text()
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.text() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.text() == *other
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text().cmp(other.text())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text(), f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn equal_texts_are_one_name() {
        assert_eq!(Name::new("path"), Name::new(&"p a t h".replace(' ', "")));
        assert_ne!(Name::new("path"), Name::new("paths"));
        assert_eq!(Name::new(""), Name::default());
    }

    #[test]
    fn every_number_has_a_seat_of_its_own() {
        let mut next = (0, 0);
        for number in 0..400_000 {
            let seat = Name(number).seat();
            assert!(seat == next || seat == (next.0 + 1, 0), "{number}: {seat:?} after {next:?}");
            assert!(seat.1 < 1 << (10 + seat.0 / 4), "{number}: {seat:?}");
            next = (seat.0, seat.1 + 1);
        }
        assert_eq!(Name(u32::MAX).seat(), (super::BLOCKS - 1, (1 << 12) - 1));
    }

    #[test]
    fn names_sort_by_their_text() {
        assert!(Name::new("a") < Name::new("b"));
    }
}
