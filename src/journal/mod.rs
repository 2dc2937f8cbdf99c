//! A run is its journal: an append-only log of events in the repository's common git directory.
//! The state of a run is a fold over it; to resume is to replay.

mod record;
mod state;
mod store;

pub use record::{Entry, Recording};
pub use state::{Inconsistent, Progress, State, Step};
pub use store::{Journal, JournalError, Runs};
