//! Where a repository is, and what is said where none is.

use std::fs;

use super::super::testing::{Scratch, run};
use super::super::{GitError, Repository};

#[test]
fn a_folder_without_repository_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let error = Repository::discover(dir.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "no git repository at `{}` or in any folder above it; run guard inside a clone of the project",
            dir.path().display()
        )
    );
}

#[test]
fn a_bare_repository_is_said() {
    let scratch = Scratch::empty(&["--bare"]);
    let error = Repository::discover(&scratch.root()).unwrap_err();
    assert!(matches!(&error, GitError::Bare { at } if *at == scratch.root()), "{error}");
}

#[test]
fn a_repository_without_commits_is_said() {
    let scratch = Scratch::empty(&[]);
    let error = Repository::discover(&scratch.root()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the repository at `{}` has no commits on its current branch, so there is nothing to compare with; make a first commit, then run guard again",
            scratch.root().display()
        )
    );
}

#[test]
fn a_repository_is_found_from_a_folder_inside() {
    let scratch = Scratch::with(&[("a/b/c.py", "x\n")]);
    let repository = Repository::discover(&scratch.root().join("a/b")).unwrap();
    assert_eq!(repository.root(), scratch.root());
    assert_eq!(repository.common_dir(), scratch.root().join(".git"));
    assert_eq!(repository.branch().as_deref(), Some("main"));
    assert_eq!(repository.head().unwrap(), scratch.git(&["rev-parse", "HEAD"]));
}

#[test]
fn a_detached_head_has_no_branch() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["checkout", "--quiet", "--detach"]);
    let repository = scratch.open();
    assert_eq!(repository.branch(), None);
    assert_eq!(repository.base(None).unwrap().name, "main");
}

#[test]
fn a_linked_worktree_shares_the_common_directory() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["worktree", "add", "--quiet", "-b", "side", "../linked"]);
    let linked = scratch.dir.path().join("linked").canonicalize().unwrap();
    fs::write(linked.join("new.py"), "1\n").unwrap();
    let repository = Repository::discover(&linked).unwrap();
    assert_eq!(repository.root(), linked);
    assert_eq!(repository.common_dir(), scratch.root().join(".git"));
    assert_eq!(repository.branch().as_deref(), Some("side"));
    assert_eq!(repository.untracked().unwrap(), ["new.py"]);
}

#[test]
fn a_worktree_of_a_bare_repository_has_files() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    run(scratch.dir.path(), &["clone", "--quiet", "--bare", "repo", "bare"]);
    run(&scratch.dir.path().join("bare"), &["worktree", "add", "--quiet", "--detach", "../tree"]);
    let tree = scratch.dir.path().join("tree").canonicalize().unwrap();
    assert_eq!(Repository::discover(&tree).unwrap().root(), tree);
}
