//! Properties over generated calls: every edit parses, offload and un-offload are inverse to
//! the byte, and nothing outside the span changes.

use proptest::prelude::*;

use super::parse;
use crate::rewrite::{Placement, control, offload, offloads, un_offload};

fn atom() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]",
        "[0-9]{1,3}",
        Just("'é # ('".to_owned()),
        Just("\"\"\"two\nlines\"\"\"".to_owned()),
        Just("None".to_owned()),
        Just("b'x'".to_owned()),
        Just("f'{a!r:>{b}}'".to_owned()),
    ]
}

fn expr() -> impl Strategy<Value = String> {
    atom().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} + {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a},\n {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("g({a}, k={b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) if ({b}) else c")),
            inner.clone().prop_map(|a| format!("[{a} for a in b]")),
            inner.clone().prop_map(|a| format!("{{'k': {a}}}")),
            inner.clone().prop_map(|a| format!("lambda x: {a}")),
            inner.clone().prop_map(|a| format!("await h({a})")),
            inner.prop_map(|a| format!("({a})")),
        ]
    })
}

fn argument() -> impl Strategy<Value = (u8, String)> {
    (0u8..4, expr()).prop_map(|(kind, expr)| match kind {
        0 => (0, format!("({expr})")),
        1 => (0, format!("*({expr})")),
        2 => (1, expr),
        _ => (2, format!("**({expr})")),
    })
}

fn arguments() -> impl Strategy<Value = String> {
    let separator = prop_oneof![
        Just(", "),
        Just(","),
        Just(",  "),
        Just(",\n        "),
        Just(",  # a, (note\n        "),
    ];
    let open = prop_oneof![Just(""), Just(" "), Just("\n        "), Just("  # note\n    ")];
    let close = prop_oneof![Just(""), Just(" "), Just("\n    "), Just(","), Just(" ,\n")];
    (proptest::collection::vec(argument(), 0..4), separator, open, close).prop_map(
        |(mut arguments, separator, open, close)| {
            arguments.sort_by_key(|(kind, _)| *kind);
            let texts: Vec<String> = arguments
                .into_iter()
                .enumerate()
                .map(|(index, (kind, text))| match kind {
                    1 => format!("k{index}={text}"),
                    _ => text,
                })
                .collect();
            let close = if texts.is_empty() { close.trim_matches([',', ' ']) } else { close };
            format!("({open}{}{close})", texts.join(separator))
        },
    )
}

fn callee() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("f".to_owned()),
        Just("self.store.put".to_owned()),
        Just("(f)".to_owned()),
        Just("table[0]".to_owned()),
        Just("Path(p).read_text".to_owned()),
        Just("super().close".to_owned()),
        Just("(f or g)".to_owned()),
        Just("open(p).read".to_owned()),
        Just("f ".to_owned()),
    ]
}

fn context() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        Just(("", "")),
        Just(("x = ", "  # note")),
        Just(("return ", ".x")),
        Just(("return ", "[0]")),
        Just(("y = [", " for x in y]")),
        Just(("g(*", ")")),
        Just(("if ", ": pass")),
        Just(("y = (", ").z")),
        Just(("y = f'{", "}'")),
        Just(("assert not ", ", 'text'")),
    ]
    .prop_map(|(before, after)| (before.to_owned(), after.to_owned()))
}

const HEAD: &str = "import asyncio\n\n# before\nasync def entry(self):\n    ";
const TAIL: &str = "\n    after()  # é\n\ndef other(): pass";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn un_offload_is_the_inverse_of_offload(
        callee in callee(),
        arguments in arguments(),
        (before, after) in context(),
        windows in any::<bool>(),
    ) {
        let in_f_string = before.contains("f'") || before.contains("g(*");
        prop_assume!(!(in_f_string && arguments.contains(['\'', '\\', '\n', '#', '!', '{'])));
        let mut source = format!("{HEAD}{before}{callee}{arguments}{after}{TAIL}");
        if windows {
            source = source.replace('\n', "\r\n");
        }
        let module = parse(&source);
        prop_assume!(module.errors().is_empty());
        let line = HEAD.matches('\n').count() + 1;
        let column = 5 + before.chars().count();
        let Ok(offloaded) = offload(&module, line, column, Placement::Plain) else {
            // Only what must run in a lambda and cannot.
            prop_assert!(callee.starts_with("open") && arguments.contains("await"));
            return Ok(());
        };
        let eol = if windows { "\r\n" } else { "\n" };
        let head = HEAD.replace('\n', eol);
        let tail = TAIL.replace('\n', eol);
        let prefix = format!("{head}{before}");
        prop_assert!(offloaded.source.starts_with(&prefix), "{}", offloaded.source);
        prop_assert!(offloaded.source.ends_with(&format!("{after}{tail}")), "{}", offloaded.source);
        let module = parse(&offloaded.source);
        prop_assert!(module.errors().is_empty());
        let offload = offloads(&module).into_iter().next().expect("an offload was made");
        let back = un_offload(&module, offload.line, offload.column).unwrap();
        prop_assert_eq!(&back.source, &source);
        let control = control(&module, offload.line, offload.column);
        prop_assert!(control.source != offloaded.source);
        prop_assert!(parse(&control.source).errors().is_empty());
    }

    #[test]
    fn un_offload_parses_and_leaves_the_rest_alone(
        form in prop_oneof![
            Just("asyncio.to_thread("), Just("loop.run_in_executor(None, "),
            Just("asyncio.to_thread(\n  "), Just("asyncio.to_thread( # c\n"),
        ],
        callee in prop_oneof![callee(), expr().prop_map(|expr| format!("({expr})")), expr()],
        arguments in arguments(),
        (before, after) in context(),
        awaited in any::<bool>(),
    ) {
        let keyword = if awaited { "await " } else { "" };
        let rest = arguments.strip_prefix('(').unwrap();
        let comma = if rest.trim_end_matches(')').trim().is_empty() { "" } else { "," };
        let call = format!("({keyword}{form}{callee}{comma}{rest})");
        let source = format!("{HEAD}{before}{call}{after}{TAIL}");
        let module = parse(&source);
        prop_assume!(module.errors().is_empty());
        let column = 6 + before.chars().count() + keyword.len();
        let line = HEAD.matches('\n').count() + 1;
        let rewrite = un_offload(&module, line, column).unwrap();
        let prefix = format!("{HEAD}{before}");
        prop_assert!(rewrite.source.starts_with(&prefix), "{}", rewrite.source);
        prop_assert!(rewrite.source.contains(&format!("{after}{TAIL}")), "{}", rewrite.source);
        if awaited {
            prop_assert!(rewrite.source.ends_with(TAIL));
        }
    }
}
