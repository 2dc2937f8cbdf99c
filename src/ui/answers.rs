//! Answers written down beforehand: by key, or by pattern, first match wins.

use std::path::Path;

use globset::{Glob, GlobMatcher};
use serde_saphyr::Spanned;

use crate::model::{Answer, Candidate, Misfit, Priority, Question};
use crate::yaml;

/// What an answers file should look like.
const EXAMPLE: &str = "\
an answers file is a list of entries, and the first that matches a question answers it:
  - for: { question: judge, path: 'src/*.py' }
    answer: { route: no-action, reason: runs once }";

/// Why an answers file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// It cannot be read.
    #[error("could not read the answers file {file}")]
    Read {
        /// As it was named.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is not YAML or JSON of the right shape.
    #[error("{rendered}")]
    Shape {
        /// File, line, column, a caret, what is wrong and what would do: ready to print.
        rendered: String,
    },
    /// A pattern is no glob.
    #[error("{file}:{line}: `{pattern}` is not a pattern")]
    Pattern {
        /// As it was named.
        file: String,
        /// From 1.
        line: u64,
        /// As it stands there.
        pattern: String,
        /// Why.
        #[source]
        source: globset::Error,
    },
    /// An answer does not fit the question that it matches.
    #[error("{file}:{line}: this answer does not fit")]
    Misfit {
        /// As it was named.
        file: String,
        /// From 1.
        line: u64,
        /// What does not fit.
        #[source]
        source: Box<Misfit>,
    },
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    #[serde(default, rename = "for")]
    pattern: RawPattern,
    answer: Spanned<Answer>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPattern {
    question: Option<String>,
    key: Option<String>,
    path: Option<Spanned<String>>,
    function: Option<Spanned<String>>,
    symbol: Option<Spanned<String>>,
    priority: Option<Priority>,
    visit: Option<u32>,
}

#[derive(Debug)]
struct Entry {
    line: u64,
    raw: RawPattern,
    path: Option<GlobMatcher>,
    function: Option<GlobMatcher>,
    symbol: Option<GlobMatcher>,
    answer: Answer,
}

/// A list of answers, each with what it is for.
#[derive(Debug)]
pub struct AnswersFile {
    file: String,
    entries: Vec<Entry>,
}

impl AnswersFile {
    /// Reads YAML, of which JSON is a part.
    ///
    /// # Errors
    /// When the file cannot be read or has another shape: with line, column and caret.
    pub fn read(path: &Path) -> Result<Self, AnswersError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| AnswersError::Read { file: file.clone(), source })?;
        Self::parse(&file, &text)
    }

    fn parse(file: &str, text: &str) -> Result<Self, AnswersError> {
        let raw: Vec<RawEntry> = serde_saphyr::from_str(text).map_err(|error| {
            AnswersError::Shape { rendered: yaml::show_error(file, text, &error, EXAMPLE) }
        })?;
        let glob = |pattern: &Option<Spanned<String>>| {
            pattern
                .as_ref()
                .map(|pattern| {
                    Glob::new(&pattern.value).map(|glob| glob.compile_matcher()).map_err(|source| {
                        AnswersError::Pattern {
                            file: file.to_owned(),
                            line: pattern.referenced.line(),
                            pattern: pattern.value.clone(),
                            source,
                        }
                    })
                })
                .transpose()
        };
        let entries = raw
            .into_iter()
            .map(|entry| {
                Ok(Entry {
                    line: entry.answer.referenced.line(),
                    path: glob(&entry.pattern.path)?,
                    function: glob(&entry.pattern.function)?,
                    symbol: glob(&entry.pattern.symbol)?,
                    raw: entry.pattern,
                    answer: entry.answer.value,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { file: file.to_owned(), entries })
    }

    /// The answer to a question, fitted to it.
    ///
    /// # Errors
    /// When the first answer that matches does not fit.
    pub fn answer(
        &self,
        question: &Question,
        candidate: Option<&Candidate>,
    ) -> Result<Option<Answer>, AnswersError> {
        let Some(entry) = self.entries.iter().find(|entry| entry.matches(question, candidate))
        else {
            return Ok(None);
        };
        question.fit(&entry.answer).map(Some).map_err(|source| AnswersError::Misfit {
            file: self.file.clone(),
            line: entry.line,
            source: Box::new(source),
        })
    }
}

impl Entry {
    fn matches(&self, question: &Question, candidate: Option<&Candidate>) -> bool {
        let raw = &self.raw;
        let of_question = raw
            .question
            .as_ref()
            .is_none_or(|name| *name == question.place.state.0 || *name == question.id.0)
            && raw.visit.is_none_or(|visit| visit == question.place.visit);
        let narrow = raw.key.is_some()
            || raw.priority.is_some()
            || [&self.path, &self.function, &self.symbol].iter().any(|glob| glob.is_some());
        of_question
            && candidate.map_or(!narrow, |candidate| {
                let fits = |glob: &Option<GlobMatcher>, text: &str| {
                    glob.as_ref().is_none_or(|glob| glob.is_match(text))
                };
                raw.key.as_ref().is_none_or(|key| *key == candidate.key.to_string())
                    && raw.priority.is_none_or(|priority| priority == candidate.priority)
                    && fits(&self.path, &candidate.key.path)
                    && fits(&self.function, &candidate.key.function)
                    && fits(&self.symbol, &candidate.key.symbol)
            })
    }
}
