//! Claims about what is kept between runs.

mod added;
mod moved;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::super::{Analysis, Options, analyze, desk, find};
use super::stamp::{Clock, Stamp};
use super::{Cache, Facts, Pack, Trust, folder};

const API: &str = "import store\n\n\nasync def purge(path):\n    store.wipe(path)\n";
const STORE: &str = "import shutil\n\n\ndef wipe(path):\n    shutil.rmtree(path)\n";

/// A tree of two files, and a folder for packs beside it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        fs::create_dir(desk.tree()).unwrap();
        desk.write("api.py", API);
        desk.write("store.py", STORE);
        desk
    }

    fn tree(&self) -> PathBuf {
        self.0.path().join("tree")
    }

    fn packs(&self) -> PathBuf {
        self.0.path().join("packs")
    }

    fn cache(&self) -> Cache {
        Cache::within(self.packs(), &self.tree())
    }

    fn pack(&self) -> PathBuf {
        self.packs().join(self.cache().name)
    }

    /// How many segments the pack has; none where anything in it is not whole.
    fn segments(&self) -> Option<usize> {
        Pack::open(fs::File::open(self.pack()).unwrap())?.checked()
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.tree().join(path), text).unwrap();
    }

    /// Makes the files older than any doubt.
    fn age(&self) {
        for path in ["api.py", "store.py"] {
            let file = fs::File::options().write(true).open(self.tree().join(path)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
        }
    }

    fn scan(&self, cache: Option<Cache>) -> Analysis {
        let files = find(&self.tree(), &[String::new()], &[]).unwrap();
        analyze(&files, &Options::default().cached(cache))
    }

    /// Both ways, which must say the same.
    fn scans_the_same(&self) -> Analysis {
        let cached = self.scan(Some(self.cache()));
        assert_eq!(cached, self.scan(None));
        cached
    }
}

fn reasons(analysis: &Analysis) -> Vec<&str> {
    analysis.findings.iter().map(|finding| finding.blocking_call.symbol.as_str()).collect()
}

#[test]
fn a_second_scan_after_an_edit_says_what_a_cold_one_says() {
    let desk = Desk::new();
    assert_eq!(reasons(&desk.scans_the_same()), ["shutil.rmtree"]);
    desk.write("store.py", "import time\n\n\ndef wipe(path):\n    time.sleep(1)\n");
    assert_eq!(reasons(&desk.scans_the_same()), ["time.sleep"]);
    desk.write("new.py", "async def f():\n    open('x')\n");
    assert_eq!(reasons(&desk.scans_the_same()), ["time.sleep", "open"]);
    fs::remove_file(desk.tree().join("store.py")).unwrap();
    assert_eq!(reasons(&desk.scans_the_same()), ["open"]);
}

#[test]
fn a_file_that_is_edited_within_one_tick_and_keeps_its_size_is_read_again() {
    let desk = Desk::new();
    desk.scans_the_same();
    let path = desk.tree().join("store.py");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    desk.write("store.py", &STORE.replace("rmtree", "unpack"));
    fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    assert_eq!(reasons(&desk.scans_the_same()), Vec::<&str>::new());
}

#[test]
fn a_stamp_is_believed_only_when_every_later_change_would_show_in_it() {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
    let clock = Clock::at(time);
    let at = |modified: i64, changed: i64| Stamp {
        modified: modified * 1_000_000_000,
        changed: changed * 1_000_000_000,
        ..Stamp::default()
    };
    assert!(clock.trusts(&at(97, 97)));
    assert!(!clock.trusts(&at(98, 97)));
    assert!(!clock.trusts(&at(50, 98)), "`touch -d` sets the one and not the other");
    assert!(!clock.trusts(&at(200, 97)), "a time to come");
}

