//! Python source to syntax tree. The one module that knows which parser is used.

use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::{ParseError, Parsed, parse_unchecked_source};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::extract;

/// A parsed file: its text, its tree and the start of each line.
pub struct Module {
    source: String,
    parsed: Parsed<ModModule>,
    line_starts: Vec<usize>,
}

impl Module {
    /// Parses text. Never fails: what cannot be understood is in [`Module::errors`].
    pub fn parse(source: String) -> Self {
        let parsed = parse_unchecked_source(&source, PySourceType::Python);
        let line_starts =
            std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { source, parsed, line_starts }
    }

    /// The text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The tree.
    pub fn tree(&self) -> &ModModule {
        self.parsed.syntax()
    }

    /// What the parser could not read.
    pub fn errors(&self) -> &[ParseError] {
        self.parsed.errors()
    }

    /// The text of a node.
    pub fn text(&self, node: &impl Ranged) -> &str {
        &self.source[node.range()]
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: TextSize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset.to_usize())
    }

    /// The line and the column of an offset, both from 1, the column in characters.
    pub fn position(&self, offset: TextSize) -> (usize, usize) {
        let line = self.line(offset);
        let start = self.line_starts[line - 1];
        (line, self.source[start..offset.to_usize()].chars().count() + 1)
    }

    /// The offset of a line and a column, both from 1, the column in characters.
    pub fn offset(&self, line: usize, column: usize) -> Option<TextSize> {
        let &start = self.line_starts.get(line.checked_sub(1)?)?;
        let text = self.source[start..].split('\n').next()?;
        let inside = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .nth(column.checked_sub(1)?)?;
        TextSize::try_from(start + inside).ok()
    }

    /// A line without its surrounding white space; empty when there is none of that number.
    pub fn trimmed_line(&self, line: usize) -> &str {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.line_starts.get(index)) else {
            return "";
        };
        self.source[start..].split('\n').next().unwrap_or_default().trim()
    }

    /// The lines that a range touches, from 1, both ends included.
    pub fn lines(&self, range: TextRange) -> std::ops::RangeInclusive<usize> {
        self.line(range.start())..=self.line(range.end())
    }
}

/// The dotted name, as findings give it, of the innermost function around a line (from 1);
/// decorators belong to their function. None at the top of the module.
pub fn enclosing_function(module: &Module, line: usize) -> Option<String> {
    extract::functions(&module.tree().body)
        .into_iter()
        .filter(|named| module.lines(named.range).contains(&line))
        .last()
        .map(|named| named.dotted)
}

/// Where a function stands, decorators included, by its dotted name as findings give it; the first
/// where several share the name.
pub fn function_span(module: &Module, dotted: &str) -> Option<TextRange> {
    extract::functions(&module.tree().body)
        .into_iter()
        .find(|named| named.dotted == dotted)
        .map(|named| named.range)
}
