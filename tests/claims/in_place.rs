//! Proofs in the contributor's own tree, for a project that runs nowhere else: it gets back what it
//! had, whatever becomes of guard.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use guard::git::worktree::Worktree;

use super::support::{Desk, Repository, is_alive};

const STORE: &str = "shop/store.py";

/// The shop, whose gate works nowhere but where it stands.
fn bound() -> Desk {
    let desk = Desk::shop();
    let conftest = desk.repository.read("tests/blocking_io/conftest.py");
    let root = desk.repository.root();
    let bound = format!("{conftest}\n\nassert __file__.startswith({root:?}), 'elsewhere'\n");
    desk.repository.write("tests/blocking_io/conftest.py", bound);
    desk
}

#[test]
fn what_cannot_be_relocated_is_proven_in_place_and_the_tree_is_what_it_was() {
    let desk = bound();
    desk.run(&[]).code(4);
    desk.run(&["--in-place"]).code(3);
    let before = (desk.files(), desk.state());
    let said = desk.guard(&["answer", "c1.judge", "route=guard"]).code(0);
    assert!(said.stdout.contains("| GUARD | red → green |"), "{}", said.stdout);
    let mut after = desk.files();
    // What the delivery itself writes.
    after.retain(|(path, _)| !path.starts_with(".guard/"));
    assert_eq!((after, desk.state()), before);
    assert_eq!(desk.left(), [""; 0]);
    assert!(!desk.repository.root().join(".git/guard/in-place").read_dir().unwrap().any(|_| true));
}

#[test]
fn a_matrix_can_be_made_in_place() {
    let desk = bound();
    let before = desk.files();
    let python = super::support::venv();
    let words = ["teeth", "--all", "--in-place", "--python", python.to_str().unwrap()];
    let said = desk.guard(&words).code(0);
    assert!(said.stdout.contains("proven"), "{}", said.stdout);
    assert_eq!(desk.files(), before);
}

#[test]
fn commits_alone_are_not_judged_where_somebody_works() {
    let desk = Desk::shop();
    desk.run(&["--in-place", "--committed"]).code(2).says(&["cannot be used with"]);
}

#[test]
fn one_guard_at_a_time_edits_in_place() {
    let desk = bound();
    desk.run(&["--in-place"]).code(3);
    let _other = Worktree::in_place(&desk.repository.root()).unwrap();
    let said = desk.guard(&["answer", "c1.judge", "route=guard"]).code(4);
    said.says(&["another guard edits files in place"]).one_error();
}

/// guard, killed while the offload is taken away in the contributor's tree; gives what the file holds
/// then.
fn killed() -> (Desk, String) {
    let desk = Desk::shop();
    let repository = &desk.repository;
    let (fifo, armed) = (repository.beside("fifo"), repository.beside("armed"));
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let conftest = repository.read("tests/blocking_io/conftest.py");
    let waits = format!(
        "\n\nimport os, signal\nwith open({STORE:?}) as store:\n    reverted = 'to_thread' not in store.read()\n\
         if reverted and os.path.exists({armed:?}):\n    with open({fifo:?}, 'w') as fifo:\n        \
         fifo.write(str(os.getpid()))\n    signal.pause()\n"
    );
    repository.write("tests/blocking_io/conftest.py", format!("{conftest}{waits}"));
    desk.run(&["--in-place"]).code(3);
    fs::write(&armed, "").unwrap();
    let mut guard = Command::new(assert_cmd::cargo::cargo_bin("guard"));
    guard.args(["answer", "c1.judge", "route=guard"]);
    guard.env_clear().envs(desk.env()).current_dir(repository.root());
    let mut guard = guard.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(fs::read_to_string(fifo).unwrap()));
    let gate = receiver.recv_timeout(Duration::from_secs(120)).unwrap();
    guard.kill().unwrap();
    guard.wait().unwrap();
    // Its gate is nobody's now.
    let _ = Command::new("kill").args(["-KILL", &gate]).status();
    let _ = is_alive(gate.parse().unwrap());
    fs::remove_file(&armed).unwrap();
    let left = repository.read(STORE);
    (desk, left)
}

fn original() -> String {
    Repository::of_tree("shop/change").read(STORE)
}

/// Protected by: what a file held is on the disk before it is edited, and every command looks first.
#[test]
fn after_a_kill_the_next_command_of_any_kind_takes_the_edit_back() {
    let (desk, left) = killed();
    assert!(left.contains("        os.remove(self.path)"), "{left}");
    let said = desk.guard(&["sop", "list"]).code(0);
    said.says(&["took back the edit that a killed guard had left in", STORE]);
    assert_eq!(desk.repository.read(STORE), original());
    assert_eq!(desk.guard(&["sop", "list"]).code(0).stderr, "");
    desk.guard(&["run", "--resume"]).code(0);
    assert_eq!(desk.repository.read(STORE), original());
}

/// Protected by: only what guard wrote is written over.
#[test]
fn after_a_kill_a_file_that_somebody_has_edited_since_is_left_alone() {
    let (desk, left) = killed();
    let edited = format!("{left}\n# mine\n");
    desk.repository.write(STORE, &edited);
    let said = desk.guard(&["sop", "list"]).code(0);
    let said = said.says(&["warning", "which somebody has edited since; it is left as it is"]);
    assert_eq!(desk.repository.read(STORE), edited);
    let kept = said.stderr.split("What it held before guard is in ").nth(1).unwrap();
    let kept = kept.split("; remove").next().unwrap();
    assert_eq!(fs::read_to_string(kept).unwrap(), original());
}
