//! `guard init`, with real pytest and real Blockbuster.

use guard::anchor::init::{FileAction, InitError, apply};

use crate::tree::Tree;

const STORE: &str = "\
import asyncio
import os


class Store:
    def __init__(self, path):
        self.path = path

    async def size(self):
        return (await asyncio.to_thread(os.stat, self.path)).st_size

    async def quiet_size(self):
        try:
            return os.stat(self.path).st_size
        except Exception:
            return 0
";

const ANCHOR: &str = "\
import pytest

from courier.store import Store

pytestmark = pytest.mark.asyncio


async def test_size(tmp_path):
    assert await Store(tmp_path).size() > 0
";

fn courier() -> Tree {
    let pyproject = "[project]\nname = \"courier\"\nrequires-python = \">=3.10\"\n";
    Tree::new(&[
        ("pyproject.toml", pyproject),
        ("courier/__init__.py", ""),
        ("courier/store.py", STORE),
    ])
}

#[test]
fn a_fresh_gate_is_green_and_a_regression_under_it_is_red() {
    let tree = courier();
    tree.init();
    tree.write("tests/blocking_io/test_store.py", ANCHOR);
    let green = tree.pytest(&["tests/blocking_io"]);
    assert_eq!(green.code(), Some(0), "{}", green.stdout_text());
    assert!(green.stdout_text().contains("8 passed"), "{}", green.stdout_text());

    tree.write(
        "courier/store.py",
        &STORE.replace("await asyncio.to_thread(os.stat, self.path)", "os.stat(self.path)"),
    );
    let red = tree.pytest(&["tests/blocking_io"]);
    assert_eq!(red.code(), Some(1));
    let text = red.stdout_text();
    assert!(text.contains("FAILED tests/blocking_io/test_store.py::test_size"), "{text}");
    assert!(
        text.contains("blockbuster.blockbuster.BlockingError: Blocking call to os.stat"),
        "{text}"
    );
    assert!(text.contains("7 passed"), "{text}");
}

#[test]
fn a_swallowed_block_fails_at_teardown_and_shows_where_it_was() {
    let tree = courier();
    tree.init();
    tree.write(
        "tests/blocking_io/test_store.py",
        &ANCHOR.replace(".size() > 0", ".quiet_size() == 0"),
    );
    let red = tree.pytest(&["tests/blocking_io/test_store.py"]);
    assert_eq!(red.code(), Some(1));
    let text = red.stdout_text();
    assert!(text.contains("PASSED tests/blocking_io/test_store.py::test_size"), "{text}");
    assert!(text.contains("ERROR tests/blocking_io/test_store.py::test_size"), "{text}");
    assert!(text.contains("courier/store.py\", line 14, in quiet_size"), "{text}");
}

#[test]
fn a_project_rule_counts_for_every_test() {
    let tree = courier();
    tree.init();
    tree.write(
        "courier/store.py",
        &STORE.replace("os.stat, self.path)).st_size", "os.chmod, self.path, 448)) or 1"),
    );
    tree.write("tests/blocking_io/test_store.py", ANCHOR);
    assert_eq!(tree.pytest(&["tests/blocking_io/test_store.py"]).code(), Some(0));
    tree.write(
        "courier/store.py",
        &STORE.replace(
            "(await asyncio.to_thread(os.stat, self.path)).st_size",
            "os.chmod(self.path, 448) or 1",
        ),
    );
    // No rule yet: the real block stays green.
    assert_eq!(tree.pytest(&["tests/blocking_io/test_store.py"]).code(), Some(0));
    let gate = tree.read("tests/blocking_io/blocking_io_gate.py");
    let list = "PROJECT_RULES: Tuple[Rule, ...] = (\n";
    assert!(gate.contains(list));
    let with = format!("{list}    Rule(\"os.chmod\", os, \"chmod\"),\n");
    tree.write("tests/blocking_io/blocking_io_gate.py", &gate.replace(list, &with));
    let red = tree.pytest(&["tests/blocking_io"]);
    assert_eq!(red.code(), Some(1));
    assert!(red.stdout_text().contains("BlockingError: Blocking call to os.chmod"));
    assert!(red.stdout_text().contains("7 passed"), "{}", red.stdout_text());
}

