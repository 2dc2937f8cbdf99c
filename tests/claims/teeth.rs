//! Claims about teeth, shown with real pytest and real Blockbuster on `tests/trees/teeth`.

use std::time::Duration;

use guard::gate::Rig;
use guard::gate::teeth::{Call, Lab, PreparedRevert, Request, prove};
use guard::git::Content;
use guard::model::{
    Invalid, Location, Operator, Selection, TeethReport, TeethVerdict, TestOutcome,
};
use guard::project::{Gate, Place, Project, Python};
use guard::scan::primitives;

use super::support::{Repository, venv};

pub(crate) const STORE: &str = "shop/store.py";
pub(crate) const TESTS: &str = "tests/blocking_io/test_store.py";

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

pub(crate) fn rig(repository: &Repository) -> Rig {
    let project = Project {
        root: repository.root(),
        dir: String::new(),
        config: None,
        roots: vec!["shop".to_owned()],
        exclude: Vec::new(),
        anchors: "tests/blocking_io".to_owned(),
        gate: Gate {
            python: None,
            cwd: String::new(),
            env: vec![("PYTHONPATH".to_owned(), ".".to_owned())],
            suite: words("python -m pytest -q tests/blocking_io"),
            tests: words("python -m pytest -q {tests}"),
            limit: Duration::from_secs(120),
            carry: Vec::new(),
            place: Place::Isolated,
        },
        detector: None,
    };
    Rig { project, python: Python { path: venv(), from: "a test".to_owned() }, keep: None }
}

/// A request to prove `function` of the store by the given tests, `from` being replaced by `to`.
fn request(
    repository: &Repository,
    tests: &[&str],
    function: &str,
    from: &str,
    to: &str,
) -> Request {
    let source = repository.read(STORE);
    assert_eq!(source.matches(from).count(), 1, "`{from}` must stand once in the store");
    let line = source[..source.find(from).unwrap()].lines().count();
    Request {
        selection: Selection::Tests(tests.iter().map(|test| format!("{TESTS}::{test}")).collect()),
        site: Location { path: STORE.to_owned(), line, column: 9, function: function.to_owned() },
        function: function.to_owned(),
        call: None,
        reverts: vec![PreparedRevert {
            operator: Operator::UnOffload,
            path: STORE.to_owned(),
            source: source.replace(from, to),
            lines: vec![line..=line],
            diff: "the diff".to_owned(),
        }],
        control: None,
        repeat: 1,
    }
}

const REMOVE: (&str, &str) = (
    "await asyncio.to_thread(shutil.rmtree, self.folder / name)",
    "shutil.rmtree(self.folder / name)",
);

pub(crate) fn remove(repository: &Repository, tests: &[&str]) -> Request {
    request(repository, tests, "Store.remove", REMOVE.0, REMOVE.1)
}

/// The same with a function's earlier version back, which holds `more` before the call.
fn restored(repository: &Repository, more: &str, primitives: Option<&[&str]>) -> Request {
    let to = format!("{more}{}", REMOVE.1);
    let mut request = request(repository, &["test_remove"], "Store.remove", REMOVE.0, &to);
    request.reverts[0].operator = Operator::BaseFunction;
    request.call = Some(Call {
        symbol: "shutil.rmtree".to_owned(),
        primitives: primitives.map(|names| names.iter().map(|&name| name.to_owned()).collect()),
    });
    request
}

/// Protected by: the refused primitive is one that the candidate's call reaches.
#[test]
fn red_of_another_call_in_the_restored_function_proves_nothing_of_this_one() {
    let repository = Repository::of_tree("teeth");
    let reached = primitives::of_symbol("shutil.rmtree", "FILE_TREE_DELETE").unwrap();
    let reached: Vec<&str> = reached.iter().map(String::as_str).collect();
    let both = restored(&repository, "os.stat(self.folder); ", Some(&reached));
    let report = proven(&repository, &both);
    let unrelated = TeethVerdict::Invalid(Invalid::UnrelatedFailure);
    assert_eq!(verdict(&report), &unrelated, "{}", report.explanation);
    let said = &report.explanation;
    assert!(said.contains("os.stat ran on the event loop at shop/store.py:"), "{said}");
    assert!(said.contains("let the anchor get past that call"), "{said}");
    let alone = restored(&repository, "", Some(&reached));
    let report = proven(&repository, &alone);
    assert_eq!(verdict(&report), &TeethVerdict::Proven, "{}", report.explanation);
    assert!(!report.explanation.contains("stack alone"), "{}", report.explanation);
}

