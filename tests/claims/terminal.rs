//! A person at a real terminal: prompts, leaving, and Ctrl-C at any moment.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{ControlCode, Eof, Expect as _, Regex, Session};

use super::support::{Desk, Repository, is_alive, venv};

const DOWN: &str = "\u{1b}[B";
const ENTER: &str = "\r";
const ESCAPE: &str = "\u{1b}";
/// Nothing here takes as long, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(90);

/// A change that puts a call on the loop, in a project whose gate has a test.
fn desk() -> Desk {
    let repository = Repository::of_tree("shop/base");
    repository.add_tree("shop/change");
    repository.commit("A guarded removal");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    let store = repository.read("shop/store.py");
    let clear = "\n    async def clear(self):\n        os.unlink(self.path)\n";
    repository.write("shop/store.py", store + clear);
    Desk::of(repository)
}

/// guard at a terminal that is wide enough for any line and has no colours.
fn at_terminal(desk: &Desk, words: &[&str], env: &[(&str, &Path)]) -> OsSession {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("guard"));
    command.args(words).env_clear().envs(desk.env()).envs(env.iter().copied());
    command.env("NO_COLOR", "1");
    command.current_dir(desk.repository.root());
    let mut session = Session::spawn(command).unwrap();
    session.get_process_mut().set_window_size(160, 60).unwrap();
    session.set_expect_timeout(Some(PATIENCE));
    session
}

fn run(desk: &Desk, words: &[&str]) -> OsSession {
    let python = venv();
    let fixed = ["run", "--base", "main", "--python", python.to_str().unwrap()];
    at_terminal(desk, &[&fixed, words].concat(), &[])
}

/// Waits for a text, and gives what came before it.
#[track_caller]
fn until(session: &mut OsSession, needle: &str) -> String {
    let found = session.expect(Regex(needle)).unwrap_or_else(|error| panic!("{needle}: {error}"));
    String::from_utf8_lossy(found.as_bytes()).into_owned()
}

/// Everything to the end, and the exit code.
#[track_caller]
fn end(mut session: OsSession) -> (i32, String) {
    let rest = session.expect(Eof).unwrap();
    let rest = String::from_utf8_lossy(rest.as_bytes()).into_owned();
    match session.get_process().wait().unwrap() {
        WaitStatus::Exited(_, code) => (code, rest),
        other => panic!("{other:?}: {rest}"),
    }
}

