//! Real source with small changes: whatever is accepted, the full parser reads alike.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::accepted;
use super::forms::{BLOCKS, LINES};

/// What a change puts in.
const PIECES: &[&str] = &[
    "*",
    "**",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ":=",
    "=",
    "==",
    ",",
    ";",
    "\n",
    "\n    ",
    "\n\t",
    " ",
    "\\\n",
    "#",
    ".",
    "...",
    "->",
    "@",
    "/",
    "*,",
    "+",
    "-",
    "~",
    "%",
    "//",
    "<<",
    ">=",
    "<>",
    "!=",
    "!",
    "`",
    "$",
    "?",
    "|",
    "&",
    "^",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "{{",
    "}}",
    "\\",
    "\r\n",
    "\r",
    "\t",
    "\u{c}",
    "\0",
    "é",
    "_",
    "x",
    "0",
    "00",
    "1",
    "0x1f",
    "1_0",
    "1e5",
    "1j",
    ".5",
    "1.",
    "b'x'",
    "r'\\'",
    "f'{x}'",
    "f\"{x!r:>{w}}\"",
    "{x=}",
    "\\x4",
    "\\N{DASH}",
    "b",
    "rb",
    "f",
    "lambda ",
    "lambda x: ",
    "yield ",
    "yield from ",
    "await ",
    "async ",
    "not ",
    "in ",
    "is ",
    "if ",
    "else ",
    " for x in y",
    " async for x in y",
    "or ",
    "and ",
    "as ",
    "None",
    "True",
    "match ",
    "case ",
    "type ",
    "lazy ",
    "import ",
    "from ",
    "global ",
    "nonlocal x",
    "del ",
    "return ",
    "raise ",
    "assert ",
    "print ",
    "pass",
    "break",
    "while ",
    "with ",
    "try:",
    "except* ",
    "finally:",
    "elif x:",
    "else:",
    "class A",
    "def f(",
    "*args",
    "**kw",
];

/// The project's Python and every form of syntax, in pieces of some lines.
static SOURCES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let trees = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    let files = ignore::Walk::new(trees)
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .map(|path| std::fs::read_to_string(path).unwrap());
    let lines = LINES.chunks(3).map(|lines| format!("{}\n", lines.join("\n")));
    let alone = LINES.iter().map(|line| format!("{line}\n"));
    let blocks = BLOCKS.iter().map(|&block| block.to_owned());
    files.chain(lines).chain(alone).chain(blocks).filter(|text| !text.is_empty()).collect()
});

/// One change of a text that is cut in tokens, or in characters.
#[derive(Debug, Clone)]
enum Change {
    Delete(Index),
    Double(Index),
    Swap(Index, Index),
    Move(Index, Index),
    Insert(Index, &'static str),
    Replace(Index, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Change::Delete),
        at().prop_map(Change::Double),
        (at(), at()).prop_map(|(one, other)| Change::Swap(one, other)),
        (at(), at()).prop_map(|(from, to)| Change::Move(from, to)),
        (at(), select(PIECES)).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (at(), select(PIECES)).prop_map(|(at, piece)| Change::Replace(at, piece)),
    ]
}

/// Words, and every other character alone.
fn tokens(text: &str) -> Vec<&str> {
    let is_word = |text: char| text.is_alphanumeric() || text == '_';
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|each| !is_word(each)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(if word > 0 { word } else { first.len_utf8() });
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn changed(mut parts: Vec<&str>, change: &Change) -> String {
    let count = parts.len();
    match change {
        Change::Delete(at) => {
            parts.remove(at.index(count));
        }
        Change::Double(at) => parts.insert(at.index(count), parts[at.index(count)]),
        Change::Swap(one, other) => parts.swap(one.index(count), other.index(count)),
        Change::Move(from, to) => {
            let part = parts.remove(from.index(count));
            parts.insert(to.index(count), part);
        }
        Change::Insert(at, piece) => parts.insert(at.index(count + 1), piece),
        Change::Replace(at, piece) => parts[at.index(count)] = piece,
    }
    parts.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn what_is_accepted_of_changed_source_is_read_as_the_full_parser_does(
        source in any::<Index>(),
        changes in prop::collection::vec((change(), any::<bool>()), 1..4),
    ) {
        let mut text = source.get(&SOURCES).clone();
        for (change, in_characters) in changes {
            let parts = match in_characters {
                true => text.split("").filter(|part| !part.is_empty()).collect(),
                false => tokens(&text),
            };
            if parts.is_empty() {
                break;
            }
            text = changed(parts, &change);
        }
        // Whether it is accepted does not matter here.
        let _ = accepted(&text);
    }
}
