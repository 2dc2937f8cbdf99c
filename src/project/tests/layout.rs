//! What is found where nothing is said.

use std::time::Duration;

use super::super::testing::{PYPROJECT, Tree};
use super::super::{Gate, Overrides, Place};

fn pyproject(folder: &str) -> String {
    format!("{folder}/{PYPROJECT}")
}

#[test]
fn a_project_at_the_root_is_described_whole() {
    let tree = Tree::of(&[
        PYPROJECT,
        "shop/__init__.py",
        "shop/store.py",
        "main.py",
        "setup.py",
        "docs/conf.py",
        "scripts/load.py",
        "tests/test_store.py",
        "tests/blocking_io/conftest.py",
        "data/readme.txt",
        ".venv/lib/x.py",
        "py312/pyvenv.cfg",
        "py312/lib/x.py",
    ]);
    let project = tree.find().unwrap();
    assert_eq!(project.root, tree.root());
    assert_eq!((project.dir.as_str(), project.config.as_deref()), ("", None));
    assert_eq!(project.roots, ["main.py", "scripts", "shop"]);
    assert_eq!(project.anchors, "tests/blocking_io");
    assert_eq!(project.detector, None);
    assert_eq!(
        project.gate,
        Gate {
            place: Place::Isolated,
            python: None,
            cwd: String::new(),
            env: vec![("PYTHONPATH".into(), ".".into())],
            suite: ["python", "-m", "pytest", "tests/blocking_io", "-q"].map(String::from).into(),
            tests: ["python", "-m", "pytest", "-q", "{tests}"].map(String::from).into(),
            limit: Duration::from_secs(600),
            carry: Vec::new(),
        }
    );
}

#[test]
fn a_project_in_a_subfolder_is_found_from_the_root() {
    let backend = pyproject("backend");
    let tree = Tree::of(&[
        &backend,
        "backend/app/main.py",
        "backend/tests/test_a.py",
        "frontend/package.json",
        "skills/x/scripts/run.py",
    ]);
    let project = tree.find().unwrap();
    assert_eq!(project.dir, "backend");
    assert_eq!(project.roots, ["backend/app"]);
    assert_eq!(project.anchors, "backend/tests/blocking_io");
    assert_eq!(project.gate.cwd, "backend");
    assert_eq!(project.gate.suite[3], "tests/blocking_io");
}

#[test]
fn the_nearest_project_above_the_start_is_meant() {
    let (one, two) = (pyproject("one"), pyproject("two"));
    let tree = Tree::of(&[&one, &two, "one/a/x.py", "two/b/c/y.py"]);
    let project = tree.find_from("two/b/c", &Overrides::default()).unwrap();
    assert_eq!((project.dir.as_str(), project.roots), ("two", vec!["two/b".to_owned()]));
}

#[test]
fn a_src_layout_has_its_packages_as_roots() {
    let tree = Tree::of(&[
        PYPROJECT,
        "src/shop/__init__.py",
        "src/shop_cli.py",
        "src/shop.egg-info/x.txt",
        "test/conftest.py",
    ]);
    let project = tree.find().unwrap();
    assert_eq!(project.roots, ["src/shop", "src/shop_cli.py"]);
    assert_eq!(project.gate.env, [("PYTHONPATH".to_owned(), ".:src".to_owned())]);
}

#[test]
fn members_of_a_uv_workspace_belong_to_it() {
    let (harness, api, other) = (
        pyproject("backend/packages/harness"),
        pyproject("backend/packages/api"),
        pyproject("backend/packages/other"),
    );
    let tree = Tree::of(&[
        "backend/pyproject.toml=[project]\nname='x'\n[tool.uv.workspace]\nmembers = ['packages/*']\nexclude = ['packages/other']\n",
        "backend/uv.lock",
        "backend/app/gateway/app.py",
        &harness,
        "backend/packages/harness/flow/__init__.py",
        "backend/packages/harness/tests/test_x.py",
        &api,
        "backend/packages/api/src/flow_api/__init__.py",
        &other,
        "backend/packages/other/mod/__init__.py",
        "backend/tests/test_a.py",
    ]);
    let expected =
        ["backend/app", "backend/packages/api/src/flow_api", "backend/packages/harness/flow"];
    for start in ["", "backend/app", "backend/packages/harness/flow"] {
        let project = tree.find_from(start, &Overrides::default()).unwrap();
        assert_eq!(project.dir, "backend", "from `{start}`");
        assert_eq!(project.roots, expected);
        assert_eq!(
            project.gate.env,
            [("PYTHONPATH".to_owned(), ".:packages/api/src:packages/harness".to_owned())]
        );
    }
}

