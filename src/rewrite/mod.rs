//! Source edits by span: the offload that a fix adds, and the way back that shows what the fix
//! was good for.
//!
//! Every edit leaves each byte outside its span as it was (comments, line ends, a missing final
//! newline), and is refused when its result would not parse. Nothing here reads or writes files.
//!
//! ```text
//! offloads ─▶ un_offload ─▶ the bad pattern, back on the loop
//! placement ─▶ offload   ─▶ the fix
//! restore_function       ─▶ the function as it was, where no operator applies
//! control                ─▶ an edit without effect
//! ```

mod aim;
mod awaits;
mod cleanup;
mod control;
mod edits;
mod find_call;
mod form;
mod imports;
mod inline;
mod keywords;
mod missing;
mod names;
mod offload;
mod offloads;
mod partial;
mod placement;
mod refusal;
mod restore;
mod target;
mod trivia;
mod twins;
mod un_offload;
mod walk;
mod wrappers;

#[cfg(test)]
mod tests;

pub use control::control;
pub use edits::{Rewrite, diff};
pub use find_call::{callee_on_line, find_call};
pub use form::OffloadForm;
pub use offload::offload;
pub use offloads::{Offload, offloads, offloads_with};
pub use placement::{Placement, placement};
pub use refusal::Refusal;
pub use restore::restore_function;
pub use un_offload::{un_offload, un_offload_with};
pub use wrappers::{Wrappers, own_wrappers};
