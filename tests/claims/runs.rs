//! Runs as records: listed, logged, replayed; old journals stay readable.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::{Desk, Said};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journals/format-1").join(name)
}

fn objects(said: &Said) -> Vec<Value> {
    said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lines of progress: what is said to whoever calls stands apart from what the run says.
fn progress(said: &Said) -> String {
    let progress = said.stderr.lines().filter(|line| !line.starts_with("r1 "));
    progress.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_run_is_replayed_byte_for_byte_without_its_tree() {
    let desk = Desk::demo();
    let mut lines = String::new();
    let said = desk.run(&[]).code(3);
    lines.push_str(&progress(&said));
    let judged = ["c1.judge", "c2.judge", "c3.judge", "c4.judge"]
        .into_iter()
        .flat_map(|question| [question, "route=no-action", "reason=a test of the replay"]);
    let words: Vec<&str> = ["answer"].into_iter().chain(judged).collect();
    let end = desk.guard(&words).code(0);
    lines.push_str(&progress(&end));

    let replay = desk.guard(&["replay", "r1"]).code(0);
    assert_eq!(replay.stdout, end.stdout);
    assert_eq!(replay.stderr, lines);

    // A copy of the journal is enough; neither the code nor a template of today has a say.
    let elsewhere = Desk::empty();
    let copy = elsewhere.repository.beside("journal");
    fs::copy(desk.journal_path("r1"), &copy).unwrap();
    elsewhere
        .repository
        .write(".guard/templates/blocking-io/pull-request.md.hbs", "another text\n");
    let replay = elsewhere.guard(&["replay", copy.to_str().unwrap()]).code(0);
    assert_eq!(replay.stdout, end.stdout);
    assert_eq!(replay.stderr, lines);
}

#[test]
fn a_journal_of_the_first_format_stays_readable() {
    let desk = Desk::empty();
    // As guard wrote it before it recorded the template of the text, and before `deliver` could come
    // to `stale`.
    let journal = fixture("journal");
    let replay = desk.guard(&["replay", journal.to_str().unwrap()]).code(0);
    let lines: Vec<&str> = replay.stderr.lines().collect();
    assert_eq!(lines.len(), 20, "{}", replay.stderr);
    assert!(lines[0].starts_with("0 4 candidates in 10 files"), "{}", replay.stderr);
    assert!(lines[19].starts_with("6 the whole gate: green, 10 tests"), "{}", replay.stderr);
    let row = "| c2 | `os.replace` in `Journal.rotate` (courier/journal.py:25) | HIGH | FIX+ANCHOR | red → green |";
    assert!(replay.stdout.contains(row), "{}", replay.stdout);
    let log = desk.guard(&["log", journal.to_str().unwrap()]).code(0).stdout;
    assert_eq!(log.lines().count(), 37);
    assert!(log.contains("c2.fix answered fix=apply by the answers file\n"), "{log}");
}

#[test]
fn every_event_is_one_line_of_the_log() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(0);
    let log = desk.guard(&["log"]).code(0).stdout;
    let rest: Vec<&str> = log.lines().map(|line| &line[28..]).collect();
    assert!(rest[0].starts_with("r1 begins: blocking-io (embedded) on the change against main"));
    assert_eq!(rest[1], "scope found -> gate  1 candidate in 2 files: 1 offloaded");
    assert!(rest[2].starts_with("gate usable -> candidates  the whole gate: green, 1 test"));
    assert_eq!(
        rest[3..6],
        [
            "c1.judge answered reason=x route=no-action by `guard answer`",
            "c1.judge no-action -> reason  route: no-action",
            "c1.reason recorded -> disposed  no action: x",
        ]
    );
    assert_eq!(rest[6], "candidates all-disposed -> final-gate");

    let objects = objects(&desk.guard(&["log", "r1", "--json"]).code(0));
    assert_eq!(objects.len(), rest.len());
    let keys = |at: usize| -> Vec<&str> {
        objects[at].as_object().unwrap().keys().map(String::as_str).collect()
    };
    let common = ["seq", "at", "at_ms", "event"];
    let place = ["place", "candidate", "state", "visit", "step"];
    assert_eq!(
        keys(0),
        [
            &common[..],
            &["run", "guard", "mode", "base", "merge_base", "head"],
            &["procedure", "pull_request_template", "assets"]
        ]
        .concat()
    );
    assert_eq!(keys(3), [&common[..], &place, &["answer", "by"]].concat());
    assert_eq!(
        keys(4),
        [&common[..], &place, &["action", "outcome", "next", "said", "evidence"]].concat()
    );
    assert_eq!(objects[3]["place"], "c1.judge");
    assert_eq!(objects[4]["step"], 1);
    assert_eq!(objects[0]["pull_request_template"]["from"], "embedded");
    let assets: Vec<&str> = (objects[0]["assets"].as_array().unwrap().iter())
        .map(|asset| asset["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        assets,
        [
            "references/blocking-io/fixing.md",
            "references/blocking-io/good-anchor-rules.md",
            "references/blocking-io/judging.md",
            "references/blocking-io/rule-admission.md",
            "templates/blocking-io/anchor.py.hbs",
        ]
    );
}

#[test]
fn all_runs_are_listed_and_a_damaged_one_hides_none() {
    let desk = Desk::shop();
    let none = desk.guard(&["runs"]).code(0).stdout;
    assert_eq!(none, "there is no run in this repository yet; begin one with `guard run`\n");
    assert_eq!(desk.guard(&["runs", "--json"]).code(0).stdout, "[]\n");
    desk.run(&["--no-memory"]).code(3);
    desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(0);
    desk.run(&["--no-memory"]).code(3);
    desk.run(&["--no-memory"]).code(3);
    let mut journal = desk.journal("r2");
    *journal.iter_mut().rev().nth(20).unwrap() ^= 1;
    fs::write(desk.journal_path("r2"), journal).unwrap();
    fs::create_dir(desk.journal_path("r3").parent().unwrap().with_file_name("r4")).unwrap();

    let json = desk.guard(&["runs", "--json"]).code(0).json();
    let column = |name: &str| -> Vec<Value> {
        json.as_array().unwrap().iter().map(|row| row[name].clone()).collect()
    };
    assert_eq!(column("run"), ["r1", "r2", "r3", "r4"]);
    assert_eq!(column("status"), ["delivered", "unusable", "needs-answers", "unusable"]);
    assert_eq!(json[0]["disposed"], 1);
    assert_eq!(json[2]["disposed"], 0);
    assert_eq!(json[2]["base"], "main");
    let text = desk.guard(&["runs"]).code(0).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0].split_once("Z  ").unwrap().1,
        "blocking-io  change against main  1/1 disposed  is delivered"
    );
    assert!(lines[1].starts_with("r2  ") && lines[1].contains("the checksum does not fit"));
    assert!(lines[2].ends_with("0/1 disposed  waits for 1 answer"), "{text}");
    assert_eq!(lines[3], "r4  never began");
}
