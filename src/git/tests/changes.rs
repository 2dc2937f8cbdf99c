//! What differs from the base, path by path and line by line.

use std::fs;

use super::super::Content;
use super::super::testing::{Scratch, run, shown};

const TEN: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

#[test]
fn staged_and_unstaged_edits_of_one_file_are_one_change() {
    let scratch = Scratch::with(&[("a.py", TEN)]);
    scratch.write("a.py", TEN.replace("2\n", "2\nstaged\n"));
    scratch.git(&["add", "a.py"]);
    scratch.write("a.py", TEN.replace("2\n", "2\nstaged\n").replace("9\n", "9\nunstaged\nmore\n"));
    assert_eq!(scratch.changed(), ["Modified a.py -> a.py [3-3 11-12]"]);
}

#[test]
fn committed_work_alone_is_seen_when_asked_for() {
    let scratch = Scratch::with(&[("a.py", TEN)]);
    let base = scratch.git(&["rev-parse", "HEAD"]);
    scratch.commit(&[("a.py", &format!("0\n{TEN}"))]);
    scratch.write("a.py", format!("-1\n0\n{TEN}"));
    scratch.write("new.py", "x\n");
    let repository = scratch.open();
    assert_eq!(
        shown(&repository.changes(&base, Content::Committed).unwrap()),
        ["Modified a.py -> a.py [1-1]"]
    );
    assert_eq!(
        shown(&repository.changes(&base, Content::Working).unwrap()),
        ["Modified a.py -> a.py [1-2]", "Added none -> new.py [1-1]"]
    );
}

#[test]
fn a_rename_with_an_edit_keeps_its_base() {
    let scratch = Scratch::with(&[("old.py", TEN)]);
    let edited = TEN.replace("5\n", "five\n");
    scratch.git(&["mv", "old.py", "new.py"]);
    scratch.write("new.py", &edited);
    assert_eq!(scratch.changed(), ["Renamed old.py -> new.py [5-5]"]);
}

#[test]
fn a_rename_that_git_was_not_told_of_is_one_too() {
    let scratch = Scratch::with(&[("old.py", TEN)]);
    fs::remove_file(scratch.root().join("old.py")).unwrap();
    scratch.write("new.py", TEN.replace("5\n", "five\n"));
    assert_eq!(scratch.changed(), ["Renamed old.py -> new.py [5-5]"]);
}

#[test]
fn untracked_files_count_and_ignored_ones_do_not() {
    let scratch = Scratch::with(&[(".gitignore", "ignored.py\n")]);
    scratch.write("pkg/new.py", "a\nb");
    scratch.write("ignored.py", "a\n");
    scratch.write("empty.py", "");
    assert_eq!(scratch.changed(), ["Added none -> empty.py []", "Added none -> pkg/new.py [1-2]"]);
}

#[test]
fn a_deleted_file_has_no_lines() {
    let scratch = Scratch::with(&[("a.py", TEN), ("b.py", "b\n")]);
    fs::remove_file(scratch.root().join("a.py")).unwrap();
    scratch.git(&["rm", "--quiet", "b.py"]);
    assert_eq!(scratch.changed(), ["Deleted a.py -> a.py []", "Deleted b.py -> b.py []"]);
}

#[test]
fn a_file_that_only_the_index_forgot_is_not_deleted() {
    let scratch = Scratch::with(&[("a.py", TEN)]);
    scratch.git(&["rm", "--quiet", "--cached", "a.py"]);
    scratch.write("a.py", format!("{TEN}11\n"));
    assert_eq!(scratch.changed(), ["Modified a.py -> a.py [11-11]"]);
}

#[test]
fn paths_with_spaces_quotes_and_other_alphabets_are_plain_text() {
    let scratch = Scratch::with(&[("a dir/größe.py", "x\n")]);
    scratch.write("a dir/größe.py", "x\ny\n");
    scratch.write("tab\tand \"quote\".py", "x\n");
    scratch.write("[ab]*.py", "x\n");
    scratch.write(":(top)a.py", "x\n");
    assert_eq!(
        scratch.changed(),
        [
            "Added none -> :(top)a.py [1-1]",
            "Added none -> [ab]*.py [1-1]",
            "Modified a dir/größe.py -> a dir/größe.py [2-2]",
            "Added none -> tab\tand \"quote\".py [1-1]",
        ]
    );
}

#[test]
fn line_endings_that_git_converts_are_no_change() {
    let scratch =
        Scratch::with(&[(".gitattributes", "*.py text eol=crlf\n"), ("a.py", "a\r\nb\r\n")]);
    assert_eq!(scratch.git(&["cat-file", "blob", "HEAD:a.py"]), "a\nb");
    scratch.write("a.py", "a\r\nnew\r\nb\r\n");
    assert_eq!(scratch.changed(), ["Modified a.py -> a.py [2-2]"]);
}

