//! What a run says in the end: functions of its journal.

mod matrix;
mod pull_request;

pub use matrix::{matrix_table, score};
pub use pull_request::{PullRequest, pull_request};
