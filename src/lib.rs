//! guard takes a change to an asyncio project from its diff to a pull-request text whose every
//! claim was executed.
//!
//! The modules below stand in the order of the pipeline, lowest first; nothing imports upward
//! (`tests/claims/layers.rs` holds this list against the code).

#[cfg(not(unix))]
compile_error!(
    "guard runs on Linux and macOS: it ends whole process groups, which Windows does not have"
);

pub mod model;

pub mod yaml;

pub mod assets;

pub mod exec;

pub mod git;

pub mod project;

pub mod sop;

pub mod journal;

pub mod scan;

pub mod fence;

pub mod dispositions;

pub mod rewrite;

pub mod gate;

pub mod receipt;

pub mod anchor;

pub mod report;

pub mod engine;

pub mod ui;

pub mod cli;
