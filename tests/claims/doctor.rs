//! Claims about `guard doctor`, and about what a run knows of the gate before anybody writes an anchor.

use serde_json::{Value, json};

use super::support::{Desk, Said, venv};

const GATE: &str = "tests/blocking_io/blocking_io_gate.py";

fn doctor(desk: &Desk, words: &[&str]) -> Said {
    let python = venv().display().to_string();
    let fixed = ["doctor", "--python", &python];
    desk.guard(&[&fixed[..], words].concat())
}

fn diagnosis(desk: &Desk) -> Value {
    doctor(desk, &["--format", "json"]).code(0).json()
}

fn status<'a>(diagnosis: &'a Value, name: &str) -> &'a str {
    let checks = diagnosis["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name);
    check.unwrap_or_else(|| panic!("no {name} in {checks:?}"))["status"].as_str().unwrap()
}

#[test]
fn doctor_asks_the_gate_itself_what_it_refuses() {
    let desk = Desk::demo();
    let said = diagnosis(&desk);
    for name in ["git", "project", "trust", "interpreter", "pytest", "blockbuster", "gate", "scope"]
    {
        assert_eq!(status(&said, name), "ok", "{name}: {said:#}");
    }
    assert_eq!((status(&said, "worktree"), status(&said, "sight")), ("ok", "warn"), "{said:#}");
    let calls = &said["sight"]["calls"];
    assert_eq!(calls["os.stat"], json!({ "refused": "os.stat" }));
    assert_eq!(calls["pathlib.Path.read_text"], json!({ "refused": "io.TextIOWrapper.read" }));
    assert_eq!(calls["os.chmod"], json!("let-pass"));
    assert_eq!(calls["open"], json!("let-pass"));
    assert_eq!(calls["os.wait"], json!({ "not-called": "it takes the end of any child process" }));
    assert_eq!(desk.repository.git(&["worktree", "list"]).lines().count(), 1);
    assert_eq!(desk.left(), Vec::<String>::new());
}

/// Protected by: the probes run among the gate's own tests, not under a Blockbuster of guard's.
#[test]
fn a_rule_of_the_projects_own_counts() {
    let desk = Desk::demo();
    let gate = desk.repository.read(GATE);
    let list = "PROJECT_RULES: Tuple[Rule, ...] = (\n";
    let rule = format!("{list}    Rule(\"os.chmod\", os, \"chmod\"),\n");
    desk.repository.write(GATE, gate.replace(list, &rule));
    let calls = &diagnosis(&desk)["sight"]["calls"];
    assert_eq!(calls["os.chmod"], json!({ "refused": "os.chmod" }));
    assert_eq!(calls["os.utime"], json!("let-pass"));
}

/// Protected by: the gate is tried in each package.
#[test]
fn a_package_outside_of_the_gates_scope_is_named() {
    let desk = Desk::demo();
    desk.repository.write("annex/__init__.py", "");
    let said = diagnosis(&desk);
    assert_eq!(status(&said, "scope"), "warn", "{said:#}");
    assert_eq!(said["sight"]["places"]["annex/guard_probe.py"], json!(false));
    assert_eq!(said["sight"]["places"]["courier/guard_probe.py"], json!(true));
    let text = doctor(&desk, &[]).code(0).stdout;
    assert!(text.contains("warn  scope        the gate refuses nothing in annex\n"), "{text}");
}

#[test]
fn without_a_gate_the_doctor_ends_with_4_and_says_what_to_do() {
    let desk = Desk::empty();
    desk.put("base");
    desk.repository.commit("A courier");
    let said = doctor(&desk, &[]).code(4);
    assert!(said.stdout.contains("bad   gate         there is no gate in"), "{}", said.stdout);
    assert!(said.stdout.contains("→ guard init\n"), "{}", said.stdout);
}

#[test]
fn without_an_interpreter_the_doctor_ends_with_4() {
    let desk = Desk::demo();
    let said = desk.guard(&["doctor", "--python", "no/such/python"]).code(4);
    assert!(said.stdout.contains("bad   interpreter"), "{}", said.stdout);
}

#[test]
fn a_gate_that_cannot_be_imported_is_bad_and_its_words_are_shown() {
    let desk = Desk::demo();
    desk.repository.write(GATE, "import no_such_module\n");
    let said = doctor(&desk, &[]).code(4);
    assert!(said.stdout.contains("bad   worktree"), "{}", said.stdout);
    assert!(said.stdout.contains("No module named 'no_such_module'"), "{}", said.stdout);
}

/// Protected by: trust is asked before anything of the project's runs.
#[test]
fn what_is_not_trusted_is_not_run() {
    let desk = Desk::demo();
    desk.repository.write("guard.toml", "[gate]\ntests = [\"./evil\", \"{tests}\"]\n");
    let evil = "#!/bin/sh\ntouch \"$HOME/was-here\"\n";
    desk.repository.write("evil", evil);
    let said = doctor(&desk, &[]).code(4);
    assert!(said.stdout.contains("bad   trust"), "{}", said.stdout);
    assert!(!desk.repository.beside("home/was-here").exists());
}

#[test]
fn an_unseen_primitive_is_told_before_anyone_writes_an_anchor() {
    let desk = Desk::demo();
    let said = desk.run(&["--json"]).code(3);
    let open = said.json();
    let about = |id: &str| -> Option<String> {
        let questions = open["questions"].as_array().unwrap();
        let question = questions.iter().find(|question| question["id"] == id).unwrap();
        let sections = question["evidence"]["sections"].as_array().unwrap();
        let section = sections.iter().find(|section| section["heading"] == "what the gate sees")?;
        Some(section["body"].as_str().unwrap().to_owned())
    };
    let blind = about("c4.judge").unwrap();
    assert!(blind.starts_with("The gate lets `os.chmod` pass: as it is, an anchor"), "{blind}");
    assert_eq!(about("c1.judge"), None);
    said.says(&["c4: the gate does not see os.chmod"]);
    // Remembered: what resumes does not ask again.
    let settled = ["c1", "c2", "c3", "c4"].map(|id| format!("{id}.judge"));
    let words = settled.iter().flat_map(|id| [&**id, "route=no-action", "reason=not here"]);
    let words: Vec<&str> = ["answer"].into_iter().chain(words).collect();
    let text = desk.guard(&words).code(0).stdout;
    let log = desk.guard(&["log", "--json"]).code(0).stdout;
    assert_eq!(log.lines().filter(|line| line.contains("\"sight\":")).count(), 1);
    let limit = "- Calls that the gate let pass when each was made under it: c4 (os.chmod).\n";
    assert!(text.contains(limit), "{text}");
}
