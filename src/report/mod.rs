//! What a run says in the end: functions of its journal.

mod explain;
mod graph;
mod line;
mod pull_request;

pub use explain::explain;
pub use graph::{Picture, graph};
pub use line::{Line, Tone, line};
pub use pull_request::{PullRequest, pull_request, pull_request_text};