#[test]
fn the_meta_tests_turn_red_when_the_gate_is_broken() {
    let tree = courier();
    tree.init();
    let conftest = tree.read("tests/blocking_io/conftest.py");
    let gate = tree.read("tests/blocking_io/blocking_io_gate.py");
    for (file, text, from, to, red) in [
        (
            "conftest.py",
            &conftest,
            "    with gate() as blocks:",
            "    for blocks in [[]]:",
            "test_a_block_is_red",
        ),
        ("conftest.py", &conftest, "if not here or", "if", "test_other_folders_are_left_alone"),
        (
            "conftest.py",
            &conftest,
            "if blocks and",
            "if False and",
            "test_a_swallowed_block_is_red",
        ),
        (
            "conftest.py",
            &conftest,
            " or item.get_closest_marker(\"allow_blocking_io\") is not None",
            "",
            "test_the_marker_opts_out",
        ),
        (
            "blocking_io_gate.py",
            &gate,
            "        blockbuster.deactivate()",
            "        pass",
            "test_patches_are_gone",
        ),
        (
            "blocking_io_gate.py",
            &gate,
            "else scanned)",
            "else scanned)[:0] + (json,)",
            "test_the_gate_bites_in_every",
        ),
    ] {
        assert!(text.contains(from), "{file}: {from}");
        tree.write(
            &format!("tests/blocking_io/{file}"),
            &text.replacen(from, to, 1).replace("import sys\n", "import json\nimport sys\n"),
        );
        let output = tree.pytest(&["tests/blocking_io/test_gate.py"]);
        let shown = output.stdout_text();
        assert_eq!(output.code(), Some(1), "{from}: {shown}");
        assert!(
            shown.contains(&format!("FAILED tests/blocking_io/test_gate.py::{red}")),
            "{from}: {shown}"
        );
        tree.write("tests/blocking_io/conftest.py", &conftest);
        tree.write("tests/blocking_io/blocking_io_gate.py", &gate);
    }
}

#[test]
fn twice_is_the_same_as_once() {
    let tree = courier();
    tree.init();
    let once = tree.files();
    let again = tree.plan("", &["courier"]).unwrap();
    assert!(again.is_done(), "{again:#?}");
    apply(tree.root(), &again).unwrap();
    assert_eq!(tree.files(), once);
    let names: Vec<&str> = again.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        names,
        [
            "tests/blocking_io/__init__.py",
            "tests/blocking_io/blocking_io_gate.py",
            "tests/blocking_io/conftest.py",
            "tests/blocking_io/test_gate.py",
            "Makefile",
            ".github/workflows/blocking-io.yml",
        ]
    );
}

#[test]
fn a_gate_of_the_projects_own_is_used_as_it_is() {
    let tree = courier();
    tree.write("tests/slow/conftest.py", "from blockbuster import blockbuster_ctx\n");
    let before = tree.files();
    let plan = tree.plan("", &["courier"]).unwrap();
    assert_eq!(plan.files.len(), 1);
    assert_eq!(plan.files[0].path, "tests/slow/conftest.py");
    assert_eq!(
        plan.files[0].action,
        FileAction::Keep("the project has its own gate, which is used as it is".to_owned())
    );
    apply(tree.root(), &plan).unwrap();
    assert_eq!(tree.files(), before);
}

