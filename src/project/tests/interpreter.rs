//! Which Python, and from where.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::super::testing::{PYPROJECT, Tree};
use super::super::{Overrides, Python, Surroundings};

/// A backend that has nothing yet.
fn backend() -> Tree {
    let pyproject = format!("backend/{PYPROJECT}");
    Tree::of(&[&pyproject, "backend/tests/a.py", "tools/none"])
}

fn surroundings(tree: &Tree) -> Surroundings {
    Surroundings {
        folder: tree.root(),
        virtual_env: None,
        uv_environment: None,
        path: OsString::from(tree.root().join("tools")),
    }
}

fn found(tree: &Tree, overrides: &Overrides, around: &Surroundings) -> (String, String) {
    let project = tree.find().unwrap();
    let Python { path, from } = project.interpreter(overrides, around).unwrap();
    (path.strip_prefix(tree.root()).unwrap().display().to_string(), from)
}

fn pair(path: &str, from: &str) -> (String, String) {
    (path.to_owned(), from.to_owned())
}

#[test]
fn each_source_gives_way_to_the_one_before() {
    let tree = backend();
    let none = Overrides::default();
    let mut around = surroundings(&tree);
    tree.write("backend/uv.lock", "");
    tree.write("uvs/pyvenv.cfg", "");
    tree.write("uvs/bin/python3", "");
    let answer = tree.root().join("uvs/bin/python3");
    tree.program("tools/uv", &format!("echo {}", answer.display()));
    assert_eq!(found(&tree, &none, &around), pair("uvs/bin/python3", "uv"));

    tree.write("kept/bin/python", "");
    around.uv_environment = Some("../kept".into());
    let (path, from) = found(&tree, &none, &around);
    assert!(path.ends_with("kept/bin/python"), "{path}");
    assert_eq!(from, "UV_PROJECT_ENVIRONMENT");

    tree.write(".venv/bin/python", "");
    assert_eq!(found(&tree, &none, &around), pair(".venv/bin/python", ".venv"));
    tree.write("backend/.venv/bin/python", "");
    assert_eq!(found(&tree, &none, &around), pair("backend/.venv/bin/python", ".venv"));

    tree.write("active/bin/python", "");
    around.virtual_env = Some(tree.root().join("active"));
    assert_eq!(found(&tree, &none, &around), pair("active/bin/python", "VIRTUAL_ENV"));

    tree.write("guard.toml", "gate.python = 'configured/python'\n");
    tree.write("configured/python", "");
    assert_eq!(found(&tree, &none, &around), pair("configured/python", "guard.toml"));

    tree.write("given/bin/python", "");
    for python in ["given/bin/python", "given"] {
        let overrides = Overrides { python: Some(python.into()), ..Overrides::default() };
        assert_eq!(found(&tree, &overrides, &around), pair("given/bin/python", "--python"));
    }
}

#[test]
fn a_bare_name_is_looked_up_on_path() {
    let tree = backend();
    tree.program("tools/python3.12", "");
    let overrides = Overrides { python: Some("python3.12".into()), ..Overrides::default() };
    assert_eq!(
        found(&tree, &overrides, &surroundings(&tree)),
        pair("tools/python3.12", "--python")
    );
}

#[test]
fn poetry_is_asked_where_its_environment_is() {
    let tree = backend();
    tree.write("backend/poetry.lock", "");
    tree.write("poetrys/bin/python", "");
    let answer = tree.root().join("poetrys/bin/python");
    let script =
        format!("test \"$*\" = 'env info --executable' && pwd >&2 && echo {}", answer.display());
    tree.program("tools/poetry", &script);
    assert_eq!(
        found(&tree, &Overrides::default(), &surroundings(&tree)),
        pair("poetrys/bin/python", "poetry")
    );
}

#[test]
fn the_link_in_an_environment_is_not_resolved() {
    let tree = backend();
    tree.write("base/python3", "");
    std::fs::create_dir_all(tree.root().join(".venv/bin")).unwrap();
    let link = tree.root().join(".venv/bin/python");
    std::os::unix::fs::symlink(tree.root().join("base/python3"), link).unwrap();
    assert_eq!(
        found(&tree, &Overrides::default(), &surroundings(&tree)),
        pair(".venv/bin/python", ".venv")
    );
}

#[test]
fn an_interpreter_that_is_no_environments_is_not_the_projects() {
    let tree = backend();
    tree.write("backend/uv.lock", "");
    tree.write("system/bin/python3", "");
    let answer = tree.root().join("system/bin/python3");
    tree.program("tools/uv", &format!("echo {}", answer.display()));
    let project = tree.find().unwrap();
    let error = project.interpreter(&Overrides::default(), &surroundings(&tree)).unwrap_err();
    let root = tree.root();
    assert_eq!(
        error.to_string(),
        format!(
            "no Python environment found: tried VIRTUAL_ENV (not set), {0}/backend/.venv, {0}/.venv, uv (it has no environment for this project); make one with `uv sync`, or name one with `--python PATH`",
            root.display()
        )
    );
}

#[test]
fn nothing_found_says_everything_that_was_tried() {
    let tree = backend();
    let project = tree.find().unwrap();
    let mut around = surroundings(&tree);
    around.virtual_env = Some(PathBuf::from("/gone"));
    let error = project.interpreter(&Overrides::default(), &around).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "no Python environment found: tried VIRTUAL_ENV (no Python in /gone), {0}/backend/.venv, {0}/.venv; make one with `python3 -m venv .venv`, or name one with `--python PATH`",
            tree.root().display()
        )
    );
}

#[test]
fn a_named_interpreter_that_is_not_there_is_an_error() {
    let tree = backend();
    tree.write("backend/.venv/bin/python", "");
    let project = tree.find().unwrap();
    let overrides =
        Overrides { python: Some(Path::new("no/python").into()), ..Overrides::default() };
    let error = project.interpreter(&overrides, &surroundings(&tree)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no Python interpreter at `no/python`, which --python names; give the path of one, or of a virtual environment"
    );
}
