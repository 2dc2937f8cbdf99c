//! An edit without effect: where it turns a test red, the harness is at fault and not the code.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::edits::{Edits, Rewrite};
use super::trivia::{line_end, size};
use super::walk::walk;
use crate::scan::syntax::Module;

/// Puts the expression at a position (from 1, the column in characters), with its `await`, in
/// parentheses; where there is none, or the result would not parse, appends a comment to the
/// file. Never changes what the file does.
///
/// # Panics
/// Never for a file that parses; for one that does not, the comment is appended all the same.
pub fn control(module: &Module, line: usize, column: usize) -> Rewrite {
    parenthesized(module, line, column).unwrap_or_else(|| commented(module))
}

fn parenthesized(module: &Module, line: usize, column: usize) -> Option<Rewrite> {
    let at = module.offset(line, column)?;
    let mut found: Option<TextRange> = None;
    let mut in_string = false;
    walk(module, |above, node| {
        if !node.range().contains_inclusive(at) {
            return;
        }
        match node {
            AnyNodeRef::ExprCall(_) => {
                let awaited = above.last().filter(|node| matches!(node, AnyNodeRef::ExprAwait(_)));
                found = Some(awaited.map_or(node.range(), Ranged::range));
            }
            // `f"{call()=}"` prints its own text.
            AnyNodeRef::FString(_) | AnyNodeRef::TString(_) => in_string = true,
            _ => {}
        }
    });
    let span = found.filter(|_| !in_string)?;
    let mut edits = Edits::default();
    edits.insert(span.start(), "(");
    edits.insert(span.end(), ")");
    edits.apply(module, span).ok()
}

fn commented(module: &Module) -> Rewrite {
    let source = module.source();
    let end = size(source.len());
    let comment = "# a comment without effect";
    let text = match source.ends_with('\n') || source.is_empty() {
        true => format!("{comment}{}", line_end(source)),
        false => format!("{}{comment}", line_end(source)),
    };
    let mut edits = Edits::default();
    edits.insert(end, text);
    edits.apply_unchecked(module, TextRange::empty(end))
}