#[test]
fn a_pack_with_any_byte_changed_is_a_miss_and_is_replaced() {
    let desk = Desk::new();
    desk.write("store.py", "x = 1\n");
    desk.scan(Some(desk.cache()));
    desk.write("store.py", STORE);
    let expected = desk.scan(Some(desk.cache()));
    let whole = fs::read(desk.pack()).unwrap();
    for at in (0..whole.len()).step_by(5) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x20;
        fs::write(desk.pack(), damaged).unwrap();
        assert_eq!(desk.segments(), None, "byte {at} of {}", whole.len());
        assert_eq!(desk.scan(Some(desk.cache())), expected, "byte {at} of {}", whole.len());
        desk.write("store.py", &format!("{STORE}{}\n", at % 10));
        desk.scans_the_same();
        assert_eq!(desk.segments(), Some(1), "byte {at} of {}", whole.len());
        desk.write("store.py", STORE);
    }
}

#[test]
fn a_pack_that_is_cut_short_is_a_miss_and_is_replaced() {
    let desk = Desk::new();
    let expected = desk.scan(None);
    desk.scan(Some(desk.cache()));
    let whole = fs::read(desk.pack()).unwrap();
    for length in (0..whole.len()).step_by(3) {
        fs::write(desk.pack(), &whole[..length]).unwrap();
        assert_eq!(desk.segments(), None, "{length}");
        assert_eq!(desk.scan(Some(desk.cache())), expected);
        assert_eq!(desk.segments(), Some(1), "{length}");
    }
}

#[test]
fn a_pack_of_another_build_is_a_miss() {
    let desk = Desk::new();
    desk.scan(Some(desk.cache()));
    let mut other = fs::read(desk.pack()).unwrap();
    assert_eq!(desk.segments(), Some(1));
    other[..32].fill(7);
    fs::write(desk.pack(), other).unwrap();
    assert_eq!(desk.segments(), None);
}

#[test]
fn what_a_killed_scan_left_is_neither_read_nor_kept_for_ever() {
    let desk = Desk::new();
    desk.scan(Some(desk.cache()));
    let left = desk.packs().join(".unfinished-abc");
    fs::write(&left, "half").unwrap();
    desk.write("store.py", "x = 1\n");
    desk.scans_the_same();
    assert!(left.exists(), "another scan may be writing it");
    let file = fs::File::options().write(true).open(&left).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    desk.write("store.py", "x = 2\n");
    desk.scans_the_same();
    assert!(!left.exists());
}

#[test]
fn scans_at_once_leave_a_whole_pack() {
    let desk = Desk::new();
    let expected = desk.scan(None);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(desk.scan(Some(desk.cache())), expected));
        }
    });
    assert_eq!(desk.segments(), Some(1));
    assert_eq!(fs::read_dir(desk.packs()).unwrap().count(), 1);
}

#[test]
fn nothing_is_written_where_nothing_changed() {
    let desk = Desk::new();
    desk.age();
    desk.scan(Some(desk.cache()));
    let known = |path: &Path| Stamp::of(&fs::metadata(path).unwrap());
    // The files are old, but their inodes changed just now: the next scan still compares bytes.
    let before = known(&desk.pack());
    desk.scan(Some(desk.cache()));
    assert_eq!(known(&desk.pack()), before);
}

#[cfg(unix)]
#[test]
fn the_folder_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new();
    desk.scan(Some(desk.cache()));
    assert_eq!(fs::metadata(desk.packs()).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(desk.pack()).unwrap().permissions().mode() & 0o077, 0);
}

#[cfg(unix)]
#[test]
fn a_folder_in_which_others_can_write_is_neither_read_nor_written() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new();
    desk.scan(Some(desk.cache()));
    fs::set_permissions(desk.packs(), fs::Permissions::from_mode(0o777)).unwrap();
    assert!(folder::open(&desk.packs(), &desk.cache().name).is_none());
    fs::remove_file(desk.pack()).unwrap();
    desk.scans_the_same();
    assert!(!desk.pack().exists());
}

