//! Runs the project's gate, reads what was executed, and proves that an anchor has teeth.
//!
//! Every run loads a small pytest plugin of guard's own that writes evidence; nothing here judges by
//! an exit code alone.

mod by_command;
mod command;
mod error;
mod evidence;
mod folder;
pub mod matrix;
mod plugin;
mod preflight;
pub mod rule;
mod run;
pub mod sight;
pub mod teeth;
mod tree;

pub use by_command::CommandGate;
pub use error::GateError;
pub use folder::sweep;
pub use plugin::{Watch, plugin_hash};
pub use preflight::{Versions, preflight};
pub use run::run;
pub use tree::tree;

use std::path::PathBuf;

use crate::project::{Project, Python};

/// A project with the interpreter that runs its gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rig {
    /// Where things are.
    pub project: Project,
    /// What runs them.
    pub python: Python,
    /// The folder in which the JUnit XML of every run is kept; none keeps none.
    pub keep: Option<PathBuf>,
}
