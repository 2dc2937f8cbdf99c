//! Claims about the binary and about the code it is made of.

mod gate;
mod layers;
mod support;
mod teeth;
mod worktree;
