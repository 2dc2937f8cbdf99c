//! Claims about finding a project and what it says of itself.

mod configuration;
mod interpreter;
mod layout;
