//! Claims about the isolated tree, shown with real git.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use guard::git::Content;
use guard::git::worktree::{Worktree, sweep};

use super::support::Repository;

/// A repository with every kind of uncommitted work in it.
fn dirty() -> Repository {
    let repository = Repository::new();
    for name in ["kept", "modified", "staged", "both", "deleted", "old name", "mode", "typed"] {
        repository.write(name, format!("{name}\n"));
    }
    repository.write(".gitignore", "ignored\nlocal/\n");
    repository.commit("Start");
    repository.write("modified", "modified on disk\n");
    repository.write("staged", "staged\nand more\n");
    repository.write("both", "in the index\n");
    repository.write("added and staged", "new\n");
    repository.git(&["add", "staged", "both", "added and staged"]);
    repository.write("both", "on disk\n");
    fs::remove_file(repository.root().join("deleted")).unwrap();
    repository.git(&["mv", "old name", "näme"]);
    repository.write("näme", "renamed and edited\n");
    repository.write("folder/untracked", "untracked\n");
    fs::set_permissions(repository.root().join("mode"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(repository.root().join("typed")).unwrap();
    symlink("kept", repository.root().join("typed")).unwrap();
    repository.write("ignored", "ignored\n");
    repository.write("local/config.toml", "ignored too\n");
    repository
}

/// Everything of git's that a contributor could miss.
fn state(repository: &Repository) -> Vec<String> {
    let index = fs::read(repository.root().join(".git/index")).unwrap();
    vec![
        repository.git(&["status", "--porcelain=v2", "--branch", "--untracked-files=all"]),
        repository.git(&["for-each-ref"]),
        repository.git(&["stash", "list"]),
        repository.git(&["worktree", "list"]),
        repository.git(&["reflog"]),
        format!("{index:?}"),
    ]
}

/// Every file of a tree with its content, links as links, git's own left out.
fn files(root: &Path) -> Vec<(String, String)> {
    fn walk(root: &Path, dir: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let kind = fs::symlink_metadata(&path).unwrap();
            if name == ".git" {
                continue;
            } else if kind.is_symlink() {
                found.push((name, format!("-> {}", fs::read_link(&path).unwrap().display())));
            } else if kind.is_dir() {
                walk(root, &path, found);
            } else {
                let executable = kind.permissions().mode() & 0o100 != 0;
                let mark = if executable { "x " } else { "" };
                found.push((name, format!("{mark}{}", fs::read_to_string(&path).unwrap())));
            }
        }
    }
    let mut found = Vec::new();
    walk(root, root, &mut found);
    found.sort();
    found
}

#[test]
fn worktree_holds_uncommitted_work_and_leaves_the_contributors_alone() {
    let repository = dirty();
    let before = (state(&repository), files(&repository.root()));
    let mut worktree = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    let expected: Vec<_> = files(&repository.root())
        .into_iter()
        .filter(|(name, _)| name != "ignored" && name != "local/config.toml")
        .collect();
    assert_eq!(files(worktree.path()), expected);
    worktree.write("modified", b"mutated\n").unwrap();
    assert_eq!(worktree.changed().unwrap(), ["modified"]);
    worktree.restore("modified").unwrap();
    assert_eq!(worktree.changed().unwrap(), Vec::<String>::new());
    let tree = worktree.path().to_owned();
    drop(worktree);
    assert!(!tree.exists());
    assert_eq!((state(&repository), files(&repository.root())), before);
}

#[test]
fn committed_content_is_head_alone() {
    let repository = dirty();
    let worktree = Worktree::create(&repository.root(), Content::Committed, &[]).unwrap();
    let names: Vec<_> = files(worktree.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            ".gitignore",
            "both",
            "deleted",
            "kept",
            "mode",
            "modified",
            "old name",
            "staged",
            "typed"
        ]
    );
}

#[test]
fn ignored_files_come_along_when_a_pattern_names_them() {
    let repository = dirty();
    let carry = ["local/*.toml".to_owned()];
    let worktree = Worktree::create(&repository.root(), Content::Committed, &carry).unwrap();
    assert!(worktree.path().join("local/config.toml").exists());
    assert!(!worktree.path().join("ignored").exists());
}

#[test]
fn edit_of_an_untracked_file_is_seen_and_taken_back() {
    let repository = dirty();
    let mut worktree = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    worktree.write("folder/untracked", b"x").unwrap();
    assert_eq!(worktree.changed().unwrap(), ["folder/untracked"]);
    worktree.restore("folder/untracked").unwrap();
    assert_eq!(worktree.changed().unwrap(), Vec::<String>::new());
}

