//! Claims about the binary and about the code it is made of.

mod init;
mod layers;
