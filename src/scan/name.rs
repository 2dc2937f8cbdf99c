//! Names, each text once: a program repeats a few thousand names millions of times, so they are
//! compared and hashed by where they are kept. They stay to the end of the process.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering as Memory};
use std::sync::{LazyLock, Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Independent tables, so that threads seldom wait for each other.
const SHARDS: usize = 32;

/// Names that each thread keeps at hand.
const RECENT: usize = 1 << 12;

/// Bytes that a table takes at once.
const ROOM: usize = 16 << 10;

/// Names that a table makes room for at once.
const SEATS: usize = 256;

/// The empty text has one place, too.
static EMPTY: Entry = Entry { text: "", number: 0 };

/// The number of the next name.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// An interned text.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(from = "String")]
pub(in crate::scan) struct Name(&'static Entry);

struct Entry {
    text: &'static str,
    number: u32,
}

#[derive(Default)]
struct Table {
    known: FxHashMap<&'static str, Name>,
    room: &'static mut [u8],
    seats: &'static mut [Entry],
}

static TABLES: LazyLock<[Mutex<Table>; SHARDS]> =
    LazyLock::new(|| std::array::from_fn(|_| Mutex::default()));

thread_local! {
    static RECENT_NAMES: RefCell<Box<[(&'static str, Name)]>> =
        RefCell::new(vec![("", Name(&EMPTY)); RECENT].into());
}

impl Name {
    /// The name of this text.
    pub(in crate::scan) fn new(text: &str) -> Self {
        if text.is_empty() {
            return Self(&EMPTY);
        }
        let hash = std::hash::BuildHasher::hash_one(&FxBuildHasher, text);
        let seat = usize::try_from(hash >> 32).unwrap_or_default() % RECENT;
        RECENT_NAMES.with_borrow_mut(|names| {
            let (known, name) = &mut names[seat];
            if *known != text {
                *name = Self::shared(text, hash);
                *known = name.0.text;
            }
            *name
        })
    }

    fn shared(text: &str, hash: u64) -> Self {
        let shard = usize::try_from(hash >> 45).unwrap_or_default() % SHARDS;
        let mut table = TABLES[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = table.known.get(text) {
            return *known;
        }
        let name = table.keep(text);
        table.known.insert(name.0.text, name);
        name
    }

    /// Its text.
    pub(in crate::scan) fn text(self) -> &'static str {
        self.0.text
    }

    /// Where it is kept: equal for equal names, and in no order that means anything.
    pub(in crate::scan) fn place(self) -> usize {
        std::ptr::from_ref(self.0).addr()
    }

    /// Its number: equal for equal names, small, and in no order that means anything.
    pub(in crate::scan) fn number(self) -> u32 {
        self.0.number
    }

    /// Every name there is, each at its number. What is made meanwhile by other threads may be left
    /// out, and has the empty name in its place.
    pub(in crate::scan) fn all() -> Vec<Self> {
        let mut all = vec![Self(&EMPTY); NEXT.load(Memory::Acquire) as usize];
        for table in TABLES.iter() {
            let table = table.lock().unwrap_or_else(PoisonError::into_inner);
            for name in table.known.values() {
                if let Some(seat) = all.get_mut(name.number() as usize) {
                    *seat = *name;
                }
            }
        }
        all
    }
}

impl Table {
    fn keep(&mut self, text: &str) -> Name {
        if self.room.len() < text.len() {
            self.room = Box::leak(vec![0; ROOM.max(text.len())].into_boxed_slice());
        }
        let (own, rest) = std::mem::take(&mut self.room).split_at_mut(text.len());
        own.copy_from_slice(text.as_bytes());
        self.room = rest;
        let text = std::str::from_utf8(own).expect("a copy of text is text");
        if self.seats.is_empty() {
            let seats = (0..SEATS).map(|_| Entry { text: "", number: 0 });
            self.seats = Box::leak(seats.collect());
        }
        let seats = std::mem::take(&mut self.seats);
        let (seat, rest) = seats.split_first_mut().expect("there are seats");
        self.seats = rest;
        *seat = Entry { text, number: NEXT.fetch_add(1, Memory::AcqRel) };
        Name(seat)
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::new("")
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.text
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0.text == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0.text == *other
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.text.cmp(other.0.text)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place().hash(state);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.text, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.text)
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
