//! Edits of the configuration file that leave every other byte as it was: a table is appended at
//! the end, a value is replaced where it stands. What comes of it is parsed before it is written.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use super::FenceError;
use super::record::write;
use crate::project::{FenceRules, Project};

/// A key and its value.
pub(super) type Pair<'a> = (&'a str, &'a str);

/// The text of a configuration file while it is edited.
pub(super) struct ConfigText {
    /// Relative to the root.
    file: String,
    before: String,
    text: String,
    /// What was appended or replaced, for whoever must do it by hand.
    edit: String,
}

impl ConfigText {
    /// Of the file that has the fence.
    pub(super) fn of(rules: &FenceRules) -> Self {
        Self::new(rules.mark.file().to_owned(), rules.mark.text().to_owned())
    }

    /// Of the file that could have one.
    pub(super) fn without_fence(project: &Project) -> Result<Self, FenceError> {
        let file = project.config.clone().unwrap_or_else(|| {
            // The nearest of the places is the `guard.toml` of the project's folder.
            project.config_places().into_iter().next().unwrap_or_default()
        });
        let path = project.root.join(&file);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::new(file, text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self::new(file, String::new()))
            }
            Err(source) => Err(FenceError::Io { what: "read", path, source }),
        }
    }

    fn new(file: String, text: String) -> Self {
        Self { file, before: text.clone(), text, edit: String::new() }
    }

    /// The file, relative to the root.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// A table of the fence's as it is written.
    pub(super) fn shown(&self, table: &str, pairs: &[Pair<'_>]) -> String {
        let inside = match self.file.rsplit('/').next() {
            Some("pyproject.toml") => "tool.guard.fence",
            Some(_) | None => "fence",
        };
        let mut text = format!("[[{inside}.{table}]]\n");
        for (key, value) in pairs {
            text.push_str(&format!("{key} = {}\n", quoted(value)));
        }
        text
    }

    /// Appends a table.
    pub(super) fn append(&mut self, table: &str, pairs: &[Pair<'_>]) {
        let eol = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        if !self.text.is_empty() {
            let gap = if self.text.ends_with('\n') { 1 } else { 2 };
            self.text.push_str(&eol.repeat(gap));
        }
        self.edit = self.shown(table, pairs);
        self.text.push_str(&self.edit.replace('\n', eol));
    }

    /// Replaces strings where they stand, in bytes.
    pub(super) fn replace(&mut self, mut values: Vec<(Range<usize>, String)>) {
        values.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let shown: Vec<String> = values.iter().rev().map(|(_, value)| quoted(value)).collect();
        self.edit = shown.join("\n");
        for (span, value) in values {
            self.text.replace_range(span, &quoted(&value));
        }
    }

    /// Refuses a text that can no longer be read, or does not say what it is to say.
    pub(super) fn checked(
        &self,
        project: &Project,
        says_it: impl Fn(&FenceRules) -> bool,
    ) -> Result<(), FenceError> {
        let texts = BTreeMap::from([(self.file.clone(), self.text.clone())]);
        let why = match project.fence_in(&texts) {
            Ok(Some(rules)) if says_it(&rules) => return Ok(()),
            Ok(_) => "what is there does not let it be read as part of the fence".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(FenceError::Unfit(format!(
            "could not write this into `{}` by appending or replacing; nothing was written, put it \
             there by hand:\n{}{why}",
            self.file, self.edit
        )))
    }

    /// Writes what was edited.
    pub(super) fn write(&self, root: &Path) -> Result<(), FenceError> {
        if self.text == self.before {
            return Ok(());
        }
        write(root, &self.file, &self.text)
    }
}

/// A basic string on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
