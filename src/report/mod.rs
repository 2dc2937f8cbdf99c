//! What a run says in the end, and what a scan saw: functions of a journal, or of findings.

mod bite;
mod explain;
mod findings;
mod github;
mod graph;
mod line;
mod matrix;
mod pull_request;
mod recalled;
mod sarif;
mod skill;
mod summary;

pub use explain::explain_state;
pub use findings::{Listed, explain, ndjson, text};
pub use github::github;
pub use graph::{Picture, graph};
pub use line::{Line, Tone, line};
pub use matrix::{matrix_table, score};
pub use pull_request::{
    PullRequest, looked, pull_request, pull_request_samples, pull_request_text,
};
pub use recalled::recalled;
pub use sarif::sarif;
pub use skill::{MARK, skill};
pub use summary::summary;
