//! A run that was ended anywhere goes on by replay, and a journal that does not add up is refused.

use std::fs;

use guard::journal::Runs;
use serde_json::Value;

use super::support::{Desk, Repository, Said, said};

const CALL: &str = "        os.remove(self.path)\n";
const OFFLOAD: &str = "        await asyncio.to_thread(os.remove, self.path)\n";
const ANCHOR: &str = "tests/blocking_io/test_store_clear.py";

/// One candidate, on the loop and without an anchor: it needs the fix, then an anchor of its own.
fn desk() -> Desk {
    let repository = Repository::of_tree("shop/base");
    repository.add_tree("shop/change");
    repository.commit("A guarded removal");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    let store = repository.read("shop/store.py");
    repository.write("shop/store.py", format!("{store}\n    async def clear(self):\n{CALL}"));
    Desk::of(repository)
}

/// What a person makes of the draft.
fn write_anchor(desk: &Desk) {
    let anchor = desk.repository.read("tests/blocking_io/test_store.py");
    desk.repository.write(ANCHOR, anchor.replace("remove", "clear"));
}

/// How a call of guard stopped: the exit code and what is open.
fn stop(said: &Said) -> (i32, Vec<String>) {
    let open = said.json()["questions"].as_array().cloned().unwrap_or_default();
    (said.code, open.iter().map(|each| each["id"].as_str().unwrap().to_owned()).collect())
}

/// The work tree and the journal after each stop of a run that nothing interrupted.
struct Recorded {
    /// The files that the run and its person write: after each stop, `None` where there is none.
    files: Vec<[Option<String>; 2]>,
    /// How each call stopped.
    stops: Vec<(i32, Vec<String>)>,
    /// How many events there were then.
    events: Vec<usize>,
    /// The whole journal, line by line, the header first.
    lines: Vec<String>,
}

const FILES: [&str; 2] = ["shop/store.py", ANCHOR];

fn snapshot(desk: &Desk) -> [Option<String>; 2] {
    FILES.map(|path| fs::read_to_string(desk.repository.root().join(path)).ok())
}

fn put_back(desk: &Desk, files: &[Option<String>; 2]) {
    for (path, text) in FILES.iter().zip(files) {
        match text {
            Some(text) => desk.repository.write(path, text),
            None => drop(fs::remove_file(desk.repository.root().join(path))),
        }
    }
}

fn lines(desk: &Desk) -> Vec<String> {
    let journal = String::from_utf8(desk.journal("r1")).unwrap();
    journal.split_inclusive('\n').map(str::to_owned).collect()
}

