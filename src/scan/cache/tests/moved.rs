//! Claims about an outcome that is used again after an edit that only moved things.

use std::borrow::Cow;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::super::super::{Options, Source, SourceFile, analyze, find};
use super::super::Pack;
use super::Desk;

const API: &str = "import asyncio
import middle
import queues


async def purge(path):
    middle.go(path)


async def push():
    await asyncio.to_thread(
        queues.push,
    )
";

/// Nothing in it is found: it is on the way alone.
const MIDDLE: &str = "import store


def go(path):
    store.wipe(path)
";

const STORE: &str = "import shutil


def wipe(path):
    shutil.rmtree(path)
    print(\"wiped\", open(path.name).read())
";

/// Nothing in it is found: a warning names a line of it alone.
const QUEUES: &str = "import asyncio

queue = asyncio.Queue()


def push():
    queue.put_nowait(1)
";

/// Something runs though nothing is called, on the way alone.
const BOX: &str = "import store


class Box:
    @property
    def all(self):
        return store.wipe(self)


async def look():
    box = Box()
    return box.all
";

const BROKEN: &str = "import shutil


def f(:
";

const TREE: [(&str, &str); 6] = [
    ("api.py", API),
    ("middle.py", MIDDLE),
    ("store.py", STORE),
    ("queues.py", QUEUES),
    ("box.py", BOX),
    ("broken.py", BROKEN),
];

/// What a scan made of an edit.
#[derive(Debug, PartialEq, Eq)]
enum Made {
    /// The outcome that was kept, moved.
    Moved,
    /// An outcome of its own, which it kept.
    LinkedAnew,
}

/// A tree that was scanned once.
fn scanned() -> Desk {
    let desk = Desk::new();
    TREE.iter().for_each(|(path, text)| desk.write(path, text));
    desk.scan(Some(desk.cache()));
    desk
}

fn newest(desk: &Desk) -> Option<Vec<u8>> {
    Pack::open(fs::File::open(desk.pack()).ok()?)?.newest()
}

/// Edits a file and scans: the outcome must be the one that a scan has that keeps nothing.
fn edit(desk: &Desk, path: &str, text: &str) -> Made {
    let before = newest(desk);
    desk.write(path, text);
    let files = find(&desk.tree(), &[String::new()], &[]).unwrap();
    let options = Options::default().alone();
    let found = analyze(&files, &options.clone().cached(Some(desk.cache())));
    assert_eq!(found, analyze(&files, &options), "{path}:\n{text}");
    match newest(desk) == before {
        true => Made::Moved,
        false => Made::LinkedAnew,
    }
}

/// The same with one part of the file's first text replaced.
fn replace(path: &str, part: &str, with: &str) -> Made {
    let (_, text) = TREE.iter().find(|(other, _)| *other == path).unwrap();
    assert!(text.contains(part), "{path} has no {part}");
    edit(&scanned(), path, &text.replacen(part, with, 1))
}

#[test]
fn the_tree_of_these_tests_has_every_kind_of_mention() {
    let found = scanned().scans_the_same();
    let on_the_way = |path: &str| {
        found.findings.iter().any(|it| it.chain.first().is_some_and(|hop| hop.path == path))
    };
    assert!(on_the_way("api.py") && on_the_way("box.py"));
    let is_in = |path: &str| found.findings.iter().any(|it| it.location.path == path);
    assert!(is_in("store.py") && is_in("broken.py") && is_in("api.py"));
    assert!(!is_in("middle.py") && !is_in("box.py") && !is_in("queues.py"));
    assert!(
        found.hazards.iter().any(|it| it.reason.contains("push (line 7) uses")),
        "{:?}",
        found.hazards
    );
}

#[test]
fn a_remark_in_the_middle_of_a_file_moves_what_stands_below_it() {
    assert_eq!(replace("store.py", "    print", "    # All of it.\n    print"), Made::Moved);
}

#[test]
fn a_docstring_moves_what_stands_below_it() {
    let documented = "(path):\n    \"\"\"Wipes.\n\n    All of it.\n    \"\"\"\n";
    assert_eq!(replace("store.py", "(path):\n", documented), Made::Moved);
}

#[test]
fn an_empty_line_at_the_top_moves_everything() {
    for (path, text) in TREE {
        assert_eq!(edit(&scanned(), path, &format!("\n{text}")), Made::Moved, "{path}");
    }
}

#[test]
fn a_call_that_is_wrapped_or_indented_is_where_it_begins() {
    let wrapped = "shutil.rmtree(\n        path,\n    )";
    assert_eq!(replace("store.py", "shutil.rmtree(path)", wrapped), Made::Moved);
    let indented = "        shutil.rmtree(path)\n        print";
    assert_eq!(replace("store.py", "    shutil.rmtree(path)\n    print", indented), Made::Moved);
}

#[test]
fn a_longer_text_moves_what_stands_behind_it_on_its_line() {
    assert_eq!(replace("store.py", "\"wiped\"", "\"wiped all of it\""), Made::Moved);
}

#[test]
fn a_file_that_is_on_the_way_alone_has_its_lines_moved() {
    assert_eq!(replace("middle.py", "def go", "# Goes.\ndef go"), Made::Moved);
    assert_eq!(replace("box.py", "    box =", "\n    box ="), Made::Moved);
}

#[test]
fn a_line_that_a_warning_names_is_moved() {
    assert_eq!(replace("queues.py", "def push", "# Pushes.\ndef push"), Made::Moved);
}

#[test]
fn what_a_broken_file_says_of_itself_is_moved() {
    assert_eq!(replace("broken.py", "def", "# Breaks.\ndef"), Made::Moved);
}

#[test]
fn one_edit_after_the_other_is_counted_from_the_outcome_and_not_from_the_last_edit() {
    let desk = scanned();
    for lines in 1..4 {
        let text = format!("{}{STORE}", "#\n".repeat(lines));
        assert_eq!(edit(&desk, "store.py", &text), Made::Moved, "{lines}");
        assert_eq!(edit(&desk, "store.py", &text), Made::Moved, "nothing changed");
    }
    let other = MIDDLE.replace("def", "\n\n\ndef");
    assert_eq!(edit(&desk, "middle.py", &other), Made::Moved);
    assert_eq!(edit(&desk, "middle.py", MIDDLE), Made::Moved);
    assert_eq!(edit(&desk, "store.py", STORE), Made::Moved);
}

#[test]
fn where_the_facts_of_long_ago_are_gone_all_is_linked_anew() {
    let desk = scanned();
    let made: Vec<Made> = (1..20)
        .map(|lines| edit(&desk, "store.py", &format!("{}{STORE}", "#\n".repeat(lines))))
        .collect();
    let anew = made.iter().filter(|made| **made == Made::LinkedAnew).count();
    assert!((2..6).contains(&anew), "{made:?}");
}

#[test]
fn calls_that_come_to_stand_on_one_line_are_linked_anew() {
    let merged = "shutil.rmtree(path); print";
    assert_eq!(replace("store.py", "shutil.rmtree(path)\n    print", merged), Made::LinkedAnew);
}

#[test]
fn calls_of_one_line_that_come_to_stand_on_two_are_linked_anew() {
    let two = "print(\n        \"wiped\",\n        open";
    assert_eq!(replace("store.py", "print(\"wiped\", open", two), Made::LinkedAnew);
}

#[test]
fn a_file_that_says_something_else_is_linked_anew() {
    assert_eq!(replace("store.py", "shutil.rmtree(path)", "shutil.move(path)"), Made::LinkedAnew);
    assert_eq!(replace("store.py", "    shutil.rmtree(path)\n", ""), Made::LinkedAnew);
}

#[test]
fn an_outcome_that_was_linked_anew_takes_the_place_of_the_one_before() {
    let desk = scanned();
    let merged = STORE.replace("(path)\n    print", "(path); print");
    assert_eq!(edit(&desk, "store.py", &merged), Made::LinkedAnew);
    assert_eq!(edit(&desk, "store.py", &format!("#\n{merged}")), Made::Moved);
    assert_eq!(edit(&desk, "store.py", STORE), Made::LinkedAnew);
    assert_eq!(edit(&desk, "store.py", &format!("#\n{STORE}")), Made::Moved);
}

#[test]
fn outcomes_that_took_each_others_place_push_no_other_one_out() {
    let desk = scanned();
    let other = STORE.replace("rmtree", "move");
    let merged = other.replace("(path)\n    print", "(path); print");
    for text in [&other, &merged, &other] {
        assert_eq!(edit(&desk, "store.py", text), Made::LinkedAnew);
    }
    assert_eq!(edit(&desk, "store.py", STORE), Made::Moved, "the one of the first scan is there");
}

#[test]
fn damage_in_what_things_are_moved_by_is_a_miss() {
    let desk = scanned();
    let whole = fs::read(desk.pack()).unwrap();
    for at in (0..whole.len()).step_by(11) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(desk.pack(), damaged).unwrap();
        edit(&desk, "store.py", &format!("\n{STORE}"));
        desk.write("store.py", STORE);
    }
}

/// A file that is edited after it was first read.
struct Restless {
    texts: [&'static str; 2],
    reads: AtomicUsize,
}

impl Source for Restless {
    fn path(&self) -> &str {
        "m.py"
    }

    fn bytes(&self) -> Result<Cow<'_, [u8]>, String> {
        let number = self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(self.texts[number.min(1)].as_bytes().into())
    }
}

#[test]
fn an_outcome_with_lines_of_a_file_that_was_edited_meanwhile_is_not_kept() {
    let desk = Desk::new();
    let [first, then] = ["async def f():\n    open(1)\n", "async def f():\n    open(2)\n"];
    let options = || Options::default().cached(Some(desk.cache()));
    let restless = Restless { texts: [first, then], reads: AtomicUsize::new(0) };
    assert_eq!(analyze(&[restless], &options()).findings[0].code, "open(2)");
    let again = analyze(&[SourceFile::new("m.py", first)], &options());
    assert_eq!(again.findings[0].code, "open(1)");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_that_say_nothing_may_be_added_anywhere(
        edits in proptest::collection::vec((0..TREE.len(), any::<prop::sample::Index>(), "(#[a-z]*)?"), 1..4)
    ) {
        let desk = scanned();
        for (file, at, line) in edits {
            let path = TREE[file].0;
            let text = fs::read_to_string(desk.tree().join(path)).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines.insert(at.index(lines.len() + 1), &line);
            prop_assert_eq!(edit(&desk, path, &format!("{}\n", lines.join("\n"))), Made::Moved);
        }
    }
}
