//! Where a file's bytes come from. A scan of a large tree reads each file when its turn comes and
//! lets go of it at once: what is held of ten thousand files is their facts.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::cache::Stamp;

/// Most files fit in so many bytes.
const ROOM: usize = 64 << 10;

/// A file that can be scanned.
pub trait Source: Sync {
    /// Relative to the repository's root, `/` between its parts.
    fn path(&self) -> &str;

    /// Its content.
    ///
    /// # Errors
    /// Why it cannot be read, in one sentence.
    fn bytes(&self) -> Result<Cow<'_, [u8]>, String>;

    /// Its content, in `room` where it has to be read: who reads many files gives the same one.
    ///
    /// # Errors
    /// Why it cannot be read, in one sentence.
    fn read_in<'r>(&'r self, room: &'r mut Vec<u8>) -> Result<&'r [u8], String> {
        match self.bytes()? {
            Cow::Borrowed(bytes) => Ok(bytes),
            Cow::Owned(bytes) => {
                *room = bytes;
                Ok(room)
            }
        }
    }

    /// What the system says of it now, where it is a file on disk.
    fn stamp(&self) -> Option<Stamp> {
        None
    }
}

/// One file with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the repository's root, `/` between its parts.
    pub path: String,
    /// Its content as it is on disk or in git.
    pub bytes: Vec<u8>,
    /// Why it could not be read, where it could not; `bytes` is empty then.
    pub unreadable: Option<String>,
}

impl SourceFile {
    /// A file whose content is known.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), unreadable: None }
    }
}

impl Source for SourceFile {
    fn path(&self) -> &str {
        &self.path
    }

    fn bytes(&self) -> Result<Cow<'_, [u8]>, String> {
        match &self.unreadable {
            Some(reason) => Err(reason.clone()),
            None => Ok(Cow::Borrowed(&self.bytes)),
        }
    }
}

/// One file on disk, which is read when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Relative to the repository's root, `/` between its parts.
    pub path: String,
    /// The repository's root, absolute.
    pub(super) root: Arc<Path>,
    /// Why it cannot be read, where that is known already.
    pub(super) unreadable: Option<String>,
}

impl FoundFile {
    /// The same with its content.
    pub fn read(self) -> SourceFile {
        let (bytes, unreadable) = match self.content() {
            Ok(bytes) => (bytes, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        SourceFile { path: self.path, bytes, unreadable }
    }

    fn content(&self) -> Result<Vec<u8>, String> {
        let mut room = Vec::new();
        let size = self.fill(&mut room)?;
        room.truncate(size);
        Ok(room)
    }

    /// Reads it to the start of `room`, which grows where it has to; how much there is of it.
    fn fill(&self, room: &mut Vec<u8>) -> Result<usize, String> {
        if let Some(reason) = &self.unreadable {
            return Err(reason.clone());
        }
        fill(&self.root.join(&self.path), room).map_err(|error| format!("cannot be read: {error}"))
    }
}

/// `std::fs::read` asks for the size first and takes new memory for each file; this does neither.
fn fill(path: &Path, room: &mut Vec<u8>) -> io::Result<usize> {
    let mut file = File::open(path)?;
    let mut size = 0;
    loop {
        if size == room.len() {
            room.resize(ROOM.max(2 * size), 0);
        }
        match file.read(&mut room[size..]) {
            Ok(0) => return Ok(size),
            Ok(more) => size += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

impl Source for FoundFile {
    fn path(&self) -> &str {
        &self.path
    }

    fn bytes(&self) -> Result<Cow<'_, [u8]>, String> {
        self.content().map(Cow::Owned)
    }

    fn read_in<'r>(&'r self, room: &'r mut Vec<u8>) -> Result<&'r [u8], String> {
        let size = self.fill(room)?;
        Ok(&room[..size])
    }

    fn stamp(&self) -> Option<Stamp> {
        Stamp::of(&fs::symlink_metadata(self.root.join(&self.path)).ok()?)
    }
}
