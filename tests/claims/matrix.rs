//! Claims about the matrix, shown with real pytest and real Blockbuster on `tests/trees/matrix`.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;
use std::time::Duration;

use guard::gate::Rig;
use guard::gate::matrix::{Ask, By, Cell, Confirm, Matrix, OffloadSite, matrix};
use guard::gate::teeth::{Lab, PreparedRevert, Request};
use guard::git::Content;
use guard::model::{Invalid, Operator, Selection, TeethReport, TeethVerdict};
use guard::rewrite::{self, Wrappers};
use guard::scan::syntax::Module;

use super::gate::editable;
use super::support::{Desk, Repository, venv};
use super::teeth::{TESTS as STORE, rig as shop};

const SHELF: &str = "pantry/shelf.py";
const TESTS: &str = "tests/blocking_io/test_shelf.py";
const ODD: &str = "tests/blocking_io/test_odd.py";

pub(crate) fn rig(repository: &Repository) -> Rig {
    let mut rig = shop(repository);
    rig.project.roots = vec!["pantry".to_owned()];
    rig
}

pub(crate) fn ask(tests: &[&str], confirm: Confirm) -> Ask {
    Ask {
        selection: Selection::Tests(tests.iter().map(|&test| test.to_owned()).collect()),
        jobs: 2,
        confirm,
        repeat: 1,
        floor: Duration::from_secs(20),
    }
}

fn made(repository: &Repository, ask: &Ask) -> Matrix {
    let rig = rig(repository);
    let mut lab = Lab::open(&rig, Content::Working).unwrap();
    matrix(&mut lab, ask, |_: &OffloadSite| true).unwrap()
}

/// What the forks say of the shelf's tests, by themselves.
static FORKS: LazyLock<Matrix> =
    LazyLock::new(|| made(&Repository::of_tree("matrix"), &ask(&[TESTS], Confirm::Skip)));

/// The same with the source edits, which have the last word.
static EDITS: LazyLock<Matrix> =
    LazyLock::new(|| made(&Repository::of_tree("matrix"), &ask(&[TESTS], Confirm::SourceEdits)));

/// The cells of a test, in the order of their sites.
fn cells<'a>(matrix: &'a Matrix, test: &str) -> Vec<&'a Cell> {
    let own = |cell: &&Cell| cell.test.rsplit("::").next() == Some(test);
    matrix.cells.iter().filter(own).collect()
}

/// What executing `test` and taking its only offload away comes to: in a fork, and by the source
/// edit in a fresh process. `company` are the tests that run before it there.
#[track_caller]
fn both(test: &str, company: &[&str], expected: &TeethVerdict) -> TeethReport {
    let cells = cells(&FORKS, test);
    let [cell] = cells[..] else { panic!("{test} has the cells {cells:#?}") };
    assert_eq!(&cell.verdict, expected, "in a fork: {}", cell.explanation);
    assert_eq!(cell.by, By::Fork);
    let repository = Repository::of_tree("matrix");
    let source = Module::parse(repository.read(&cell.site.path));
    let wrappers = Wrappers(vec!["pantry.io.run_io".to_owned()]);
    let (line, column) = (cell.site.line, cell.site.column);
    let rewrite = rewrite::un_offload_with(&source, line, column, &wrappers).unwrap();
    let lines = std::iter::once(rewrite.lines.clone()).chain(rewrite.helper_lines.clone());
    let tests = company.iter().chain([&test]).map(|name| format!("{TESTS}::{name}"));
    let request = Request {
        selection: Selection::Tests(tests.collect()),
        site: cell.site.clone(),
        function: cell.site.function.clone(),
        call: None,
        reverts: vec![PreparedRevert {
            operator: Operator::UnOffload,
            path: cell.site.path.clone(),
            source: rewrite.source,
            lines: lines.collect(),
            diff: String::new(),
        }],
        control: None,
        repeat: 1,
    };
    let rig = rig(&repository);
    let report = Lab::open(&rig, Content::Working).unwrap().prove(&request).unwrap();
    assert_eq!(&report.verdict, expected, "by source edit: {}", report.explanation);
    report
}

