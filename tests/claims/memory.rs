//! `.guard/dispositions.yaml`: what was settled is not asked again, and what has changed is.

use std::fs;

use serde_json::{Value, json};

use super::support::{Desk, Repository, Said, venv};

const PATH: &str = ".guard/dispositions.yaml";

/// A gate without a test is no gate.
const GREEN: (&str, &str) =
    ("tests/blocking_io/test_green.py", "def test_green():\n    assert True\n");

/// The functions that are asked about.
fn asked(said: &Said) -> Vec<String> {
    let json = said.json();
    (json["questions"].as_array().map(Vec::as_slice).unwrap_or_default().iter())
        .map(|question| question["candidate"]["key"]["function"].as_str().unwrap().to_owned())
        .collect()
}

/// The functions of some keys.
fn functions(keys: &Value) -> Vec<&str> {
    (keys.as_array().unwrap().iter())
        .map(|key| key.get("key").unwrap_or(key)["function"].as_str().unwrap())
        .collect()
}

/// A shop whose one candidate is settled by an anchor.
fn guarded() -> Desk {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=guard"])
        .code(0)
        .says(&["what was settled is in .guard/dispositions.yaml"]);
    desk
}

#[test]
fn a_delivery_writes_down_how_each_candidate_was_settled() {
    let desk = guarded();
    let text = desk.repository.read(PATH);
    let entry = text.split_once("dispositions:\n").unwrap().1;
    let (shown, hashes) = entry.split_at(entry.find("    text:").unwrap());
    assert_eq!(
        shown,
        "  - path: shop/store.py
    function: Store.remove
    symbol: os.remove
    route: guard
    anchor:
      - tests/blocking_io/test_store.py::test_remove
"
    );
    let hashes: Vec<(&str, usize)> = hashes
        .lines()
        .map(|line| line.trim().split_once(": ").unwrap())
        .map(|(n, v)| (n, v.len()))
        .collect();
    assert_eq!(hashes, [("text", 66), ("proof", 66), ("receipt", 35)]);
}

#[test]
fn what_is_settled_and_unchanged_is_not_asked_again_and_is_counted() {
    let desk = guarded();
    let said = desk.run(&[]).code(0).says(&[
        "0 0 candidates in 2 files",
        "1 settled earlier in .guard/dispositions.yaml, 1 of them by this change itself: shop/store.py::Store.remove::os.remove",
    ]);
    assert!(said.stdout.starts_with("Nothing open against main: "), "{}", said.stdout);
    // Lines shift, and another function of the file changes: the disposition stands.
    let text = desk.repository.read("shop/store.py");
    desk.repository.write("shop/store.py", format!("# One line more.\n{text}"));
    assert_eq!(desk.run(&["--json"]).code(0).json()["status"], "nothing-to-do");
}

#[test]
fn what_the_merge_base_settled_is_nobodys_own_word() {
    let desk = guarded();
    desk.repository.commit("Settled");
    desk.repository.git(&["branch", "--force", "main"]);
    let anchor = desk.repository.read("tests/blocking_io/test_store.py");
    // An offload that a new anchor executes is in scope, though its function is as it was.
    desk.repository.write("tests/blocking_io/test_again.py", anchor);
    let said = desk.run(&["--json"]).code(0);
    assert_eq!(
        said.json()["recalled"]["settled"],
        json!([{
            "key": {"path": "shop/store.py", "function": "Store.remove", "symbol": "os.remove"},
            "route": "guard",
            "since": "before",
        }])
    );
    assert!(!said.stderr.contains("by this change itself"), "{}", said.stderr);
    desk.run(&["--no-memory"]).code(3);
}

#[test]
fn what_has_changed_since_is_asked_again_and_said() {
    let desk = guarded();
    let change = |path: &str, from: &str, to: &str| {
        let text = desk.repository.read(path);
        assert!(text.contains(from), "{text}");
        desk.repository.write(path, text.replace(from, to));
        let said = desk.run(&["--json"]).code(3);
        assert_eq!(asked(&said), ["Store.remove"], "{path}: {from}");
        assert_eq!(functions(&said.json()["recalled"]["changed"]), ["Store.remove"]);
        said.says(&["1 settled earlier and changed since, so asked again: shop/store.py::Store"]);
        desk.repository.write(path, text);
        desk.run(&[]).code(0);
    };
    // The function itself, and the anchor's test.
    change(
        "shop/store.py",
        "await asyncio.to_thread(os.remove",
        "await  asyncio.to_thread(os.remove",
    );
    change("tests/blocking_io/test_store.py", "not path.exists()", "not path.is_file()");
    let anchor = "tests/blocking_io/test_store.py";
    change(anchor, "def test_remove(", "def test_removal(");
    // It would not run, and nothing of its body has changed.
    change(anchor, "@pytest.mark.asyncio\n", "@pytest.mark.asyncio\n@pytest.mark.skip\n");
    change(anchor, "import pytest\n", "import pytest\n\nStore = None\n");
    // Another test of its file is another matter.
    let text = desk.repository.read(anchor);
    desk.repository.write(anchor, format!("{text}\n\ndef test_nothing():\n    assert True\n"));
    desk.run(&[]).code(0);
}