fn record(desk: &Desk) -> Recorded {
    let (mut files, mut stops, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for call in [
        &[][..],
        &["c1.judge", "route=fix-and-anchor"],
        &["c1.fix", "fix=apply"],
        &["c1.anchor", "anchor=written"],
    ] {
        let said = if call.is_empty() {
            desk.run(&["--json"])
        } else {
            desk.guard(&[&["answer"], call, &["--json"]].concat())
        };
        stops.push(stop(&said));
        events.push(lines(desk).len() - 1);
        files.push(snapshot(desk));
        if said.json()["questions"][0]["id"] == "c1.anchor" {
            write_anchor(desk);
        }
    }
    Recorded { files, stops, events, lines: lines(desk) }
}

/// The event of a line of the journal.
fn event(line: &str) -> Value {
    let (_, json) = line.split_once(' ').unwrap();
    serde_json::from_str::<Value>(json).unwrap()["event"].clone()
}

#[test]
fn a_run_that_was_ended_after_any_event_goes_on_to_where_it_would_have_come() {
    let desk = desk();
    let recorded = record(&desk);
    let open = |id: &str| (3, vec![id.to_owned()]);
    assert_eq!(
        recorded.stops,
        [open("c1.judge"), open("c1.fix"), open("c1.anchor"), (0, Vec::new())]
    );
    let fixed = recorded.files[2][0].as_ref().unwrap();
    assert!(fixed.ends_with(OFFLOAD), "{fixed}");
    let all = recorded.lines.len() - 1;
    for events in 1..=all {
        // As many stops as the events account for lie behind it.
        let behind = recorded.events.iter().filter(|stop| **stop < events).count();
        fs::write(desk.journal_path("r1"), recorded.lines[..=events].concat()).unwrap();
        let before = &recorded.files[behind.saturating_sub(1)];
        let done = event(&recorded.lines[events]);
        let place = done["finished"]["place"]["state"].as_str().unwrap_or_default().to_owned();
        let after = &recorded.files[behind];
        let (store, anchor) = match place.as_str() {
            // What this event and those before it have written is there.
            "fix" | "rescan" | "find-anchor" => (&after[0], &before[1]),
            "draft" => (&after[0], &after[1]),
            _ => (&before[0], &before[1]),
        };
        put_back(&desk, &[store.clone(), anchor.clone()]);
        if behind == 3 {
            write_anchor(&desk);
        }
        let said = desk.guard(&["run", "--resume", "--json"]);
        if events == all {
            said.code(2).says(&["no run waits here; begin one with `guard run`"]);
            continue;
        }
        assert_eq!(
            stop(&said),
            recorded.stops[behind],
            "after event {events}: {done}\n{}",
            said.stderr
        );
        assert_eq!(snapshot(&desk)[0], after[0], "after event {events}");
        assert_eq!(desk.left(), Vec::<String>::new());
    }
}

/// The edit was on the disk, and the kill came before the journal knew.
#[test]
fn an_edit_that_was_written_but_not_recorded_is_taken_as_made() {
    let desk = desk();
    let recorded = record(&desk);
    let answered =
        (recorded.lines.iter()).position(|line| line.contains("\"fix\":\"apply\"")).unwrap();
    fs::write(desk.journal_path("r1"), recorded.lines[..=answered].concat()).unwrap();
    put_back(&desk, &[recorded.files[2][0].clone(), None]);
    let said = desk.guard(&["run", "--resume", "--json"]);
    assert_eq!(stop(&said), (3, vec!["c1.anchor".to_owned()]), "{}", said.stderr);
    assert_eq!(snapshot(&desk), recorded.files[2]);
}

/// The same for the draft of an anchor: a second draft beside it would be red in the final gate.
#[test]
fn a_draft_that_was_written_but_not_recorded_is_taken_up_again() {
    let desk = desk();
    let recorded = record(&desk);
    let searched = (recorded.lines.iter())
        .position(|line| line.contains("\"state\":\"find-anchor\""))
        .unwrap();
    fs::write(desk.journal_path("r1"), recorded.lines[..=searched].concat()).unwrap();
    put_back(&desk, &recorded.files[2]);
    let said = desk.guard(&["run", "--resume", "--json"]);
    assert_eq!(stop(&said), (3, vec!["c1.anchor".to_owned()]), "{}", said.stderr);
    let anchors = fs::read_dir(desk.repository.root().join("tests/blocking_io")).unwrap();
    assert_eq!(anchors.count(), 3, "conftest.py, test_store.py and one draft");
}

#[test]
fn a_torn_last_line_is_cut_and_the_run_goes_on() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    let whole = desk.journal("r1");
    for torn in [&b"3f"[..], b"0123456789abcdef {\"seq\":3,\"at\":17", b"\xff\xfe"] {
        fs::write(desk.journal_path("r1"), [&whole[..], torn].concat()).unwrap();
        desk.guard(&["status"]).code(0);
        desk.guard(&["run", "--resume", "--non-interactive"]).code(3);
        assert_eq!(desk.journal("r1"), whole);
    }
}

#[test]
fn a_damaged_line_is_refused_with_its_number_and_what_to_do() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    let whole = String::from_utf8(desk.journal("r1")).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let changed = whole.replacen("\"outcome\":\"found\"", "\"outcome\":\"clean\"", 1);
    assert_ne!(changed, whole);
    let without = lines.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| *line);
    for damaged in [changed, without.collect::<String>()] {
        fs::write(desk.journal_path("r1"), &damaged).unwrap();
        let place = format!("{}:3 is damaged", desk.journal_path("r1").display());
        for call in [
            &["run", "--resume"][..],
            &["answer", "c1.judge", "route=guard"],
            &["answer", "--run", "r1", "c1.judge", "route=guard"],
            &["status"],
        ] {
            let said = desk.guard(call).code(2);
            said.says(&[&place, "the checksum does not fit", "`guard run`"]).one_error();
            assert_eq!(desk.journal("r1"), damaged.as_bytes());
        }
    }
    fs::write(desk.journal_path("r1"), "guard-journal 2\nwhatever\n").unwrap();
    desk.guard(&["run", "--resume"]).code(2).says(&["later version of guard"]).one_error();
    // What it advises works, and the new run is the one that goes on.
    desk.run(&[]).code(3);
    desk.guard(&["run", "--resume"]).code(3).says(&["going on with r2"]);
}

