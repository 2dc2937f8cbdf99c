//! Shows where in a configuration file something is wrong.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::ProjectError;

/// A configuration file, for showing places in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// Relative to the root.
    pub file: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    /// An error at a place: `title` says what is wrong, `label` what to do about it.
    pub(super) fn error(&self, span: Range<usize>, title: &str, label: &str) -> ProjectError {
        let mark = AnnotationKind::Primary.span(span).label(label);
        let snippet = Snippet::source(self.text).path(self.file).annotation(mark);
        let report = &[Level::ERROR.primary_title(title).element(snippet)];
        ProjectError::Config { rendered: Renderer::plain().render(report).to_string() }
    }

    /// What toml or serde found wrong.
    pub(super) fn toml(&self, error: &toml::de::Error) -> ProjectError {
        let span = error.span().unwrap_or(0..0);
        match unknown_field(error.message()) {
            Some((unknown, known)) => {
                let label = match nearest(unknown, &known) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("known are {}", known.join(", ")),
                };
                self.error(span, &format!("unknown key `{unknown}`"), &label)
            }
            None => self.error(span, error.message(), ""),
        }
    }
}

/// serde's "unknown field `a`, expected one of `b`, `c`" taken apart.
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let mut names = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    Some((names.next()?, names.collect()))
}

fn nearest<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|&known| (strsim::damerau_levenshtein(unknown, known), known))
        .filter(|&(distance, known)| distance <= 1 + known.len() / 3)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}
