//! `guard teeth --shard` and `guard merge`: parts of a matrix, and the written workflow that makes them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::support::{Desk, Repository, Said, said, venv};

const SHELF: &str = "tests/blocking_io/test_shelf.py";

fn teeth(desk: &Desk, words: &[&str]) -> Said {
    let python = venv();
    let fixed = ["teeth", "--json", "--python", python.to_str().unwrap()];
    desk.guard(&[&fixed[..], words].concat())
}

/// A tree whose tests are the shelf's alone.
fn desk() -> Desk {
    let repository = Repository::of_tree("matrix");
    repository.git(&["rm", "--quiet", "tests/blocking_io/test_odd.py"]);
    repository.commit("Nothing odd");
    Desk::of(repository)
}

/// Two parts and the whole, of the same tree.
static PARTS: LazyLock<(Desk, [String; 2], Value)> = LazyLock::new(|| {
    let desk = desk();
    let part =
        |shard: &str| teeth(&desk, &["--no-confirm", "--shard", shard, SHELF]).code(1).stdout;
    let parts = [part("1/2"), part("2/2")];
    let whole = teeth(&desk, &["--no-confirm", SHELF]).code(1).json();
    (desk, parts, whole)
});

/// What two reports must have in common: everything but what they took.
fn learned(report: &Value) -> Value {
    let mut report = report.clone();
    for name in ["cost", "confirmation"] {
        report.as_object_mut().unwrap().remove(name);
    }
    // It quotes the numbers of two processes.
    let named = |cell: &&mut Value| {
        cell["test"].as_str().unwrap().ends_with("::test_clear_in_one_process_only")
    };
    let cell = report["cells"].as_array_mut().unwrap().iter_mut().find(named);
    cell.unwrap().as_object_mut().unwrap().remove("explanation");
    report
}

/// Joins reports in a folder of their own: the tests share a desk, and there need be no repository.
fn merge(desk: &Desk, reports: &[(&str, &str)], words: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in reports {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let names: Vec<&str> = reports.iter().map(|(name, _)| *name).collect();
    said(desk.command(folder.path()).arg("merge").args(words).args(names))
}

/// Protected by: every site is one part's; sites, cells and the unguarded are put back in order.
#[test]
fn parts_that_are_joined_say_what_one_run_says() {
    let (desk, [one, two], whole) = &*PARTS;
    for part in [one, two] {
        let part: Value = serde_json::from_str(part).unwrap();
        let sites = part["sites"].as_array().unwrap().len();
        assert!(sites > 0 && sites < whole["sites"].as_array().unwrap().len(), "{part:#}");
    }
    // In any order.
    let said = merge(desk, &[("b.json", two), ("a.json", one)], &["--json"]).code(1);
    assert_eq!(learned(&said.json()), learned(whole));
    let score = "proven 8 of 15 executed sites";
    assert!(said.stderr.starts_with(score), "{}", said.stderr);
    let table = merge(desk, &[("a.json", one), ("b.json", two)], &[]).code(1).stdout;
    assert!(table.contains("No test executes:\n  pantry/shelf.py:"), "{table}");
    assert!(table.lines().last().unwrap().starts_with(score), "{table}");
}

/// Protected by: what a report is made of stands in it, and is compared.
#[test]
fn parts_that_do_not_belong_together_are_refused_with_what_differs() {
    let (desk, [one, two], whole) = &*PARTS;
    let refused = |reports: &[(&str, &str)], says: &str| {
        let said = merge(desk, reports, &[]).code(2).says(&[says]);
        said.one_error();
        assert_eq!(said.stdout, "");
    };
    refused(&[("a.json", one)], "shard 2 of 2 is missing: a part is not the whole");
    refused(
        &[("a.json", one), ("b.json", two), ("c.json", one)],
        "shard 1/2 is there twice, in a.json and in c.json",
    );
    refused(
        &[("a.json", one), ("b.json", &whole.to_string())],
        "b.json was made without `--shard`",
    );
    let with = |pointer: &str, value: Value| {
        let mut report: Value = serde_json::from_str(two).unwrap();
        *report.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        report.to_string()
    };
    for (pointer, value, what) in [
        ("/guard", json!("9.9.9"), "the guard of the first is 0.1.0, of the second 9.9.9"),
        ("/tree/commit", json!("abc"), "the commit of the first is "),
        ("/tree/changes", json!("abc"), "the uncommitted work of the first is "),
        ("/asked/repeat", json!(3), "what was asked of the first is "),
        ("/versions/python", json!("2.7"), "the environment of the first is "),
        ("/shard", json!("2/3"), "the number of shards of the first is 2, of the second 3"),
    ] {
        let what = format!("a.json and b.json cannot be joined: {what}");
        refused(&[("a.json", one), ("b.json", &with(pointer, value))], &what);
    }
    for (text, says) in [
        (&two[..99], "b.json is no report of a matrix: no JSON ("),
        ("{}", "b.json is no report of a matrix: it has no `format`"),
        (
            &with("/format", json!("guard-teeth-0")),
            "its format is `guard-teeth-0`, this guard reads",
        ),
        (&with("/shard", json!("3/2")), "`3/2` is no shard"),
    ] {
        refused(&[("a.json", one), ("b.json", text)], says);
    }
    desk.guard(&["merge", "nowhere.json"])
        .code(2)
        .says(&["could not read the report nowhere.json"]);
    desk.guard(&["merge"]).code(2);
    desk.guard(&["teeth", "--all", "--shard", "3/2"])
        .code(2)
        .says(&["write K/N with K from 1 to N"]);
}

/// Protected by: the tree's content stands in a report, without what tools leave there.
#[test]
fn parts_of_another_tree_are_of_another_tree_and_reports_in_it_are_not() {
    let desk = desk();
    let words = ["--no-confirm", "--shard", "1/1", &format!("{SHELF}::test_clear")];
    let tree = |desk: &Desk| teeth(desk, &words).code(0).json()["tree"].clone();
    let before = tree(&desk);
    desk.repository.write("teeth-1.json", "{}");
    assert_eq!(tree(&desk), before);
    desk.repository.write("pantry/new.py", "x = 1\n");
    let new = tree(&desk);
    assert_ne!(new, before);
    let shelf = desk.repository.read("pantry/shelf.py");
    desk.repository.write("pantry/shelf.py", format!("{shelf}# A comment.\n"));
    assert_ne!(tree(&desk), new);
}

/// The written workflow, as GitHub would read it.
fn workflow() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/continuous-integration.md");
    let text = fs::read_to_string(file).unwrap();
    let (_, text) = text.split_once("```yaml\n").unwrap();
    let (text, _) = text.split_once("\n```").unwrap();
    serde_saphyr::from_str(text).unwrap()
}

