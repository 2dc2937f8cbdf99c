//! What a run says in the end: functions of its journal.

mod pull_request;

pub use pull_request::{PullRequest, pull_request};
