//! An `await` taken away, so that what stands around it keeps its meaning.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{TextRange, TextSize};

use super::edits::Edits;
use super::trivia::{has_comment, size, skip};
use super::walk::applies;

/// Deletes the keyword of the await expression `awaited`, and the parentheses that only it
/// needed: `(await f()).x`. `call` is where the awaited call starts; `above` holds the nodes
/// above the await expression.
pub(super) fn drop_await(
    source: &str,
    above: &[AnyNodeRef<'_>],
    awaited: TextRange,
    call: TextSize,
    edits: &mut Edits,
) {
    let keyword_end = awaited.start() + size("await".len());
    let value = skip(source, keyword_end).min(call);
    let gap = &source[keyword_end.to_usize()..value.to_usize()];
    let end = if has_comment(gap) {
        keyword_end + size(gap.len() - gap.trim_start_matches([' ', '\t']).len())
    } else {
        value
    };
    match spare_parentheses(source, above, awaited) {
        Some(around) => {
            edits.replace(around.start(), end, "");
            edits.replace(awaited.end(), around.end(), "");
        }
        None => edits.replace(awaited.start(), end, ""),
    }
}

/// The parentheses that only the `await` needs, with what they hold.
pub(super) fn spare_parentheses(
    source: &str,
    above: &[AnyNodeRef<'_>],
    awaited: TextRange,
) -> Option<TextRange> {
    let applied = above.last().is_some_and(|holder| applies(*holder, awaited));
    tight_parentheses(source, awaited).filter(|_| applied)
}

/// The parentheses that stand right around a span, where no name stands right before them.
fn tight_parentheses(source: &str, span: TextRange) -> Option<TextRange> {
    let before = source[..span.start().to_usize()].strip_suffix('(')?;
    let glued = before.ends_with(|char: char| char.is_alphanumeric() || char == '_');
    (source[span.end().to_usize()..].starts_with(')') && !glued)
        .then(|| TextRange::new(size(before.len()), span.end() + size(1)))
}