#[test]
fn of_a_call_that_the_catalogue_does_not_know_the_stack_alone_tells_and_that_is_said() {
    let repository = Repository::of_tree("teeth");
    let report = proven(&repository, &restored(&repository, "os.stat(self.folder); ", None));
    assert_eq!(verdict(&report), &TeethVerdict::Proven, "{}", report.explanation);
    let said = "does not know which primitives `shutil.rmtree` reaches";
    assert!(report.explanation.contains(said), "{}", report.explanation);
    assert!(report.explanation.contains("told by the stack alone"), "{}", report.explanation);
}

fn proven(repository: &Repository, request: &Request) -> TeethReport {
    prove(&rig(repository), Content::Working, request).unwrap()
}

fn verdict(report: &TeethReport) -> &TeethVerdict {
    assert!(!report.explanation.is_empty());
    &report.verdict
}

#[test]
fn anchor_that_turns_red_because_of_the_site_is_proven() {
    let repository = Repository::of_tree("teeth");
    let mut request = remove(&repository, &["test_remove"]);
    request.control = Some(format!("{}# control\n", repository.read(STORE)));
    let report = proven(&repository, &request);
    assert_eq!(verdict(&report), &TeethVerdict::Proven, "{}", report.explanation);
    let block = report.block.as_ref().unwrap();
    let site = block.stack.iter().find(|frame| frame.path == STORE).unwrap();
    assert_eq!((site.line, site.function.ends_with("remove")), (request.site.line, true));
    assert_eq!(report.red_test, Some(format!("{TESTS}::test_remove")));
    let reverted = report.reverted.as_ref().unwrap();
    assert_eq!(reverted.exit_code, Some(1));
    assert_eq!(reverted.command, format!("PYTHONPATH=. python -m pytest -q {TESTS}::test_remove"));
    assert_eq!(
        reverted.tests[0].exception.as_deref(),
        Some("blockbuster.blockbuster.BlockingError")
    );
    for green in [&report.baseline, &report.control, &report.restored] {
        assert!(green.as_ref().unwrap().is_green());
    }
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
}

/// Protected by: `reading::read` looks at blocks in failed tests, not at the exception on top.
#[test]
fn block_turned_into_another_exception_is_still_proven() {
    let repository = Repository::of_tree("teeth");
    let request = request(
        &repository,
        &["test_exists"],
        "Store.exists",
        "await asyncio.to_thread(os.stat, self.folder / name)",
        "os.stat(self.folder / name)",
    );
    let report = proven(&repository, &request);
    assert_eq!(verdict(&report), &TeethVerdict::Proven, "{}", report.explanation);
    let reverted = report.reverted.as_ref().unwrap();
    assert_eq!(reverted.tests[0].exception.as_deref(), Some("LookupError"));
    let caught = report.block.as_ref().unwrap().caught_at.as_ref().unwrap();
    assert_eq!((&*caught.path, caught.function.ends_with("exists")), (STORE, true));
}

/// Protected by: blocks are recorded when they are raised.
#[test]
fn block_that_production_code_swallows_is_no_proof() {
    let repository = Repository::of_tree("teeth");
    let request = request(
        &repository,
        &["test_size"],
        "Store.size",
        "await asyncio.to_thread(os.path.getsize, self.folder / name)",
        "os.path.getsize(self.folder / name)",
    );
    let report = proven(&repository, &request);
    assert_eq!(verdict(&report), &TeethVerdict::Swallowed, "{}", report.explanation);
    assert_eq!(report.reverted.as_ref().unwrap().exit_code, Some(0));
}

#[test]
fn green_anchor_that_never_reaches_the_site_is_not_driven() {
    let repository = Repository::of_tree("teeth");
    let report = proven(&repository, &remove(&repository, &["test_touch"]));
    assert_eq!(verdict(&report), &TeethVerdict::NotDriven, "{}", report.explanation);
}

