//! Shows where an answers file is not one: file, line, column, a caret, and what would do.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::model::nearest;

/// What the file should look like.
const EXAMPLE: &str = "\
an answers file is a list of entries, and the first that matches a question answers it:
  - for: { question: judge, path: 'src/*.py' }
    answer: { route: no-action, reason: runs once }";

/// What serde found wrong, at its place.
pub(super) fn show(file: &str, text: &str, error: &serde_saphyr::Error) -> String {
    let plain = error.without_snippet().to_string();
    let message = plain.lines().next().unwrap_or("not YAML");
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message);
    let unknown = message.strip_prefix("unknown field ").and_then(|rest| rest.split('`').nth(1));
    let known = message.split_once("expected one of ").map_or("", |(_, names)| names);
    let near = unknown.and_then(|unknown| {
        nearest(unknown, known.split(", ").map(|name| name.trim_matches('`')))
            .filter(|near| !near.is_empty())
    });
    let help = near.map_or_else(|| EXAMPLE.to_owned(), |near| format!("did you mean `{near}`?"));
    let title = Level::ERROR.primary_title(message);
    let group = match error.location() {
        Some(at) => {
            let start = offset(text, at.line(), at.column());
            let length = unknown.map_or(1, str::len);
            let end = text.len().min(start + length);
            let mark = AnnotationKind::Primary.span(start..end.max(start));
            title.element(Snippet::source(text).path(file).annotation(mark))
        }
        None => title.element(Level::NOTE.message(format!("in {file}"))),
    };
    Renderer::plain().render(&[group.element(Level::HELP.message(help))]).to_string()
}

/// The byte where a line and a column begin, both from 1, columns in characters.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let skip = |number: u64| usize::try_from(number.saturating_sub(1)).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(skip(line)).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth(skip(column)).map_or(rest.len(), |(at, _)| at)
}
