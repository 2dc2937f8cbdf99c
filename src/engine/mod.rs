//! The procedure, executed: `machine` decides and does no IO, `actions` act, `drive` joins the two
//! with the journal, a person or an agent who answers, and whoever watches.

mod actions;
mod briefing;
mod drive;
mod machine;
mod suggest;
#[cfg(test)]
mod tests;

pub use actions::{Delivery, World};
pub use briefing::{Briefing, Section, briefing, title};
pub use drive::{Asked, Asker, Stop, Watcher, drive};
pub use machine::{Next, Task, next};

/// What was asked for cannot be done here, said with what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);
