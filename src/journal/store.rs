//! The file behind a run.
//!
//! The first line names the format. Every other line is a checksum, a blank and one JSON entry; the
//! checksum covers the one before it, so a line that was taken out, changed or moved is noticed. A
//! line is on the disk before its effect is announced. A torn last line (a kill while writing) is
//! cut; anything else that does not add up is refused.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::state::{Inconsistent, State};
use crate::model::{Event, RunInfo};

const HEADER: &str = "guard-journal 1\n";
const FILE: &str = "journal";

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process writes it.
    #[error("{} is in use by another guard; wait for it to end", path.display())]
    Locked {
        /// The journal.
        path: PathBuf,
    },
    /// A line does not add up.
    #[error("{}:{line} is damaged ({why}); nothing was changed. Start a new run with `guard run`", path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What does not add up.
        why: String,
    },
    /// It is of a later guard.
    #[error("{} was written by a later version of guard; update guard to read it", path.display())]
    Version {
        /// The journal.
        path: PathBuf,
    },
    /// guard was killed before it wrote the first event.
    #[error("{} holds no run: guard was ended while it began one. Start a new run with `guard run`", path.display())]
    NotBegun {
        /// The journal.
        path: PathBuf,
    },
    /// Its events do not follow from each other.
    #[error("{} does not replay", path.display())]
    Inconsistent {
        /// The journal.
        path: PathBuf,
        /// Which event, and why.
        #[source]
        source: Inconsistent,
    },
    /// The system refused.
    #[error("could not use {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

#[derive(Serialize, Deserialize)]
struct Entry {
    seq: u64,
    /// Milliseconds since 1970.
    at: u64,
    event: Event,
}

/// The runs of one repository.
#[derive(Debug, Clone)]
pub struct Runs {
    dir: PathBuf,
}

/// A journal that is open for writing, with the state that it adds up to.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    sum: String,
    seq: u64,
    state: State,
    _lock: File,
}

impl Runs {
    /// Of the repository whose common git directory is given.
    pub fn new(common_dir: &Path) -> Self {
        Self { dir: common_dir.join("guard").join("runs") }
    }

