//! Names, each text once: a program repeats a few thousand names millions of times, so they are
//! numbers, compared and hashed as such. Their texts stay to the end of the process.

mod seats;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering as Memory};
use std::sync::{Mutex, OnceLock, PoisonError};

use seats::{Key, Seats};

/// Independent tables, so that threads seldom wait for each other.
const SHARDS: usize = 32;

/// Bytes that a table takes at once.
const ROOM: usize = 16 << 10;

/// Texts in the first block; each block has room for twice as many as the one before.
const FIRST: u32 = 1 << 12;

/// Blocks enough for every number.
const BLOCKS: usize = 21;

/// The number of the next name. The empty text has the first one.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The text of each number.
static TEXTS: [OnceLock<Block>; BLOCKS] = [const { OnceLock::new() }; BLOCKS];

type Block = Box<[OnceLock<&'static str>]>;

static TABLES: [Mutex<Table>; SHARDS] = [const { Mutex::new(Table::new()) }; SHARDS];

thread_local! {
    /// Every name that this thread came upon.
    static OWN_NAMES: RefCell<Seats> = const { RefCell::new(Seats::new()) };
}

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
        let key = Key::of(text);
        OWN_NAMES.with_borrow_mut(|own| {
            own.find(key, text).unwrap_or_else(|| {
                let name = Self::shared(text, key);
                own.add(key, name);
                name
            })
        })
    }

    /// Frees what this thread keeps to find names by.
    pub(in crate::scan) fn forget_own() {
        OWN_NAMES.replace(Seats::new());
    }

    fn shared(text: &str, key: Key) -> Self {
        let shard = usize::try_from(key.hash() >> 32).unwrap_or_default() % SHARDS;
        let mut table = TABLES[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = table.known.find(key, text) {
            return known;
        }
        let text = table.keep(text);
        let name = Self(NEXT.fetch_add(1, Memory::AcqRel));
        let (block, at) = name.seat();
        let texts = TEXTS[block]
            .get_or_init(|| (0..(FIRST as usize) << block).map(|_| OnceLock::new()).collect());
        texts[at].set(text).expect("a number is given once");
        table.known.add(key, name);
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
        let from_first = u64::from(self.0) + u64::from(FIRST);
        let block = from_first.ilog2() - FIRST.ilog2();
        let at = from_first - (u64::from(FIRST) << block);
        (block as usize, usize::try_from(at).expect("a block is in memory"))
    }

    /// Its number: equal for equal names, small, and in no order that means anything.
    pub(in crate::scan) fn number(self) -> u32 {
        self.0
    }

    /// Every name there is, each at its number. What is made meanwhile by other threads may be left
    /// out, and has the empty name in its place.
    pub(in crate::scan) fn all() -> Vec<Self> {
        let all = (0..NEXT.load(Memory::Acquire)).map(Self);
        all.map(|name| if name.kept().is_some() { name } else { Self(0) }).collect()
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
    fn names_sort_by_their_text() {
        assert!(Name::new("a") < Name::new("b"));
    }
}