#[test]
fn green_anchor_that_replaces_the_primitive_is_stubbed() {
    let repository = Repository::of_tree("teeth");
    let report = proven(&repository, &remove(&repository, &["test_remove_with_a_stub"]));
    assert_eq!(verdict(&report), &TeethVerdict::Stubbed, "{}", report.explanation);
    let reverted = report.reverted.as_ref().unwrap();
    assert_eq!(reverted.sites.iter().map(|s| s.on_loop).collect::<Vec<_>>(), [true]);
    let by = format!("`shutil.rmtree` is <lambda> ({TESTS}:19) there");
    assert!(report.explanation.contains(&by), "{}", report.explanation);
}

/// Protected by: what stands in for a call is looked at as it is called, not searched for.
#[test]
fn a_mock_in_the_place_of_the_call_is_named() {
    let repository = Repository::of_tree("teeth");
    let test = repository.read(TESTS).replace(
        "monkeypatch.setattr(store.shutil, \"rmtree\", lambda path: None)",
        "from unittest import mock\n    monkeypatch.setattr(store, \"shutil\", mock.MagicMock())",
    );
    repository.write(TESTS, test);
    let report = proven(&repository, &remove(&repository, &["test_remove_with_a_stub"]));
    assert_eq!(verdict(&report), &TeethVerdict::Stubbed, "{}", report.explanation);
    let by = "`shutil.rmtree` is a MagicMock there";
    assert!(report.explanation.contains(by), "{}", report.explanation);
}

/// Protected by: the plugin says of a primitive whether the gate was on.
#[test]
fn primitive_that_ran_while_the_gate_was_off_asks_for_no_rule() {
    let repository = Repository::of_tree("teeth");
    let report = proven(&repository, &remove(&repository, &["test_remove_with_the_gate_off"]));
    assert_eq!(verdict(&report), &TeethVerdict::Stubbed, "{}", report.explanation);
    assert!(report.explanation.contains("gate was off"), "{}", report.explanation);
}

/// Protected by: audit events and the light wrappers of the plugin.
#[test]
fn primitive_that_the_gate_has_no_rule_for_is_unhooked() {
    let repository = Repository::of_tree("teeth");
    for (test, function, from, to, event) in [
        (
            "test_touch",
            "Store.touch",
            "await asyncio.to_thread((self.folder / name).touch)",
            "(self.folder / name).touch()",
            &["os.open", "os.utime"][..],
        ),
        (
            "test_protect",
            "Store.protect",
            "await asyncio.to_thread(os.chmod, self.folder / name, 0o600)",
            "os.chmod(self.folder / name, 0o600)",
            &["os.chmod"],
        ),
        (
            "test_sync",
            "Store.sync",
            "await asyncio.to_thread(os.fsync, file)",
            "os.fsync(file)",
            &["os.fsync"],
        ),
    ] {
        let request = request(&repository, &[test], function, from, to);
        let report = proven(&repository, &request);
        assert_eq!(verdict(&report), &TeethVerdict::Unhooked, "{}", report.explanation);
        let primitive = report.primitive.unwrap();
        assert!(event.contains(&&*primitive.event), "{primitive:?}");
        assert!(primitive.stack.iter().any(|frame| frame.path == STORE));
    }
}

/// Protected by: a failure without a block that passes through the site is not red.
#[test]
fn test_that_fails_without_a_block_is_an_unrelated_failure() {
    let repository = Repository::of_tree("teeth");
    let request = request(
        &repository,
        &["test_thread_name"],
        "Store.thread_name",
        "await asyncio.to_thread(_thread_name)",
        "_thread_name()",
    );
    let report = proven(&repository, &request);
    assert_eq!(
        verdict(&report),
        &TeethVerdict::Invalid(Invalid::UnrelatedFailure),
        "{}",
        report.explanation
    );
}

/// Protected by: a green site is tried in a process of its own.
#[test]
fn site_that_an_earlier_test_made_harmless_is_cached() {
    let repository = Repository::of_tree("teeth");
    let request = request(
        &repository,
        &["test_settings_off_the_loop", "test_settings"],
        "Store.settings",
        "await asyncio.to_thread(_settings, self.folder)",
        "_settings(self.folder)",
    );
    let report = proven(&repository, &request);
    assert_eq!(verdict(&report), &TeethVerdict::Cached, "{}", report.explanation);
}