#[test]
fn a_folder_that_cannot_be_made_costs_nothing_but_time() {
    let desk = Desk::new();
    fs::write(desk.packs(), "a file in its place").unwrap();
    assert_eq!(reasons(&desk.scans_the_same()), ["shutil.rmtree"]);
}

#[test]
fn the_packs_that_were_used_longest_ago_go_first() {
    let folder = tempfile::tempdir().unwrap();
    for (name, age) in [("old", 300), ("older", 400), ("own", 500), ("new", 100)] {
        let path = folder.path().join(name);
        fs::write(&path, [0; 100]).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }
    folder::tidy(folder.path(), "own", 250);
    let mut left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["new", "own"]);
}

#[test]
fn an_outcome_is_used_again_only_for_the_same_paths_facts_and_rules() {
    let desk = Desk::new();
    desk.scan(Some(desk.cache()));
    let outcome = |rules: &str| {
        let files = find(&desk.tree(), &[String::new()], &[]).unwrap();
        let refused = |_, _: &mut _| unreachable!("every file can be read");
        let facts = Facts::recall(&files, &desk.cache(), Trust::Whole, desk::facts_of, refused);
        facts.outcome(&facts.key(&files, rules)).is_some()
    };
    assert!(outcome(""));
    assert!(!outcome("other rules"));
    desk.write("store.py", &format!("{STORE}# a remark\n"));
    assert!(outcome(""), "the facts are the same");
    desk.write("store.py", &format!("# a remark\n{STORE}"));
    assert!(outcome(""), "they say it elsewhere");
    desk.write("store.py", &STORE.replace("path", "paths"));
    assert!(!outcome(""), "they say something else");
    desk.write("store.py", STORE);
    assert!(outcome(""));
    desk.write("more.py", "");
    assert!(!outcome(""), "another file");
}

#[test]
fn an_outcome_that_is_used_again_shows_the_code_as_it_is_now() {
    let desk = Desk::new();
    desk.scans_the_same();
    desk.write("store.py", &STORE.replace("(path)\n", "(path)  # all\n"));
    let again = desk.scans_the_same();
    assert_eq!(again.findings[0].code, "shutil.rmtree(path)  # all");
}

#[test]
fn offloads_what_runs_behind_them_and_warnings_are_kept_too() {
    let desk = Desk::new();
    let api = "import asyncio\nimport store\n\n\nasync def bye(path):\n    try:\n        pass\n    \
               finally:\n        await asyncio.to_thread(store.wipe, path)\n";
    desk.write("api.py", api);
    let first = desk.scans_the_same();
    assert_eq!((first.findings.len(), first.behind.len(), first.hazards.len()), (1, 1, 1));
    assert_eq!(desk.scans_the_same(), first);
}

#[test]
fn a_scan_of_one_file_forgets_nothing_of_the_others() {
    let desk = Desk::new();
    desk.scan(Some(desk.cache()));
    desk.write("store.py", "x = 1\n");
    let files = find(&desk.tree(), &["store.py".to_owned()], &[]).unwrap();
    analyze(&files, &Options::default().cached(Some(desk.cache())));
    let pack = Pack::open(fs::File::open(desk.pack()).unwrap()).unwrap();
    assert!(pack.places(["api.py"].into_iter())[0].is_some());
}

#[test]
fn what_no_scan_uses_leaves_the_pack_after_some_rewrites() {
    let desk = Desk::new();
    desk.write("store.py", &format!("{STORE}unused_name_of_old = 1\n"));
    desk.scan(Some(desk.cache()));
    let has = || {
        let bytes = fs::read(desk.pack()).unwrap();
        bytes.windows(18).any(|part| part == b"unused_name_of_old")
    };
    let mut rewrites = 0;
    for number in 0..50 {
        desk.write("store.py", &format!("x = {number}\ny{number} = 1\n"));
        desk.scan(Some(desk.cache()));
        if !has() {
            break;
        }
        rewrites += usize::from(desk.segments() == Some(1));
    }
    assert_eq!(rewrites, 4);
}
