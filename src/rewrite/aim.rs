//! From a line and a column to the offload that is meant.

use ruff_text_size::{Ranged, TextSize};

use super::Refusal;
use super::offloads::Found;
use crate::scan::syntax::Module;

/// The offload whose call starts there; else the innermost that, with its `await`, covers the
/// position; else the only one that starts on the line.
pub(super) fn aim<'f, 'a>(
    module: &Module,
    found: &'f [Found<'a>],
    line: usize,
    column: usize,
) -> Result<&'f Found<'a>, Refusal> {
    let none = Refusal::NoOffload { line, column };
    let at = module.offset(line, column);
    let exact = found.iter().find(|found| Some(found.call.start()) == at);
    let covering = || {
        let covers =
            |found: &&Found<'_>| at.is_some_and(|at: TextSize| found.span().contains_inclusive(at));
        found.iter().filter(covers).min_by_key(|found| found.span().len())
    };
    let only = || {
        let mut here = found.iter().filter(|found| {
            module.line(found.span().start()) == line || module.line(found.call.start()) == line
        });
        match (here.next(), here.next()) {
            (Some(found), None) => Some(found),
            _ => None,
        }
    };
    exact.or_else(covering).or_else(only).ok_or(none)
}
