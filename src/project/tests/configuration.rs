//! What is said in a file, and what is said of a file that says it wrong.

use std::path::PathBuf;
use std::time::Duration;

use super::super::testing::{PYPROJECT, Tree};
use super::super::{Gate, Overrides, Place};

fn refused(file: &str, text: &str) -> String {
    let tree = Tree::of(&["app/a.py"]);
    tree.write(file, text);
    tree.find().unwrap_err().to_string()
}

#[test]
fn every_key_is_taken_and_every_path_is_the_files_own() {
    let tree = Tree::of(&["backend/pyproject.toml=[project]\n", "backend/app/a.py", "tools/b.py"]);
    tree.write(
        "backend/guard.toml",
        r#"
roots = ["app", "../tools"]
exclude = ["app/gen/**"]
anchors = "checks/loop"
detector = ["python", "detect.py"]
[gate]
cwd = ".."
env = { PYTHONPATH = "lib", MODE = "test" }
python = "env/bin/python"
suite = "make gate ARGS='-q -x'"
tests = ["python", "-m", "pytest", "{tests}", "-x"]
limit = 90
carry = ["*.env"]
"#,
    );
    let project = tree.find_from("backend", &Overrides::default()).unwrap();
    assert_eq!(project.config.as_deref(), Some("backend/guard.toml"));
    assert_eq!(project.roots, ["backend/app", "tools"]);
    assert_eq!(project.exclude.last().unwrap(), "backend/app/gen/**");
    assert_eq!(project.anchors, "backend/checks/loop");
    assert_eq!(project.detector.unwrap(), ["python", "detect.py"]);
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        project.gate,
        Gate {
            place: Place::Isolated,
            python: Some(tree.root().join("backend/env/bin/python")),
            cwd: String::new(),
            env: vec![("MODE".into(), "test".into()), ("PYTHONPATH".into(), "lib".into())],
            suite: words(&["make", "gate", "ARGS=-q -x"]),
            tests: words(&["python", "-m", "pytest", "{tests}", "-x"]),
            limit: Duration::from_secs(90),
            carry: vec!["backend/*.env".into()],
        }
    );
}

#[test]
fn a_table_of_pyproject_does_the_same() {
    let tree = Tree::of(&["app/a.py", "lib/a.py"]);
    tree.write(
        "pyproject.toml",
        "[tool.ruff]\nx = 1\n[tool.guard]\nroots = ['lib']\ngate.python = 'python3.12'\n",
    );
    let project = tree.find().unwrap();
    assert_eq!(project.config.as_deref(), Some("pyproject.toml"));
    assert_eq!(project.roots, ["lib"]);
    assert_eq!(project.gate.python, Some(PathBuf::from("python3.12")));
}

#[test]
fn the_root_configures_a_project_below() {
    let tree = Tree::of(&["backend/pyproject.toml=[project]\n", "backend/tests/a.py", "lib/a.py"]);
    tree.write("guard.toml", "roots = ['lib']\n");
    let project = tree.find().unwrap();
    assert_eq!((project.dir.as_str(), project.roots), ("backend", vec!["lib".to_owned()]));
}

#[test]
fn a_typo_is_shown_where_it_stands() {
    assert_eq!(
        refused("guard.toml", "exclude = []\n\n[gate]\nenv = {}\nlimits = 90\n"),
        "\
error: unknown key `limits`
 --> guard.toml:5:1
  |
5 | limits = 90
  | ^^^^^^ did you mean `limit`?"
    );
}

#[test]
fn a_typo_in_pyproject_is_shown_at_the_line_of_that_file() {
    assert_eq!(
        refused("pyproject.toml", "[project]\nname = 'x'\n\n[tool.guard]\nanchor = 'tests'\n"),
        "\
error: unknown key `anchor`
 --> pyproject.toml:5:1
  |
5 | anchor = 'tests'
  | ^^^^^^ did you mean `anchors`?"
    );
}