#[test]
fn two_projects_are_a_question() {
    let (one, two, deep) = (pyproject("one"), pyproject("two"), pyproject("x/deep"));
    let tree = Tree::of(&[&one, "one/tests/a.py", &two, "two/tests/a.py", &deep, "x/deep/tests/a"]);
    assert_eq!(
        tree.find().unwrap_err().to_string(),
        "found several Python projects: `one`, `two`; say which with `--project DIR`, or put a `guard.toml` into the one that is meant"
    );
    let overrides = Overrides { project: Some("two".into()), ..Overrides::default() };
    assert_eq!(tree.find_from("", &overrides).unwrap().dir, "two");
    tree.write("x/deep/guard.toml", "");
    assert_eq!(tree.find().unwrap().dir, "x/deep");
    tree.write("guard.toml", "[gate]\ncwd = 'one'\n");
    assert_eq!(tree.find().unwrap().dir, "one");
}

#[test]
fn a_folder_outside_of_the_repository_is_refused() {
    let tree = Tree::of(&[PYPROJECT]);
    for given in ["..", "absent"] {
        let overrides = Overrides { project: Some(given.into()), ..Overrides::default() };
        assert_eq!(
            tree.find_from("", &overrides).unwrap_err().to_string(),
            format!(
                "`--project {given}` is not a folder of the repository at `{}`; give one that exists there",
                tree.root().display()
            )
        );
    }
}

#[test]
fn settings_of_tools_at_the_root_are_not_a_project() {
    let backend = pyproject("backend");
    let tree = Tree::of(&[
        "pyproject.toml=[tool.ruff]\nline-length = 100\n",
        &backend,
        "backend/app/a.py",
        "backend/tests/test_a.py",
    ]);
    assert_eq!(tree.find().unwrap().dir, "backend");
}

#[test]
fn a_tree_without_any_sign_is_scanned_whole_but_for_its_tests() {
    let tree = Tree::of(&["readme.txt"]);
    let project = tree.find().unwrap();
    assert_eq!((project.dir.as_str(), project.roots), ("", vec![String::new()]));
    assert!(project.exclude.contains(&"**/tests/**".to_owned()));
    let backend = pyproject("backend");
    let tree = Tree::of(&[&backend, "backend/tests/a.py"]);
    let project = tree.find().unwrap();
    assert_eq!(project.roots, ["backend"]);
    assert_eq!(project.gate.env, [("PYTHONPATH".to_owned(), ".".to_owned())]);
}

#[test]
fn the_import_path_leads_from_the_working_directory_to_every_root() {
    let backend = pyproject("backend");
    let tree = Tree::of(&[&backend, "shared/lib/a.py", "backend/src/x.py", "backend/tests/a.py"]);
    tree.write("backend/guard.toml", "roots = ['../shared/lib', 'src']\n");
    let project = tree.find().unwrap();
    assert_eq!(project.gate.env, [("PYTHONPATH".to_owned(), ".:src:../shared".to_owned())]);
}

#[test]
fn what_git_ignores_is_no_root() {
    let tree = Tree::of(&[PYPROJECT, ".gitignore=/generated/\n", "generated/a.py", "app/a.py"]);
    assert_eq!(tree.find().unwrap().roots, ["app"]);
}

#[test]
fn a_gate_of_the_projects_own_is_used_where_it_is() {
    let named = Tree::of(&[PYPROJECT, "tests/unit/a.py", "tests/runtime/no_blocking/a.py"]);
    assert_eq!(named.find().unwrap().anchors, "tests/runtime/no_blocking");
    let speaking = Tree::of(&[
        PYPROJECT,
        "tests/unit/conftest.py=import pytest\n",
        "tests/loop/conftest.py=from blockbuster import BlockBuster\n",
    ]);
    assert_eq!(speaking.find().unwrap().anchors, "tests/loop");
    let whole = Tree::of(&[PYPROJECT, "tests/conftest.py=import blockbuster\n"]);
    assert_eq!(whole.find().unwrap().anchors, "tests");
}
