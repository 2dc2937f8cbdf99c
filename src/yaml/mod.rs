//! Shows where a YAML file is wrong: file, line, column, a caret, and what would do. Answers files
//! and dispositions files say it in the same words.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::model::nearest;

/// What is wrong at one place of a file.
#[derive(Debug, Clone, Copy)]
pub struct Fault<'a> {
    /// What is wrong.
    pub title: &'a str,
    /// Where: line and column from 1, and how many characters; none when no place can be named.
    pub place: Option<(u64, u64, usize)>,
    /// What would do.
    pub help: &'a str,
}

/// The fault at its place in the text of `file`, ready to print.
pub fn show(file: &str, text: &str, fault: Fault<'_>) -> String {
    let title = Level::ERROR.primary_title(fault.title);
    let group = match fault.place {
        Some((line, column, length)) => {
            let start = offset(text, line, column);
            let end = text[start..]
                .char_indices()
                .nth(length.max(1))
                .map_or(text.len(), |(at, _)| start + at);
            let mark = AnnotationKind::Primary.span(start..end);
            title.element(Snippet::source(text).path(file).annotation(mark))
        }
        None => title.element(Level::NOTE.message(format!("in {file}"))),
    };
    Renderer::plain().render(&[group.element(Level::HELP.message(fault.help))]).to_string()
}

/// What serde found wrong, at its place; `example` helps where no known name is near.
pub fn show_error(file: &str, text: &str, error: &serde_saphyr::Error, example: &str) -> String {
    let plain = error.without_snippet().to_string();
    let message = plain.lines().next().unwrap_or("not YAML");
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message);
    let unknown = ["unknown field ", "unknown variant "]
        .iter()
        .find_map(|what| message.strip_prefix(what)?.split('`').nth(1));
    let known = message.split_once("expected one of ").map_or("", |(_, names)| names);
    let near = unknown.and_then(|unknown| {
        nearest(unknown, known.split(", ").map(|name| name.trim_matches('`')))
            .filter(|near| !near.is_empty())
    });
    let near = near.map(|near| format!("did you mean `{near}`?"));
    let length = unknown.map_or(1, |unknown| unknown.chars().count());
    let place = error.location().map(|at| (at.line(), at.column(), length));
    show(file, text, Fault { title: message, place, help: near.as_deref().unwrap_or(example) })
}

/// The byte where a line and a column begin, both from 1, columns in characters.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let skip = |number: u64| usize::try_from(number.saturating_sub(1)).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(skip(line)).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth(skip(column)).map_or(rest.len(), |(at, _)| at)
}