#[test]
fn a_key_that_resembles_none_gets_the_list() {
    assert_eq!(
        refused("guard.toml", "colour = 'red'\n"),
        "\
error: unknown key `colour`
 --> guard.toml:1:1
  |
1 | colour = 'red'
  | ^^^^^^ known are roots, exclude, anchors, detector, sinks, offloaders, entries, gate, fence"
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_shown() {
    assert_eq!(
        refused("guard.toml", "[gate]\nlimit = 'long'\n"),
        "\
error: invalid type: string \"long\", expected u64
 --> guard.toml:2:9
  |
2 | limit = 'long'
  |         ^^^^^^"
    );
    assert_eq!(
        refused("guard.toml", "[gate]\nsuite = \"pytest 'x\"\n"),
        "\
error: the quote ' is not closed
 --> guard.toml:2:9
  |
2 | suite = \"pytest 'x\"
  |         ^^^^^^^^^^^"
    );
}

#[test]
fn text_that_is_no_toml_is_shown() {
    let message = refused("guard.toml", "roots = [\n");
    assert!(message.contains("--> guard.toml:") && message.contains("unclosed array"), "{message}");
}

#[test]
fn values_that_cannot_work_are_shown() {
    assert_eq!(
        refused("guard.toml", "roots = ['app', 'ap']\n"),
        "\
error: there is no `ap` in the repository
 --> guard.toml:1:17
  |
1 | roots = ['app', 'ap']
  |                 ^^^^ relative to this file's folder"
    );
    for (text, title) in [
        ("anchors = '../x'\n", "error: `../x` leaves the repository\n"),
        ("exclude = ['a{']\n", "error: not a glob pattern\n"),
        ("[gate]\nlimit = 0\n", "error: `limit` leaves no time\n"),
        (
            "[gate]\ntests = 'pytest -q'\n",
            "error: `tests` does not say where the selected tests go\n",
        ),
        ("[gate]\nsuite = ''\n", "error: the command has no words\n"),
    ] {
        let message = refused("guard.toml", text);
        assert!(message.starts_with(title) && message.contains(" --> guard.toml:"), "{message}");
    }
}

#[test]
fn a_broken_pyproject_of_the_project_is_an_error_and_one_elsewhere_is_not() {
    let tree = Tree::of(&[PYPROJECT, "app/a.py", "vendored/x/pyproject.toml=[broken"]);
    assert_eq!(tree.find().unwrap().dir, "");
    assert!(refused("pyproject.toml", "[broken").contains("--> pyproject.toml:1:"));
}

#[test]
fn the_reference_is_read_as_it_stands() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
    let page = std::fs::read_to_string(page).unwrap();
    let text = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let tree = Tree::of(&["app/a.py", "packages/harness/b.py"]);
    tree.write("guard.toml", text);
    let fence = tree.find().unwrap().fence().unwrap().unwrap();
    let [name] = fence.names.as_slice() else { panic!("{:?}", fence.names) };
    assert_eq!((name.name.value.as_str(), name.never_leaves), ("build_graph", true));
    assert_eq!(name.worst.value.worst(), Duration::from_secs(13));
    assert_eq!(fence.audit.value, "docs/blocking-calls.md");
    let [allowed] = fence.allow.as_slice() else { panic!("{:?}", fence.allow) };
    assert_eq!(allowed.function, "Pulse.beat");
}

#[test]
fn a_fence_that_is_written_wrong_is_shown_where_it_stands() {
    let refused = |text: &str| {
        let tree = Tree::of(&["app/a.py"]);
        tree.write("guard.toml", text);
        match tree.find() {
            Ok(project) => project.fence().unwrap_err().to_string(),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(
        refused("[[fence.names]]\nname = 'f'\nworst = 'long'\nhow = 'x'\n"),
        "\
error: `long` is no duration; write a number and its unit: `80 ms`, `13 s`, `8-13 s`, `1.5 min`
 --> guard.toml:3:9
  |
3 | worst = 'long'
  |         ^^^^^^ the worst case"
    );
    let never = "[[fence.names]]\nname = 'f'\nworst = '1 s'\nhow = 'x'\nneverleaves = true\n";
    assert!(refused(never).contains("did you mean `never-leaves`?"));
    assert!(refused("[fence]\naudit = '../x.md'\n").contains("`../x.md` leaves the repository"));
}
