//! `--commit`: the anchors together with the fix that they guard, through the repository's own hooks.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::support::{Desk, Said};

/// What was settled, the fix, and its anchor.
const COMMITTED: [&str; 4] = [
    ".guard/dispositions.yaml",
    ".guard/receipts/006e97795c0f.json",
    "shop/store.py",
    "tests/blocking_io/test_store.py",
];

fn deliver(desk: &Desk) -> Said {
    desk.run(&[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=guard", "--commit"])
}

fn hook(desk: &Desk, script: &str) {
    let hook = desk.repository.root().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Files of the last commit, and its message.
fn last_commit(desk: &Desk) -> (Vec<String>, String) {
    let files = desk.repository.git(&["show", "--name-only", "--format=", "HEAD"]);
    let message = desk.repository.git(&["show", "--no-patch", "--format=%B", "HEAD"]);
    (files.lines().map(str::to_owned).collect(), message)
}

#[test]
fn the_anchor_is_committed_with_the_fix_through_the_hooks() {
    let desk = Desk::shop();
    let ran = desk.repository.beside("ran");
    hook(&desk, &format!("#!/bin/sh\ngit diff --cached --name-only > {}\n", ran.display()));
    let before = desk.repository.git(&["rev-parse", "HEAD"]);
    let said = deliver(&desk).code(0);
    let head = desk.repository.git(&["rev-parse", "HEAD"]);
    let short = &head[..10];
    let said = said.says(&["committed", short]);
    let (files, message) = last_commit(&desk);
    assert_eq!(files, COMMITTED);
    assert_eq!(fs::read_to_string(ran).unwrap().lines().collect::<Vec<_>>(), files);
    assert!(message.contains("os.remove in Store.remove (shop/store.py)"), "{message}");
    assert_eq!(desk.repository.git(&["rev-parse", "HEAD^"]), before);
    assert_eq!(desk.repository.git(&["status", "--porcelain"]), "");
    assert!(said.stdout.contains("tests/blocking_io/test_store.py"), "{}", said.stdout);
}

#[test]
fn other_changes_are_listed_and_nothing_is_committed_until_they_are_gone() {
    let desk = Desk::shop();
    let ignored = desk.repository.read(".gitignore");
    desk.repository.write(".gitignore", format!("{ignored}*.log\n"));
    desk.repository.write("shop/staged.py", "x = 1\n");
    desk.repository.git(&["add", "shop/staged.py"]);
    desk.repository.write("shop/untracked.py", "x = 1\n");
    // No part of the work: a note to oneself.
    desk.repository.write("notes.txt", "Call back.\n");
    let (state, files) = (desk.state(), desk.files());
    let said = deliver(&desk).code(2);
    let said = said
        .says(&[".gitignore, shop/staged.py, shop/untracked.py", "guard run --resume --commit"]);
    said.one_error();
    assert_eq!((desk.state(), desk.files()), (state, files));
    desk.repository.git(&["rm", "--quiet", "--cached", "shop/staged.py"]);
    for path in ["shop/staged.py", "shop/untracked.py"] {
        fs::remove_file(desk.repository.root().join(path)).unwrap();
    }
    desk.repository.write(".gitignore", ignored);
    desk.guard(&["run", "--resume", "--commit"]).code(0);
    assert_eq!(last_commit(&desk).0, COMMITTED);
}

#[test]
fn a_hook_that_refuses_is_quoted_and_nothing_is_lost() {
    let desk = Desk::shop();
    hook(&desk, "#!/bin/sh\necho 'no commits on a Friday' >&2\nexit 1\n");
    let (state, files) = (desk.state(), desk.files());
    let said = deliver(&desk).code(2);
    said.says(&["git refused the commit", "no commits on a Friday", "guard run --resume"])
        .one_error();
    let names = |state: &[String]| state[..5].to_vec();
    assert_eq!((names(&desk.state()), desk.files()), (names(&state), files));
    let status = desk.repository.git(&["status", "--porcelain"]);
    assert_eq!(status, " M shop/store.py\n?? tests/blocking_io/test_store.py\n");
    hook(&desk, "#!/bin/sh\n");
    desk.guard(&["run", "--resume", "--commit"]).code(0);
    assert_eq!(desk.repository.git(&["status", "--porcelain"]), "");
}

/// The proof speaks of a text; what was changed while the delivery was refused is another.
#[test]
fn what_changed_after_its_proof_is_not_committed_on_it() {
    let desk = Desk::shop();
    desk.repository.write("shop/untracked.py", "x = 1\n");
    deliver(&desk).code(2);
    fs::remove_file(desk.repository.root().join("shop/untracked.py")).unwrap();
    let store = desk.repository.read("shop/store.py");
    let inline =
        store.replace("await asyncio.to_thread(os.remove, self.path)", "os.remove(self.path)");
    assert_ne!(inline, store);
    desk.repository.write("shop/store.py", inline);
    let head = desk.repository.git(&["rev-parse", "HEAD"]);
    let said = desk.guard(&["run", "--resume", "--commit", "--non-interactive"]);
    assert_ne!(said.code, 0, "{}", said.stdout);
    assert_eq!(desk.repository.git(&["rev-parse", "HEAD"]), head);
}
