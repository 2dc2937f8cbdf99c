//! The text of a journal.
//!
//! The first line names the format. Every other line is a checksum, a blank and one JSON entry; the
//! checksum covers the one before it, so a line that was taken out, changed or moved is noticed. A
//! torn last line (a kill while writing) is left out; anything else that does not add up is refused.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::state::{Inconsistent, State};
use super::store::JournalError;
use crate::model::Event;

pub(super) const HEADER: &str = "guard-journal 1\n";

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// From 0.
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    /// What happened.
    pub event: Event,
}

/// Everything that a journal holds, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Its lines.
    pub entries: Vec<Entry>,
    /// The checksum of the last one.
    pub(super) sum: String,
    /// How many bytes of the file are whole lines.
    pub(super) whole: u64,
}

impl Recording {
    /// Reads a journal's file. A missing one is of a run that never began.
    ///
    /// # Errors
    /// When it cannot be read, or a line does not add up.
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        match fs::read(path) {
            Ok(bytes) => Self::parse(path, &bytes),
            // The run's folder is made first.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(JournalError::NotBegun { path: path.to_owned() })
            }
            Err(source) => Err(JournalError::Io { path: path.to_owned(), source }),
        }
    }

    /// The journal that these bytes are. `path` is how errors call it.
    ///
    /// # Errors
    /// When a line does not add up.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, JournalError> {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let damaged = |line: usize, why: &str| JournalError::Damaged {
            path: path.to_owned(),
            line,
            why: why.to_owned(),
        };
        let text = std::str::from_utf8(&bytes[..whole]).map_err(|_| damaged(1, "not UTF-8"))?;
        if text.is_empty() || text == HEADER {
            return Err(JournalError::NotBegun { path: path.to_owned() });
        }
        let Some(lines) = text.strip_prefix(HEADER) else {
            return Err(if text.starts_with("guard-journal ") {
                JournalError::Version { path: path.to_owned() }
            } else {
                damaged(1, "not the first line of a journal")
            });
        };
        let mut sum = String::new();
        let mut entries = Vec::new();
        for (index, line) in lines.lines().enumerate() {
            let number = index + 2;
            let (claimed, json) =
                line.split_once(' ').ok_or_else(|| damaged(number, "no checksum"))?;
            sum = checksum(&sum, json);
            if sum != claimed {
                return Err(damaged(number, "the checksum does not fit"));
            }
            let entry: Entry =
                serde_json::from_str(json).map_err(|error| damaged(number, &error.to_string()))?;
            if usize::try_from(entry.seq) != Ok(index) {
                return Err(damaged(number, "a line is missing before it"));
            }
            entries.push(entry);
        }
        Ok(Self { entries, sum, whole: u64::try_from(whole).unwrap_or(u64::MAX) })
    }

    /// What the events add up to.
    ///
    /// # Errors
    /// When an event does not follow from those before it.
    pub fn state(self) -> Result<State, Inconsistent> {
        State::replay(self.entries.into_iter().map(|entry| entry.event))
    }

    /// The text of a journal that holds these entries.
    ///
    /// # Errors
    /// When an event cannot be written as JSON.
    pub fn write(entries: &[Entry]) -> serde_json::Result<String> {
        let mut text = HEADER.to_owned();
        let mut sum = String::new();
        for entry in entries {
            text.push_str(&line(entry, &mut sum)?);
        }
        Ok(text)
    }
}

/// One line, `sum` being the checksum of the one before it and then its own.
pub(super) fn line(entry: &Entry, sum: &mut String) -> serde_json::Result<String> {
    let json = serde_json::to_string(entry)?;
    let own = checksum(sum, &json);
    let line = format!("{own} {json}\n");
    *sum = own;
    Ok(line)
}

fn checksum(before: &str, json: &str) -> String {
    let digest = Sha256::new().chain_update(before).chain_update(json).finalize();
    let mut sum = String::with_capacity(16);
    for byte in digest.iter().take(8) {
        for nibble in [byte >> 4, byte & 15] {
            sum.push(char::from_digit(u32::from(nibble), 16).expect("a nibble is below 16"));
        }
    }
    sum
}
