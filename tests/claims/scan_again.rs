//! What `guard scan` keeps between runs: where, that it changes nothing about what is said, and that
//! nothing that happens to it does.

use std::fs;

use super::scan::{STORE, plain};
use super::support::{Desk, said};

/// What lies in the cache folder of a desk.
fn kept(desk: &Desk) -> Vec<String> {
    let folder = desk.repository.beside("home").join(".cache/guard");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn facts_are_kept_in_the_users_cache_folder_and_nothing_in_the_tree() {
    let (desk, folder) = plain();
    let first = said(desk.command(&folder).args(["scan", "--format", "json"])).code(0);
    assert_eq!(kept(&desk).len(), 1);
    let again = said(desk.command(&folder).args(["scan", "--format", "json"])).code(0);
    assert_eq!(again.stdout, first.stdout);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn without_the_cache_nothing_is_kept_and_nothing_read() {
    let (desk, folder) = plain();
    let words = ["scan", "--no-cache", "--format", "json"];
    let first = said(desk.command(&folder).args(words)).code(0);
    assert_eq!(kept(&desk), Vec::<String>::new());
    said(desk.command(&folder).arg("scan")).code(0);
    let pack = desk.repository.beside("home").join(".cache/guard").join(&kept(&desk)[0]);
    fs::write(&pack, "not a pack").unwrap();
    assert_eq!(said(desk.command(&folder).args(words)).code(0).stdout, first.stdout);
    assert_eq!(fs::read_to_string(&pack).unwrap(), "not a pack");
}

#[test]
fn the_cache_lies_where_xdg_says() {
    let (desk, folder) = plain();
    let cache = desk.repository.beside("tmp").join("xdg");
    said(desk.command(&folder).env("XDG_CACHE_HOME", &cache).arg("scan")).code(0);
    assert_eq!(kept(&desk), Vec::<String>::new());
    assert_eq!(fs::read_dir(cache.join("guard")).unwrap().count(), 1);
}

#[test]
fn a_scan_after_an_edit_says_what_a_cold_scan_says() {
    let (desk, folder) = plain();
    said(desk.command(&folder).arg("scan")).code(0);
    fs::write(folder.join("store.py"), STORE.replace("rmtree", "move")).unwrap();
    let again = said(desk.command(&folder).args(["scan", "--format", "json"])).code(0);
    let cold = said(desk.command(&folder).args(["scan", "--no-cache", "--format", "json"]));
    assert_eq!(again.stdout, cold.code(0).stdout);
    assert!(again.stdout.contains("shutil.move"), "{}", again.stdout);
}

#[test]
fn a_scan_after_an_edit_that_moves_lines_says_where_they_are_now() {
    let (desk, folder) = plain();
    said(desk.command(&folder).arg("scan")).code(0);
    fs::write(folder.join("store.py"), STORE.replace("def ", "# A remark.\n\n\ndef ")).unwrap();
    for format in ["json", "text", "sarif"] {
        let again = said(desk.command(&folder).args(["scan", "--format", format])).code(0);
        let cold = said(desk.command(&folder).args(["scan", "--no-cache", "--format", format]));
        assert_eq!(again.stdout, cold.code(0).stdout, "{format}");
    }
}

#[test]
fn a_cache_folder_that_is_a_file_stops_no_scan() {
    let (desk, folder) = plain();
    fs::write(desk.repository.beside("home").join(".cache"), "in the way").unwrap();
    said(desk.command(&folder).args(["scan", "--fail-on", "high"])).code(1);
}

#[test]
fn a_killed_scan_leaves_a_cache_that_the_next_one_reads() {
    let (desk, folder) = plain();
    for number in 0..60 {
        fs::write(folder.join(format!("m{number}.py")), STORE.repeat(100)).unwrap();
    }
    let expected = said(desk.command(&folder).args(["scan", "--no-cache", "--format", "json"]));
    for step in 0..8 {
        fs::write(folder.join("m0.py"), format!("{STORE}\nx = {step}\n")).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guard"));
        command.env_clear().envs(desk.env()).current_dir(&folder).arg("scan");
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        // Wherever it is by now, it dies there.
        std::thread::yield_now();
        for _ in 0..step * 50 {
            fs::metadata(&folder).unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    fs::write(folder.join("m0.py"), STORE.repeat(100)).unwrap();
    let after = said(desk.command(&folder).args(["scan", "--format", "json"])).code(0);
    assert_eq!(after.stdout, expected.code(0).stdout);
}

#[test]
fn scans_that_share_a_cache_at_once_all_say_what_a_cold_scan_says() {
    let (desk, folder) = plain();
    for number in 0..20 {
        fs::write(folder.join(format!("m{number}.py")), STORE.repeat(20)).unwrap();
    }
    for round in 0..3 {
        fs::write(folder.join("m0.py"), STORE.repeat(round + 1)).unwrap();
        let start = || {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guard"));
            command.env_clear().envs(desk.env()).current_dir(&folder);
            command.args(["scan", "--format", "json"]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
            command.spawn().unwrap()
        };
        let together = [start(), start(), start(), start()];
        let said_together = together.map(|child| child.wait_with_output().unwrap().stdout);
        let cold = said(desk.command(&folder).args(["scan", "--no-cache", "--format", "json"]));
        let cold = cold.code(0).stdout;
        for stdout in said_together {
            assert_eq!(String::from_utf8(stdout).unwrap(), cold);
        }
        assert_eq!(kept(&desk).len(), 1);
    }
}
