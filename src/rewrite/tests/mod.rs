//! Claims about the edits.

mod executed;
mod offload;
mod restore;
mod round_trip;
mod twins;
mod un_offload;

use crate::scan::syntax::Module;

fn parse(source: &str) -> Module {
    Module::parse(source.to_owned())
}

/// The line and the column of the first `needle`, both from 1.
fn position(source: &str, needle: &str) -> (usize, usize) {
    let at = source.find(needle).unwrap_or_else(|| panic!("`{needle}` is not in {source}"));
    let line = source[..at].matches('\n').count() + 1;
    let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (line, source[start..at].chars().count() + 1)
}
