//! Nothing stops the scan.

use proptest::prelude::*;

use super::super::{Options, SourceFile, analyze};
use super::exposed;

#[test]
fn a_syntax_error_is_one_finding_and_the_rest_is_still_read() {
    let text = "
async def f():
    open('x')
def g(:
    pass
";
    assert_eq!(
        exposed(text),
        [
            "2:5 f open FILE_OPEN DIRECT_ASYNC definite",
            "3:7 <module>  PARSE_ERROR PARSE_INCOMPLETE",
        ]
    );
}

#[test]
fn bytes_that_are_no_text_are_one_finding() {
    let file = SourceFile::new("a.py", b"x = 1\ny = '\xff'\n".to_vec());
    let findings = analyze(&[file], &Options::default()).findings;
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].location.line, findings[0].location.column), (2, 1));
    assert!(findings[0].reason.contains("byte 0xff is not UTF-8"), "{}", findings[0].reason);
}

#[test]
fn a_file_that_cannot_be_read_is_one_finding() {
    let unreadable = Some("cannot be read: permission denied".to_owned());
    let file = SourceFile { path: "a.py".to_owned(), bytes: Vec::new(), unreadable };
    let findings = analyze(&[file], &Options::default()).findings;
    assert_eq!(findings[0].blocking_call.category, "PARSE_ERROR");
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    for depth in [1_000, 2_900, 12_000, 100_000] {
        let nested = format!("x = {}1{}\n", "(".repeat(depth), ")".repeat(depth));
        let calls =
            format!("async def f(): {}open('x'){}\n", "g(".repeat(depth), ")".repeat(depth));
        let nots = format!("x = {}y\n", "not ".repeat(depth));
        let attributes = format!("x = a{}\n", ".b".repeat(depth));
        let lambdas = format!("x = {}1\n", "lambda: ".repeat(depth));
        let ifs = format!("x = {}1\n", "a if b else ".repeat(depth));
        for text in [nested, calls, nots, attributes, lambdas, ifs] {
            let findings = analyze(&[SourceFile::new("a.py", text)], &Options::default()).findings;
            assert!(findings.len() <= 2);
        }
    }
}

#[test]
fn displays_of_what_is_in_displays_are_looked_at_once() {
    let mut text = "import time\ndef stop():\n    time.sleep(1)\nx8 = [stop]\n".to_owned();
    for level in (0..8).rev() {
        let part = format!("x{}[0], ", level + 1);
        text += &format!("x{level} = [{}]\n", part.repeat(16));
    }
    text += "async def f():\n    x0[0]()\n";
    // One by one they would be four thousand million.
    assert_eq!(exposed(&text), ["3:5 stop time.sleep SLEEP ASYNC_REACHABLE_SAME_FILE definite"]);
}

#[test]
fn a_long_expression_is_read_to_its_end() {
    let text = format!("async def f():\n    return open('x') {}\n", "+ 1 ".repeat(10_000));
    assert_eq!(exposed(&text), ["2:12 f open FILE_OPEN DIRECT_ASYNC definite"]);
}

#[test]
fn a_long_table_is_not_taken_for_deep_nesting() {
    let text = format!("x = [{}]\nasync def f(): open('x')\n", "(1, 'a'), ".repeat(100_000));
    assert_eq!(exposed(&text), ["2:16 f open FILE_OPEN DIRECT_ASYNC definite"]);
}

#[test]
fn definitions_in_a_circle_end() {
    let text = "
class A(B): pass
class B(A):
    x = y
    async def f(self): self.g(); y(); h()
    def g(self): return self.x.g()
y = z
z = y
def h(): return h()
from m import *
";
    assert_eq!(exposed(text), super::NOTHING);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        analyze(&[SourceFile::new("a.py", bytes)], &Options::default());
    }

    #[test]
    fn garbage_of_python_words_never_panics(words in proptest::collection::vec(
        prop_oneof![
            Just("async "), Just("def "), Just("class "), Just("f"), Just("("), Just(")"), Just(":"),
            Just("\n    "), Just("\n"), Just("await "), Just("lambda "), Just("with "), Just("as "),
            Just("for "), Just("in "), Just("if "), Just("else "), Just("."), Just("open"), Just("="),
            Just("import "), Just("from "), Just("*"), Just(","), Just("["), Just("]"), Just("'"),
            Just("é"), Just("\\\n"), Just("\r"), Just("{"), Just("}"), Just("f'"), Just("@"),
        ], 0..80)) {
        analyze(&[SourceFile::new("a.py", words.concat())], &Options::default());
    }
}