/// Protected by: `Worktree::put` takes away bytecode.
#[test]
fn write_takes_the_files_bytecode_away_and_no_others() {
    let repository = Repository::new();
    repository.write("a.py", "x = 1\n");
    repository.commit("Start");
    let mut worktree = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    let cache = worktree.path().join("__pycache__");
    fs::create_dir(&cache).unwrap();
    for name in ["a.cpython-312.pyc", "a.cpython-312-pytest-8.4.2.pyc", "ab.cpython-312.pyc"] {
        fs::write(cache.join(name), "old").unwrap();
    }
    worktree.write("a.py", b"x = 2\n").unwrap();
    let left: Vec<_> = fs::read_dir(&cache).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["ab.cpython-312.pyc"]);
}

#[test]
fn hooks_of_the_repository_do_not_run() {
    let repository = Repository::new();
    repository.write("a", "a\n");
    repository.commit("Start");
    let ran = repository.beside("ran");
    let hook = repository.root().join(".git/hooks/post-checkout");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\ntouch '{}'\n", ran.display())).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let worktree = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    assert!(worktree.path().join("a").exists());
    assert!(!ran.exists());
}

#[test]
fn linked_worktree_can_be_isolated_too() {
    let repository = Repository::new();
    repository.write("a", "a\n");
    repository.commit("Start");
    let linked = repository.beside("linked");
    repository.git(&["worktree", "add", "--quiet", linked.to_str().unwrap(), "-b", "other"]);
    fs::write(linked.join("a"), "changed in the linked one\n").unwrap();
    let before = state(&repository);
    let worktree = Worktree::create(&linked, Content::Working, &[]).unwrap();
    let text = fs::read_to_string(worktree.path().join("a")).unwrap();
    assert_eq!(text, "changed in the linked one\n");
    drop(worktree);
    assert_eq!(state(&repository), before);
}

#[test]
fn worktree_of_a_dead_owner_is_swept_and_that_of_a_living_one_is_not() {
    let repository = Repository::new();
    repository.write("a", "a\n");
    repository.commit("Start");
    let alive = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    let dead = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    let tree = dead.path().to_owned();
    // A process that is killed drops nothing, but its locks go with it.
    let lock = tree.parent().unwrap().join("lock");
    std::mem::forget(dead);
    fs::remove_file(&lock).unwrap();
    fs::write(&lock, "").unwrap();
    assert_eq!(sweep(&repository.root()).unwrap(), 1);
    assert!(!tree.exists());
    assert!(alive.path().exists());
    assert_eq!(repository.git(&["worktree", "list"]).lines().count(), 2);
    drop(alive);
    assert_eq!(repository.git(&["worktree", "list"]).lines().count(), 1);
}

#[test]
fn record_of_a_worktree_whose_folder_is_gone_is_swept() {
    let repository = Repository::new();
    repository.write("a", "a\n");
    repository.commit("Start");
    let worktree = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    let base = worktree.path().parent().unwrap().to_owned();
    std::mem::forget(worktree);
    fs::remove_dir_all(&base).unwrap();
    assert_eq!(repository.git(&["worktree", "list"]).lines().count(), 2);
    assert_eq!(sweep(&repository.root()).unwrap(), 1);
    assert_eq!(repository.git(&["worktree", "list"]).lines().count(), 1);
}

#[test]
fn submodules_that_are_present_come_along() {
    let library = Repository::new();
    library.write("lib.py", "x = 1\n");
    library.commit("Library");
    let repository = Repository::new();
    repository.write("a", "a\n");
    repository.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        library.root().to_str().unwrap(),
        "vendor/lib",
    ]);
    repository.commit("Start");
    repository.write("vendor/lib/lib.py", "x = 2\n");
    let before = state(&repository);
    let worktree = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    let text = fs::read_to_string(worktree.path().join("vendor/lib/lib.py")).unwrap();
    assert_eq!(text, "x = 2\n");
    drop(worktree);
    assert_eq!(state(&repository), before);
}

#[test]
fn link_out_of_the_tree_is_not_written_through() {
    let repository = Repository::new();
    repository.write("a", "a\n");
    symlink(repository.root().join("a"), repository.root().join("link")).unwrap();
    repository.commit("Start");
    let mut worktree = Worktree::create(&repository.root(), Content::Working, &[]).unwrap();
    let error = worktree.write("link", b"mutated\n").unwrap_err();
    assert!(error.to_string().contains("leads out of the isolated worktree"), "{error}");
    assert_eq!(repository.read("a"), "a\n");
}
