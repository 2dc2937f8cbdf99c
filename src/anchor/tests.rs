//! Claims about searching, checking and drafting, on the demo's project.

use std::fs;

use super::*;
use crate::assets::{self, Assets};
use crate::model::{
    Candidate, CandidateId, Coverage, Exposure, Hop, Key, Location, Origin, Priority, Site,
    SiteKind,
};

struct Project {
    dir: tempfile::TempDir,
    facts: Facts,
    production: Vec<SourceFile>,
}

fn courier() -> Project {
    let dir = tempfile::tempdir().unwrap();
    let mut production = Vec::new();
    for (path, text) in assets::demo("base").chain(assets::demo("change")) {
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        if path.starts_with("courier/") {
            production.retain(|file: &SourceFile| file.path != path);
            production.push(file_of(path, text));
        }
    }
    let facts = Facts {
        root: dir.path().to_owned(),
        dir: String::new(),
        cwd: String::new(),
        anchors: "tests/blocking_io".to_owned(),
        modules: vec!["courier".to_owned()],
        plugin: AsyncPlugin::AsyncioStrict,
        manager: Manager::Pip,
        configs: Vec::new(),
    };
    Project { dir, facts, production }
}

fn file_of(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

fn answer(name: &str) -> SourceFile {
    let path = format!("tests/blocking_io/{name}");
    let (path, text) = assets::demo("answers").find(|(found, _)| *found == path).unwrap();
    file_of(path, text)
}

impl Project {
    /// A candidate at the only line of a file that holds `code`; `chain` is `path::function` each.
    fn candidate(&self, chain: &[&str], symbol: &str, code: &str) -> Candidate {
        let hops: Vec<Hop> = chain
            .iter()
            .map(|hop| {
                let (path, function) = hop.split_once("::").unwrap();
                Hop { path: path.to_owned(), line: 1, function: function.to_owned() }
            })
            .collect();
        let Hop { path, function, .. } = hops.last().unwrap().clone();
        let text = &self.production.iter().find(|file| file.path == path).unwrap().text;
        let line = text.lines().position(|line| line.contains(code)).unwrap() + 1;
        let location = Location { path: path.clone(), line, column: 9, function: function.clone() };
        Candidate {
            id: CandidateId("c1".to_owned()),
            key: Key { path, function, symbol: symbol.to_owned() },
            priority: Priority::Medium,
            exposure: Exposure::Offloaded,
            category: "BLOCKING_FILE_IO".to_owned(),
            operation: "FILE_WRITE".to_owned(),
            reason: String::new(),
            origins: vec![Origin::AddedOffload],
            sites: vec![Site { kind: SiteKind::Offload, location, code: code.to_owned() }],
            chain: hops,
            confidence: None,
            fix_unit: "u1".to_owned(),
        }
    }

    fn rotate(&self) -> Candidate {
        self.candidate(&["courier/journal.py::Journal.rotate"], "os.replace", "os.replace")
    }

    fn discard(&self) -> Candidate {
        let chain = ["courier/spool.py::Spool.stage", "courier/spool.py::Spool._discard"];
        let mut candidate = self.candidate(&chain, "shutil.rmtree", "shutil.rmtree");
        let text = &self.production.iter().find(|f| f.path == "courier/spool.py").unwrap().text;
        let call = text.lines().position(|line| line.contains("await self._discard")).unwrap() + 1;
        candidate.chain[0].line = call;
        candidate
    }

    fn locate(&self, candidate: &Candidate, anchors: &[SourceFile]) -> AnchorSearch {
        locate(candidate, &self.production, anchors, &self.facts)
    }

    fn unfit(&self, candidate: &Candidate, text: &str) -> Vec<(UnfitKind, usize)> {
        let file = file_of("tests/blocking_io/test_x.py", text);
        fitness(&file, None, candidate, &self.production, &self.facts)
            .into_iter()
            .map(|unfit| (unfit.kind, unfit.line))
            .collect()
    }
}

#[test]
fn a_test_that_calls_the_entry_point_covers_it() {
    let project = courier();
    let search = project.locate(&project.rotate(), &[answer("test_journal_rotate.py")]);
    assert_eq!(search.verdict, Coverage::Covers);
    assert_eq!(
        search.based_on,
        "tests/blocking_io/test_journal_rotate.py::test_rotate_puts_the_journal_aside calls `Journal().rotate`"
    );
    assert_eq!(search.tests[0].line, 16);
}

#[test]
fn a_test_of_the_same_class_that_calls_another_method_covers_nothing() {
    let project = courier();
    let (path, text) =
        assets::demo("base").find(|(path, _)| path.ends_with("test_journal_append.py")).unwrap();
    let search = project.locate(&project.rotate(), &[file_of(path, text)]);
    assert_eq!(search.verdict, Coverage::None);
    assert_eq!(
        search.based_on,
        "no test of the 1 files of the anchors calls `Journal.rotate`; the nearest is \
         tests/blocking_io/test_journal_append.py::test_what_is_appended_is_read_back, which uses \
         `courier.journal`, and does not call `rotate` itself"
    );
}

const HAPPY: &str = "\
import pytest
from courier import spool as under_test

pytestmark = pytest.mark.asyncio


@pytest.fixture
def spool(tmp_path):
    return under_test.Spool(tmp_path, None)


async def _stage(spool):
    return await spool.stage(None)


class TestSpool:
    async def test_stage(self, spool):
        await _stage(spool)
";

#[test]
fn a_cleanup_branch_that_nothing_in_the_test_provokes_is_to_be_extended() {
    let project = courier();
    let happy = file_of("tests/blocking_io/test_spool.py", HAPPY);
    let search = project.locate(&project.discard(), &[happy]);
    assert_eq!(search.verdict, Coverage::Extend);
    assert_eq!(search.entry.function, "Spool.stage");
    assert_eq!(search.tests[0].id, "tests/blocking_io/test_spool.py::TestSpool::test_stage");
    assert_eq!(search.tests[0].open[0].head, "except Exception");

    let failing = HAPPY.replace(
        "        await _stage(spool)",
        "        with pytest.raises(OSError):\n            await _stage(spool)",
    );
    let failing = file_of("tests/blocking_io/test_spool.py", &failing);
    assert_eq!(project.locate(&project.discard(), &[failing]).verdict, Coverage::Covers);
}

#[test]
fn a_function_is_found_through_the_package_that_re_exports_it_and_not_by_its_name_alone() {
    let project = courier();
    let main = project.candidate(&["courier/app.py::main"], "config.read_text", "config.read_text");
    let call = |import: &str| {
        let text =
            format!("{import}\n\nasync def test_main(tmp_path):\n    await main(tmp_path)\n");
        project.locate(&main, &[file_of("tests/blocking_io/test_app.py", &text)]).verdict
    };
    assert_eq!(call("from courier import main"), Coverage::Covers);
    assert_eq!(call("from courier.app import main"), Coverage::Covers);
    assert_eq!(call("from other.app import main"), Coverage::None);
}

#[test]
fn a_route_is_driven_by_a_request_for_it() {
    let project = courier();
    let mut candidate = project.rotate();
    candidate.key.path = "courier/web.py".to_owned();
    candidate.key.function = "artifact".to_owned();
    candidate.chain =
        vec![Hop { path: "courier/web.py".to_owned(), line: 5, function: "artifact".to_owned() }];
    let web = "@router.get(\"/threads/{id}/artifacts/{path}\")\nasync def artifact(id, path):\n    pass\n";
    let test = "from app import application\n\nasync def test_get(client):\n    await client.get(f\"/threads/{1}/artifacts/x\")\n";
    let search = locate(
        &candidate,
        &[file_of("courier/web.py", web)],
        &[file_of("tests/blocking_io/test_web.py", test)],
        &project.facts,
    );
    assert_eq!(search.verdict, Coverage::Covers);
    assert_eq!(search.tests[0].strength, Strength::Indirect);
    assert_eq!(search.tests[0].why, "asks for the route `/threads/{id}/artifacts/{path}`");
}

#[test]
fn the_final_anchors_of_the_demo_are_fit() {
    let project = courier();
    for (candidate, name) in [
        (project.rotate(), "test_journal_rotate.py"),
        (
            project.candidate(&["courier/gateway.py::Gateway.deliver"], "self._post", "to_thread"),
            "test_gateway_deliver.py",
        ),
        (
            project.candidate(&["courier/spool.py::Spool.seal"], "os.chmod", "os.chmod"),
            "test_spool_seal.py",
        ),
    ] {
        let unfit = fitness(&answer(name), None, &candidate, &project.production, &project.facts);
        assert_eq!(unfit, [], "{name}");
    }
}

#[test]
fn a_test_with_an_offload_of_its_own_is_unfit() {
    let project = courier();
    let text = |call: &str| {
        format!(
            "import asyncio\nimport pytest\nfrom courier.journal import Journal\n\n\
             pytestmark = pytest.mark.asyncio\n\nasync def test_rotate(tmp_path):\n    {call}\n"
        )
    };
    let unfit = |call: &str| project.unfit(&project.rotate(), &text(call));
    assert_eq!(unfit("await Journal(tmp_path).rotate(tmp_path)"), []);
    assert_eq!(
        unfit("await asyncio.to_thread(asyncio.run, Journal(tmp_path).rotate(tmp_path))"),
        [(UnfitKind::OwnOffload, 8)]
    );
    // An offload of something else is the test's own business.
    assert_eq!(
        unfit("await Journal(await asyncio.to_thread(tmp_path.resolve)).rotate(tmp_path)"),
        []
    );
}

#[test]
fn a_test_that_replaces_what_it_guards_is_unfit() {
    let project = courier();
    let unfit = |line: &str| {
        let text = format!(
            "import asyncio, os, courier.journal\nimport pytest\nfrom unittest import mock\n\
             from courier.journal import Journal\n\npytestmark = pytest.mark.asyncio\n\n\
             async def test_rotate(tmp_path, monkeypatch):\n    {line}\n    await Journal(tmp_path).rotate(tmp_path)\n"
        );
        project.unfit(&project.rotate(), &text)
    };
    let patched = [(UnfitKind::Patched, 9)];
    assert_eq!(unfit("monkeypatch.setattr(asyncio, 'to_thread', None)"), patched);
    assert_eq!(unfit("monkeypatch.setattr('courier.journal.asyncio.to_thread', None)"), patched);
    assert_eq!(unfit("mock.patch('asyncio.to_thread').start()"), patched);
    assert_eq!(unfit("mock.patch.object(Journal, 'rotate').start()"), patched);
    assert_eq!(unfit("monkeypatch.setattr(courier.journal.os, 'replace', None)"), patched);
    assert_eq!(unfit("monkeypatch.setattr(os, 'replace', None)"), patched);
    assert_eq!(unfit("monkeypatch.setattr(os, 'rename', None)"), []);
    let decorated = "import pytest\nfrom unittest import mock\nfrom courier.journal import Journal\n\n\
         @pytest.mark.asyncio\n@mock.patch(\"asyncio.to_thread\")\nasync def test_rotate(fake, tmp_path):\n    \
         await Journal(tmp_path).rotate(tmp_path)\n";
    assert_eq!(project.unfit(&project.rotate(), decorated), [(UnfitKind::Patched, 6)]);
    assert_eq!(unfit("mock.patch('asyncio.to_thread', wraps=asyncio.to_thread).start()"), []);
}

#[test]
fn a_test_that_pytest_does_not_run_under_the_gate_is_unfit() {
    let project = courier();
    let import = "import pytest\nfrom courier.journal import Journal\n\n";
    let test = "async def test_rotate(tmp_path):\n    await Journal(tmp_path).rotate(tmp_path)\n";
    let unfit = |text: String| project.unfit(&project.rotate(), &text);
    assert_eq!(unfit(format!("{import}@pytest.mark.asyncio\n{test}")), []);
    assert_eq!(unfit(format!("{import}{test}")), [(UnfitKind::NotCollected, 4)]);
    assert_eq!(
        unfit(format!("{import}@pytest.mark.asyncio\n@pytest.mark.allow_blocking_io\n{test}")),
        [(UnfitKind::OptsOut, 6)]
    );
    assert_eq!(unfit(test.replace("test_", "check_")), [(UnfitKind::NotCollected, 1)]);
    assert_eq!(unfit("def (".to_owned()), [(UnfitKind::Broken, 1)]);
}

#[test]
fn a_test_of_the_helper_alone_is_unfit() {
    let project = courier();
    let chain = ["courier/journal.py::Journal.append", "courier/journal.py::Journal._append"];
    let candidate = project.candidate(&chain, "self.path.open", "self.path.open");
    let text = "from courier.journal import Journal\n\ndef test_append(tmp_path):\n    Journal(tmp_path)._append('x')\n";
    let file = file_of("tests/blocking_io/test_x.py", text);
    let unfit = fitness(&file, None, &candidate, &project.production, &project.facts);
    assert_eq!(unfit.len(), 1);
    assert_eq!(
        (unfit[0].kind, unfit[0].reason.as_str()),
        (
            UnfitKind::NoEntryPoint,
            "it calls the helper `Journal()._append`, not the entry point `Journal.append`"
        )
    );
}

#[test]
fn a_draft_is_filled_from_fixtures_where_they_are_enough() {
    let project = courier();
    let draft =
        draft(&project.rotate(), &project.production, &project.facts, &Assets::default()).unwrap();
    assert_eq!(draft.path, "tests/blocking_io/test_journal_rotate.py");
    assert_eq!(draft.needs, [""; 0]);
    assert_eq!(
        draft.text,
        r#""""Guards `Journal.rotate` of `courier.journal`.

The event loop must not wait for `os.replace` in `Journal.rotate`
(courier/journal.py).
Every test of this folder runs under the gate: take the offload away, and this one turns red.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from courier.journal import Journal

pytestmark = pytest.mark.asyncio


async def test_rotate_does_not_block_on_os_replace(tmp_path: Path) -> None:
    subject = Journal(tmp_path / "path")
    await subject.rotate(tmp_path / "archive")
"#
    );
    assert_eq!(
        project.unfit(&project.rotate(), &draft.text),
        [],
        "a complete draft passes the checks"
    );
}

#[test]
fn a_draft_that_a_person_must_fill_in_says_what_and_is_unfit_until_then() {
    let project = courier();
    let candidate = project.discard();
    let draft = draft(&candidate, &project.production, &project.facts, &Assets::default()).unwrap();
    assert_eq!(
        draft.needs,
        [
            "a real value for `printer` (LabelPrinter)",
            "a real value for `parcel` (Parcel)",
            "an input that takes the branch `except Exception` (line 28)",
        ]
    );
    assert!(
        draft.text.contains(
            "    # Needs an input that takes the branch `except Exception` (line 28).\n    \
         raise NotImplementedError(\"fill in the inputs, then take this line out\")\n    \
         printer = ...\n    subject = Spool(tmp_path, printer)\n    parcel = ...\n    \
         await subject.stage(parcel)\n"
        ),
        "{}",
        draft.text
    );
    let unfit = project.unfit(&candidate, &draft.text);
    assert_eq!(unfit.iter().map(|unfit| unfit.0).collect::<Vec<_>>(), [UnfitKind::Unfinished]);
}

#[test]
fn a_draft_never_takes_the_name_of_an_existing_file() {
    let project = courier();
    let path = || {
        draft(&project.rotate(), &project.production, &project.facts, &Assets::default())
            .unwrap()
            .path
    };
    fs::write(project.dir.path().join(path()), "").unwrap();
    assert_eq!(path(), "tests/blocking_io/test_journal_rotate_2.py");
    fs::write(project.dir.path().join(path()), "").unwrap();
    assert_eq!(path(), "tests/blocking_io/test_journal_rotate_3.py");
}

#[test]
fn a_draft_is_written_for_the_async_plugin_in_use() {
    let mut project = courier();
    project.facts.plugin = AsyncPlugin::Anyio;
    let text = |project: &Project| {
        draft(&project.rotate(), &project.production, &project.facts, &Assets::default())
            .unwrap()
            .text
    };
    assert!(text(&project).contains(
        "pytestmark = pytest.mark.anyio\n\n\n@pytest.fixture\ndef anyio_backend() -> str:\n    return \"asyncio\"\n\n\nasync def test_"
    ), "{}", text(&project));
    project.facts.plugin = AsyncPlugin::AsyncioAuto;
    assert!(!text(&project).contains("pytest"), "{}", text(&project));
    assert!(
        text(&project)
            .contains("import Path\n\nfrom courier.journal import Journal\n\n\nasync def"),
        "{}",
        text(&project)
    );
}
