//! What a run says in the end: functions of its journal.

mod pull_request;
mod recalled;

pub use pull_request::{PullRequest, pull_request};
pub use recalled::recalled;
