//! Claims about reading, each against the real git.

mod base;
mod changes;
mod commit;
mod formats;
mod places;
