//! Bad input: each is one clear message with what to do next, and the exit code of the design.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use super::support::{Desk, Repository, Said, is_alive, said, venv};

/// `guard run` with an interpreter of the test's own.
fn run_with(desk: &Desk, python: &str) -> Said {
    desk.guard(&["run", "--base", "main", "--non-interactive", "--python", python])
}

/// A virtual environment without pip, with some of the packages of the tests' own.
fn environment(desk: &Desk, is_in: impl Fn(&str) -> bool) -> String {
    let own = desk.repository.beside("environment");
    let made = Command::new(venv()).args(["-m", "venv", "--without-pip"]).arg(&own).status();
    assert!(made.unwrap().success());
    let packages = |environment: &std::path::Path| -> PathBuf {
        let lib = fs::read_dir(environment.join("lib")).unwrap().next().unwrap().unwrap();
        lib.path().join("site-packages")
    };
    let from = packages(venv().parent().unwrap().parent().unwrap());
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if is_in(entry.file_name().to_str().unwrap()) {
            symlink(entry.path(), packages(&own).join(entry.file_name())).unwrap();
        }
    }
    own.join("bin/python").to_str().unwrap().to_owned()
}

#[test]
fn outside_of_a_repository_guard_says_where_it_looked() {
    let desk = Desk::empty();
    let folder = desk.repository.beside("plain");
    fs::create_dir(&folder).unwrap();
    for command in ["run", "status", "init"] {
        let said = said(desk.command(&folder).arg(command)).code(2);
        said.says(&[&format!("no git repository at `{}`", folder.display()), "inside a clone"])
            .one_error();
    }
}

#[test]
fn a_repository_without_commits_wants_a_first_one() {
    let desk = Desk::empty();
    desk.guard(&["run"]).code(2).says(&["has no commits", "make a first commit"]).one_error();
}

#[test]
fn an_unknown_base_gets_the_nearest_name() {
    let desk = Desk::shop();
    let said = desk.guard(&["run", "--base", "mian"]).code(2);
    said.says(&["there is no branch, tag or commit `mian`; did you mean `main`?"]).one_error();
    assert!(!desk.journal_path("r1").exists());
}

#[test]
fn a_shallow_clone_without_the_merge_base_is_told_how_to_fetch_it() {
    let desk = Desk::shop();
    desk.repository.commit("A change");
    desk.repository.git(&["switch", "--quiet", "main"]);
    desk.repository.write("README.md", "Further on.\n");
    desk.repository.commit("Further");
    desk.repository.git(&["switch", "--quiet", "change"]);
    let clone = desk.repository.beside("clone");
    let from = format!("file://{}", desk.repository.root().display());
    let words = ["clone", "--quiet", "--depth=1", "--no-single-branch", &from];
    desk.repository.git(&[&words[..], &[clone.to_str().unwrap()]].concat());
    let said = said(desk.command(&clone).args(["run", "--non-interactive"])).code(2);
    said.says(&["this clone is shallow", "origin/main", "git fetch --unshallow"]).one_error();
}

#[test]
fn a_file_that_cannot_be_read_is_one_finding_and_the_rest_is_scanned() {
    let desk = Desk::shop();
    desk.repository.write("shop/latin.py", b"name = '\xe9'\n");
    desk.repository.write("shop/torn.py", "async def torn(:\n    open('a')\n");
    desk.repository
        .write("shop/fine.py", "import time\n\n\nasync def pause():\n    time.sleep(1)\n");
    let scan = desk.guard(&["scan", "--format", "json"]).code(0).json();
    let found: Vec<(&str, &str)> = (scan.as_array().unwrap().iter())
        .map(|finding| {
            let path = finding["location"]["path"].as_str().unwrap();
            (path, finding["blocking_call"]["operation"].as_str().unwrap())
        })
        .collect();
    assert_eq!(found.iter().filter(|found| **found == ("shop/latin.py", "PARSE_ERROR")).count(), 1);
    assert_eq!(found.iter().filter(|found| **found == ("shop/torn.py", "PARSE_ERROR")).count(), 1);
    assert!(found.iter().any(|(path, _)| *path == "shop/fine.py"), "{found:?}");
    desk.run(&[]).code(3);
    let python = venv();
    let all = ["run", "--all", "--non-interactive", "--python", python.to_str().unwrap()];
    desk.guard(&all).code(3);
}

