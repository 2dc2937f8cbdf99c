//! The audit document: Markdown whose tables say of each heavy call where it stands, whether a
//! thread runs it, and what it costs by which measurement. People write it as well, so it is read
//! tolerantly, and what guard writes leaves every other byte as it was.

mod cells;
mod table;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use super::FenceError;
use crate::model::Measurement;
use crate::yaml::{Fault, show};
use table::Table;

/// What the document says of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Heavy: a thread runs it.
    Wrapped,
    /// Quick where it stands: it may stay.
    SafeFast,
}

impl Class {
    /// As it is written in the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wrapped => "wrapped",
            Self::SafeFast => "safe-fast",
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As written: relative to the root, or to the folder of guard's configuration.
    pub file: String,
    /// The async function.
    pub function: String,
    /// The last name of the call.
    pub callee: String,
    /// What it is.
    pub class: Class,
    /// How long it takes in the worst case.
    pub worst: Measurement,
    /// How that was measured: one line.
    pub how: String,
}

impl Entry {
    /// Whether both speak of one place.
    fn is_of(&self, other: &Self) -> bool {
        (&self.file, &self.function, &self.callee) == (&other.file, &other.function, &other.callee)
    }
}

/// What writing a row came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The document has a row more.
    Added,
    /// The row of the same place says something else now.
    Updated,
    /// The document said so already.
    Unchanged,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Relative to the root.
    path: String,
    /// Each with what ends it.
    lines: Vec<String>,
    tables: Vec<Table>,
}

impl Audit {
    /// The document at a path relative to the root; one without rows where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or a row of its tables says what cannot be.
    pub fn read(root: &Path, path: &str) -> Result<Self, FenceError> {
        let file = root.join(path);
        match fs::read_to_string(&file) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::parse(path, ""),
            Err(source) => Err(FenceError::Io { what: "read", path: file, source }),
        }
    }

    /// A document from its text.
    ///
    /// # Errors
    /// When a row of its tables says what cannot be.
    pub fn parse(path: &str, text: &str) -> Result<Self, FenceError> {
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let tables = table::tables(&lines).map_err(|misread| FenceError::Refused {
            rendered: fault(path, text, misread.line, &misread.title, &misread.help),
        })?;
        Ok(Self { path: path.to_owned(), lines, tables })
    }

    /// The text of the document.
    pub fn text(&self) -> String {
        self.lines.concat()
    }

    /// Every row, in the order of the document.
    pub fn rows(&self) -> impl Iterator<Item = &Entry> {
        self.tables.iter().flat_map(|table| table.rows.iter().map(|(_, entry)| entry))
    }

    /// A row as the document has it, without what ends its line.
    pub(super) fn shown(&self, entry: &Entry) -> Option<&str> {
        let mut rows = self.tables.iter().flat_map(|table| &table.rows);
        let (line, _) = rows.find(|(_, row)| row == entry)?;
        Some(self.lines[*line].trim_end())
    }

    /// An error at one of [`Audit::rows`], ready to print.
    pub(super) fn fault(&self, entry: &Entry, title: &str, help: &str) -> String {
        let rows = self.tables.iter().flat_map(|table| &table.rows);
        let line = rows.clone().find(|(_, row)| row == entry).map_or(0, |(line, _)| *line);
        fault(&self.path, &self.text(), line, title, help)
    }

    /// Writes a row: in the place of the row that speaks of the same call, else below the last one
    /// of the last table, else in a table of its own at the end.
    pub fn put(&mut self, entry: &Entry) -> Put {
        let eol = if self.lines.first().is_some_and(|line| line.ends_with("\r\n")) {
            "\r\n"
        } else {
            "\n"
        };
        for table in &mut self.tables {
            if let Some(at) = table.rows.iter().position(|(_, row)| row.is_of(entry)) {
                let (line, row) = &mut table.rows[at];
                if row == entry {
                    return Put::Unchanged;
                }
                let old = &self.lines[*line];
                let ending = &old[old.trim_end_matches(['\r', '\n']).len()..];
                self.lines[*line] = format!("{}{ending}", table.columns.written(entry, Some(old)));
                row.clone_from(entry);
                return Put::Updated;
            }
        }
        if self.tables.is_empty() {
            self.add_table(eol);
        }
        let table = self.tables.last_mut().expect("a table was added where there was none");
        let after = table.end;
        let written = table.columns.written(entry, None);
        match self.lines.get_mut(after) {
            Some(last) if !last.ends_with('\n') => {
                last.push_str(eol);
                self.lines.insert(after + 1, written);
            }
            Some(_) | None => self.lines.insert(after + 1, format!("{written}{eol}")),
        }
        table.rows.push((after + 1, entry.clone()));
        table.end += 1;
        Put::Added
    }

    fn add_table(&mut self, eol: &str) {
        if self.lines.is_empty() {
            self.lines.push(format!("# Audit of blocking calls{eol}"));
        }
        if let Some(last) = self.lines.last_mut()
            && !last.ends_with('\n')
        {
            last.push_str(eol);
        }
        if self.lines.last().is_some_and(|last| !last.trim().is_empty()) {
            self.lines.push(eol.to_owned());
        }
        let (columns, header, rule) = table::new();
        self.lines.extend([format!("{header}{eol}"), format!("{rule}{eol}")]);
        let end = self.lines.len() - 1;
        self.tables.push(Table { columns, rows: Vec::new(), end });
    }
}

/// Shows a line, counted from 0.
fn fault(path: &str, text: &str, line: usize, title: &str, help: &str) -> String {
    let shown = text.split('\n').nth(line).unwrap_or_default();
    let length = shown.trim_end().chars().count();
    let place = Some((u64::try_from(line + 1).unwrap_or(u64::MAX), 1, length));
    show(path, text, Fault { title, place, help })
}
