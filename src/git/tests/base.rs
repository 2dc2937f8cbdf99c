//! What a change is compared with.

use super::super::testing::{Scratch, run};
use super::super::{Base, GitError, Repository};

/// A clone of `scratch` in the folder beside it.
fn cloned(scratch: &Scratch, options: &[&str]) -> Repository {
    let source = format!("file://{}", scratch.root().display());
    let clone = [&["clone", "--quiet"], options, &[&source, "clone"]].concat();
    run(scratch.dir.path(), &clone);
    Repository::discover(&scratch.dir.path().join("clone")).unwrap()
}

#[test]
fn work_on_the_default_branch_itself_is_judged_against_head() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    let head = scratch.git(&["rev-parse", "HEAD"]);
    let base = scratch.open().base(None).unwrap();
    assert_eq!(base, Base { name: "main".into(), tip: head.clone(), merge_base: head });
}

#[test]
fn a_branch_is_judged_against_where_it_left_the_remote_main() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    let fork = scratch.git(&["rev-parse", "HEAD"]);
    let repository = cloned(&scratch, &[]);
    scratch.commit(&[("b.py", "x\n")]);
    for args in [
        &["fetch", "--quiet"][..],
        &["checkout", "--quiet", "-b", "topic"],
        &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-mx"],
    ] {
        run(repository.root(), args);
    }
    let base = repository.base(None).unwrap();
    let tip = scratch.git(&["rev-parse", "HEAD"]);
    assert_eq!(base, Base { name: "origin/main".into(), tip, merge_base: fork });
}

#[test]
fn the_remote_default_branch_stands_in_for_main() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["branch", "--move", "trunk"]);
    assert_eq!(cloned(&scratch, &[]).base(None).unwrap().name, "origin/trunk");
}

#[test]
fn the_configured_default_branch_is_tried_last() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["branch", "--move", "trunk"]);
    scratch.git(&["config", "init.defaultBranch", "other"]);
    let error = scratch.open().base(None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "found no branch to compare with (tried origin/main, origin/master, main, master, other); name one with `--base`"
    );
    scratch.git(&["config", "init.defaultBranch", "trunk"]);
    assert_eq!(scratch.open().base(None).unwrap().name, "trunk");
}

#[test]
fn an_unknown_base_names_the_nearest() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["branch", "develop"]);
    let error = scratch.open().base(Some("devlop")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no branch, tag or commit `devlop`; did you mean `develop`?"
    );
}

#[test]
fn an_unknown_base_of_a_known_remote_can_be_fetched() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    let error = cloned(&scratch, &[]).base(Some("origin/release-7")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no branch, tag or commit `origin/release-7`; if `origin` has it, `git fetch origin release-7` brings it here"
    );
}

#[test]
fn a_base_that_looks_like_an_option_is_only_a_name() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    let error = scratch.open().base(Some("--all")).unwrap_err();
    assert!(matches!(error, GitError::UnknownBase { .. }), "{error}");
}

#[test]
fn a_shallow_clone_without_the_merge_base_says_how_to_deepen() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scratch.commit(&[("b.py", "x\n")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    scratch.commit(&[("c.py", "x\n")]);
    let repository = cloned(&scratch, &["--depth=1", "--no-single-branch", "--branch=topic"]);
    let error = repository.base(None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "this clone is shallow and does not hold the commit where HEAD and `origin/main` met; fetch the history with `git fetch --unshallow`, or more of it with `git fetch --deepen=100`"
    );
    run(repository.root(), &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(repository.base(None).unwrap().merge_base, scratch.git(&["rev-parse", "main~1"]));
}

#[test]
fn unrelated_histories_are_said() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["checkout", "--quiet", "--orphan", "island"]);
    scratch.commit(&[("b.py", "y\n")]);
    let error = scratch.open().base(None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "HEAD and `main` have no commit in common (unrelated histories); name the branch that this work started from with `--base`"
    );
}
