//! The procedure, executed: `machine` decides and does no IO, `actions` act, `drive` joins the two
//! with the journal, a person or an agent who answers, and whoever watches.

mod machine;
mod suggest;

pub use machine::{Next, Task, next};