#[test]
fn a_conftest_of_another_purpose_is_not_overwritten() {
    let tree = courier();
    tree.write("tests/blocking_io/conftest.py", "import pytest\n");
    let error = tree.plan("", &["courier"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`tests/blocking_io/conftest.py` exists and is no part of a gate; move it, or name another \
         folder as `anchors` in guard.toml"
    );
}

#[test]
fn an_existing_makefile_gets_only_the_targets_it_lacks() {
    let tree = courier();
    tree.write("Makefile", "test-blocking-io:\n\tpytest");
    tree.init();
    assert_eq!(
        tree.read("Makefile"),
        "test-blocking-io:\n\tpytest\n\n.PHONY: detect-blocking-io\n# Lists the blocking calls that \
         the event loop may reach.\ndetect-blocking-io:\n\tguard scan --all\n"
    );
}

#[test]
fn a_project_in_a_subfolder_gets_its_gate_there_and_its_workflow_at_the_root() {
    let tree = Tree::new(&[
        ("backend/pyproject.toml", "[dependency-groups]\ndev = [\"pytest\", \"anyio\"]\n"),
        ("backend/uv.lock", ""),
        ("backend/src/app/__init__.py", ""),
        ("Makefile", "all:\n"),
    ]);
    let plan = tree.plan("backend", &["src"]).unwrap();
    apply(tree.root(), &plan).unwrap();
    assert!(
        tree.read("backend/tests/blocking_io/blocking_io_gate.py").contains("(\n    \"app\",\n)")
    );
    assert!(tree.read("Makefile").contains(
        "\ntest-blocking-io:\n\tcd backend && PYTHONPATH=.:src PYTHONUNBUFFERED=1 uv run python -m pytest tests/blocking_io -q\n"
    ));
    let workflow = tree.read(".github/workflows/blocking-io.yml");
    assert!(workflow.contains("        working-directory: \"backend\"\n"), "{workflow}");
    assert!(workflow.contains("          uv sync --all-extras --all-groups\n"), "{workflow}");
    assert_eq!(plan.add_command.as_deref(), Some("uv add --dev 'blockbuster>=1.5.26,<1.6'"));
}

#[test]
fn a_project_without_a_package_is_told_what_to_name() {
    let tree = Tree::new(&[("src/README", "")]);
    assert!(matches!(tree.plan("", &["src"]), Err(InitError::NoModules)));
}

const SENSES: &str = "\
import asyncio
import logging
import os
import subprocess


async def opens(path):
    open(path).close()


async def lines(path, file):
    for _ in file:
        pass


async def readline(path, file):
    file.readline()


async def syncs(path, file):
    os.fsync(file.fileno())


async def touches(path):
    path.touch()


async def starts_a_child(path):
    process = await asyncio.create_subprocess_exec('true', stdout=subprocess.PIPE)
    await process.communicate()


async def logs(path):
    logging.getLogger(__name__).error('this is no blocking call of ours')


async def imports(path):
    import json.tool


async def in_a_thread(path):
    await asyncio.to_thread(open, path)
";

const SENSED: &str = "\
import asyncio
import pytest
from courier import senses


@pytest.mark.parametrize('name', ['opens', 'touches', 'starts_a_child', 'logs', 'imports', 'in_a_thread'])
def test_path(tmp_path, name):
    path = tmp_path / 'file'
    path.write_text('text')
    asyncio.run(getattr(senses, name)(path))


@pytest.mark.parametrize('name', ['lines', 'readline', 'syncs'])
def test_file(tmp_path, name):
    path = tmp_path / 'file'
    path.write_text('text')
    with open(path, 'r+') as file:
        asyncio.run(getattr(senses, name)(path, file))
";

/// Protected by: the audit hook and the second rules of the gate, which one constant turns on.
#[test]
fn the_second_sense_of_the_gate_refuses_what_blockbuster_does_not_see() {
    let tree = courier();
    tree.init();
    tree.write("courier/senses.py", SENSES);
    tree.write("tests/blocking_io/test_senses.py", SENSED);
    let blind = tree.pytest(&["tests/blocking_io"]);
    assert_eq!(blind.code(), Some(0), "{}", blind.stdout_text());

    let gate = tree.read("tests/blocking_io/blocking_io_gate.py");
    let (off, on) = ("SECOND_SENSE = False\n", "SECOND_SENSE = True\n");
    assert_eq!(gate.matches(off).count(), 1);
    tree.write("tests/blocking_io/blocking_io_gate.py", &gate.replace(off, on));
    let seen = tree.pytest(&["tests/blocking_io"]);
    let text = seen.stdout_text();
    let mut red: Vec<&str> = (text.lines())
        .filter_map(|line| line.strip_prefix("FAILED tests/blocking_io/test_senses.py::"))
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    red.sort_unstable();
    let expected = [
        "test_file[lines]",
        "test_file[readline]",
        "test_file[syncs]",
        "test_path[opens]",
        "test_path[touches]",
    ];
    assert_eq!(red, expected, "{text}");
    assert!(!text.contains("ERROR tests"), "{text}");
    assert!(text.contains("BlockingError: Blocking call to open"), "{text}");
}
