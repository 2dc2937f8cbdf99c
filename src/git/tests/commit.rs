//! The commit that guard makes on request.

use std::fs;

use super::super::GitError;
use super::super::testing::Scratch;
use crate::exec::Command;

/// A process of its own writes the hook: a descriptor of ours, inherited by what another test
/// starts in the same instant, would make the kernel call it busy.
fn hook(scratch: &Scratch, name: &str, script: &str) {
    let path = scratch.root().join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let written = Command::new("sh")
        .args(["-c", r#"cat > "$0" && chmod +x "$0""#])
        .arg(path)
        .stdin(format!("#!/bin/sh\n{script}\n"))
        .run()
        .unwrap();
    assert!(written.success(), "{}", written.stderr_text());
}

#[test]
fn exactly_the_named_paths_are_committed() {
    let scratch = Scratch::with(&[("fix.py", "x\n"), ("other.py", "x\n"), ("gone.py", "x\n")]);
    scratch.write("fix.py", "fixed\n");
    scratch.write("other.py", "staged\n");
    scratch.git(&["add", "other.py"]);
    scratch.write("tests/an anchor.py", "t\n");
    scratch.write("scratch.py", "t\n");
    fs::remove_file(scratch.root().join("gone.py")).unwrap();
    scratch.git(&["config", "commit.cleanup", "strip"]);
    let paths = ["fix.py", "tests/an anchor.py", "gone.py"].map(str::to_owned);
    let commit = scratch.open().commit(&paths, "Offload it\n\n# not a comment\n").unwrap();
    assert_eq!(commit, scratch.git(&["rev-parse", "HEAD"]));
    assert_eq!(
        scratch.git(&["show", "--name-status", "--format=%an%n%B", "HEAD"]),
        "Ada\nOffload it\n\n# not a comment\n\n\nM\tfix.py\nD\tgone.py\nA\ttests/an anchor.py"
    );
    assert_eq!(scratch.git(&["status", "--porcelain"]), "M  other.py\n?? scratch.py");
}

#[test]
fn a_hook_that_refuses_is_quoted_and_nothing_is_left_behind() {
    let scratch = Scratch::with(&[("fix.py", "x\n")]);
    hook(&scratch, "pre-commit", "echo 'line too long'; echo 'more' >&2; exit 1");
    scratch.write("fix.py", "fixed\n");
    scratch.write("anchor.py", "t\n");
    let head = scratch.git(&["rev-parse", "HEAD"]);
    let paths = ["fix.py", "anchor.py"].map(str::to_owned);
    let error = scratch.open().commit(&paths, "x").unwrap_err();
    let GitError::CommitRefused { output } = &error else { panic!("{error}") };
    assert!(output.contains("line too long") && output.contains("more"), "{output}");
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M fix.py\n?? anchor.py");
}

#[test]
fn hooks_see_an_ordinary_environment() {
    let scratch = Scratch::with(&[("fix.py", "x\n")]);
    hook(
        &scratch,
        "pre-commit",
        "test -z \"$GIT_LITERAL_PATHSPECS$GIT_OPTIONAL_LOCKS$GIT_TERMINAL_PROMPT\"",
    );
    scratch.write("fix.py", "fixed\n");
    scratch.open().commit(&["fix.py".to_owned()], "x").unwrap();
}

#[test]
fn a_commit_of_nothing_is_refused() {
    let scratch = Scratch::with(&[("fix.py", "x\n")]);
    scratch.write("new.py", "x\n");
    let error = scratch.open().commit(&[], "x").unwrap_err();
    assert!(matches!(error, GitError::CommitRefused { .. }), "{error}");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "?? new.py");
}