/// What each version of Python brought, around a call that must still be seen.
#[test]
fn the_syntax_of_every_version_is_read() {
    for (version, text) in [
        ("3.8 walrus", "async def f(p, /):\n    if (n := open(p)): print(f'{n=}')\n"),
        ("3.9 decorators", "@buttons[0].clicked\nasync def f(p): open(p)\n"),
        (
            "3.10 match",
            "async def f(p):\n    match p:\n        case {'a': [x, *_], **rest} if x: open(p)\n        case int() | None: pass\n",
        ),
        (
            "3.10 with in parentheses",
            "async def f(p):\n    with (\n        open(p) as a,\n    ):\n        pass\n",
        ),
        ("3.11 except*", "async def f(p):\n    try: pass\n    except* OSError: open(p)\n"),
        ("3.11 unpacking in an index", "async def f(p): return x[*open(p)]\n"),
        (
            "3.12 PEP 695",
            "type Many[T] = list[T]\nclass C[T: (int, str), *Ts, **P]:\n    async def f[U](self, p: U) -> U: open(p)\n",
        ),
        ("3.12 PEP 701", "async def f(p): return f'{open(f\"{'a'}\")!r:>{10}}'\n"),
        ("3.13 PEP 696", "class C[T = int]:\n    async def f(self, p: T): open(p)\n"),
        (
            "3.14 PEP 758",
            "async def f(p):\n    try: pass\n    except OSError, ValueError: open(p)\n",
        ),
        ("3.14 PEP 750", "async def f(p): return t'{open(p)}'\n"),
        ("3.14 PEP 649", "async def f(p: Later = 1) -> Later: open(p)\nclass Later: pass\n"),
        ("2.7 print", "async def f(p): open(p)\nprint 'x'\n"),
    ] {
        let found = exposed(text);
        let calls =
            found.iter().filter(|line| line.contains(" open FILE_OPEN DIRECT_ASYNC")).count();
        let faults = found.iter().filter(|line| line.contains("PARSE_ERROR")).count();
        let expected = usize::from(version.starts_with('2'));
        assert_eq!((calls, faults), (1, expected), "{version}: {found:?}");
    }
}

#[test]
fn a_declared_encoding_and_a_mark_at_the_start_are_read() {
    let texts: [(&str, &[u8]); 4] = [
        ("latin-1", b"# -*- coding: latin-1 -*-\nasync def f(): open('caf\xe9')\n"),
        ("windows", b"# vim: set fileencoding=cp1252 :\nasync def f(): open('\x80')\n"),
        ("mark", b"\xef\xbb\xbf\nasync def f(): open('x')\n"),
        ("second line", b"#!/usr/bin/python\n# coding: shift_jis\nasync def f(): open('x')\n"),
    ];
    for (name, bytes) in texts {
        let findings = analyze(&[SourceFile::new("a.py", bytes)], &Options::default()).findings;
        assert_eq!(findings.len(), 1, "{name}: {findings:#?}");
        assert_eq!(findings[0].blocking_call.operation, "FILE_OPEN", "{name}");
    }
}

#[test]
fn a_large_generated_file_is_read_to_its_end() {
    let text = format!("{}async def f(): open('x')\n", "x = [1, 2, 3, 'text']\n".repeat(60_000));
    assert_eq!(exposed(&text), ["60001:16 f open FILE_OPEN DIRECT_ASYNC definite"]);
}
