//! Claims about the binary and about the code it is made of.

mod answers;
mod bad_input;
mod demo_tree;
mod gate;
mod init;
mod layers;
mod resume;
mod run;
mod scan;
mod support;
mod teeth;
mod tree;
mod worktree;