#[test]
fn anchor_that_is_red_before_anything_is_touched_proves_nothing() {
    let repository = Repository::of_tree("teeth");
    repository.write(TESTS, repository.read(TESTS) + "\n\ndef test_red():\n    assert False\n");
    let report = proven(&repository, &remove(&repository, &["test_red"]));
    assert_eq!(
        verdict(&report),
        &TeethVerdict::Invalid(Invalid::BaselineRed),
        "{}",
        report.explanation
    );
    assert!(report.reverted.is_none());
}

/// Protected by: a baseline that is red alone is tried with its suite.
#[test]
fn anchor_that_is_red_alone_is_proven_with_its_suite() {
    let repository = Repository::of_tree("teeth");
    repository.write(
        "tests/blocking_io/test_warm.py",
        "import pytest\nfrom shop.store import Store\n\nwarm = []\n\n\n\
         def test_first():\n    warm.append(1)\n\n\n\
         @pytest.mark.asyncio\nasync def test_second(tmp_path):\n    assert warm\n    \
         (tmp_path / 'a').mkdir()\n    await Store(tmp_path).remove('a')\n",
    );
    let mut request = remove(&repository, &[]);
    request.selection =
        Selection::Tests(vec!["tests/blocking_io/test_warm.py::test_second".to_owned()]);
    let report = proven(&repository, &request);
    assert_eq!(verdict(&report), &TeethVerdict::Proven, "{}", report.explanation);
    assert!(report.explanation.contains("red on the untouched tree when run alone"));
    assert_eq!(report.red_test.as_deref(), Some("tests/blocking_io/test_warm.py::test_second"));
    let reverted = report.reverted.unwrap();
    assert_eq!(reverted.command, "PYTHONPATH=. python -m pytest -q tests/blocking_io");
    assert!(reverted.tests.len() > 5);
}

#[test]
fn anchor_that_cannot_be_collected_proves_nothing() {
    let repository = Repository::of_tree("teeth");
    repository.write("tests/blocking_io/test_bad.py", "import nowhere_to_be_found\n");
    let mut request = remove(&repository, &[]);
    request.selection = Selection::Tests(vec!["tests/blocking_io/test_bad.py".to_owned()]);
    let report = proven(&repository, &request);
    assert_eq!(
        verdict(&report),
        &TeethVerdict::Invalid(Invalid::CollectionError),
        "{}",
        report.explanation
    );
}

/// Protected by: red needs a test that ran.
#[test]
fn reverted_file_that_cannot_be_imported_gives_way_to_the_next_revert() {
    let repository = Repository::of_tree("teeth");
    let mut request = remove(&repository, &["test_remove"]);
    let good = request.reverts[0].clone();
    let bad = PreparedRevert {
        operator: Operator::BaseFile,
        source: good.source.replace("import functools", "import functools_of_old"),
        ..good.clone()
    };
    request.reverts = vec![bad.clone()];
    let report = proven(&repository, &request);
    assert_eq!(
        verdict(&report),
        &TeethVerdict::Invalid(Invalid::ImportError),
        "{}",
        report.explanation
    );
    request.reverts = vec![bad, good];
    let report = proven(&repository, &request);
    assert_eq!(verdict(&report), &TeethVerdict::Proven, "{}", report.explanation);
    assert_eq!(report.revert.unwrap().operator, Operator::UnOffload);
}

#[test]
fn selection_in_which_no_test_runs_proves_nothing() {
    let repository = Repository::of_tree("teeth");
    let report = proven(&repository, &remove(&repository, &["test_skipped"]));
    assert_eq!(
        verdict(&report),
        &TeethVerdict::Invalid(Invalid::NoTestRan),
        "{}",
        report.explanation
    );
    let skipped = &report.baseline.unwrap().tests[0];
    assert_eq!(skipped.outcome, TestOutcome::Skipped);
}

