//! A command in a configuration: a list of words, or one string that is split as a shell would.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// The words of a command. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(pub Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor)
    }
}

struct WordsVisitor;

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = Words;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command, as a list of words or as one string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Words, E> {
        checked(split(text).map_err(E::custom)?)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Words, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        checked(words)
    }
}

fn checked<E: Error>(words: Vec<String>) -> Result<Words, E> {
    if words.is_empty() { Err(E::custom("the command has no words")) } else { Ok(Words(words)) }
}

/// Splits at blanks outside of quotes. Nothing is expanded: no variables, no globs, no operators.
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next() {
                        None => return Err(format!("the quote {c} is not closed")),
                        Some(end) if end == c => break,
                        Some('\\') if c == '"' => match rest.next() {
                            Some(escaped @ ('"' | '\\' | '$' | '`')) => word.push(escaped),
                            Some(other) => word.extend(['\\', other]),
                            None => return Err(format!("the quote {c} is not closed")),
                        },
                        Some(other) => word.push(other),
                    }
                }
            }
            '\\' => match rest.next() {
                Some(escaped) => word.get_or_insert_default().push(escaped),
                None => return Err("nothing follows the backslash".to_owned()),
            },
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_a_shell_would() {
        assert_eq!(
            split(r#"python -m  pytest 'a b' "c\"d" e\ f"" '' $HOME"#).unwrap(),
            ["python", "-m", "pytest", "a b", "c\"d", "e f", "", "$HOME"]
        );
        assert_eq!(split("a 'b").unwrap_err(), "the quote ' is not closed");
    }
}