/// The key's own function is what it was; what offloaded it is not.
#[test]
fn a_helper_is_asked_about_again_when_its_caller_takes_it_onto_the_loop() {
    let repository = Repository::of_tree("shop/base");
    let text = "\
import os


def wipe(path):
    os.remove(path)


def at_start(path):
    wipe(path)


async def handle(path):
    at_start(path)
";
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository.write("shop/wipe.py", text);
    repository.write(GREEN.0, GREEN.1);
    let desk = Desk::of(repository);
    desk.run(&[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=no-action", "reason=handles the first event only"])
        .code(0);
    assert!(desk.repository.read(PATH).contains("reason: handles the first event only\n"));
    desk.run(&[]).code(0);
    desk.repository.write(
        "shop/wipe.py",
        text.replace("    at_start(path)\n", "    for each in path:\n        at_start(each)\n"),
    );
    assert_eq!(asked(&desk.run(&["--json"]).code(3)), ["wipe"]);
}

/// A re-scan does not bring back what is settled, but for what the fix has changed of it.
#[test]
fn a_settled_call_joins_again_when_the_fix_of_another_changes_its_function() {
    let before = "\
import os
import time


def tidy(path):
    return path


async def nap():
    time.sleep(1)


async def wipe(path):
    os.rename(path, path + '.old')
    tidy(path)
";
    let repository = Repository::of_tree("shop/base");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository.write("shop/wipe.py", before);
    repository.write(GREEN.0, GREEN.1);
    let desk = Desk::of(repository);
    assert_eq!(asked(&desk.run(&["--json"]).code(3)), ["nap", "wipe"]);
    let no = ["route=no-action", "reason=x"];
    desk.guard(&["answer", "c1.judge", no[0], no[1], "c2.judge", no[0], no[1]]).code(0);
    let text = before.replace("    return path\n", "    os.remove(path)\n");
    desk.repository.write("shop/wipe.py", &text);
    assert_eq!(asked(&desk.run(&["--json"]).code(3)), ["tidy"]);
    desk.guard(&["answer", "c1.judge", "route=fix-and-anchor"]).code(3);
    let text = text.replace("    tidy(path)", "    await asyncio.to_thread(tidy, path)");
    desk.repository.write("shop/wipe.py", text.replace("import os", "import asyncio\nimport os"));
    let said = desk.guard(&["answer", "c1.fix", "fix=edited", "--json"]).code(3);
    let json = said.json();
    let open: Vec<(&str, &str)> = (json["questions"].as_array().unwrap().iter())
        .map(|each| {
            (each["id"].as_str().unwrap(), each["candidate"]["key"]["symbol"].as_str().unwrap())
        })
        .collect();
    assert_eq!(open, [("c1.anchor", "tidy"), ("c2.judge", "os.rename")]);
}

#[test]
fn entries_that_match_nothing_any_more_are_said_and_kept() {
    let desk = guarded();
    let anchor = desk.repository.root().join("tests/blocking_io/test_store.py");
    fs::remove_file(anchor).unwrap();
    desk.repository.write("shop/store.py", "async def nothing():\n    return 1\n");
    let before = desk.repository.read(PATH);
    let said = desk.run(&["--json", "--all"]).code(2);
    said.says(&["cannot be used with"]);
    let python = venv();
    let all = ["run", "--all", "--json", "--non-interactive", "--python", python.to_str().unwrap()];
    let said = desk.guard(&all).code(0).says(&[
        "entries of .guard/dispositions.yaml that match nothing any more, take them out: shop/store.py::Store.remove::os.remove",
    ]);
    assert_eq!(functions(&said.json()["recalled"]["unmatched"]), ["Store.remove"]);
    assert_eq!(desk.repository.read(PATH), before);
}

const TREE: &str = "\
import os
import time


async def high():
    time.sleep(1)


async def higher():
    time.sleep(2)


async def medium(path):
    os.remove(path)
";

#[test]
fn a_high_that_was_settled_earlier_counts_as_disposed_in_a_triage() {
    let repository = Repository::of_tree("shop/base");
    repository.write("shop/store.py", TREE);
    repository.write(GREEN.0, GREEN.1);
    repository.commit("A tree");
    let desk = Desk::of(repository);
    let python = venv();
    let all = ["run", "--all", "--json", "--non-interactive", "--python", python.to_str().unwrap()];
    let no = ["route=no-action", "reason=x"];
    assert_eq!(asked(&desk.guard(&all).code(3)), ["high", "higher"]);
    let said = desk
        .guard(&["answer", "c1.judge", no[0], no[1], "c2.judge", no[0], no[1], "--json"])
        .code(3);
    assert_eq!(asked(&said), ["medium"]);
    desk.guard(&["answer", "c3.judge", no[0], no[1]]).code(0);
    desk.repository.commit("Settled");

    // One HIGH comes back: it goes before everything, and the other one is settled.
    let (high, medium) = ("time.sleep(1)", "os.remove(path)");
    desk.repository.write(
        "shop/store.py",
        TREE.replace(high, "time.sleep(3)").replace(medium, "os.remove(str(path))"),
    );
    let said = desk.guard(&all).code(3);
    assert_eq!(asked(&said), ["high"]);
    assert_eq!(
        said.json()["recalled"]["settled"],
        json!([{
            "key": {"path": "shop/store.py", "function": "higher", "symbol": "time.sleep"},
            "route": "no-action",
            "since": "before",
        }])
    );
    // With every HIGH settled a MEDIUM is asked about at once.
    desk.repository.write("shop/store.py", TREE.replace(medium, "os.remove(str(path))"));
    assert_eq!(asked(&desk.guard(&all).code(3)), ["medium"]);
}

#[test]
fn a_bad_file_stops_the_run_at_its_place_and_is_left_as_it_is() {
    let desk = guarded();
    let good = desk.repository.read(PATH);
    let runs = || fs::read_dir(desk.repository.root().join(".git/guard/runs")).unwrap().count();
    for (bad, said) in [
        (
            good.replace("route:", "rout:"),
            vec![".guard/dispositions.yaml:8:5", "^^^^", "did you mean `route`?"],
        ),
        (
            format!("{good}<<<<<<< HEAD\n=======\n>>>>>>> main\n"),
            vec![
                "a merge has left its marks here",
                ".guard/dispositions.yaml:14:1",
                "keep the entries of both sides",
            ],
        ),
        ("dispositions: {\n".to_owned(), vec![".guard/dispositions.yaml:"]),
    ] {
        desk.repository.write(PATH, &bad);
        desk.run(&[]).code(2).says(&said).one_error();
        assert_eq!(desk.repository.read(PATH), bad);
    }
    desk.repository.write(PATH, b"\xff\xfe");
    desk.run(&[]).code(2).says(&["could not read .guard/dispositions.yaml"]).one_error();
    assert!(runs() > 1);
}

#[test]
fn a_file_that_went_bad_during_the_run_is_not_written_over() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    desk.repository.write(PATH, "settled: all of it\n");
    let said = desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(2);
    said.says(&["unknown field `settled`", ".guard/dispositions.yaml:1:1"]).one_error();
    assert_eq!(desk.repository.read(PATH), "settled: all of it\n");
    fs::remove_file(desk.repository.root().join(PATH)).unwrap();
    desk.guard(&["run", "--resume"]).code(0);
    assert!(desk.repository.read(PATH).contains("reason: x\n"));
}

#[test]
fn a_later_delivery_keeps_the_entries_of_earlier_ones() {
    let desk = guarded();
    desk.repository
        .write("shop/other.py", "import time\n\n\nasync def nap():\n    time.sleep(1)\n");
    let said = desk.run(&["--json"]).code(3);
    assert_eq!(asked(&said), ["nap"]);
    desk.guard(&["answer", "c1.judge", "route=no-action", "reason=tests only"]).code(0);
    let paths: Vec<String> = (desk.repository.read(PATH).lines())
        .filter_map(|line| line.strip_prefix("  - path: ").map(str::to_owned))
        .collect();
    assert_eq!(paths, ["shop/other.py", "shop/store.py"]);
}

#[test]
fn no_memory_neither_reads_nor_writes() {
    let desk = guarded();
    let before = desk.repository.read(PATH);
    let said = desk.run(&["--json", "--no-memory"]).code(3);
    assert_eq!(asked(&said), ["Store.remove"]);
    desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(0);
    assert_eq!(desk.repository.read(PATH), before);
}

#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let desk = Desk::shop();
    let outside = desk.repository.beside("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, desk.repository.root().join(".guard")).unwrap();
    desk.run(&[]).code(3);
    let said = desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(2);
    said.says(&["outside of the repository", "make `.guard` a folder"]).one_error();
    assert_eq!(fs::read_dir(outside).unwrap().count(), 0);
}