#[test]
fn fork_proves_what_a_source_edit_proves() {
    let report = both("test_clear", &[], &TeethVerdict::Proven);
    let forked = cells(&FORKS, "test_clear")[0].block.as_ref().unwrap();
    let edited = report.block.unwrap();
    assert_eq!(forked.primitive, edited.primitive);
    assert_eq!(forked.stack.last(), edited.stack.last());
}

/// Protected by: evidence is the recorded block, not the exception on top.
#[test]
fn fork_sees_through_another_exception() {
    both("test_exists", &[], &TeethVerdict::Proven);
}

/// Protected by: what ran in the parent did not run in the child (`lines.forget`).
#[test]
fn fork_says_stubbed_where_a_source_edit_does() {
    both("test_clear_with_a_stub", &[], &TeethVerdict::Stubbed);
}

/// Protected by: audit events and light wrappers, as in any gate run.
#[test]
fn fork_says_unhooked_where_a_source_edit_does() {
    both("test_touch", &[], &TeethVerdict::Unhooked);
}

#[test]
fn fork_says_swallowed_where_a_source_edit_does() {
    both("test_size", &[], &TeethVerdict::Swallowed);
}

#[test]
fn fork_says_unrelated_failure_where_a_source_edit_does() {
    both("test_thread_name", &[], &TeethVerdict::Invalid(Invalid::UnrelatedFailure));
}

/// Protected by: a fork from before the first test runs again what stays green.
#[test]
fn fork_says_cached_where_a_source_edit_does() {
    both("test_settings", &["test_early_settings"], &TeethVerdict::Cached);
}

/// Protected by: the inline function stands at the site, in its file; a task has no other frame.
#[test]
fn offload_in_a_task_of_its_own_is_turned() {
    both("test_task", &[], &TeethVerdict::Proven);
}

/// Protected by: executors are reset in the child; the thread that served this one did not survive.
#[test]
fn executor_that_was_used_before_the_fork_works_in_it() {
    both("test_pooled", &[], &TeethVerdict::Proven);
    let helped = cells(&FORKS, "test_helped_in_vain");
    assert!(helped.iter().all(|cell| cell.verdict == TeethVerdict::Stubbed), "{helped:#?}");
}

#[test]
fn offload_over_several_lines_inside_a_time_limit_is_turned() {
    both("test_timed", &[], &TeethVerdict::Proven);
}

/// Protected by: the walk goes past frames of tests.
#[test]
fn offload_behind_a_tests_own_spy_is_turned() {
    both("test_clear_with_a_spy", &[], &TeethVerdict::Proven);
}

/// Protected by: a site is a span, not a line (Python 3.11 and later).
#[test]
fn two_offloads_on_one_line_are_told_apart() {
    let cells = cells(&FORKS, "test_pair");
    let verdicts: Vec<_> = cells.iter().map(|cell| (cell.site.line, &cell.verdict)).collect();
    let line = cells[0].site.line;
    assert_eq!(verdicts, [(line, &TeethVerdict::Stubbed), (line, &TeethVerdict::Proven)]);
}

/// Protected by: the walk goes past the helper's own frame.
#[test]
fn callers_of_one_helper_are_told_apart() {
    let of = |test| -> Vec<(&str, &TeethVerdict)> {
        let cells = cells(&FORKS, test).into_iter();
        cells.map(|cell| (cell.site.path.as_str(), &cell.verdict)).collect()
    };
    let io = "pantry/io.py";
    let (proven, stubbed) = (&TeethVerdict::Proven, &TeethVerdict::Stubbed);
    assert_eq!(of("test_helped"), [(io, proven), (SHELF, proven)]);
    assert_eq!(of("test_helped_in_vain"), [(io, stubbed), (SHELF, stubbed)]);
}

/// Protected by: every test is forked once with nothing turned.
#[test]
fn test_that_does_not_survive_a_fork_is_left_to_the_source_edit() {
    let name = "test_clear_in_one_process_only";
    let forked = cells(&FORKS, name)[0];
    assert_eq!(forked.verdict, TeethVerdict::Invalid(Invalid::GateBroken), "{forked:#?}");
    let edited = cells(&EDITS, name)[0];
    assert_eq!((&edited.verdict, edited.by), (&TeethVerdict::Proven, By::SourceEdit));
}