#[test]
fn a_person_sees_the_line_gives_a_reason_and_is_delivered() {
    let desk = desk();
    let mut session = run(&desk, &[]);
    until(&mut session, "Step 1, judge");
    until(&mut session, r">\s+13 \|         os\.unlink\(self\.path\)");
    until(&mut session, "guard suggests");
    until(&mut session, "fix-and-anchor: the loop reaches the call");
    // The suggestion is under the cursor; what it means stands beside each choice.
    until(&mut session, r"> fix-and-anchor: on the loop; offload it");
    until(&mut session, r"\? leave; `guard run --resume` goes on here");
    session.send(DOWN).unwrap();
    until(&mut session, "> no-action: not exposed");
    session.send(ENTER).unwrap();
    until(&mut session, r"Why is nothing to be done\?");
    // A reason is required.
    session.send(ENTER).unwrap();
    until(&mut session, "one line, please");
    session.send("a tool of one run").unwrap();
    session.send(ENTER).unwrap();
    let (code, rest) = end(session);
    assert_eq!(code, 0, "{rest}");
    assert!(rest.contains("**NO-ACTION**: a tool of one run"), "{rest}");
    let journal = String::from_utf8(desk.journal("r1")).unwrap();
    assert!(journal.contains(r#""by":"terminal""#), "{journal}");
}

#[test]
fn help_editor_and_leaving_are_in_the_list_and_leaving_ends_with_three() {
    let desk = desk();
    let (editor, opened) = (desk.repository.beside("editor"), desk.repository.beside("opened"));
    fs::write(&editor, format!("#!/bin/sh\necho \"$1\" > {}\n", opened.display())).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let python = venv();
    let words = ["run", "--base", "main", "--python", python.to_str().unwrap()];
    let mut session = at_terminal(&desk, &words, &[("EDITOR", &editor)]);
    until(&mut session, r"\? leave");
    // Typing narrows the list.
    session.send("read what").unwrap();
    until(&mut session, r"> \? read what this step asks for");
    session.send(ENTER).unwrap();
    until(&mut session, "# Judging");
    until(&mut session, r"\? leave");
    session.send("editor").unwrap();
    until(&mut session, r"> \? open the file in an editor");
    session.send(ENTER).unwrap();
    until(&mut session, r"\? leave");
    session.send("leave").unwrap();
    until(&mut session, r"> \? leave");
    session.send(ENTER).unwrap();
    let (code, rest) = end(session);
    assert_eq!(code, 3, "{rest}");
    assert!(rest.contains("r1 waits; `guard run --resume` goes on with it"), "{rest}");
    let file = desk.repository.root().join("shop/store.py");
    assert_eq!(fs::read_to_string(opened).unwrap().trim(), file.to_str().unwrap());

    // It goes on where it was left; Escape leaves too.
    let mut session = at_terminal(&desk, &["run", "--resume"], &[]);
    until(&mut session, "going on with r1");
    until(&mut session, r"\? leave");
    session.send(ESCAPE).unwrap();
    assert_eq!(end(session).0, 3);
}

#[test]
fn control_c_at_a_prompt_ends_with_130_and_the_run_is_kept() {
    let desk = desk();
    let mut session = run(&desk, &[]);
    until(&mut session, r"\? leave");
    let before = desk.journal("r1");
    session.send(ControlCode::EndOfText).unwrap();
    let (code, rest) = end(session);
    assert_eq!(code, 130, "{rest}");
    assert!(rest.contains("r1 is kept; `guard run --resume` goes on with it"), "{rest}");
    assert_eq!(desk.journal("r1"), before);

    let mut session = at_terminal(&desk, &["run", "--resume"], &[]);
    until(&mut session, r"\? leave");
    session.send(DOWN).unwrap();
    session.send(ENTER).unwrap();
    until(&mut session, r"Why is nothing to be done\?");
    session.send("half a rea").unwrap();
    session.send(ControlCode::EndOfText).unwrap();
    assert_eq!(end(session).0, 130);
    assert_eq!(desk.journal("r1"), before);
}

/// A gate that hangs once it is armed: it says that it runs, with its own process id and that of a
/// child, and then waits.
struct Hanging {
    desk: Desk,
    fifo: PathBuf,
    answers: PathBuf,
    armed: PathBuf,
}

fn hanging() -> Hanging {
    let repository = Repository::of_tree("shop/base");
    let (fifo, armed) = (repository.beside("fifo"), repository.beside("armed"));
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    repository.write(
        "tests/blocking_io/test_hang.py",
        format!(
            "import os, signal, subprocess\n\n\ndef test_hang():\n    \
             if not os.path.exists({armed:?}):\n        return\n    \
             child = subprocess.Popen(['sleep', '600'])\n    \
             with open({fifo:?}, 'w') as fifo:\n        \
             fifo.write('%d %d' % (os.getpid(), child.pid))\n    signal.pause()\n",
        ),
    );
    repository.commit("A test that hangs");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository.add_tree("shop/change");
    let answers = repository.beside("answers.yaml");
    let text = "- for: { question: judge }\n  answer: { route: no-action, reason: not here }\n";
    fs::write(&answers, text).unwrap();
    Hanging { desk: Desk::of(repository), fifo, answers, armed }
}

/// Waits until the gate runs, and gives the processes that it consists of.
fn running(fifo: PathBuf) -> Vec<u32> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(fs::read_to_string(fifo).unwrap()));
    let ids = receiver.recv_timeout(PATIENCE).unwrap();
    ids.split(' ').map(|id| id.parse().unwrap()).collect()
}

/// Nothing is left of a gate that was interrupted, and the run goes on.
fn check_after_interrupt(hanging: &Hanging, processes: &[u32]) {
    for process in processes {
        assert!(!is_alive(*process), "{process} runs on");
    }
    let desk = &hanging.desk;
    assert_eq!(desk.repository.git(&["worktree", "list"]).lines().count(), 1);
    assert_eq!(desk.left(), Vec::<String>::new());
    fs::remove_file(&hanging.armed).unwrap();
    let answers = hanging.answers.to_str().unwrap();
    desk.guard(&["run", "--resume", "--non-interactive", "--answers", answers]).code(0);
}

