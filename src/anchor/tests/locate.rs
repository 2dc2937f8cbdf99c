//! Step 3: which test is an anchor for a candidate.

use super::*;

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
    assert_eq!(call("from courier.app import main as m\nmain = m.__wrapped__"), Coverage::Covers);
    assert_eq!(call("from courier.app import m\nmain = m.__wrapped__"), Coverage::None);
}

#[test]
fn a_method_of_the_same_name_of_another_class_covers_nothing() {
    let project = courier();
    let text = "from logs import Logs\n\nasync def test_logs():\n    await Logs().rotate()\n";
    let search = project.locate(&project.rotate(), &[file_of("tests/blocking_io/test_x.py", text)]);
    assert_eq!((search.verdict, search.tests), (Coverage::None, Vec::new()));
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
    assert_eq!(search.tests[0].strength, Strength::Route);
    assert_eq!(search.tests[0].why, "asks for `/threads/{}/artifacts/x`, the route of `artifact`");
}

#[test]
fn a_route_is_asked_for_by_all_of_its_parts_and_its_method() {
    let asked = |path: &str, method: &str, address: &str| {
        Route { method: "get".to_owned(), path: path.to_owned() }.is_asked(method, address)
    };
    assert!(asked("/lark/status", "get", "http://test/api/lark/status?x=1"));
    assert!(!asked("/lark/status", "get", "/memory/status"));
    assert!(!asked("/lark/status", "post", "/lark/status"));
    assert!(asked("/items/{id}", "get", "/items/{}"));
    assert!(!asked("/items/{id}", "get", "/items"));
    assert!(asked("/files/{rest:path}", "request", "/api/files/a/b/c"));
    assert!(!asked("/files/{rest:path}", "get", "/api/file/a"));
    // A route that is all parameters says nothing.
    assert!(!asked("/{id}", "get", "/anything"));
}

#[test]
fn a_test_that_runs_without_the_gate_covers_nothing() {
    let project = courier();
    let mut anchor = answer("test_journal_rotate.py");
    anchor.text = anchor.text.replace("mark.asyncio", "mark.allow_blocking_io");
    assert_eq!(project.locate(&project.rotate(), &[anchor]).verdict, Coverage::None);
}
