//! Claims about what is added to a pack that is there.

use std::fs;

use super::super::super::{Options, analyze, desk, find};
use super::super::{Facts, Trust};
use super::{Desk, STORE, reasons};

/// A desk with so many files that a change of one of them is small, scanned once.
fn large() -> Desk {
    let desk = Desk::new();
    for number in 0..60 {
        let functions = (0..20).map(|index| {
            format!("def f{number}_{index}(a, b={index}):\n    return a.b({index})\n\n\n")
        });
        desk.write(&format!("m{number}.py"), &functions.collect::<String>());
    }
    desk.scan(Some(desk.cache()));
    assert_eq!(desk.segments(), Some(1));
    desk
}

fn with_remark(number: usize) -> String {
    format!("{STORE}# remark {number}\n")
}

fn with_function(number: usize) -> String {
    format!(
        "{STORE}\n\ndef added_{number}():\n    return open('x')\n\n\nasync def go_{number}():\n    added_{number}()\n"
    )
}

#[test]
fn a_small_change_is_added_and_what_was_there_stays_as_it_is() {
    let desk = large();
    let first = fs::read(desk.pack()).unwrap();
    desk.write("store.py", &with_remark(1));
    desk.scans_the_same();
    let second = fs::read(desk.pack()).unwrap();
    assert_eq!(desk.segments(), Some(2));
    assert!(second.starts_with(&first));
    assert!(second.len() - first.len() < first.len() / 10, "{} and {}", first.len(), second.len());
    desk.write("store.py", &with_function(1));
    assert_eq!(reasons(&desk.scans_the_same()), ["shutil.rmtree", "open"]);
    assert_eq!(desk.segments(), Some(3));
    assert!(fs::read(desk.pack()).unwrap().starts_with(&second));
    assert_eq!(reasons(&desk.scans_the_same()), ["shutil.rmtree", "open"]);
}

#[test]
fn facts_that_were_added_are_recognised_and_used_like_the_first_ones() {
    let desk = large();
    let key = || {
        let files = find(&desk.tree(), &[String::new()], &[]).unwrap();
        let unread = |_, _: &mut _| unreachable!("every file can be read");
        let facts = Facts::recall(&files, &desk.cache(), Trust::Whole, desk::facts_of, unread);
        facts.key(&files, "")
    };
    let before = key();
    for number in 0..3 {
        desk.write("store.py", &with_remark(number));
        assert_eq!(key(), before, "remark {number}");
        desk.scans_the_same();
    }
    desk.write("store.py", &with_function(1));
    desk.scans_the_same();
    let then = key();
    assert_ne!(then, before);
    desk.write("store.py", &format!("{}# remark\n", with_function(1)));
    assert_eq!(key(), then);
    desk.scans_the_same();
    desk.write("store.py", STORE);
    assert_eq!(key(), before, "the facts of long ago");
}

#[test]
fn files_that_come_and_go_are_found_between_the_others() {
    let desk = large();
    desk.write("a.py", "async def f():\n    open('x')\n");
    desk.write("m5x.py", "async def f():\n    open('x')\n");
    assert_eq!(desk.scans_the_same().findings.len(), 3);
    fs::remove_file(desk.tree().join("m7.py")).unwrap();
    fs::remove_file(desk.tree().join("a.py")).unwrap();
    assert_eq!(desk.scans_the_same().findings.len(), 2);
    desk.write("a.py", "async def f():\n    open('x')\n");
    assert_eq!(desk.scans_the_same().findings.len(), 3);
    assert!(desk.segments().unwrap() > 1);
}

#[test]
fn a_guard_that_is_killed_while_it_adds_leaves_what_was_there() {
    let desk = large();
    let first = fs::read(desk.pack()).unwrap();
    desk.write("store.py", &with_function(1));
    let expected = desk.scans_the_same();
    let whole = fs::read(desk.pack()).unwrap();
    for cut in (first.len()..whole.len()).step_by(61) {
        fs::write(desk.pack(), &whole[..cut]).unwrap();
        assert_eq!(desk.scan(Some(desk.cache())), expected, "{cut} of {}", whole.len());
        assert_eq!(desk.segments(), Some(2), "{cut} of {}", whole.len());
        assert!(fs::read(desk.pack()).unwrap().starts_with(&first), "nothing was lost");
    }
}

