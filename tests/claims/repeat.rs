//! `--repeat`: what is red now and then is flaky, and a single red proves no race away.

use guard::gate::matrix::{By, Confirm, OffloadSite, matrix};
use guard::gate::teeth::Lab;
use guard::git::Content;
use guard::model::TeethVerdict;

use super::matrix::{ask, rig};
use super::support::{Desk, Repository, venv};

const DRAW: &str = "tests/blocking_io/test_odd.py::test_draw";
const COUNTER: &str = "tests/blocking_io/counter";

/// Every draw adds one to the counter, and the even ones block. From 1 the baseline draws 2, the
/// control 3 and the pair 4, which is red.
fn drawn(repeat: u32, confirm: Confirm) -> TeethVerdict {
    let repository = Repository::of_tree("matrix");
    repository.write(COUNTER, "x");
    let mut ask = ask(&[DRAW], confirm);
    (ask.jobs, ask.repeat) = (1, repeat);
    let rig = rig(&repository);
    let mut lab = Lab::open(&rig, Content::Working).unwrap();
    let matrix = matrix(&mut lab, &ask, |_: &OffloadSite| true).unwrap();
    let by = if confirm == Confirm::Skip { By::Fork } else { By::SourceEdit };
    assert_eq!(matrix.cells[0].by, by);
    assert_eq!(matrix.proven(), usize::from(repeat == 1));
    matrix.cells[0].verdict.clone()
}

/// Protected by: every pair is forked again, also one that was red.
#[test]
fn pair_that_is_red_first_and_green_later_is_flaky_when_it_is_repeated() {
    assert_eq!(drawn(1, Confirm::Skip), TeethVerdict::Proven);
    assert_eq!(drawn(3, Confirm::Skip), TeethVerdict::Flaky { red: 2, runs: 3 });
}

/// Protected by: the source edit is repeated too. Its runs draw 7, 8 and 9.
#[test]
fn source_edit_that_has_the_last_word_is_repeated_as_often() {
    assert_eq!(drawn(3, Confirm::SourceEdits), TeethVerdict::Flaky { red: 1, runs: 3 });
}

/// An anchor that drives the offload with it, and only at the first run without it.
fn once(desk: &Desk) {
    let count = desk.repository.beside("count");
    desk.repository.write(
        "tests/blocking_io/test_store.py",
        format!(
            "import pathlib\n\nimport pytest\n\nimport shop.store\n\n\n@pytest.mark.asyncio\n\
             async def test_remove(tmp_path):\n    \
             path = tmp_path / \"a\"\n    path.write_text(\"a\")\n    \
             count = pathlib.Path({count:?})\n    \
             if \"to_thread\" not in pathlib.Path(shop.store.__file__).read_text():\n        \
             with count.open(\"a\") as file:\n            file.write(\"x\")\n        \
             if count.stat().st_size == 2:\n            return\n    \
             assert await shop.store.Store(path).remove() is None\n"
        ),
    );
}

/// Protected by: the number is kept with the run and reaches the proof of each site.
#[test]
fn run_repeats_the_reverted_tree_and_calls_a_race_flaky() {
    let desk = Desk::shop();
    once(&desk);
    desk.run(&["--repeat", "3"]).code(3);
    let said = desk.guard(&["answer", "c1.judge", "route=guard"]).code(3);
    said.says(&["flaky(2 of 3)", "was red in 2 of 3 runs"]);
}

#[test]
fn run_that_does_not_repeat_takes_the_first_red() {
    let desk = Desk::shop();
    once(&desk);
    desk.run(&[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=guard"]).code(0);
    // What the delivery did not see, a verification that repeats does.
    std::fs::remove_file(desk.repository.beside("count")).unwrap();
    let python = venv();
    let words = ["verify", "--repeat", "3", "--python", python.to_str().unwrap()];
    let said = desk.guard(&words).code(1);
    assert!(said.stdout.contains("proven then, flaky(2 of 3) now."), "{}", said.stdout);
}

#[test]
fn repeating_never_or_without_end_is_refused() {
    let desk = Desk::shop();
    for words in [["run", "--repeat", "0"], ["run", "--repeat", "101"], ["teeth", "--repeat", "0"]]
    {
        desk.guard(&words).code(2).says(&["--repeat <N>", "1..=100"]);
    }
}
