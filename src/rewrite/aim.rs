//! From a line and a column to the offload that is meant.

use ruff_text_size::TextRange;

use super::Refusal;
use crate::scan::syntax::Module;

/// Where an offload can be hit.
pub(super) trait Aimed {
    /// The offload expression itself.
    fn span(&self) -> TextRange;
    /// The same with its `await`.
    fn reach(&self) -> TextRange;
}

/// The offload that starts there; else the innermost that, with its `await`, covers the
/// position; else the only one that starts on the line.
pub(super) fn aim<'f, T: Aimed>(
    module: &Module,
    found: &'f [T],
    line: usize,
    column: usize,
) -> Result<&'f T, Refusal> {
    let at = module.offset(line, column);
    let exact = found.iter().find(|found| Some(found.span().start()) == at);
    let covering = || {
        let covers = |found: &&T| at.is_some_and(|at| found.reach().contains_inclusive(at));
        found.iter().filter(covers).min_by_key(|found| found.reach().len())
    };
    let only = || {
        let mut here = found.iter().filter(|found| {
            [found.reach(), found.span()].iter().any(|range| module.line(range.start()) == line)
        });
        match (here.next(), here.next()) {
            (Some(found), None) => Some(found),
            _ => None,
        }
    };
    exact.or_else(covering).or_else(only).ok_or(Refusal::NoOffload { line, column })
}