/// Protected by: a child says when it turned something; a line that ran says nothing of the call.
#[test]
fn call_that_is_not_made_is_not_driven() {
    let forked = cells(&FORKS, "test_perhaps")[0];
    assert_eq!(forked.verdict, TeethVerdict::Invalid(Invalid::NoRevert), "{forked:#?}");
    let edited = cells(&EDITS, "test_perhaps")[0];
    assert_eq!(edited.verdict, TeethVerdict::NotDriven, "{edited:#?}");
}

#[test]
fn source_edits_of_everything_green_agree_with_the_forks() {
    let unknown = |cell: &&Cell| {
        !matches!(cell.verdict, TeethVerdict::Invalid(Invalid::GateBroken | Invalid::NoRevert))
    };
    let forked: Vec<_> = FORKS.cells.iter().filter(unknown).collect();
    for forked in &forked {
        let same = |cell: &&Cell| cell.test == forked.test && cell.site == forked.site;
        let edited = EDITS.cells.iter().find(same).unwrap();
        assert_eq!(forked.verdict, edited.verdict, "{edited:#?}");
    }
    assert_eq!(forked.len(), FORKS.cells.len() - 2);
    let done = EDITS.confirmation.as_ref().unwrap();
    assert_eq!((done.sample, &done.refused), (3, &Vec::new()));
    let differ: Vec<&str> =
        done.differ.iter().map(|d| d.test.rsplit("::").next().unwrap()).collect();
    assert_eq!(differ, ["test_clear_in_one_process_only"]);
}

#[test]
fn offload_that_no_test_executes_is_listed() {
    let unguarded: Vec<&str> =
        FORKS.unguarded.iter().map(|site| site.location.function.as_str()).collect();
    assert_eq!(unguarded, ["Shelf.waits", "Shelf.draw", "Shelf.nobody"]);
}