#[test]
fn a_procedure_with_a_typo_is_shown_with_line_column_caret_and_the_nearest_name() {
    let desk = Desk::shop();
    let sound = desk.guard(&["sop", "show"]).code(0).stdout;
    let (file, typo) = (
        desk.repository.beside("own.yaml"),
        sound.replace("then: { drafted: anchor }", "then: { drafted: ankor }"),
    );
    assert_ne!(sound, typo);
    let line = typo.lines().position(|line| line.contains("ankor")).unwrap() + 1;
    let column = typo.lines().nth(line - 1).unwrap().find("ankor").unwrap() + 1;
    fs::write(&file, typo).unwrap();
    let file = file.to_str().unwrap();
    for call in [&["run", "--sop", file][..], &["sop", "check", file]] {
        let said = desk.guard(call).code(2);
        let place = format!("{file}:{line}:{column}");
        said.says(&[&place, "^^^^^", "did you mean `anchor`?"]).one_error();
    }
    assert!(!desk.journal_path("r1").exists());
    desk.guard(&["run", "--sop", "blocking-oi"]).code(2).says(&["blocking-oi"]).one_error();
    desk.guard(&["run", "--sop", "no/such.yaml"]).code(2).says(&["no/such.yaml"]).one_error();
}

#[test]
fn a_configuration_with_a_typo_is_shown_at_its_place() {
    let desk = Desk::shop();
    desk.repository.write("guard.toml", "[gate]\nlimt = 3\n");
    let said = desk.run(&[]).code(2);
    said.says(&["unknown key `limt`", "guard.toml:2:1", "did you mean `limit`?"]).one_error();
}

#[test]
fn no_python_is_named_with_what_was_tried_and_what_makes_one() {
    let desk = Desk::shop();
    let said = desk.guard(&["run", "--base", "main", "--non-interactive"]).code(4);
    said.says(&["VIRTUAL_ENV (not set)", ".venv", "python3 -m venv .venv", "--python"]).one_error();
    let said = run_with(&desk, "/no/such/python").code(4);
    said.says(&["no Python interpreter at `/no/such/python`", "--python"]).one_error();
}

#[test]
fn no_pytest_is_named_with_the_command_that_installs_it() {
    let desk = Desk::shop();
    let python = environment(&desk, |_| false);
    let said = run_with(&desk, &python).code(4);
    said.says(&["the gate needs pytest", "pip install", &python]).one_error();
}

#[test]
fn no_blockbuster_is_named_with_the_command_that_installs_it() {
    let desk = Desk::shop();
    let python = environment(&desk, |name| !name.to_lowercase().starts_with("blockbuster"));
    let said = run_with(&desk, &python).code(4);
    said.says(&["the gate needs blockbuster", "pip install", "blockbuster>=1.5.26,<1.6"])
        .one_error();
}

#[test]
fn a_project_without_a_gate_is_told_of_init() {
    let desk = Desk::shop();
    fs::remove_dir_all(desk.repository.root().join("tests")).unwrap();
    let said = desk.run(&[]).code(4);
    said.says(&["there is no gate in `tests/blocking_io`", "guard init"]).one_error();
}

