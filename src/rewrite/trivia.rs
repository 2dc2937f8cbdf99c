//! The text between two nodes: white space, comments, line joins and parentheses, which the tree
//! does not hold.

use ruff_text_size::{TextRange, TextSize};

/// A byte offset as the tree counts.
pub(super) fn size(offset: usize) -> TextSize {
    TextSize::try_from(offset).expect("the parser accepts no file of 4 GiB")
}

/// The first offset at or after `from` that holds neither white space, nor a comment, nor a join.
pub(super) fn skip(source: &str, from: TextSize) -> TextSize {
    let mut chars = source[from.to_usize()..].char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '#' => {
                for (_, char) in chars.by_ref() {
                    if char == '\n' {
                        break;
                    }
                }
            }
            '\\' | ' ' | '\t' | '\r' | '\n' | '\x0c' => {}
            _ => return from + size(at),
        }
    }
    size(source.len())
}

/// A node with the parentheses around it, where `from` lies before them and, save for those
/// and for a comma, only trivia lies between.
pub(super) fn with_parentheses(source: &str, from: TextSize, node: TextRange) -> TextRange {
    let mut opened = Vec::new();
    let mut at = skip(source, from);
    while at < node.start() {
        match source.as_bytes()[at.to_usize()] {
            b'(' => opened.push(at),
            _ => opened.clear(),
        }
        at = skip(source, at + size(1));
    }
    let Some(&start) = opened.first() else { return node };
    let mut end = node.end();
    for _ in &opened {
        let close = skip(source, end);
        if source.as_bytes().get(close.to_usize()) != Some(&b')') {
            return node;
        }
        end = close + size(1);
    }
    TextRange::new(start, end)
}

/// Whether trivia holds a comment.
pub(super) fn has_comment(trivia: &str) -> bool {
    trivia.contains('#')
}

/// The line end that the file uses.
pub(super) fn line_end(source: &str) -> &'static str {
    match source.find('\n') {
        Some(at) if at > 0 && source.as_bytes()[at - 1] == b'\r' => "\r\n",
        Some(_) | None => "\n",
    }
}

/// The start of the line that holds an offset.
pub(super) fn line_start(source: &str, at: TextSize) -> TextSize {
    size(source[..at.to_usize()].rfind('\n').map_or(0, |newline| newline + 1))
}

/// The end of the line that holds an offset, before its line end.
pub(super) fn line_stop(source: &str, at: TextSize) -> TextSize {
    let rest = &source[at.to_usize()..];
    let line = rest.split('\n').next().unwrap_or_default();
    at + size(line.strip_suffix('\r').unwrap_or(line).len())
}

/// Text on one line, for a message.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
