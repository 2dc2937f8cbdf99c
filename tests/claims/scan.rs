//! `guard scan`: the findings alone, inside a repository and outside of one.

use std::fs;
use std::io::Read;

use serde_json::Value;

use super::support::{Desk, Said, said};

const API: &str = "\
import store


async def purge(path):
    store.wipe(path)
";

pub(super) const STORE: &str = "\
import shutil
import time


def wipe(path):
    shutil.rmtree(path)


async def wait():
    time.sleep(1)
";

/// A folder that no git knows, with two files.
pub(super) fn plain() -> (Desk, std::path::PathBuf) {
    let desk = Desk::empty();
    let folder = desk.repository.beside("plain");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("api.py"), API).unwrap();
    fs::write(folder.join("store.py"), STORE).unwrap();
    (desk, folder)
}

fn scan(words: &[&str]) -> Said {
    let (desk, folder) = plain();
    said(desk.command(&folder).arg("scan").args(words))
}

/// `file:line symbol exposure` of each finding.
pub(super) fn lines(findings: &Value) -> Vec<String> {
    let findings = findings.as_array().unwrap();
    let line = |finding: &Value| {
        format!(
            "{}:{} {} {}",
            finding["location"]["path"].as_str().unwrap(),
            finding["location"]["line"],
            finding["blocking_call"]["symbol"].as_str().unwrap(),
            finding["event_loop_exposure"].as_str().unwrap()
        )
    };
    findings.iter().map(line).collect()
}

#[test]
fn a_scan_needs_no_repository() {
    let said = scan(&["--format", "json"]).code(0);
    assert_eq!(
        lines(&said.json()),
        [
            "store.py:6 shutil.rmtree ASYNC_REACHABLE_CROSS_FILE",
            "store.py:10 time.sleep DIRECT_ASYNC"
        ]
    );
}

#[test]
fn text_goes_file_by_file_and_counts_at_the_end() {
    assert_eq!(
        scan(&[]).code(0).stdout,
        "\
store.py
  6:5   HIGH    shutil.rmtree FILE_TREE_DELETE in wipe
                purge (api.py:5) > wipe
  10:5  HIGH    time.sleep SLEEP in wait

2 findings (2 high) in 1 of 2 files.
"
    );
}

#[test]
fn a_path_outside_of_the_folder_is_scanned_too() {
    let (desk, folder) = plain();
    let elsewhere = desk.repository.beside("home");
    let said = said(desk.command(&elsewhere).args(["scan", "--format", "json"]).arg(&folder));
    assert_eq!(said.code(0).json().as_array().unwrap().len(), 2);
}

#[test]
fn fail_on_a_priority_that_is_there_ends_with_1() {
    scan(&["--fail-on", "high"]).code(1);
    scan(&["api.py", "--fail-on", "low"]).code(0);
}

#[cfg(unix)]
#[test]
fn a_scan_that_is_told_to_stop_stops_where_it_is() {
    use std::os::unix::process::ExitStatusExt;

    use rustix::process::{Pid, Signal, kill_process};

    let (desk, folder) = plain();
    for number in 0..10 {
        fs::write(folder.join(format!("m{number}.py")), STORE.repeat(100)).unwrap();
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guard"));
    command.env_clear().envs(desk.env()).current_dir(&folder);
    command.args(["scan", "--no-cache", "--format", "json"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    // It has more to say than a pipe holds, and nobody reads on.
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    let id = Pid::from_child(&child);
    kill_process(id, Signal::TERM).unwrap();
    let (ended, end) = std::sync::mpsc::channel();
    let watch = std::thread::spawn(move || {
        if end.recv_timeout(std::time::Duration::from_secs(60)).is_err() {
            kill_process(id, Signal::KILL).unwrap();
        }
    });
    let status = child.wait().unwrap();
    ended.send(()).unwrap_or_default();
    watch.join().unwrap();
    assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
}

#[test]
fn ndjson_has_one_object_a_line() {
    let said = scan(&["--format", "ndjson"]).code(0);
    let findings: Vec<Value> =
        said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(findings[1]["blocking_call"]["operation"], "SLEEP");
}

#[test]
fn sarif_carries_the_way_from_the_loop() {
    let document = scan(&["--format", "sarif"]).code(0).json();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"FILE_TREE_DELETE".into(), &"error".into())
    );
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "FILE_TREE_DELETE");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "store.py");
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["startColumn"]),
        (&6.into(), &5.into())
    );
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let at = |step: &Value| step["location"]["physicalLocation"]["region"]["startLine"].clone();
    assert_eq!(steps.iter().map(at).collect::<Vec<_>>(), [5, 6]);
}

#[test]
fn github_gets_workflow_commands() {
    let said = scan(&["store.py", "--format", "github"]).code(0);
    assert_eq!(
        said.stdout,
        "::error file=store.py,line=10,col=5,title=guard SLEEP::time.sleep in wait: SLEEP stands \
         in an async function (definite: every hop is resolved).\n"
    );
}