#[test]
fn control_c_while_the_gate_runs_ends_its_processes_and_leaves_nothing_behind() {
    let hanging = hanging();
    fs::write(&hanging.armed, "").unwrap();
    let mut session = run(&hanging.desk, &["--answers", hanging.answers.to_str().unwrap()]);
    let processes = running(hanging.fifo.clone());
    assert!(processes.iter().all(|process| is_alive(*process)));
    session.send(ControlCode::EndOfText).unwrap();
    let (code, rest) = end(session);
    assert_eq!(code, 130, "{rest}");
    assert!(rest.contains("r1 is kept; `guard run --resume` goes on with it"), "{rest}");
    assert!(rest.contains("interrupted"), "{rest}");
    check_after_interrupt(&hanging, &processes);
}

/// What a CI job that is cancelled sends; here, in the final gate.
#[test]
fn term_without_a_terminal_ends_with_143_and_leaves_nothing_behind() {
    let hanging = hanging();
    let desk = &hanging.desk;
    desk.run(&[]).code(3);
    fs::write(&hanging.armed, "").unwrap();
    let mut guard = Command::new(assert_cmd::cargo::cargo_bin("guard"));
    guard.args(["answer", "c1.judge", "route=no-action", "reason=not here"]);
    guard.env_clear().envs(desk.env()).current_dir(desk.repository.root());
    let mut guard = guard.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let processes = running(hanging.fifo.clone());
    assert_eq!(desk.repository.git(&["worktree", "list"]).lines().count(), 2);
    let id = guard.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(guard.wait().unwrap().code(), Some(143));
    check_after_interrupt(&hanging, &processes);
}

/// Nobody cleans up after KILL but the next start.
#[test]
fn what_a_killed_guard_left_is_swept_by_the_next_and_the_run_goes_on() {
    let hanging = hanging();
    let desk = &hanging.desk;
    desk.run(&[]).code(3);
    fs::write(&hanging.armed, "").unwrap();
    let mut guard = Command::new(assert_cmd::cargo::cargo_bin("guard"));
    guard.args(["answer", "c1.judge", "route=no-action", "reason=not here"]);
    guard.env_clear().envs(desk.env()).current_dir(desk.repository.root());
    let mut guard = guard.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let processes = running(hanging.fifo.clone());
    guard.kill().unwrap();
    guard.wait().unwrap();
    for process in processes {
        // Its gate is nobody's now.
        let _ = Command::new("kill").args(["-KILL", &process.to_string()]).status();
    }
    assert_eq!(desk.repository.git(&["worktree", "list"]).lines().count(), 2);
    fs::remove_file(&hanging.armed).unwrap();
    desk.guard(&["run", "--resume"]).code(0);
    assert_eq!(desk.repository.git(&["worktree", "list"]).lines().count(), 1);
    assert_eq!(desk.left(), Vec::<String>::new());
}

/// Without a terminal nothing is asked, whatever the flags say: there is nobody.
#[test]
fn without_a_terminal_guard_stops_and_never_waits() {
    let desk = desk();
    let python = venv();
    let words = ["run", "--base", "main", "--python", python.to_str().unwrap()];
    let said = desk.guard(&words).code(3);
    assert!(said.stdout.contains("guard answer --run r1 c1.judge route=fix-and-anchor"));
}

#[test]
fn a_scan_shows_at_a_terminal_that_it_works_and_leaves_no_trace_of_it() {
    let desk = desk();
    let mut session =
        at_terminal(&desk, &["scan", "--format", "json", "--output", "found.json"], &[]);
    until(&mut session, r"scanning \d+ files? ");
    let (code, rest) = end(session);
    assert_eq!(code, 0);
    assert!(rest.contains("finding"), "{rest}");
    // Where nobody looks there is none.
    let said = desk.guard(&["scan"]).code(0);
    assert!(!said.stderr.contains("scanning"), "{}", said.stderr);
}
