//! What the pull-request text says of commands that the procedure brings itself.

use serde::Serialize;

use crate::journal::Step;
use crate::model::Evidence;

/// A command of the procedure's own, as it ran last.
#[derive(Debug, Serialize)]
pub(super) struct Ran {
    pub(super) state: String,
    pub(super) outcome: String,
    pub(super) command: String,
    pub(super) exit: i32,
    /// The end of what it printed.
    pub(super) output: String,
}

/// Of each state that runs a command, the last time.
pub(super) fn ran(trail: &[Step]) -> Vec<Ran> {
    let mut ran: Vec<Ran> = Vec::new();
    for step in trail {
        if let Evidence::Command(run) = &step.evidence {
            let state = step.place.state.to_string();
            ran.retain(|earlier| earlier.state != state);
            ran.push(Ran {
                state,
                outcome: step.outcome.clone(),
                command: run.command.clone(),
                exit: run.exit_code,
                output: run.output_tail.trim_end().to_owned(),
            });
        }
    }
    ran
}
