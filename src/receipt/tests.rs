use serde_json::{Value, json};

use super::*;
use crate::model::Operator;
use crate::sop::accepts;

const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// Every field filled.
fn full() -> Receipt {
    let place = Place { path: "app/a.py".to_owned(), function: "Store.get".to_owned() };
    let site = Site {
        path: "app/a.py".to_owned(),
        function: "Store.get".to_owned(),
        offload: Some(2),
        operator: Operator::UnOffload,
        base: None,
        diff: "the diff".to_owned(),
        change: HASH.to_owned(),
        verdict: TeethVerdict::Proven,
        by: By::SourceEdit,
        red: "tests/test_a.py::test".to_owned(),
        primitive: "os.stat".to_owned(),
        blocked: place,
    };
    let version = Version { commit: HASH[..40].to_owned(), path: "app/b.py".to_owned() };
    let older = Site {
        offload: None,
        operator: Operator::BaseFunction,
        base: Some(version),
        by: By::Fork,
        ..site.clone()
    };
    let bound = |path: &str, function: Option<&str>| Bound {
        path: path.to_owned(),
        function: function.map(str::to_owned),
        sha256: HASH.to_owned(),
    };
    Receipt {
        format: FORMAT.to_owned(),
        guard: "0.1.0".to_owned(),
        project: "backend".to_owned(),
        versions: Versions {
            python: "3.12.1".to_owned(),
            pytest: "8.4.2".to_owned(),
            blockbuster: "1.5.26".to_owned(),
            pytest_asyncio: Some("1.2.0".to_owned()),
            anyio: None,
        },
        assets: vec![AssetHash {
            name: "sop/blocking-io.yaml".to_owned(),
            from: "embedded".to_owned(),
            sha256: HASH.to_owned(),
        }],
        proofs: vec![Proof {
            key: Key {
                path: "app/a.py".to_owned(),
                function: "Store.get".to_owned(),
                symbol: "os.stat".to_owned(),
            },
            route: Some(Route::FixAndAnchor),
            tests: vec!["tests/test_a.py::test[a/../b -x]".to_owned()],
            command: "python -m pytest -q tests/test_a.py::test".to_owned(),
            cwd: "backend".to_owned(),
            bound: vec![bound("app/a.py", Some("Store.get")), bound("tests/test_a.py", None)],
            sites: vec![site, older],
        }],
    }
}

#[test]
fn committed_schema_is_that_of_the_code() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/receipt.schema.json");
    let wanted = format!("{:#}\n", schema());
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        committed == wanted,
        "`guard verify --schema > docs/receipt.schema.json` writes it anew"
    );
}

#[test]
fn what_is_written_the_reader_takes_and_the_schema_too() {
    let text = serde_json::to_string_pretty(&full()).unwrap();
    assert_eq!(read("r.json", &text).unwrap(), full());
    let value: Value = serde_json::from_str(&text).unwrap();
    assert!(accepts(&schema(), &schema(), &value));
}

#[test]
fn what_the_schema_refuses_the_reader_refuses_too() {
    for (pointer, bad) in [
        ("/format", json!("guard-receipt-2")),
        ("/guard", json!(1)),
        ("/versions/python", json!(null)),
        ("/proofs", json!([])),
        ("/proofs/0/tests", json!([])),
        ("/proofs/0/route", json!("gaurd")),
        ("/proofs/0/sites/0/operator", json!("magic")),
        ("/proofs/0/sites/0/verdict", json!("stubbed")),
        ("/proofs/0/sites/0/offload", json!(0)),
        ("/proofs/0/sites/1/base", json!("abc")),
        ("/proofs/0/sites/0/blocked", json!({"path": "a.py", "functon": "f"})),
    ] {
        let mut value = serde_json::to_value(full()).unwrap();
        *value.pointer_mut(pointer).unwrap() = bad;
        assert!(!accepts(&schema(), &schema(), &value), "the schema takes {pointer}");
        assert!(read("r.json", &value.to_string()).is_err(), "the reader takes {pointer}");
    }
}

/// The reader alone: what pytest or git would take for something else, or that leaves the tree.
#[test]
fn no_name_in_a_receipt_is_an_option_or_leaves_the_repository() {
    for (pointer, bad) in [
        ("/project", "../other"),
        ("/project", "/"),
        ("/proofs/0/tests/0", "-p"),
        ("/proofs/0/tests/0", "backend/--pdb"),
        ("/proofs/0/tests/0", "@file"),
        ("/proofs/0/tests/0", "tests/../../x.py"),
        ("/proofs/0/tests/0", "/tmp/x.py"),
        ("/proofs/0/tests/0", ""),
        ("/proofs/0/tests/0", "tests/a.py\n--pdb"),
        ("/proofs/0/bound/0/path", "../a.py"),
        ("/proofs/0/sites/0/path", "../a.py"),
        ("/proofs/0/sites/1/base/path", "../a.py"),
        ("/proofs/0/sites/1/base/commit", "--output=x"),
        ("/proofs/0/sites/1/base/commit", "HEAD"),
    ] {
        let mut value = serde_json::to_value(full()).unwrap();
        *value.pointer_mut(pointer).unwrap() = json!(bad);
        let error = read("r.json", &value.to_string()).unwrap_err();
        assert!(matches!(error, ReceiptError::Damaged { .. }), "{bad}: {error}");
    }
}

#[test]
fn change_is_the_same_wherever_its_lines_stand() {
    let one = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n";
    let other = "--- a/y\n+++ b/y\n@@ -9,3 +9,3 @@\n z\n-b\n+c\n y\n";
    let more = "--- a/y\n+++ b/y\n@@ -9,3 +9,3 @@\n z\n-b\n+c\n+d\n";
    assert_eq!(revert::change(one), revert::change(other));
    assert_ne!(revert::change(one), revert::change(more));
}
