//! A document comes back byte for byte, and a row that was written is read.

use proptest::prelude::*;

use super::{Audit, Class, Entry, Put};

const DOCUMENT: &str = "\
# Audit

```
| File | Async function | Callee | Class | Worst case | How measured |
|---|---|---|---|---|---|
| x | x | x | nonsense in an example | | |
```

| a | b |
|---|---|
| another | table |

Callee | Class | Worst | How | Seen | Function | Module
:--|:-:|--:|---|---|---|---
`build()` | Wrapped | 8-13 s | cold \\| warm | in April | `cascade` | `app/a.py`
read | sync-only | | | | - | app/b.py

The end.";

fn entry(file: &str, class: Class, worst: &str, how: &str) -> Entry {
    Entry {
        file: file.to_owned(),
        function: "cascade".to_owned(),
        callee: "build".to_owned(),
        class,
        worst: worst.parse().unwrap(),
        how: how.to_owned(),
    }
}

fn parse(text: &str) -> Audit {
    Audit::parse("audit.md", text).unwrap()
}

fn refused(text: &str) -> String {
    Audit::parse("audit.md", text).unwrap_err().to_string()
}

fn row(cells: &str) -> String {
    format!("| File | Function | Callee | Class | Worst | How |\n|-|-|-|-|-|-|\n{cells}\n")
}

#[test]
fn a_table_is_read_in_whatever_order_its_columns_stand() {
    let audit = parse(DOCUMENT);
    let rows: Vec<&Entry> = audit.rows().collect();
    assert_eq!(rows, [&entry("app/a.py", Class::Wrapped, "8-13 s", "cold | warm")]);
}

#[test]
fn a_row_is_added_below_the_last_one_and_nothing_else_changes() {
    let mut audit = parse(DOCUMENT);
    let new = entry("app/c.py", Class::SafeFast, "12 ms", "empty store");
    assert_eq!(audit.put(&new), Put::Added);
    let line = "| `build` | safe-fast | 12 ms | empty store |  | `cascade` | `app/c.py` |\n";
    let at = DOCUMENT.find("\nThe end.").unwrap();
    assert_eq!(audit.text(), format!("{}{line}{}", &DOCUMENT[..at], &DOCUMENT[at..]));
    assert_eq!(audit.put(&new), Put::Unchanged);
}

#[test]
fn a_row_of_the_same_call_is_written_over_and_keeps_what_others_say() {
    let mut audit = parse(DOCUMENT);
    let new = entry("app/a.py", Class::Wrapped, "20 s", "warm");
    assert_eq!(audit.put(&new), Put::Updated);
    let old = "`build()` | Wrapped | 8-13 s | cold \\| warm | in April | `cascade` | `app/a.py`";
    let line = "| `build` | wrapped | 20 s | warm | in April | `cascade` | `app/a.py` |";
    assert_eq!(audit.text(), DOCUMENT.replace(old, line));
}

#[test]
fn a_document_that_is_not_there_is_made() {
    let mut audit = parse("");
    audit.put(&entry("app/a.py", Class::Wrapped, "8 s", "cold"));
    assert_eq!(
        audit.text(),
        "\
# Audit of blocking calls

| File | Async function | Callee | Class | Worst case | How measured |
|---|---|---|---|---|---|
| `app/a.py` | `cascade` | `build` | wrapped | 8 s | cold |
"
    );
}

#[test]
fn a_last_line_without_an_end_gets_one_where_a_row_follows() {
    let text = row("a|b|c|wrapped|1 s|x").trim_end().replace('\n', "\r\n");
    let mut audit = parse(&text);
    audit.put(&entry("app/a.py", Class::Wrapped, "8 s", "cold"));
    assert_eq!(
        audit.text(),
        format!("{text}\r\n| `app/a.py` | `cascade` | `build` | wrapped | 8 s | cold |")
    );
}

