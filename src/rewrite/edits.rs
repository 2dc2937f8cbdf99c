//! Replacements of spans, collected first and applied at once, and what comes of them.

use std::ops::RangeInclusive;

use ruff_text_size::{Ranged, TextRange, TextSize};
use similar::TextDiff;

use super::Refusal;
use super::trivia::size;
use crate::scan::syntax::Module;

/// A file with one edit made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The whole new text.
    pub source: String,
    /// The lines of the new text, from 1, that hold the rewritten expression.
    pub lines: RangeInclusive<usize>,
    /// The lines of the new text that were appended to the file: a helper through which the
    /// site runs its callee (a task has no frame of the site on its stack, only one of these),
    /// or definitions that a restored function calls.
    pub helper_lines: Option<RangeInclusive<usize>>,
    before: String,
}

impl Rewrite {
    /// A unified diff against the text before, with `a/` and `b/` before the path.
    pub fn diff(&self, path: &str) -> String {
        diff(path, &self.before, &self.source)
    }
}

/// A unified diff of two texts of one file, with `a/` and `b/` before the path.
pub fn diff(path: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// Replacements that do not overlap.
#[derive(Debug, Clone, Default)]
pub(super) struct Edits {
    edits: Vec<(TextRange, String)>,
    helper: Option<TextRange>,
}

impl Edits {
    /// Puts text in the place of a span.
    pub(super) fn replace(&mut self, start: TextSize, end: TextSize, text: impl Into<String>) {
        let text = text.into();
        if start < end || !text.is_empty() {
            self.edits.push((TextRange::new(start, end), text));
        }
    }

    /// Puts text before an offset.
    pub(super) fn insert(&mut self, at: TextSize, text: impl Into<String>) {
        self.replace(at, at, text);
    }

    /// Appends a helper to the file.
    pub(super) fn append(&mut self, source: &str, helper: &str) {
        let end = size(source.len());
        self.helper = Some(TextRange::empty(end));
        self.insert(end, helper);
    }

    /// Takes over the edits of another.
    pub(super) fn join(&mut self, other: Self) {
        self.edits.extend(other.edits);
        self.helper = self.helper.or(other.helper);
    }

    /// Makes the edits; `site` is the span, in the old text, whose new lines are to be told.
    pub(super) fn apply(self, module: &Module, site: TextRange) -> Result<Rewrite, Refusal> {
        let rewrite = self.apply_unchecked(module, site);
        sound(&Module::parse(rewrite.source.clone())).map_err(|error| match error {
            Refusal::DoesNotParse { line, message } => Refusal::WouldNotParse { line, message },
            other => other,
        })?;
        Ok(rewrite)
    }

    /// Makes the edits, whether the result parses or not.
    pub(super) fn apply_unchecked(mut self, module: &Module, site: TextRange) -> Rewrite {
        let before = module.source();
        self.edits.sort_by_key(|(range, _)| (range.start(), range.end()));
        let mut source = String::with_capacity(before.len() + 256);
        let mut done = 0;
        let (mut start, mut end) = (site.start().to_usize(), site.end().to_usize());
        let mut helper_start = 0;
        for (range, text) in &self.edits {
            let range = range.start().to_usize()..range.end().to_usize();
            debug_assert!(done <= range.start, "edits overlap at {range:?}");
            source.push_str(&before[done..range.start]);
            let is_helper = self.helper.is_some() && range.start == before.len();
            if is_helper {
                helper_start = source.len();
            }
            source.push_str(text);
            done = range.end;
            if is_helper {
                continue;
            }
            let moved = |old: usize| (old + text.len()).saturating_sub(range.len());
            if range.end <= site.start().to_usize() && range.start < site.start().to_usize() {
                start = moved(start);
                end = moved(end);
            } else if range.end <= site.end().to_usize() {
                end = moved(end);
            }
        }
        source.push_str(&before[done..]);
        let line = |at: usize| source[..at].bytes().filter(|&byte| byte == b'\n').count() + 1;
        let lines = line(start)..=line(end.max(start));
        let helper_lines = self.helper.map(|_| {
            let text = &source[helper_start..];
            let skipped = text.len() - text.trim_start().len();
            line(helper_start + skipped)..=line(helper_start + text.trim_end().len())
        });
        Rewrite { lines, helper_lines, before: before.to_owned(), source }
    }
}

/// Refuses a file that has syntax errors before it is touched.
pub(super) fn sound(module: &Module) -> Result<(), Refusal> {
    match module.errors().first() {
        None => Ok(()),
        Some(error) => Err(Refusal::DoesNotParse {
            line: module.line(error.range().start()),
            message: error.error.to_string(),
        }),
    }
}
