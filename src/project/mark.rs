//! A value of a configuration with the place where it stands, so that whoever finds it wrong, in
//! whatever layer, shows it there.

use std::ops::Range;
use std::sync::Arc;

use super::ProjectError;
use super::snippet::Source;

/// A place in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    file: Arc<str>,
    text: Arc<str>,
    /// In bytes.
    span: Range<usize>,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub mark: Mark,
}

impl Mark {
    pub(super) fn new(file: &Arc<str>, text: &Arc<str>, span: Range<usize>) -> Self {
        Self { file: Arc::clone(file), text: Arc::clone(text), span }
    }

    /// The file, relative to the root.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the value stands in the text, in bytes.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.text[..self.span.start].matches('\n').count() + 1
    }

    /// An error here: `title` says what is wrong, `label` what to do about it.
    pub fn error(&self, title: &str, label: &str) -> ProjectError {
        Source { file: &self.file, text: &self.text }.error(self.span(), title, label)
    }
}
