//! Names, each text once: a program repeats a few thousand names millions of times, so they are
//! compared and hashed by where they are kept. They stay to the end of the process.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{LazyLock, Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashSet};

/// Independent tables, so that threads seldom wait for each other.
const SHARDS: usize = 32;

/// Names that each thread keeps at hand.
const RECENT: usize = 1 << 12;

/// Bytes that a table takes at once.
const ROOM: usize = 64 << 10;

/// The empty text has one place, too.
static EMPTY: &str = "";

/// An interned text.
#[derive(Clone, Copy)]
pub(in crate::scan) struct Name(&'static str);

#[derive(Default)]
struct Table {
    known: FxHashSet<&'static str>,
    room: &'static mut [u8],
}

static TABLES: LazyLock<[Mutex<Table>; SHARDS]> =
    LazyLock::new(|| std::array::from_fn(|_| Mutex::default()));

thread_local! {
    static RECENT_NAMES: RefCell<Box<[Name]>> = RefCell::new(vec![Name(EMPTY); RECENT].into());
}

impl Name {
    /// The name of this text.
    pub(in crate::scan) fn new(text: &str) -> Self {
        if text.is_empty() {
            return Self(EMPTY);
        }
        let hash = std::hash::BuildHasher::hash_one(&FxBuildHasher, text);
        let seat = usize::try_from(hash >> 32).unwrap_or_default() % RECENT;
        RECENT_NAMES.with_borrow_mut(|names| {
            if names[seat].0 != text {
                names[seat] = Self::shared(text, hash);
            }
            names[seat]
        })
    }

    fn shared(text: &str, hash: u64) -> Self {
        let shard = usize::try_from(hash >> 45).unwrap_or_default() % SHARDS;
        let mut table = TABLES[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = table.known.get(text) {
            return Self(known);
        }
        let own = table.keep(text);
        table.known.insert(own);
        Self(own)
    }

    /// Its text.
    pub(in crate::scan) fn text(self) -> &'static str {
        self.0
    }

    /// Where it is kept: equal for equal names, and in no order that means anything.
    pub(in crate::scan) fn place(self) -> (usize, usize) {
        (self.0.as_ptr().addr(), self.0.len())
    }
}

impl Table {
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

impl Default for Name {
    fn default() -> Self {
        Self::new("")
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
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
        self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(other.0)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_ptr().addr().hash(state);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
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
