//! What a run says in the end, and what a scan saw: functions of a journal, or of findings.

mod findings;
mod github;
mod line;
mod matrix;
mod pull_request;
mod recalled;
mod sarif;
mod summary;

pub use findings::{Listed, explain, ndjson, text};
pub use github::github;
pub use line::{Line, Tone, line};
pub use matrix::{matrix_table, score};
pub use pull_request::{PullRequest, pull_request, pull_request_text};
pub use recalled::recalled;
pub use sarif::sarif;
pub use summary::summary;