#[test]
fn a_run_that_was_ended_before_its_first_event_is_passed_over() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    let second = desk.journal_path("r2");
    fs::create_dir(second.parent().unwrap()).unwrap();
    desk.guard(&["run", "--resume"]).code(3).says(&["going on with r1"]);
    for begun in ["", "guard-jour", "guard-journal 1\n", "guard-journal 1\n3f {\"seq"] {
        fs::write(&second, begun).unwrap();
        desk.guard(&["run", "--resume"]).code(3).says(&["going on with r1"]);
        desk.guard(&["status"]).code(0);
        desk.guard(&["status", "r2"]).code(2).says(&["holds no run", "guard run"]).one_error();
    }
}

#[test]
fn a_second_guard_is_refused_while_one_holds_the_run() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    let held = Runs::new(&desk.repository.root().join(".git")).open("r1").unwrap();
    for call in [&["run", "--resume"][..], &["answer", "c1.judge", "route=guard"]] {
        desk.guard(call).code(2).says(&["in use by another guard", "wait for it"]).one_error();
    }
    desk.guard(&["status"]).code(0);
    drop(held);
    desk.guard(&["run", "--resume"]).code(3);
}

#[test]
fn nothing_to_resume_is_said() {
    let desk = Desk::shop();
    desk.guard(&["run", "--resume"])
        .code(2)
        .says(&["no run waits here", "`guard run`"])
        .one_error();
    desk.guard(&["status"]).code(2).says(&["there is no run", "`guard run`"]).one_error();
    // A run keeps what it was begun with; a flag that would be passed over is refused.
    for flag in [["--base", "main"], ["--python", "x"], ["--project", "x"], ["--sop", "x"]] {
        let said = desk.guard(&["run", "--resume", flag[0], flag[1]]).code(2);
        said.says(&["cannot be used with", flag[0], "--resume"]);
    }
}

/// Its answers would be about the files of another tree.
#[test]
fn a_run_of_another_work_tree_is_not_answered_here() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    let other = desk.repository.beside("other");
    desk.repository.git(&["worktree", "add", "--quiet", "--detach", other.to_str().unwrap()]);
    let call = |words: &[&str]| said(desk.command(&other).args(words));
    call(&["run", "--resume"]).code(2).says(&["no run waits here"]).one_error();
    let root = desk.repository.root();
    let refused = call(&["answer", "--run", "r1", "c1.judge", "route=guard"]).code(2);
    refused.says(&[&format!("r1 is about the work tree {}", root.display())]).one_error();
    // A folder of the right tree is as good as its root.
    let folder = said(desk.command(&root.join("shop")).args(["run", "--resume"]));
    folder.code(3).says(&["going on with r1"]);
}

/// Protected by: a proof is bound to the text of the functions on its path, of the anchor and of the
/// gate's files.
#[test]
fn what_changed_since_a_proof_goes_back_to_teeth_when_the_run_goes_on() {
    let (store, test, gate) =
        ("shop/store.py", "tests/blocking_io/test_store.py", "tests/blocking_io/conftest.py");
    for (path, from, to) in [
        (store, "    async def remove(self):\n", "    async def remove(self):\n        # Gone.\n"),
        (test, "    path.write_text(\"a\")\n", "    path.write_text(\"b\")\n"),
        (gate, "import shop\n", "import shop  # The whole of it.\n"),
    ] {
        let desk = Desk::shop();
        let text = desk.repository.read(store);
        let touch =
            "    async def touch(self):\n        await asyncio.to_thread(os.utime, self.path)\n";
        desk.repository.write(store, format!("{text}\n{touch}"));
        desk.run(&["--no-memory"]).code(3);
        let said = desk.guard(&["answer", "c1.judge", "route=guard"]).code(3);
        said.says(&["c1 shop/store.py:10 proven"]);
        let text = desk.repository.read(path);
        assert_eq!(text.matches(from).count(), 1, "{path}");
        desk.repository.write(path, text.replace(from, to));
        let last = ["answer", "c2.judge", "route=no-action", "reason=x"];
        let said = desk.guard(&last).code(0);
        let said = said.says(&["changed since its proof: c1"]);
        assert_eq!(said.stderr.matches(" proven. ").count(), 1, "{path}: {}", said.stderr);
    }
}