/// Runs the steps of a job that are guard's own, as GitHub does: each in `bash -e`.
fn job(desk: &Desk, workflow: &Value, name: &str, shard: &str) -> Said {
    let steps = workflow["jobs"][name]["steps"].as_array().unwrap();
    let own = steps.iter().filter(|step| step["name"] != "Install" && step["run"].is_string());
    let lines: Vec<String> = own
        .map(|step| step["run"].as_str().unwrap().replace("${{ matrix.shard }}", shard))
        .collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line.starts_with("guard ")), "{lines:?}");
    let guard = Path::new(env!("CARGO_BIN_EXE_guard")).parent().unwrap();
    let path = format!("{}:{}", guard.display(), std::env::var("PATH").unwrap());
    let venv = venv();
    let mut command = assert_cmd::Command::from_std(Command::new("bash"));
    command
        .args(["-e", "-c", &lines.join("\n")])
        .env_clear()
        .envs(desk.env())
        .env("PATH", path)
        .env("VIRTUAL_ENV", venv.parent().unwrap().parent().unwrap())
        .current_dir(desk.repository.root())
        .timeout(std::time::Duration::from_secs(300));
    said(&mut command)
}

#[test]
fn written_workflow_does_what_it_says() {
    let desk = desk();
    let python = venv();
    let clear = format!("{SHELF}::test_clear");
    let file = ".guard/receipts/clear.json";
    desk.guard(&[
        "teeth",
        "--no-confirm",
        "--receipt",
        file,
        "--python",
        python.to_str().unwrap(),
        &clear,
    ])
    .code(0);
    desk.repository.commit("A receipt");
    let workflow = workflow();
    let verified = job(&desk, &workflow, "receipts", "").code(0).stdout;
    let words: Vec<&str> = verified.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(words, ["unchanged", "same"]);
    let shards = workflow["jobs"]["teeth"]["strategy"]["matrix"]["shard"].as_array().unwrap();
    assert_eq!(*shards, [json!(1), json!(2)]);
    for shard in shards {
        job(&desk, &workflow, "teeth", &shard.to_string()).code(0);
    }
    let merged = job(&desk, &workflow, "score", "").code(1).stdout;
    let whole = teeth(&desk, &["--all"]).code(1);
    let score = whole.stderr.lines().last().unwrap();
    assert_eq!(merged.lines().last().unwrap(), score);
    let named = ["teeth-1.json", "teeth-2.json"].map(|name| desk.repository.read(name));
    let joined = merge(&desk, &[("a.json", &named[0]), ("b.json", &named[1])], &["--json"]).code(1);
    let verdicts = |report: &Value| -> Vec<(Value, Value)> {
        let sites = report["sites"].as_array().unwrap().iter();
        sites.map(|site| (site["site"].clone(), site["verdict"].clone())).collect()
    };
    let (joined, whole) = (joined.json(), whole.json());
    assert_eq!(verdicts(&joined), verdicts(&whole));
    assert_eq!(joined["unguarded"], whole["unguarded"]);
    assert_eq!(joined["score"], whole["score"]);
}
