//! The tables of a document that have the audit's columns, in whatever order, beside whatever
//! others. What stands in a code block is no table.

use super::cells::{join, plain, split};
use super::{Class, Entry};
use crate::model::{Measurement, nearest};

/// The columns, as guard writes them, and under what other names they are known.
const COLUMNS: [(&str, &[&str]); 6] = [
    ("File", &["file", "module"]),
    ("Async function", &["async function", "function", "async fn"]),
    ("Callee", &["callee", "call", "called"]),
    ("Class", &["class", "classification"]),
    ("Worst case", &["worst case", "worst", "measured", "measurement"]),
    ("How measured", &["how measured", "how", "evidence"]),
];

/// A header with this many of the columns is meant to be the audit's.
const MEANT: usize = 4;

/// A table with its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) columns: Columns,
    /// Each with its line, from 0. A row of another class is none of them.
    pub(super) rows: Vec<(usize, Entry)>,
    /// Its last line, from 0.
    pub(super) end: usize,
}

/// Which cell of a row is which column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    /// In the order of [`COLUMNS`].
    at: [usize; COLUMNS.len()],
    /// How many cells the header has.
    width: usize,
}

/// A line, from 0, that does not say what a row must.
#[derive(Debug)]
pub(super) struct Misread {
    pub(super) line: usize,
    pub(super) title: String,
    pub(super) help: String,
}

/// The columns, the header and the rule of a new table.
pub(super) fn new() -> (Columns, String, String) {
    let names: Vec<String> = COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let rule = format!("|{}", "---|".repeat(names.len()));
    (Columns { at: std::array::from_fn(|at| at), width: names.len() }, join(&names), rule)
}

/// The tables of a document, by its lines.
pub(super) fn tables(lines: &[String]) -> Result<Vec<Table>, Misread> {
    let mut found: Vec<Table> = Vec::new();
    // The line at which the code block around the walk begins, and its mark.
    let mut block: Option<(usize, &str)> = None;
    let mut line = 0;
    while line < lines.len() {
        match (block, code_mark(&lines[line])) {
            (None, Some((mark, _))) => block = Some((line, mark)),
            (Some((_, open)), Some((mark, ""))) if mark.starts_with(open) => block = None,
            (Some(_), _) => {}
            (None, None) => {
                if let Some(table) = table(lines, line)? {
                    line = table.end;
                    found.push(table);
                }
            }
        }
        line += 1;
    }
    match block {
        None => Ok(found),
        Some((line, mark)) => Err(Misread {
            line,
            title: "the code block is never closed".to_owned(),
            help: format!("a line {mark} closes it"),
        }),
    }
}

/// The backticks or tildes with which a line opens or closes a code block, and what follows them.
fn code_mark(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| ['`', '~'].contains(c))?;
    let rest = line.trim_start_matches(mark);
    let mark = &line[..line.len() - rest.len()];
    // Backticks after backticks are code in a line.
    (mark.len() >= 3 && !(mark.starts_with('`') && rest.contains('`'))).then_some((mark, rest))
}

/// The table whose header is this line.
fn table(lines: &[String], header: usize) -> Result<Option<Table>, Misread> {
    let (Some(names), Some(rule)) =
        (split(&lines[header]), lines.get(header + 1).and_then(|line| split(line)))
    else {
        return Ok(None);
    };
    if names.len() != rule.len() || !rule.iter().all(|cell| is_rule(cell)) {
        return Ok(None);
    }
    let Some(columns) = columns(header, &names)? else { return Ok(None) };
    let mut table = Table { columns, rows: Vec::new(), end: header + 1 };
    for (line, text) in lines.iter().enumerate().skip(header + 2) {
        let Some(cells) = split(text) else { break };
        if let Some(entry) = table.columns.entry(line, &cells)? {
            table.rows.push((line, entry));
        }
        table.end = line;
    }
    Ok(Some(table))
}

fn is_rule(cell: &str) -> bool {
    let dashes = cell.strip_prefix(':').unwrap_or(cell);
    let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
    !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
}

fn columns(line: usize, names: &[String]) -> Result<Option<Columns>, Misread> {
    let names: Vec<String> = names.iter().map(|name| plain(name).to_lowercase()).collect();
    let found = COLUMNS
        .map(|(_, known)| known.iter().find_map(|one| names.iter().position(|name| name == one)));
    let missing = COLUMNS.iter().zip(found).find(|(_, at)| at.is_none());
    match missing {
        None => {
            let at = found.map(Option::unwrap_or_default);
            Ok(Some(Columns { at, width: names.len() }))
        }
        Some(((name, _), _)) if found.iter().flatten().count() >= MEANT => Err(Misread {
            line,
            title: format!("the table has no column `{name}`"),
            help: format!("the columns are {}", COLUMNS.map(|(name, _)| name).join(", ")),
        }),
        Some(_) => Ok(None),
    }
}

impl Columns {
    /// The entry of a row; none when its class is none of guard's.
    fn entry(&self, line: usize, cells: &[String]) -> Result<Option<Entry>, Misread> {
        let misread = |title: String, help: &str| Misread { line, title, help: help.to_owned() };
        if cells.len() > self.width {
            return Err(misread(
                format!("the row has {} cells, and the header {}", cells.len(), self.width),
                "write `\\|` for a pipe inside of a cell",
            ));
        }
        let cell = |column: usize| cells.get(self.at[column]).map_or("", String::as_str);
        let Some(class) = class(plain(cell(3))).map_err(|near| {
            misread(
                format!("unknown class `{}`", plain(cell(3))),
                &format!("did you mean `{near}`?"),
            )
        })?
        else {
            return Ok(None);
        };
        for (column, (name, _)) in COLUMNS.iter().enumerate() {
            if plain(cell(column)).is_empty() {
                let title = format!("the row has no `{name}`");
                return Err(misread(
                    title,
                    "a row says where, what, how long, and by what evidence",
                ));
            }
        }
        let callee = plain(cell(2));
        let worst = (cell(4).parse::<Measurement>())
            .map_err(|error| misread(error.to_string(), "the column `Worst case` is a duration"))?;
        Ok(Some(Entry {
            file: plain(cell(0)).to_owned(),
            function: plain(cell(1)).to_owned(),
            callee: callee.strip_suffix("()").unwrap_or(callee).to_owned(),
            class,
            worst,
            how: cell(5).to_owned(),
        }))
    }

    /// The row of an entry. What columns of others say in `old` stays.
    pub(super) fn written(&self, entry: &Entry, old: Option<&str>) -> String {
        let mut cells = old.and_then(split).unwrap_or_default();
        cells.resize(self.width, String::new());
        let code = |text: &str| format!("`{text}`");
        let own = [
            code(&entry.file),
            code(&entry.function),
            code(&entry.callee),
            entry.class.name().to_owned(),
            entry.worst.to_string(),
            entry.how.clone(),
        ];
        for (at, text) in self.at.into_iter().zip(own) {
            cells[at] = text;
        }
        join(&cells)
    }
}

/// The class of this name; none for a word of somebody else's, and what is near for a misspelt one.
fn class(name: &str) -> Result<Option<Class>, &'static str> {
    let known = [Class::Wrapped, Class::SafeFast];
    let name = name.to_lowercase();
    if let Some(class) = known.into_iter().find(|class| class.name() == name) {
        return Ok(Some(class));
    }
    match nearest(&name, known.map(Class::name)) {
        Some(near) if !name.is_empty() => Err(near),
        Some(_) | None => Ok(None),
    }
}