#[test]
fn a_row_that_says_what_cannot_be_is_shown_where_it_stands() {
    assert_eq!(
        refused(&row("| a | b | c | wraped | 1 s | x |")),
        "\
error: unknown class `wraped`
 --> audit.md:3:1
  |
3 | | a | b | c | wraped | 1 s | x |
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `wrapped`?"
    );
    let first = |text: &str| refused(text).lines().next().unwrap().to_owned();
    assert_eq!(
        first(&row("| a | b | c | wrapped | soon | x |")),
        "error: `soon` is no duration; write a number and its unit: `80 ms`, `13 s`, `8-13 s`, `1.5 min`"
    );
    assert_eq!(
        first(&row("| a | b | c | wrapped | 1 s |")),
        "error: the row has no `How measured`"
    );
    assert_eq!(
        first(&row("| a | b | c | wrapped | 1 s | x | y |")),
        "error: the row has 7 cells, and the header 6"
    );
    assert_eq!(
        first("| File | Function | Callee | Class |\n|-|-|-|-|\n"),
        "error: the table has no column `Worst case`"
    );
}

#[test]
fn a_code_block_without_an_end_is_refused() {
    assert_eq!(
        refused("text\n````md\n```\n"),
        "\
error: the code block is never closed
 --> audit.md:2:1
  |
2 | ````md
  | ^^^^^^
  |
  = help: a line ```` closes it"
    );
}

fn text() -> impl Strategy<Value = String> {
    "[ -~äµ|`\\\\]{0,24}".prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn documents() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[ -~]{0,30}",
        Just("| File | Async function | Callee | Class | Worst case | How measured |".to_owned()),
        Just("|---|:-:|--:|---|---|---|".to_owned()),
        Just("| `a.py` | f | g | wrapped | 2 s | by hand |".to_owned()),
        Just("| a.py | h | g() | safe-fast | 2 ms | by \\| hand |".to_owned()),
        Just("```".to_owned()),
        Just(String::new()),
    ];
    let eol = prop_oneof![Just("\n"), Just("\r\n")];
    (prop::collection::vec(line, 0..12), eol, any::<bool>()).prop_map(|(lines, eol, ends)| {
        let text = lines.join(eol);
        if ends { text + eol } else { text }
    })
}

proptest! {
    #[test]
    fn a_document_comes_back_as_it_is(text in documents()) {
        if let Ok(audit) = Audit::parse("audit.md", &text) {
            prop_assert_eq!(audit.text(), text);
        }
    }

    #[test]
    fn a_row_that_is_written_is_read_back(text in documents(), how in text(), slow in any::<bool>()) {
        prop_assume!(!how.is_empty() && how != "``" && how != "`");
        let Ok(mut audit) = Audit::parse("audit.md", &text) else { return Ok(()) };
        let class = if slow { Class::Wrapped } else { Class::SafeFast };
        let new = entry("new/file.py", class, "7 ms", &how);
        let before: Vec<Entry> = audit.rows().cloned().collect();
        prop_assert_eq!(audit.put(&new), Put::Added);
        let written = audit.text();
        let again = Audit::parse("audit.md", &written).unwrap();
        prop_assert_eq!(again.rows().filter(|row| **row == new).count(), 1, "{}", written);
        let mut others: Vec<Entry> = again.rows().cloned().collect();
        others.retain(|row| *row != new);
        prop_assert_eq!(others, before);
        let mut again = again;
        prop_assert_eq!(again.put(&new), Put::Unchanged);
        // Every line that was there is there, in its order.
        let had_table = !Audit::parse("", &text).unwrap().tables.is_empty();
        if had_table {
            let line = audit.shown(&new).unwrap();
            let rest: Vec<&str> = written.lines().filter(|one| *one != line).collect();
            prop_assert_eq!(rest, text.lines().collect::<Vec<_>>());
        } else {
            prop_assert!(written.starts_with(&text));
        }
    }
}
