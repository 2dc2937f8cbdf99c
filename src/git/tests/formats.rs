//! Files of a commit, also from repositories that libgit2 cannot read.

use super::super::testing::{Scratch, run, shown};
use super::super::{Content, GitError, Repository};

const FILES: [(&str, &str); 5] = [
    ("app.py", "app\n"),
    ("pkg/a.py", "a\n"),
    ("pkg/sub/b.py", "b\n"),
    ("pkg/data.txt", "d\n"),
    ("pkg2/c.py", "c\n"),
];

fn names(repository: &Repository, roots: &[&str]) -> Vec<String> {
    let roots: Vec<String> = roots.iter().map(|&root| root.to_owned()).collect();
    let files = repository.files_at("HEAD", &roots, "py").unwrap();
    files
        .into_iter()
        .map(|(path, bytes)| format!("{path}={}", String::from_utf8(bytes).unwrap().trim_end()))
        .collect()
}

fn assert_reads(repository: &Repository) {
    assert_eq!(
        names(repository, &["pkg", "pkg/sub/b.py", "absent"]),
        ["pkg/a.py=a", "pkg/sub/b.py=b"]
    );
    assert_eq!(
        names(repository, &[""]),
        ["app.py=app", "pkg/a.py=a", "pkg/sub/b.py=b", "pkg2/c.py=c"]
    );
    assert_eq!(repository.file_at("HEAD", "pkg/data.txt").unwrap().as_deref(), Some(&b"d\n"[..]));
    assert_eq!(repository.file_at("HEAD", "pkg/absent.py").unwrap(), None);
    assert_eq!(repository.file_at("HEAD", "pkg").unwrap(), None);
}

#[test]
fn files_of_a_commit_are_read_below_the_roots() {
    let scratch = Scratch::with(&FILES);
    scratch.write("pkg/a.py", "edited\n");
    let repository = scratch.open();
    assert!(repository.library().is_some());
    assert_reads(&repository);
}

#[test]
fn the_git_command_reads_the_same_as_the_library() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let scratch = Scratch::empty(&[format]);
        let error = Repository::discover(&scratch.root()).unwrap_err();
        assert!(matches!(error, GitError::NoCommits { .. }), "{format}: {error}");
        scratch.commit(&FILES);
        let repository = scratch.open();
        assert!(repository.library().is_none(), "{format}: libgit2 reads it now");
        assert_reads(&repository);
        scratch.write("pkg/a.py", "a\nb\n");
        assert_eq!(scratch.changed(), ["Modified pkg/a.py -> pkg/a.py [2-2]"]);
        assert_eq!(repository.root(), scratch.root());
        assert_eq!(repository.common_dir(), scratch.root().join(".git"));
        assert_eq!(repository.branch().as_deref(), Some("main"));
        let base = repository.base(None).unwrap();
        assert_eq!(base.merge_base, scratch.git(&["rev-parse", "HEAD"]));
    }
}

#[test]
fn a_partial_clone_fetches_what_it_lacks() {
    let scratch = Scratch::with(&FILES);
    scratch.commit(&[("pkg/a.py", "newer\n")]);
    scratch.git(&["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", scratch.root().display());
    let allow = "--config=protocol.file.allow=always";
    run(scratch.dir.path(), &["clone", "--quiet", allow, "--filter=blob:none", &source, "clone"]);
    let repository = Repository::discover(&scratch.dir.path().join("clone")).unwrap();
    let old = repository.file_at("HEAD~1", "pkg/a.py").unwrap();
    assert_eq!(old.as_deref(), Some(&b"a\n"[..]));
}

#[test]
fn a_sparse_checkout_deletes_nothing() {
    let scratch = Scratch::with(&FILES);
    scratch.git(&["sparse-checkout", "set", "pkg"]);
    scratch.write("outside/new.py", "x\n");
    scratch.write("pkg/a.py", "a\nb\n");
    let repository = scratch.open();
    let head = repository.head().unwrap();
    assert_eq!(
        shown(&repository.changes(&head, Content::Working).unwrap()),
        ["Added none -> outside/new.py [1-1]", "Modified pkg/a.py -> pkg/a.py [2-2]"]
    );
}

#[test]
fn an_unknown_commit_is_an_error() {
    let scratch = Scratch::with(&FILES);
    let error = scratch.open().file_at("0123456789", "app.py").unwrap_err();
    assert!(matches!(error, GitError::Command { .. }), "{error}");
}