#[test]
fn site_counts_as_what_its_best_test_makes_of_it() {
    let clear = EDITS.sites.iter().find(|site| site.site.location.function == "Shelf.clear");
    let clear = clear.unwrap();
    assert_eq!((clear.tests, &clear.verdict), (4, &TeethVerdict::Proven));
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for site in &EDITS.sites {
        *kinds.entry(site.verdict.to_string()).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.into_iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    assert_eq!(
        kinds,
        [
            "1 cached",
            "1 invalid: unrelated-failure",
            "1 not-driven",
            "8 proven",
            "2 stubbed",
            "1 swallowed",
            "1 unhooked"
        ]
    );
}

/// Protected by: what stays green is forked again.
#[test]
fn site_that_is_red_now_and_then_is_flaky() {
    let mut ask = ask(&[&format!("{ODD}::test_draw")], Confirm::Skip);
    ask.jobs = 1;
    let matrix = made(&Repository::of_tree("matrix"), &ask);
    // The baseline draws 1, the control 2, the pair 3 and, as that is green, 4.
    let cell = &matrix.cells[0];
    assert_eq!(cell.verdict, TeethVerdict::Flaky { red: 1, runs: 2 }, "{cell:#?}");
}

/// Protected by: a child's own limit, and its group.
#[test]
fn turned_call_that_waits_for_the_loop_is_ended() {
    let mut ask = ask(&[&format!("{ODD}::test_waits")], Confirm::Skip);
    ask.floor = Duration::from_secs(3);
    let matrix = made(&Repository::of_tree("matrix"), &ask);
    assert_eq!(matrix.cells[0].verdict, TeethVerdict::Invalid(Invalid::Timeout));
}

/// Protected by: the baseline runs in the same process before anything is forked.
#[test]
fn test_that_is_red_without_any_change_is_left_out() {
    let repository = Repository::of_tree("matrix");
    let red = format!("{ODD}::test_red");
    let clear = format!("{TESTS}::test_clear");
    let matrix = made(&repository, &ask(&[&red, &clear], Confirm::Skip));
    assert_eq!(matrix.red, [red]);
    assert_eq!(matrix.cells.iter().map(|cell| &cell.test).collect::<Vec<_>>(), [&clear]);
}

#[test]
fn teeth_ends_with_zero_only_where_everything_executed_is_proven() {
    let desk = Desk::of(Repository::of_tree("matrix"));
    let python = venv();
    let teeth = |words: &[&str]| {
        let fixed = ["teeth", "--no-confirm", "--python", python.to_str().unwrap()];
        desk.guard(&[&fixed[..], words].concat())
    };
    let clear = format!("{TESTS}::test_clear");
    let said = teeth(&[&clear]).code(0);
    let last = said.stdout.trim_end().lines().last().unwrap();
    assert_eq!(last, "proven 1 of 1 executed sites; 17 that no test executes");
    let touch = format!("{TESTS}::test_touch");
    let json = teeth(&[&clear, &touch, "--json"]).code(1).json();
    assert_eq!(json["score"], serde_json::json!({ "proven": 1, "executed": 2 }));
    assert_eq!(json["cells"][1]["verdict"], "unhooked");
    // One site, of which no test of the selection knows.
    teeth(&[&clear, "--site", "pantry/shelf.py:51"]).code(1);
    teeth(&[&clear, "--site", "pantry/shelf.py:1"])
        .code(2)
        .says(&["no offload stands at pantry/shelf.py:1"]);
    teeth(&[]).code(2);
    // Nothing is left, neither in the tree nor beside it.
    assert_eq!(desk.repository.git(&["status", "--porcelain"]), "");
    assert_eq!(desk.left(), Vec::<String>::new());
    assert_eq!(desk.repository.git(&["worktree", "list"]).lines().count(), 1);
}

#[test]
fn teeth_of_a_change_are_those_of_its_lines() {
    let desk = Desk::of(Repository::of_tree("matrix"));
    desk.repository.git(&["switch", "--quiet", "--create", "change"]);
    let source = desk.repository.read(SHELF);
    desk.repository.write(SHELF, source.replace("shutil.rmtree, self", "shutil.rmtree,  self"));
    let python = venv();
    let words = ["teeth", "--no-confirm", "--base", "main", "--json", "--python"];
    let json = desk.guard(&[&words[..], &[python.to_str().unwrap()]].concat()).code(0).json();
    assert_eq!(json["score"], serde_json::json!({ "proven": 1, "executed": 1 }));
    assert_eq!(json["unguarded"], serde_json::json!([]));
    assert_eq!(json["sites"][0]["site"]["function"], "Shelf.clear");
}

/// Protected by: the interpreter is asked which file it imported.
#[test]
fn site_that_is_imported_from_elsewhere_is_not_called_unguarded() {
    let repository = Repository::of_tree("teeth");
    let mut rig = shop(&repository);
    rig.project.gate.env = vec![("PYTHONPATH".to_owned(), editable(&repository, "HIDDEN"))];
    let mut lab = Lab::open(&rig, Content::Working).unwrap();
    let ask = ask(&[&format!("{STORE}::test_remove")], Confirm::Skip);
    let matrix =
        matrix(&mut lab, &ask, |site: &OffloadSite| site.location.function == "Store.remove");
    let matrix = matrix.unwrap();
    let verdicts: Vec<_> = matrix.sites.iter().map(|site| &site.verdict).collect();
    assert_eq!(verdicts, [&TeethVerdict::Invalid(Invalid::WrongTree)]);
    assert_eq!(matrix.unguarded, []);
}

#[test]
fn gate_without_a_green_test_cannot_be_used() {
    let desk = Desk::of(Repository::of_tree("matrix"));
    fs::write(
        desk.repository.root().join("tests/blocking_io/conftest.py"),
        "import nowhere_to_be_found\n",
    )
    .unwrap();
    let python = venv();
    let said = desk.guard(&["teeth", "--all", "--python", python.to_str().unwrap()]).code(4);
    assert!(said.one_error().contains("the gate is red"), "{}", said.stderr);
}