#[test]
fn site_without_a_revert_is_said_to_have_none() {
    let repository = Repository::of_tree("teeth");
    let mut request = remove(&repository, &["test_remove"]);
    request.reverts.clear();
    let report = proven(&repository, &request);
    assert_eq!(
        verdict(&report),
        &TeethVerdict::Invalid(Invalid::NoRevert),
        "{}",
        report.explanation
    );
}

/// Protected by: a red baseline is tried in the project's own folder.
#[test]
fn anchor_that_needs_an_ignored_file_is_not_relocatable_until_it_is_carried() {
    let repository = Repository::of_tree("teeth");
    repository.write(".gitignore", "local.toml\n__pycache__/\n");
    repository.write("local.toml", "x = 1\n");
    repository.write(
        "tests/blocking_io/test_local.py",
        "import pytest\nfrom shop.store import Store\n\n\n@pytest.mark.asyncio\n\
         async def test(tmp_path):\n    assert open('local.toml')\n    \
         (tmp_path / 'a').mkdir()\n    await Store(tmp_path).remove('a')\n",
    );
    let mut request = remove(&repository, &[]);
    request.selection = Selection::Tests(vec!["tests/blocking_io/test_local.py".to_owned()]);
    let report = proven(&repository, &request);
    assert_eq!(
        verdict(&report),
        &TeethVerdict::Invalid(Invalid::NotRelocatable),
        "{}",
        report.explanation
    );
    let mut rig = rig(&repository);
    rig.project.gate.carry = vec!["*.toml".to_owned()];
    let report = prove(&rig, Content::Working, &request).unwrap();
    assert_eq!(verdict(&report), &TeethVerdict::Proven, "{}", report.explanation);
}

#[test]
fn sites_of_one_file_share_a_baseline_in_one_lab() {
    let repository = Repository::of_tree("teeth");
    let rig = rig(&repository);
    let mut lab = Lab::open(&rig, Content::Working).unwrap();
    let tests = ["test_remove", "test_exists"];
    let first = lab.prove(&remove(&repository, &tests)).unwrap();
    let second = request(
        &repository,
        &tests,
        "Store.exists",
        "await asyncio.to_thread(os.stat, self.folder / name)",
        "os.stat(self.folder / name)",
    );
    let second = lab.prove(&second).unwrap();
    for report in [&first, &second] {
        assert_eq!(verdict(report), &TeethVerdict::Proven, "{}", report.explanation);
    }
    assert_eq!(first.baseline, second.baseline);
    assert_ne!(first.red_test, second.red_test);
}

/// Protected by: a green is run again before it is called one.
#[test]
fn anchor_that_is_red_now_and_then_is_flaky() {
    let repository = Repository::of_tree("teeth");
    let count = repository.beside("count");
    // Run 1 is the baseline, runs 2 and 3 have the revert.
    repository.write(
        "tests/blocking_io/test_race.py",
        format!(
            "import pytest\nfrom shop.store import Store\n\n\n@pytest.mark.asyncio\n\
             async def test(tmp_path):\n    \
             with open({count:?}, 'a+') as file:\n        file.write('x')\n        \
             file.seek(0)\n        run = len(file.read())\n    \
             if run == 3:\n        (tmp_path / 'a').mkdir()\n        \
             await Store(tmp_path).remove('a')\n"
        ),
    );
    let mut request = remove(&repository, &[]);
    request.selection = Selection::Tests(vec!["tests/blocking_io/test_race.py".to_owned()]);
    let report = proven(&repository, &request);
    let flaky = TeethVerdict::Flaky { red: 1, runs: 2 };
    assert_eq!(verdict(&report), &flaky, "{}", report.explanation);
    assert_eq!(report.reverted.unwrap().exit_code, Some(1));
}

/// Protected by: `blocks._is_logging` of the plugin.
#[test]
fn log_record_that_the_gate_refuses_is_no_block_of_the_site() {
    let repository = Repository::of_tree("teeth");
    let request = request(
        &repository,
        &["test_note"],
        "Store.note",
        "await asyncio.to_thread(log.error, \"noted\")",
        "log.error(\"noted\")",
    );
    let report = proven(&repository, &request);
    assert_eq!(verdict(&report), &TeethVerdict::Stubbed, "{}", report.explanation);
}
