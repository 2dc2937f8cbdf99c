//! What tests of real runs share: a virtual environment with pinned packages, made once, and
//! repositories that know nothing of the machine they stand on.

mod desk;
mod repository;
mod venv;

pub(crate) use desk::{Desk, Said, is_alive, said};
pub(crate) use repository::Repository;
pub(crate) use venv::venv;
