//! Claims about the binary and about the code it is made of.

mod answers;
mod bad_input;
mod demo_tree;
mod doctor;
mod gate;
mod init;
mod layers;
mod matrix;
mod memory;
mod resume;
mod rule;
mod run;
mod run_all;
mod run_commands;
mod run_commit;
mod run_guard;
mod run_rule;
mod runs;
mod scan;
mod sop;
mod support;
mod teeth;
mod terminal;
mod tree;
mod trust;
mod worktree;
