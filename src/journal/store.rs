//! The file behind a run: one writer by lock, and a line is on the disk before its effect is
//! announced.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::record::{Entry, HEADER, Recording, line};
use super::state::{Inconsistent, State};
use crate::model::{Event, RunInfo};

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
        let recording = Recording::read(&path)?;
        let (sum, whole) = (recording.sum.clone(), recording.whole);
        let seq = u64::try_from(recording.entries.len()).unwrap_or(u64::MAX);
        let state = replayed(&path, recording)?;
        let failed = |source| JournalError::Io { path: path.clone(), source };
        let mut file = OpenOptions::new().append(true).open(&path).map_err(failed)?;
        file.set_len(whole).map_err(failed)?;
        file.seek(io::SeekFrom::End(0)).map_err(failed)?;
        Ok(Journal { path, file, sum, seq, state, _lock: lock })
    }

    /// Everything that a run's journal holds.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn recording(&self, run: &str) -> Result<Recording, JournalError> {
        Recording::read(&self.dir(run).join(FILE))
    }

    /// The state of a run, without going on with it.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn state(&self, run: &str) -> Result<State, JournalError> {
        let path = self.dir(run).join(FILE);
        replayed(&path, Recording::read(&path)?)
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
        let inconsistent = |source| JournalError::Inconsistent { path: self.path.clone(), source };
        self.state.check(&event).map_err(inconsistent)?;
        self.write(&event)?;
        self.state
            .apply(event)
            .map_err(|source| JournalError::Inconsistent { path: self.path.clone(), source })
    }

    fn write(&mut self, event: &Event) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: self.path.clone(), source };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let entry = Entry {
            seq: self.seq,
            at: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            event: event.clone(),
        };
        let mut sum = self.sum.clone();
        let line = line(&entry, &mut sum).map_err(|error| failed(error.into()))?;
        self.file.write_all(line.as_bytes()).map_err(failed)?;
        self.file.sync_data().map_err(failed)?;
        self.sum = sum;
        self.seq += 1;
        Ok(())
    }
}

fn replayed(path: &Path, recording: Recording) -> Result<State, JournalError> {
    recording.state().map_err(|source| JournalError::Inconsistent { path: path.to_owned(), source })
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