#[test]
fn the_summary_counts_by_priority_and_operation() {
    let said = scan(&["--format", "summary"]).code(0);
    let parts = ["HIGH           2         0         0", "     1  SLEEP", "     2  store.py"];
    assert!(parts.iter().all(|part| said.stdout.contains(part)), "{}", said.stdout);
}

#[test]
fn explain_shows_the_code_of_every_hop() {
    let said = scan(&["--explain", "store.py::wipe::shutil.rmtree"]).code(0);
    assert_eq!(
        said.stdout,
        "\
store.py::wipe::shutil.rmtree
HIGH BLOCKING_FILE_IO FILE_TREE_DELETE ASYNC_REACHABLE_CROSS_FILE
FILE_TREE_DELETE is reached from `purge` of api.py, which the event loop runs (definite: every hop is resolved).
Cured together with all of: api.py::purge -> wipe

1. purge at api.py:5
     3 |
     4 | async def purge(path):
   > 5 |     store.wipe(path)

2. wipe at store.py:6
     4 |
     5 | def wipe(path):
   > 6 |     shutil.rmtree(path)
     7 |
     8 |
"
    );
}

#[test]
fn an_unknown_key_gets_the_nearest() {
    let said = scan(&["--explain", "store.py::wipe::shutil.rmtre"]).code(2);
    said.says(&["the nearest is `store.py::wipe::shutil.rmtree`"]).one_error();
}

#[test]
fn a_path_that_is_not_there_is_said() {
    scan(&["nowhere"]).code(2).says(&["could not find nowhere"]).one_error();
}

#[test]
fn a_base_needs_a_repository() {
    scan(&["--base", "main"]).code(2).says(&["no git repository here"]).one_error();
}

#[test]
fn output_goes_to_a_file_without_colours() {
    let (desk, folder) = plain();
    let words = ["scan", "--output", "found.txt"];
    let said = said(desk.command(&folder).args(words).env("CLICOLOR_FORCE", "1")).code(0);
    assert_eq!(said.stdout, "");
    let text = fs::read_to_string(folder.join("found.txt")).unwrap();
    assert!(text.starts_with("store.py\n  6:5   HIGH    shutil.rmtree"), "{text}");
}

#[test]
fn against_a_base_only_what_the_change_brings_is_listed() {
    let desk = Desk::empty();
    desk.repository.write("store.py", STORE);
    desk.repository.commit("A store");
    let words = ["scan", "--base", "main", "--format", "json"];
    assert_eq!(desk.guard(&words).code(0).json(), Value::Array(Vec::new()));
    // The file with the call stays as it was; a caller on the loop is new.
    desk.repository.write("api.py", API);
    assert_eq!(
        lines(&desk.guard(&words).code(0).json()),
        ["store.py:6 shutil.rmtree ASYNC_REACHABLE_CROSS_FILE"]
    );
}

#[test]
fn keys_are_the_same_from_every_folder() {
    let desk = Desk::empty();
    desk.repository.write("app/store.py", STORE);
    desk.repository.commit("A store");
    let inside = desk.repository.root().join("app");
    let said = said(desk.command(&inside).args(["scan", "--format", "json", "store.py"])).code(0);
    assert_eq!(lines(&said.json()), ["app/store.py:10 time.sleep DIRECT_ASYNC"]);
}

#[test]
fn what_may_be_wrong_with_a_fix_is_a_warning_on_changed_lines() {
    let desk = Desk::empty();
    desk.repository.write("store.py", STORE);
    desk.repository.commit("A store");
    let fixed = STORE.replace(
        "    time.sleep(1)\n",
        "    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 1)\n",
    );
    desk.repository.write("store.py", format!("import asyncio\n{fixed}"));
    let said = desk.guard(&["scan", "--base", "main"]).code(0);
    assert_eq!(said.stdout, "No findings in 1 file; 1 offload.\n");
    said.says(&["warning: store.py:11:11: time.sleep: `run_in_executor` drops ContextVars"]);
}

#[test]
fn ignored_files_are_left_out_outside_of_a_repository_too() {
    let (desk, folder) = plain();
    fs::write(folder.join(".gitignore"), "store.py\n").unwrap();
    let said = said(desk.command(&folder).args(["scan", "--format", "json"])).code(0);
    assert_eq!(lines(&said.json()), Vec::<String>::new());
    said.says(&["0 findings in 1 files"]);
}

#[test]
fn what_cannot_be_read_is_one_finding_and_the_scan_goes_on() {
    let (desk, folder) = plain();
    fs::write(folder.join("bad.py"), b"x = '\xff'\n").unwrap();
    fs::write(folder.join("worse.py"), "def f(:\n").unwrap();
    let said = said(desk.command(&folder).args(["scan", "--format", "json"])).code(0);
    assert_eq!(
        lines(&said.json()),
        [
            "store.py:6 shutil.rmtree ASYNC_REACHABLE_CROSS_FILE",
            "store.py:10 time.sleep DIRECT_ASYNC",
            "bad.py:1  PARSE_INCOMPLETE",
            "worse.py:1  PARSE_INCOMPLETE",
        ]
    );
}
