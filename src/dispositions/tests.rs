use proptest::prelude::*;

use super::*;

const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn key(path: &str, symbol: &str) -> Key {
    Key { path: path.to_owned(), function: "Store.remove".to_owned(), symbol: symbol.to_owned() }
}

fn entry(route: Route, reason: Option<&str>, anchor: &[&str]) -> Entry {
    Entry {
        route,
        reason: reason.map(str::to_owned),
        anchor: anchor.iter().map(|&test| test.to_owned()).collect(),
        text: HASH.to_owned(),
        proof: HASH.to_owned(),
        receipt: None,
    }
}

const ENTRY: &str = "  - path: app/store.py
    function: Store.remove
    symbol: os.remove
    route: no-action
    reason: once
    text: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
    proof: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
";

fn refused(text: &str) -> String {
    Dispositions::parse(text).unwrap_err().to_string()
}

#[test]
fn the_file_is_sorted_by_key_with_one_value_a_line() {
    let mut dispositions = Dispositions::default();
    dispositions.set(key("app/z.py", "open"), entry(Route::NoAction, Some("once: at start"), &[]));
    dispositions.set(
        key("app/a.py", "os.remove"),
        entry(
            Route::Guard,
            None,
            &["tests/blocking_io/test_a.py::test_a[x-1]", "tests/b.py::T::test_b"],
        ),
    );
    let text = dispositions.render();
    let body = text.split_once("dispositions:\n").unwrap().1;
    assert_eq!(
        body,
        format!(
            "  - path: app/a.py
    function: Store.remove
    symbol: os.remove
    route: guard
    anchor:
      - \"tests/blocking_io/test_a.py::test_a[x-1]\"
      - tests/b.py::T::test_b
    text: \"{HASH}\"
    proof: \"{HASH}\"
  - path: app/z.py
    function: Store.remove
    symbol: open
    route: no-action
    reason: \"once: at start\"
    text: \"{HASH}\"
    proof: \"{HASH}\"
"
        )
    );
    assert_eq!(Dispositions::parse(&text).unwrap(), dispositions);
}

#[test]
fn a_file_without_entries_settles_nothing() {
    for text in ["", "# only words\n\n", "dispositions: []\n", &Dispositions::default().render()] {
        assert_eq!(Dispositions::parse(text).unwrap(), Dispositions::default(), "{text:?}");
    }
}

#[test]
fn an_unknown_key_gets_its_place_and_the_nearest_name() {
    let text = format!("dispositions:\n{}", ENTRY.replace("reason:", "reson:"));
    assert!(
        refused(&text).starts_with(
            "\
error: unknown field `reson`, expected one of path, function, symbol, route, reason, anchor, text, proof, receipt
 --> .guard/dispositions.yaml:6:5
  |
6 |     reson: once
  |     ^^^^^
  |
  = help: did you mean `reason`?"
        ),
        "{}",
        refused(&text)
    );
}

#[test]
fn an_unknown_route_gets_its_place_and_the_nearest_name() {
    let said = refused(&format!("dispositions:\n{}", ENTRY.replace("no-action", "no-acton")));
    for part in ["unknown variant `no-acton`", ":5:12", "^^^^^^^^", "did you mean `no-action`?"] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
}

#[test]
fn what_a_merge_left_behind_is_shown_with_the_way_out() {
    let text = format!("dispositions:\n<<<<<<< ours\n{ENTRY}=======\n{ENTRY}>>>>>>> theirs\n");
    assert_eq!(
        refused(&text),
        "\
error: a merge has left its marks here: the file holds both sides
 --> .guard/dispositions.yaml:2:1
  |
2 | <<<<<<< ours
  | ^^^^^^^^^^^^
  |
  = help: keep the entries of both sides, one per key, and take out the lines of `<<<<<<<`, `=======` and `>>>>>>>`; the order is guard's to keep"
    );
}

#[test]
fn a_key_that_is_settled_twice_is_shown_at_the_second() {
    let said = refused(&format!("dispositions:\n{ENTRY}{ENTRY}"));
    for part in ["app/store.py::Store.remove::os.remove is settled twice", ":9:11", "keep one"] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
}

#[test]
fn a_route_without_what_settles_it_is_refused() {
    for (from, to, said) in [
        ("    reason: once\n", "", "`no-action` needs a `reason`"),
        ("no-action", "guard", "this route needs an `anchor`"),
        ("route: no-action\n    reason: once", "route: rule", "`rule` needs an `anchor`, or"),
        ("text: ba78", "text: ba7", "this is no SHA-256"),
    ] {
        let message = refused(&format!("dispositions:\n{}", ENTRY.replace(from, to)));
        assert!(message.contains(said), "no {said:?} in {message}");
    }
}

#[test]
fn every_character_is_read_again_as_it_was_written() {
    let all: Vec<char> = ('\0'..='\u{ffff}').collect();
    for some in all.chunks(512) {
        let reason: String = some.iter().collect::<String>() + ".";
        let key = Key { path: "a.py".into(), function: "f".into(), symbol: "open".into() };
        let mut dispositions = Dispositions::default();
        dispositions.set(key, entry(Route::NoAction, Some(&reason), &[]));
        let read = Dispositions::parse(&dispositions.render()).map_err(|it| it.to_string());
        assert_eq!(read.as_ref(), Ok(&dispositions), "{some:?}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        path in "\\PC{1,12}", function in "[a-z0-9_.<>]{0,8}", symbol in "(?s).{1,12}", reason in "(?s).{1,20}",
        test in "[\\PC\\]\\[:' ]{1,20}",
    ) {
        let reason = format!("{reason}.");
        let mut dispositions = Dispositions::default();
        dispositions.set(
            Key { path, function, symbol },
            entry(Route::Rule, Some(&reason), &[&test]),
        );
        let text = dispositions.render();
        prop_assert_eq!(Dispositions::parse(&text).unwrap(), dispositions, "{}", text);
    }
}
