//! What was settled stays settled: `.guard/dispositions.yaml`, which a team commits, holds one entry
//! for every key that a run has disposed. Who settled it and when is known to git, so it is not
//! in the file. Here is the file alone, read strictly and written sorted; what it means for a
//! run is in `engine::memory`.

mod file;
mod read;
mod write;

use std::collections::BTreeMap;

pub use file::{read, remove, write};

use crate::model::{Key, Route};

/// Where the file is, relative to the repository's root.
pub const PATH: &str = ".guard/dispositions.yaml";

/// How one key was settled, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The way it took.
    pub route: Route,
    /// One line; what settles a key that has no anchor.
    pub reason: Option<String>,
    /// Node ids of the anchor's tests, relative to the root; empty without an anchor.
    pub anchor: Vec<String>,
    /// SHA-256 of the key's function, 64 hexadecimal digits.
    pub text: String,
    /// SHA-256 of everything that was judged: the functions on the way to the call, and the anchor.
    pub proof: String,
    /// The file of its receipt, relative to the root; none without a proof by execution.
    pub receipt: Option<String>,
}

/// Every entry, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dispositions {
    entries: BTreeMap<Key, Entry>,
}

/// Why the file cannot be used. Nothing is ever written over such a file.
#[derive(Debug, thiserror::Error)]
pub enum DispositionsError {
    /// It does not say what it should.
    #[error("{rendered}")]
    Shape {
        /// File, line, column, a caret, what is wrong and what would do: ready to print.
        rendered: String,
    },
    /// The system refused.
    #[error("could not {verb} {PATH}; nothing in it was changed")]
    Io {
        /// `read`, `write` or `remove`.
        verb: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is reached by a link that leaves the repository.
    #[error(
        "{PATH} lies outside of the repository, behind a symbolic link; make `.guard` a folder"
    )]
    Outside,
}

impl Dispositions {
    /// Reads the file's text.
    ///
    /// # Errors
    /// At the first thing that is wrong, with its place.
    pub fn parse(text: &str) -> Result<Self, DispositionsError> {
        read::parse(text)
    }

    /// The file's text.
    pub fn render(&self) -> String {
        write::render(&self.entries)
    }

    /// How a key was settled.
    pub fn get(&self, key: &Key) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Settles a key anew.
    pub fn set(&mut self, key: Key, entry: Entry) {
        self.entries.insert(key, entry);
    }

    /// Every entry, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Entry)> {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests;