#[test]
fn a_binary_file_has_no_lines() {
    let scratch = Scratch::with(&[("a.bin", "\0one\n")]);
    scratch.write("a.bin", "\0two\n");
    scratch.write("b.bin", "\0\n");
    assert_eq!(scratch.changed(), ["Modified a.bin -> a.bin []", "Added none -> b.bin []"]);
}

#[test]
fn a_submodule_is_not_looked_into() {
    let inner = Scratch::with(&[("a.py", "x\n")]);
    let scratch = Scratch::with(&[("b.py", "x\n")]);
    let url = inner.root().display().to_string();
    scratch.git(&["submodule", "--quiet", "add", &url, "sub"]);
    let base = scratch.commit(&[]);
    scratch.write("sub/a.py", "y\n");
    scratch.write("sub/new.py", "y\n");
    run(&scratch.root().join("sub"), &["checkout", "--quiet", "--detach"]);
    assert_eq!(scratch.changed(), Vec::<String>::new());
    let before = format!("{base}~1");
    assert_eq!(
        shown(&scratch.open().changes(&before, Content::Committed).unwrap()),
        ["Added none -> .gitmodules [1-3]"]
    );
}

#[test]
fn the_users_configuration_does_not_change_the_answer() {
    let scratch = Scratch::with(&[("a.py", TEN)]);
    for (name, value) in [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.external", "false"),
        ("diff.context", "9"),
        ("diff.interHunkContext", "9"),
        ("diff.renames", "copies"),
        ("color.ui", "always"),
        ("core.quotePath", "true"),
        ("diff.submodule", "log"),
    ] {
        scratch.git(&["config", name, value]);
    }
    scratch.write("a.py", TEN.replace("2\n", "two\n").replace("5\n", "five\n"));
    scratch.write("ü.py", "x\n");
    assert_eq!(scratch.changed(), ["Modified a.py -> a.py [2-2 5-5]", "Added none -> ü.py [1-1]"]);
}

#[test]
fn looking_leaves_the_index_byte_for_byte() {
    let scratch = Scratch::with(&[("a.py", TEN)]);
    let touched = fs::File::options().write(true).open(scratch.root().join("a.py")).unwrap();
    touched.set_modified(std::time::UNIX_EPOCH).unwrap();
    scratch.write("new.py", "x\n");
    let index = || fs::read(scratch.root().join(".git/index")).unwrap();
    let before = index();
    scratch.changed();
    scratch.open().staged_or_modified().unwrap();
    assert_eq!(index(), before);
}

#[test]
fn a_conflict_is_a_modification() {
    let scratch = Scratch::with(&[("a.py", "x\n")]);
    scratch.git(&["checkout", "--quiet", "-b", "side"]);
    scratch.commit(&[("a.py", "side\n")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    scratch.commit(&[("a.py", "main\n")]);
    let merge = super::super::command::writing(&scratch.root()).args(["merge", "side"]).run();
    assert_eq!(merge.unwrap().code(), Some(1));
    assert_eq!(scratch.changed(), ["Modified a.py -> a.py [1-1 3-5]"]);
}

#[test]
fn uncommitted_paths_are_listed_without_untracked_ones() {
    let scratch = Scratch::with(&[("a.py", TEN), ("b.py", "b\n"), ("c.py", "c\n")]);
    scratch.git(&["mv", "a.py", "z.py"]);
    scratch.write("b.py", "bb\n");
    scratch.write("new.py", "x\n");
    let repository = scratch.open();
    assert_eq!(repository.staged_or_modified().unwrap(), ["a.py", "b.py", "z.py"]);
    assert_eq!(repository.untracked().unwrap(), ["new.py"]);
}

#[test]
fn a_symbolic_link_has_no_lines() {
    let scratch = Scratch::with(&[("a.py", TEN), ("b.py", "x\n")]);
    let link = |target: &str, name: &str| {
        let path = scratch.root().join(name);
        let _ = fs::remove_file(&path);
        std::os::unix::fs::symlink(target, path).unwrap();
    };
    link("a.py", "b.py");
    link("a.py", "new.py");
    assert_eq!(scratch.changed(), ["Modified b.py -> b.py []", "Added none -> new.py []"]);
}

#[test]
fn a_large_untracked_file_is_listed_and_not_read() {
    let scratch = Scratch::with(&[("a.py", TEN)]);
    scratch.write("big.csv", vec![b'\n'; (8 << 20) + 1]);
    assert_eq!(scratch.changed(), ["Added none -> big.csv []"]);
}

#[test]
fn variables_that_a_hook_inherits_do_not_lead_elsewhere() {
    let scratch = Scratch::with(&[("a.py", TEN)]);
    scratch.write("a.py", format!("{TEN}11\n"));
    let child = crate::exec::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "git::tests::changes::staged_and_unstaged_edits_of_one_file_are_one_change",
        ])
        .env("GIT_DIR", scratch.root().join(".git"))
        .env("GIT_INDEX_FILE", scratch.root().join(".git/index"))
        .env("GIT_WORK_TREE", scratch.root())
        .run()
        .unwrap();
    assert!(child.success(), "{}", child.stdout_text());
}
