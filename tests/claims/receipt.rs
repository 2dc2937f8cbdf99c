//! Claims about receipts, shown with real git, pytest and Blockbuster on `tests/trees/shop`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::support::{Desk, Repository, Said, venv};

const STORE: &str = "shop/store.py";
const ANCHOR: &str = "tests/blocking_io/test_store.py";
const CONFTEST: &str = "tests/blocking_io/conftest.py";

/// A delivered run with its receipt.
fn delivered(words: &[&str]) -> Desk {
    let desk = Desk::shop();
    desk.run(words).code(3);
    desk.guard(&["answer", "c1.judge", "route=guard"]).code(0);
    desk
}

/// The receipts of a folder below the root.
fn receipts(desk: &Desk, folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(desk.repository.root().join(folder)) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn only(desk: &Desk) -> String {
    let names = receipts(desk, ".guard/receipts");
    assert_eq!(names.len(), 1, "{names:?}");
    format!(".guard/receipts/{}", names[0])
}

fn verify(desk: &Desk, words: &[&str]) -> Said {
    let python = venv();
    desk.guard(&[&["verify", "--python", python.to_str().unwrap()], words].concat())
}

/// Replaces text of a file, which must stand there once.
#[track_caller]
fn edit(desk: &Desk, path: &str, from: &str, to: &str) {
    let text = desk.repository.read(path);
    assert_eq!(text.matches(from).count(), 1, "{from:?} in {text}");
    desk.repository.write(path, text.replace(from, to));
}

#[test]
fn delivery_leaves_a_receipt_that_names_tests_and_sites_and_what_it_is_bound_to() {
    let desk = delivered(&[]);
    let file = only(&desk);
    let receipt: Value = serde_json::from_str(&desk.repository.read(&file)).unwrap();
    assert_eq!(receipt["format"], "guard-receipt-1");
    assert_eq!(receipt["guard"], env!("CARGO_PKG_VERSION"));
    assert_eq!(receipt["versions"]["pytest"], "8.4.2");
    assert_eq!(receipt["versions"]["blockbuster"], "1.5.26");
    let assets: Vec<&Value> =
        receipt["assets"].as_array().unwrap().iter().map(|asset| &asset["name"]).collect();
    assert_eq!(assets, ["sop/blocking-io.yaml", "gate/plugin"]);
    let proof = &receipt["proofs"][0];
    assert_eq!(
        proof["key"],
        json!({"path": STORE, "function": "Store.remove", "symbol": "os.remove"})
    );
    assert_eq!(proof["route"], "guard");
    assert_eq!(proof["command"], format!("PYTHONPATH=. python -m pytest -q {ANCHOR}::test_remove"));
    let bound: Vec<(&str, Option<&str>)> = (proof["bound"].as_array().unwrap().iter())
        .map(|bound| (bound["path"].as_str().unwrap(), bound["function"].as_str()))
        .collect();
    assert_eq!(bound, [(STORE, Some("Store.remove")), (CONFTEST, None), (ANCHOR, None)]);
    let site = &proof["sites"][0];
    assert_eq!(
        (&site["offload"], &site["operator"], &site["verdict"], &site["by"]),
        (&json!(1), &json!("un-offload"), &json!("proven"), &json!("source-edit"))
    );
    assert_eq!(site["red"], format!("{ANCHOR}::test_remove"));
    assert_eq!(site["primitive"], "os.remove");
    assert_eq!(site["blocked"]["path"], STORE);
    // Lines identify nothing.
    assert!(site.get("line").is_none() && !desk.repository.read(&file).contains("\"line\""));
    // What was settled says where its receipt is.
    let settled = desk.repository.read(".guard/dispositions.yaml");
    assert!(settled.contains(&format!("    receipt: \"{file}\"\n")), "{settled}");
}

#[test]
fn receipt_that_holds_is_proven_again_and_found_the_same() {
    let desk = delivered(&[]);
    let file = only(&desk);
    let key = "shop/store.py::Store.remove::os.remove";
    let said = verify(&desk, &[]).code(0);
    assert_eq!(said.stdout, format!("same      {key} ({file})\n"));
    let said = verify(&desk, &["--stale-only", &file]).code(0);
    assert_eq!(said.stdout, format!("unchanged {key} ({file})\n"));
    assert_eq!(desk.left(), Vec::<String>::new());
}

/// Protected by: a receipt holds neither lines nor commits.
#[test]
fn receipt_survives_a_squash_a_rebase_and_lines_that_move() {
    let desk = delivered(&[]);
    desk.repository.commit("Work");
    desk.repository.git(&["switch", "--quiet", "main"]);
    desk.repository.write("shop/other.py", "x = 1\n");
    desk.repository.commit("Elsewhere");
    desk.repository.git(&["switch", "--quiet", "change"]);
    desk.repository.git(&["rebase", "--quiet", "main"]);
    desk.repository.git(&["switch", "--quiet", "main"]);
    desk.repository.git(&["merge", "--quiet", "--squash", "change"]);
    desk.repository.commit("Squashed");
    desk.repository.git(&["branch", "--quiet", "-D", "change"]);
    desk.repository.git(&["reflog", "expire", "--expire=now", "--all"]);
    desk.repository.git(&["gc", "--quiet", "--prune=now"]);
    let text = desk.repository.read(STORE);
    desk.repository.write(STORE, format!("# One line.\n\n{text}\n\ndef other():\n    pass\n"));
    desk.repository.commit("Later");
    let json = verify(&desk, &["--json"]).code(0).json();
    assert_eq!(json["proofs"][0]["outcome"], "same", "{json:#}");
}

/// Protected by: the hash of each function, of the anchor's file, of each file of the gate.
#[test]
fn receipt_is_stale_as_soon_as_what_it_speaks_of_changes_and_says_what() {
    let desk = delivered(&[]);
    let stale = |says: &str| {
        // Before anything is executed, with or without `--stale-only`.
        for words in [&["--stale-only"][..], &[]] {
            let said = verify(&desk, words).code(1);
            assert!(said.stdout.starts_with("stale     shop/store.py::Store.remove"));
            assert!(said.stdout.contains(&format!("\n  {says}\n")), "{}", said.stdout);
            assert!(!said.stderr.contains("proving"), "{}", said.stderr);
        }
    };
    for (path, from, to, says) in [
        (
            STORE,
            "await asyncio.to_thread",
            "await  asyncio.to_thread",
            "the function Store.remove of shop/store.py has changed",
        ),
        (STORE, "def remove", "def rename", "the function Store.remove of shop/store.py is gone"),
        (
            ANCHOR,
            "not path.exists()",
            "not path.is_file()",
            "the anchor's file tests/blocking_io/test_store.py has changed",
        ),
        (
            CONFTEST,
            "import pytest\n",
            "import pytest\n\n",
            "the gate's file tests/blocking_io/conftest.py has changed",
        ),
    ] {
        let before = desk.repository.read(path);
        edit(&desk, path, from, to);
        stale(says);
        desk.repository.write(path, before);
        verify(&desk, &["--stale-only"]).code(0);
    }
    let anchor = desk.repository.read(ANCHOR);
    fs::remove_file(desk.repository.root().join(ANCHOR)).unwrap();
    stale("the file tests/blocking_io/test_store.py is gone");
    desk.repository.write(ANCHOR, anchor);
    desk.repository.write("tests/blocking_io/off.py", "x = 1\n");
    stale("the gate's file tests/blocking_io/off.py is new");
}

/// Protected by: the digest of the lines that the revert takes away and adds.
#[test]
fn receipt_whose_revert_is_another_edit_now_is_stale() {
    let desk = delivered(&[]);
    let file = only(&desk);
    let mut receipt: Value = serde_json::from_str(&desk.repository.read(&file)).unwrap();
    receipt["proofs"][0]["sites"][0]["change"] = json!("0".repeat(64));
    desk.repository.write(&file, receipt.to_string());
    let said = verify(&desk, &["--stale-only"]).code(1);
    assert!(
        said.stdout.contains("the offload in Store.remove of shop/store.py is another one"),
        "{}",
        said.stdout
    );
}

/// Protected by: the proof is made again; verdict, test, primitive and function are compared.
#[test]
fn proof_that_comes_to_something_else_differs() {
    let desk = delivered(&[]);
    let file = only(&desk);
    // Nothing that the receipt is bound to: a setting of pytest's that skips every test.
    let project = desk.repository.read("pyproject.toml");
    desk.repository.write(
        "conftest.py",
        "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n    \
         for item in items:\n        item.add_marker(pytest.mark.skip)\n",
    );
    let said = verify(&desk, &[]).code(1);
    assert!(
        said.stdout
            .contains("Store.remove in shop/store.py: proven then, invalid: no-test-ran now."),
        "{}",
        said.stdout
    );
    fs::remove_file(desk.repository.root().join("conftest.py")).unwrap();
    assert_eq!(desk.repository.read("pyproject.toml"), project);
    let text = desk.repository.read(&file);
    for (name, value, says) in [
        ("red", json!(format!("{ANCHOR}::test_other")), "the test that turns red was"),
        (
            "primitive",
            json!("os.stat"),
            "the primitive that is refused was os.stat, and is os.remove now",
        ),
        (
            "blocked",
            json!({"path": STORE, "function": "Store.other"}),
            "the function that calls it was Store.other in shop/store.py",
        ),
    ] {
        let mut receipt: Value = serde_json::from_str(&text).unwrap();
        receipt["proofs"][0]["sites"][0][name] = value;
        desk.repository.write(&file, receipt.to_string());
        let said = verify(&desk, &[]).code(1);
        assert!(said.stdout.starts_with("differs   "), "{}", said.stdout);
        assert!(said.stdout.contains(says), "{}", said.stdout);
    }
}

/// Protected by: everything is read strictly before anything is run.
#[test]
fn damaged_and_foreign_receipts_are_refused_with_what_to_do() {
    let desk = delivered(&[]);
    let file = only(&desk);
    let text = desk.repository.read(&file);
    let with = |pointer: &str, value: Value| {
        let mut receipt: Value = serde_json::from_str(&text).unwrap();
        *receipt.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        receipt.to_string()
    };
    for (text, says) in [
        (text[..200].to_owned(), "is damaged: it is no JSON ("),
        ("{}".to_owned(), "it has no `format`, so it is no receipt"),
        (
            with("/format", json!("guard-receipt-2")),
            "has the format `guard-receipt-2`, written by guard 0.1.0; this guard 0.1.0 reads `guard-receipt-1`",
        ),
        (with("/proofs", json!([])), "it holds no proof"),
        (with("/proofs/0/tests/0", json!("--pdb")), "the test `--pdb` is no path inside"),
        (with("/proofs/0/tests/0", json!("@options")), "the test `@options` is no path inside"),
        (with("/proofs/0/tests/0", json!("../x.py::t")), "the test `../x.py` is no path inside"),
        (with("/proofs/0/sites/0/path", json!("/etc/x.py")), "the site `/etc/x.py` is no path"),
        (with("/proofs/0/sites/0/verdict", json!("stubbed")), "is stubbed, which is no proof"),
        (with("/proofs/0/sites/0/offload", json!(0)), "which offload of Store.remove"),
        (with("/proofs/0/bound/0/sha256", json!("abc")), "`abc` is no SHA-256"),
        (text.replace("\"cwd\"", "\"suite\""), "unknown field `suite`"),
    ] {
        desk.repository.write(&file, text);
        let said = verify(&desk, &[]).code(2).says(&[says]);
        assert!(said.one_error().contains(&file), "{}", said.stderr);
        assert!(said.stderr.contains("`guard run`"), "{}", said.stderr);
        assert_eq!(said.stdout, "");
    }
    fs::remove_dir_all(desk.repository.root().join(".guard/receipts")).unwrap();
    verify(&desk, &[]).code(2).says(&[".guard/receipts holds no receipt; `guard run` writes one"]);
    verify(&desk, &["nowhere.json"]).code(2).says(&["could not read the receipt nowhere.json"]);
}

/// Protected by: a receipt names tests and sites only, and the configuration's own trust.
#[test]
fn commands_come_from_the_configuration_and_need_its_trust() {
    let desk = delivered(&[]);
    let file = only(&desk);
    let mut receipt: Value = serde_json::from_str(&desk.repository.read(&file)).unwrap();
    receipt["proofs"][0]["command"] = json!("touch evil");
    desk.repository.write(&file, receipt.to_string());
    verify(&desk, &[]).code(0);
    assert!(!desk.repository.root().join("evil").exists());
    desk.repository.write("guard.toml", "[gate]\ntests = 'touch ran {tests}'\n");
    verify(&desk, &[]).code(2).says(&["guard trust"]);
    assert!(!desk.repository.root().join("ran").exists());
    // Comparing runs nothing, so it needs nobody's word.
    verify(&desk, &["--stale-only"]).code(0);
    verify(&desk, &["--trust"]).code(4);
}

#[test]
fn receipts_go_where_they_are_wanted_and_no_memory_leaves_none() {
    let desk = delivered(&["--receipts", "proofs"]);
    assert_eq!(receipts(&desk, "proofs").len(), 1);
    assert_eq!(receipts(&desk, ".guard/receipts"), Vec::<String>::new());
    let settled = desk.repository.read(".guard/dispositions.yaml");
    assert!(settled.contains("    receipt: proofs/"), "{settled}");
    verify(&desk, &["proofs"]).code(0);
    let desk = delivered(&["--no-memory"]);
    assert!(!desk.repository.root().join(".guard").exists());
    let outside = desk.repository.beside("proofs");
    let desk = delivered(&["--no-memory", "--receipts", outside.to_str().unwrap()]);
    assert!(!desk.repository.root().join(".guard").exists());
    let named: PathBuf = fs::read_dir(&outside).unwrap().next().unwrap().unwrap().path();
    verify(&desk, &[named.to_str().unwrap()]).code(0);
}

/// Protected by: links are resolved before anything is written.
#[test]
fn receipt_is_not_written_through_a_link_out_of_the_repository() {
    let desk = Desk::shop();
    let outside = desk.repository.beside("outside");
    fs::create_dir(&outside).unwrap();
    fs::create_dir(desk.repository.root().join(".guard")).unwrap();
    std::os::unix::fs::symlink(&outside, desk.repository.root().join(".guard/receipts")).unwrap();
    desk.run(&[]).code(3);
    let said = desk.guard(&["answer", "c1.judge", "route=guard"]).code(2);
    said.says(&["lies outside of the repository", "--receipts DIR"]).one_error();
    assert_eq!(fs::read_dir(outside).unwrap().count(), 0);
    assert!(!Path::new(&desk.repository.root().join(".guard/dispositions.yaml")).exists());
}

#[test]
fn gate_that_cannot_be_used_is_said_as_that() {
    let desk = delivered(&[]);
    desk.guard(&["verify", "--python", "/nowhere/python"]).code(4);
}

/// Protected by: the number of the offload in its function, and the functions on the block's stack.
#[test]
fn teeth_writes_a_receipt_of_every_proven_offload_that_verifies() {
    let desk = Desk::of(Repository::of_tree("matrix"));
    let python = venv();
    let tests = "tests/blocking_io/test_shelf.py";
    let names = ["test_clear", "test_pair", "test_touch"].map(|test| format!("{tests}::{test}"));
    let fixed = ["teeth", "--receipt", "proofs.json", "--python", python.to_str().unwrap()];
    let words: Vec<&str> = fixed.into_iter().chain(names.iter().map(String::as_str)).collect();
    desk.guard(&words).code(1).says(&["2 proofs are in proofs.json; `guard verify proofs.json`"]);
    let receipt: Value = serde_json::from_str(&desk.repository.read("proofs.json")).unwrap();
    let offloads: Vec<(&Value, &Value)> = (receipt["proofs"].as_array().unwrap().iter())
        .map(|proof| (&proof["key"]["function"], &proof["sites"][0]["offload"]))
        .collect();
    assert_eq!(offloads, [(&json!("Shelf.clear"), &json!(1)), (&json!("Shelf.pair"), &json!(2))]);
    let json = verify(&desk, &["--json", "proofs.json"]).code(0).json();
    let outcomes: Vec<&Value> =
        json["proofs"].as_array().unwrap().iter().map(|proof| &proof["outcome"]).collect();
    assert_eq!(outcomes, ["same", "same"], "{json:#}");
    fs::remove_file(desk.repository.root().join("proofs.json")).unwrap();
    // Nothing proven, nothing written.
    let words = [&fixed[..], &[names[2].as_str()]].concat();
    desk.guard(&words).code(1).says(&["nothing is proven, so there is no receipt"]);
    assert!(!desk.repository.root().join("proofs.json").exists());
}

/// Protected by: the merge base's version of the function is named, not carried.
#[test]
fn receipt_of_a_fix_that_is_no_offload_names_the_commit_that_has_the_version_without_it() {
    let repository = Repository::of_tree("shop/base");
    let store = |import: &str, wait: &str| {
        format!("import {import}\n\n\nclass Store:\n    async def wait(self):\n        {wait}\n")
    };
    repository.write(STORE, store("time", "time.sleep(0.01)"));
    repository.commit("A wait");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository.write(STORE, store("asyncio", "await asyncio.sleep(0.01)"));
    repository.write(
        ANCHOR,
        "import pytest\n\nfrom shop.store import Store\n\n\n@pytest.mark.asyncio\n\
         async def test_wait():\n    assert await Store().wait() is None\n",
    );
    let desk = Desk::of(repository);
    desk.run(&[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=guard"]).code(0);
    let file = only(&desk);
    let receipt: Value = serde_json::from_str(&desk.repository.read(&file)).unwrap();
    let site = &receipt["proofs"][0]["sites"][0];
    let base = desk.repository.git(&["rev-parse", "main"]);
    assert_eq!(
        (&site["operator"], &site["base"]),
        (&json!("base-function"), &json!({"commit": base.trim(), "path": STORE})),
        "{receipt:#}"
    );
    assert!(site.get("offload").is_none());
    desk.repository.commit("Work");
    verify(&desk, &[]).code(0);
    // A clone without that commit.
    let mut receipt = receipt.clone();
    receipt["proofs"][0]["sites"][0]["base"]["commit"] = json!("0".repeat(40));
    desk.repository.write(&file, receipt.to_string());
    verify(&desk, &["--stale-only"]).code(0);
    let said = verify(&desk, &[]).code(1);
    assert!(said.stdout.contains("`git fetch --unshallow`"), "{}", said.stdout);
}