    /// The names of all runs, oldest first.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let mut numbers: Vec<u32> = entries
            .filter_map(|entry| entry.file_name().to_str()?.strip_prefix('r')?.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|number| format!("r{number}")).collect()
    }

    /// The folder of a run, for files that belong to it.
    pub fn dir(&self, run: &str) -> PathBuf {
        self.dir.join(run)
    }

    /// Claims the next free name by making its folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn claim(&self) -> Result<String, JournalError> {
        let failed = |source| JournalError::Io { path: self.dir.clone(), source };
        fs::create_dir_all(&self.dir).map_err(failed)?;
        let mut number: u32 =
            self.names().last().and_then(|name| name.strip_prefix('r')?.parse().ok()).unwrap_or(0);
        loop {
            number += 1;
            let name = format!("r{number}");
            match fs::create_dir(self.dir.join(&name)) {
                Ok(()) => return Ok(name),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Begins the run that `info` names.
    ///
    /// # Errors
    /// When the file cannot be written, or the procedure does not load.
    pub fn begin(&self, info: RunInfo) -> Result<Journal, JournalError> {
        let dir = self.dir(&info.run);
        let path = dir.join(FILE);
        let lock = lock(&dir, &path)?;
        let failed = |source| JournalError::Io { path: path.clone(), source };
        let mut file =
            OpenOptions::new().append(true).create_new(true).open(&path).map_err(failed)?;
        file.write_all(HEADER.as_bytes()).map_err(failed)?;
        let state = State::start(info.clone())
            .map_err(|source| JournalError::Inconsistent { path: path.clone(), source })?;
        let mut journal = Journal { path, file, sum: String::new(), seq: 0, state, _lock: lock };
        journal.write(&Event::Started(Box::new(info)))?;
        Ok(journal)
    }

    /// Opens a run to go on with it.
    ///
    /// # Errors
    /// When another guard writes it, or it is damaged.
    pub fn open(&self, run: &str) -> Result<Journal, JournalError> {
        let dir = self.dir(run);
        let path = dir.join(FILE);
        let lock = lock(&dir, &path)?;
        let read = read(&path)?;
        let failed = |source| JournalError::Io { path: path.clone(), source };
        let mut file = OpenOptions::new().append(true).open(&path).map_err(failed)?;
        file.set_len(read.whole).map_err(failed)?;
        file.seek(io::SeekFrom::End(0)).map_err(failed)?;
        Ok(Journal { path, file, sum: read.sum, seq: read.seq, state: read.state, _lock: lock })
    }

    /// The state of a run, without going on with it.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn state(&self, run: &str) -> Result<State, JournalError> {
        Ok(read(&self.dir(run).join(FILE))?.state)
    }

    /// The latest run.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn latest(&self) -> Result<Option<String>, JournalError> {
        self.find(|_| true)
    }

    /// The latest run of this work tree that has not ended.
    ///
    /// # Errors
    /// When a run that came after it is damaged: it may be the one that is meant.
    pub fn latest_open(&self, root: &str) -> Result<Option<String>, JournalError> {
        self.find(|state| state.info.root == root && state.end().is_none())
    }

    /// The latest run that `wanted` takes. One that was never begun is passed over.
    fn find(&self, wanted: impl Fn(&State) -> bool) -> Result<Option<String>, JournalError> {
        for run in self.names().into_iter().rev() {
            match self.state(&run) {
                Ok(state) if wanted(&state) => return Ok(Some(run)),
                Ok(_) | Err(JournalError::NotBegun { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

impl Journal {
    /// What the journal adds up to.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds one event: checked against the state, written, on the disk, applied.
    ///
    /// # Errors
    /// When it does not follow from the state, or cannot be written; nothing is then changed.
    pub fn append(&mut self, event: Event) -> Result<(), JournalError> {
        let mut state = self.state.clone();
        state
            .apply(event.clone())
            .map_err(|source| JournalError::Inconsistent { path: self.path.clone(), source })?;
        self.write(&event)?;
        self.state = state;
        Ok(())
    }

    fn write(&mut self, event: &Event) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: self.path.clone(), source };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let entry = Entry {
            seq: self.seq,
            at: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            event: event.clone(),
        };
        let json = serde_json::to_string(&entry).map_err(|error| failed(error.into()))?;
        let sum = checksum(&self.sum, &json);
        self.file.write_all(format!("{sum} {json}\n").as_bytes()).map_err(failed)?;
        self.file.sync_data().map_err(failed)?;
        self.sum = sum;
        self.seq += 1;
        Ok(())
    }
}

fn checksum(before: &str, json: &str) -> String {
    let digest = Sha256::new().chain_update(before).chain_update(json).finalize();
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn lock(dir: &Path, journal: &Path) -> Result<File, JournalError> {
    let path = dir.join("lock");
    let failed = |source| JournalError::Io { path: path.clone(), source };
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked { path: journal.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

struct Read {
    state: State,
    sum: String,
    seq: u64,
    /// How many bytes of the file are whole lines.
    whole: u64,
}

fn read(path: &Path) -> Result<Read, JournalError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        // The run's folder is made first.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(JournalError::Io { path: path.to_owned(), source }),
    };
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let damaged = |line: usize, why: &str| JournalError::Damaged {
        path: path.to_owned(),
        line,
        why: why.to_owned(),
    };
    let text = std::str::from_utf8(&text[..whole]).map_err(|_| damaged(1, "not UTF-8"))?;
    if text.is_empty() || text == HEADER {
        return Err(JournalError::NotBegun { path: path.to_owned() });
    }
    let Some(entries) = text.strip_prefix(HEADER) else {
        return Err(if text.starts_with("guard-journal ") {
            JournalError::Version { path: path.to_owned() }
        } else {
            damaged(1, "not the first line of a journal")
        });
    };
    let (mut sum, mut seq) = (String::new(), 0);
    let mut events = Vec::new();
    for (index, line) in entries.lines().enumerate() {
        let number = index + 2;
        let (claimed, json) = line.split_once(' ').ok_or_else(|| damaged(number, "no checksum"))?;
        sum = checksum(&sum, json);
        if sum != claimed {
            return Err(damaged(number, "the checksum does not fit"));
        }
        let entry: Entry =
            serde_json::from_str(json).map_err(|error| damaged(number, &error.to_string()))?;
        if entry.seq != seq {
            return Err(damaged(number, "a line is missing before it"));
        }
        seq += 1;
        events.push(entry.event);
    }
    let state = State::replay(events)
        .map_err(|source| JournalError::Inconsistent { path: path.to_owned(), source })?;
    Ok(Read { state, sum, seq, whole: u64::try_from(whole).unwrap_or(u64::MAX) })
}