#[test]
fn a_gate_that_hangs_is_ended_with_everything_it_started_and_said_to_have_hung() {
    let repository = Repository::of_tree("shop/base");
    let pid = repository.beside("pid");
    repository.write("guard.toml", "[gate]\nlimit = 8\n");
    repository.write(
        "tests/blocking_io/test_hang.py",
        format!(
            "import signal, subprocess\n\n\ndef test_hang():\n    \
             child = subprocess.Popen(['sleep', '600'])\n    \
             open({:?}, 'w').write(str(child.pid))\n    signal.pause()\n",
            pid.display()
        ),
    );
    repository.commit("A test that hangs");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository.add_tree("shop/change");
    let desk = Desk::of(repository);
    let said = desk.run(&[]).code(4);
    let said = said.says(&["did not end within 8 s", "everything it had started", "gate.limit"]);
    said.one_error();
    let pid: u32 = fs::read_to_string(pid).unwrap().parse().unwrap();
    assert!(!is_alive(pid));
    assert_eq!(desk.left(), Vec::<String>::new());
    assert_eq!(desk.repository.git(&["worktree", "list"]).lines().count(), 1);
    // The run is kept and can go on once the gate ends.
    fs::remove_file(desk.repository.root().join("tests/blocking_io/test_hang.py")).unwrap();
    desk.guard(&["run", "--resume"]).code(3);
}

#[test]
fn a_suite_that_is_red_before_anything_was_touched_stops_the_run() {
    let desk = Desk::shop();
    let anchor = desk.repository.read("tests/blocking_io/test_store.py");
    desk.repository.write("tests/blocking_io/test_store.py", anchor.replace("not path", "path"));
    let said = desk.run(&[]).code(4);
    said.says(&[
        "the gate is red before anything was touched",
        "red without a blocking call: tests/blocking_io/test_store.py::test_remove",
        "Make it green first",
    ])
    .one_error();
}

const FINDING: &str = r#"{
  "priority": "HIGH",
  "location": {"path": "shop/store.py", "line": 10, "column": 9, "function": "Store.remove"},
  "blocking_call": {"category": "BLOCKING_FILE_IO", "operation": "FILE_REMOVE", "symbol": "os.remove"},
  "event_loop_exposure": "DIRECT_ASYNC",
  "reason": "somebody else's reason",
  "code": "os.remove(self.path)"
}"#;

/// A shop whose detector is a shell script.
fn detector(script: &str) -> Desk {
    let repository = Repository::of_tree("shop/base");
    repository.write("detect.sh", script);
    repository.write("guard.toml", "detector = \"sh detect.sh\"\n");
    repository.commit("A detector of its own");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    let text = repository.read("shop/store.py");
    repository.write(
        "shop/store.py",
        text.replace("os.remove(self.path)", "os.remove(self.path)  # again"),
    );
    let desk = Desk::of(repository);
    desk.guard(&["trust"]).code(0);
    desk
}

#[test]
fn findings_of_a_foreign_detector_are_candidates() {
    let text = FINDING.replace("\"line\": 10", "\"line\": 9");
    for printed in [format!("[{text}]"), format!("{{\"findings\": [{text}]}}")] {
        let desk = detector(&format!("cat <<'END'\n{printed}\nEND\n"));
        let json = desk.run(&["--json"]).code(3).json();
        let candidate = &json["questions"][0]["candidate"];
        assert_eq!(candidate["reason"], "somebody else's reason");
        assert_eq!(candidate["key"]["symbol"], "os.remove");
    }
}

#[test]
fn a_foreign_detector_that_fails_is_shown_with_its_own_words() {
    let desk = detector("echo 'no such rule set' >&2\nexit 3\n");
    let said = desk.run(&[]).code(2);
    said.says(&["the detector `sh detect.sh`", "exit code 3", "no such rule set"]).one_error();
}

#[test]
fn a_foreign_detector_that_prints_something_else_is_told_what_is_expected() {
    for printed in ["all good", "[{\"priority\": \"HIGH\"}]", "{}"] {
        let desk = detector(&format!("cat <<'END'\n{printed}\nEND\n"));
        let said = desk.run(&[]).code(2);
        said.says(&["`sh detect.sh` did not print findings as JSON"]).one_error();
    }
    let desk = detector("exit 0\n");
    fs::write(desk.repository.root().join("guard.toml"), "detector = \"no-such-detector\"\n")
        .unwrap();
    desk.run(&["--trust"]).code(2).says(&["no-such-detector", "not on PATH"]).one_error();
}