#[test]
fn damage_in_what_was_added_is_a_miss_and_is_replaced() {
    let desk = large();
    let first = fs::read(desk.pack()).unwrap();
    desk.write("store.py", &with_function(1));
    let expected = desk.scans_the_same();
    let whole = fs::read(desk.pack()).unwrap();
    for at in (first.len()..whole.len()).step_by(29) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        fs::write(desk.pack(), damaged).unwrap();
        assert!(desk.segments().is_none(), "byte {at}");
        assert_eq!(desk.scan(Some(desk.cache())), expected, "byte {at}");
        let files = find(&desk.tree(), &[String::new()], &[]).unwrap();
        let unread = |_, _: &mut _| unreachable!("every file can be read");
        let facts = Facts::recall(&files, &desk.cache(), Trust::Whole, desk::facts_of, unread);
        assert!(facts.outcome(&facts.key(&files, "")).is_some(), "byte {at} is missed no more");
    }
}

#[test]
fn damage_in_facts_that_nothing_changed_is_found_when_they_are_read() {
    let desk = large();
    let mut damaged = fs::read(desk.pack()).unwrap();
    // The facts are the largest part, and the outcome behind them is small.
    let at = damaged.len() * 3 / 4;
    damaged[at] ^= 1;
    fs::write(desk.pack(), &damaged).unwrap();
    desk.write("store.py", &with_remark(1));
    let files = find(&desk.tree(), &[String::new()], &[]).unwrap();
    let options = Options::default().alone();
    let found = analyze(&files, &options.clone().cached(Some(desk.cache())));
    assert_eq!(found, analyze(&files, &options));
    let there = fs::read(desk.pack()).unwrap();
    assert!(there.len() > damaged.len() && there.starts_with(&damaged), "nobody looked there");
    desk.write("store.py", &with_function(1));
    assert_eq!(reasons(&desk.scans_the_same()), ["shutil.rmtree", "open"]);
    assert_eq!(desk.segments(), Some(1), "all is new");
}

#[test]
fn what_was_added_is_written_anew_with_the_rest_before_it_is_much() {
    let desk = large();
    let first = fs::metadata(desk.pack()).unwrap().len();
    let (mut most, mut rewrites) = (0, 0);
    for number in 0..150 {
        desk.write("store.py", &with_remark(number));
        desk.scan(Some(desk.cache()));
        let segments = desk.segments().unwrap();
        most = most.max(segments);
        rewrites += usize::from(segments == 1);
        assert!(fs::metadata(desk.pack()).unwrap().len() < first * 2 + 10_000, "{number}");
    }
    assert!((2..=64).contains(&most), "{most}");
    assert!((1..20).contains(&rewrites), "{rewrites}");
    desk.scans_the_same();
}

#[test]
fn what_another_scan_wrote_meanwhile_is_not_written_over() {
    let desk = large();
    let files = find(&desk.tree(), &[String::new()], &[]).unwrap();
    let unread = |_, _: &mut _| unreachable!("every file can be read");
    desk.write("store.py", &with_remark(1));
    let facts = Facts::recall(&files, &desk.cache(), Trust::Whole, desk::facts_of, unread);
    desk.write("store.py", &with_remark(2));
    desk.scans_the_same();
    let there = fs::read(desk.pack()).unwrap();
    facts.keep(&files, None, &desk.cache());
    assert_eq!(fs::read(desk.pack()).unwrap(), there);
    desk.write("store.py", &with_remark(1));
    desk.scans_the_same();
    assert_eq!(desk.segments(), Some(3));
}

#[test]
fn nobody_waits_for_a_scan_that_is_adding() {
    let desk = large();
    let there = fs::read(desk.pack()).unwrap();
    let other = fs::File::options().read(true).write(true).open(desk.pack()).unwrap();
    other.lock().unwrap();
    desk.write("store.py", &with_function(1));
    desk.scans_the_same();
    assert_eq!(fs::read(desk.pack()).unwrap(), there);
    drop(other);
    desk.scans_the_same();
    assert_eq!(desk.segments(), Some(2));
}

#[test]
fn where_nothing_can_be_added_all_is_written_anew() {
    let desk = large();
    let files = find(&desk.tree(), &[String::new()], &[]).unwrap();
    let unread = |_, _: &mut _| unreachable!("every file can be read");
    desk.write("store.py", &with_remark(1));
    let facts = Facts::recall(&files, &desk.cache(), Trust::Whole, desk::facts_of, unread);
    fs::remove_file(desk.pack()).unwrap();
    facts.keep(&files, None, &desk.cache());
    assert_eq!(desk.segments(), Some(1));
    desk.scans_the_same();
}

#[test]
fn scans_at_once_that_all_add_leave_a_whole_pack() {
    let desk = large();
    desk.write("store.py", &with_function(1));
    let expected = desk.scan(None);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(desk.scan(Some(desk.cache())), expected));
        }
    });
    assert!(desk.segments().unwrap() > 1);
}
