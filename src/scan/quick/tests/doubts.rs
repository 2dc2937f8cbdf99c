//! What the quick parser leaves to the full one.

use ruff_python_ast::PySourceType;
use ruff_python_parser::parse_unchecked_source;

use super::super::super::tree::Tree;
use super::super::{Doubt, parse};
use super::{accepted, wrong};

/// Texts that are right, but odd, rare or deep.
const ODD: &[&str] = &[
    "é = 1",
    "aé",
    "ﬁ",
    "nameﬁ + another_name",
    "another_nameé + another_name",
    "t'{x}'",
    "rt'x'",
    "lazy import a",
    "lazy from a import b",
    "a = 1if b else c",
    "a\rb",
    "import a . b",
    "from a .b import c",
    "match not in a",
    "{**a for a in b}",
    "(*a for a in b)",
    "a((b)=c)",
    "a(*b for b in c)",
    "f'{x:\\x41}'",
    "f'{x # a\n}'",
    "match a:\n  case 1 + 2j: b",
    "match a:\n  case -1 - 2j: b",
    "try: a\nexcept b, c: d",
    "if a:\n  b\n  \\\n  c",
    "\\\na",
    "yield, a",
    "match * a",
    "01e5",
    "01j",
    "match not a:\n  case b: c",
    "match a:\n  case [b c]: d",
    "'\\N{EM DASH}'",
    "f'\\N{EM DASH}'",
];

fn doubt(text: &str) -> Option<Doubt> {
    parse(text, &mut Tree::default()).err()
}

fn is_right(text: &str) -> bool {
    parse_unchecked_source(text, PySourceType::Python).errors().is_empty()
}

#[test]
fn what_the_full_parser_refuses_is_doubted() {
    for line in wrong::all() {
        let text = format!("{line}\n");
        assert!(!is_right(&text), "the full parser takes {text:?}");
        assert!(doubt(&text).is_some(), "taken: {text:?}");
        // At the end of a file, and in a block.
        let _ = accepted(&line);
        let _ = accepted(&format!("if x:\n    {line}\ny\n"));
    }
}

#[test]
fn what_is_odd_is_doubted() {
    for line in ODD {
        let text = format!("{line}\n");
        assert!(is_right(&text), "the full parser refuses {text:?}");
        assert!(doubt(&text).is_some(), "taken: {text:?}");
    }
}

#[test]
fn what_is_deep_is_doubted() {
    let deep = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let blocks: String =
            (0..depth).map(|level| format!("{}if a:\n", " ".repeat(level))).collect();
        [
            format!("{open}a{close}\n"),
            format!("a{}{}\n", "[b".repeat(depth), "]".repeat(depth)),
            format!("{}a\n", "not ".repeat(depth)),
            format!("{}a\n", "-".repeat(depth)),
            format!("a{}\n", " ** a".repeat(depth)),
            format!("a{}\n", " + a".repeat(depth)),
            format!("a{}\n", ".b".repeat(depth)),
            format!("a{}\n", "()".repeat(depth)),
            format!("{}a\n", "lambda: ".repeat(depth)),
            format!("{}a\n", "a if b else ".repeat(depth)),
            format!("{blocks}{}pass\n", " ".repeat(depth)),
            format!("match a:\n case {}b{}: c\n", "[".repeat(depth), "]".repeat(depth)),
        ]
    };
    for text in deep(30) {
        accepted(&text).unwrap();
    }
    for text in deep(120).into_iter().chain(deep(5_000)) {
        assert!(doubt(&text).is_some(), "{}", &text[..60]);
    }
}

#[test]
fn a_doubt_says_where_it_arose() {
    assert_eq!(doubt("a = 1\nb = é\n"), Some(Doubt { at: 10 }));
    assert_eq!(doubt("a = 1\nb = c d\n"), Some(Doubt { at: 12 }));
}

#[test]
fn long_continuations_do_not_overflow_the_stack() {
    accepted(&format!("a = {}b\n", "\\\n".repeat(100_000))).unwrap();
    accepted(&format!("{}\n", "a, ".repeat(100_000))).unwrap();
    accepted(&format!("{}a\n", "# b\n\n".repeat(100_000))).unwrap();
}
