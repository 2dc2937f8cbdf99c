//! The cells of a row of a Markdown table, to and from text. `\|` is a pipe in a cell, `\\` a
//! backslash; any other backslash is itself.

/// The cells of a line, trimmed and unescaped; none when it has no pipe that separates.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    let mut cells = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '|' => cells.push(String::new()),
            '\\' => match chars.next() {
                Some(escaped @ ('|' | '\\')) => push(&mut cells, &[escaped]),
                Some(other) => push(&mut cells, &['\\', other]),
                None => push(&mut cells, &['\\']),
            },
            other => push(&mut cells, &[other]),
        }
    }
    if cells.len() < 2 {
        return None;
    }
    // What stands before a leading and behind a trailing pipe is no cell.
    if line.starts_with('|') {
        cells.remove(0);
    }
    if cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    Some(cells.into_iter().map(|cell| cell.trim().to_owned()).collect())
}

fn push(cells: &mut [String], chars: &[char]) {
    if let Some(cell) = cells.last_mut() {
        cell.extend(chars);
    }
}

/// A row of these cells, without what ends a line.
pub(super) fn join(cells: &[String]) -> String {
    let cells: Vec<String> =
        cells.iter().map(|cell| cell.replace('\\', r"\\").replace('|', r"\|")).collect();
    format!("| {} |", cells.join(" | "))
}

/// A cell without the backticks around it.
pub(super) fn plain(cell: &str) -> &str {
    cell.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).map_or(cell, str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_at_the_ends_and_blanks_do_not_matter() {
        for line in ["| a | b |", "a|b", "  |a   |   b|  \r\n"] {
            assert_eq!(split(line).unwrap(), ["a", "b"], "{line}");
        }
        assert_eq!(split("no table"), None);
        assert_eq!(split(r"an escaped \| pipe"), None);
    }

    #[test]
    fn an_empty_cell_is_a_cell() {
        assert_eq!(split("| a |  | |").unwrap(), ["a", "", ""]);
    }

    #[test]
    fn a_pipe_and_a_backslash_come_back() {
        let cells = [r"a|b".to_owned(), r"C:\x\".to_owned(), r"\|".to_owned()];
        assert_eq!(split(&join(&cells)).unwrap(), cells);
    }
}
