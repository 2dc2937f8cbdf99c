//! What is wrong with a procedure, shown at its place.

use std::fmt::{self, Write as _};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What and why, one sentence.
    pub message: String,
    /// Where: line, column and length in characters, the first two from 1.
    pub place: Option<(usize, usize, usize)>,
    /// What to do.
    pub help: Option<String>,
}

/// Everything that is wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SopError {
    pub(super) file: String,
    pub(super) text: String,
    /// In file order.
    pub problems: Vec<Problem>,
}

impl SopError {
    fn offset(&self, line: usize, column: usize) -> usize {
        let start: usize = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let rest = &self.text[start.min(self.text.len())..];
        let inside = rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at);
        start + inside
    }

    fn render(&self, problem: &Problem) -> String {
        let error = Level::ERROR.primary_title(&problem.message);
        let group = match problem.place {
            Some((line, column, length)) => {
                let start = self.offset(line, column).min(self.text.len());
                let end = self.text[start..]
                    .char_indices()
                    .nth(length.max(1))
                    .map_or(self.text.len(), |(at, _)| start + at);
                error.element(
                    Snippet::source(&self.text)
                        .path(&self.file)
                        .annotation(AnnotationKind::Primary.span(start..end)),
                )
            }
            None => error.element(Level::NOTE.message(format!("in {}", self.file))),
        };
        let group = match &problem.help {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        };
        Renderer::plain().render(&[group])
    }
}

impl fmt::Display for SopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_char('\n')?;
            }
            writeln!(f, "{}", self.render(problem))?;
        }
        match self.problems.len() {
            1 => write!(f, "{} is not a sound procedure", self.file),
            n => write!(f, "{} is not a sound procedure: {n} problems", self.file),
        }
    }
}

impl std::error::Error for SopError {}
