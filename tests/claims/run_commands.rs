//! The other subcommands, by the binary.

use std::fs;

use super::support::Desk;

const COMMANDS: [&[&str]; 20] = [
    &[],
    &["run"],
    &["answer"],
    &["status"],
    &["runs"],
    &["log"],
    &["replay"],
    &["scan"],
    &["init"],
    &["demo"],
    &["sop"],
    &["sop", "check"],
    &["sop", "show"],
    &["sop", "list"],
    &["sop", "explain"],
    &["sop", "graph"],
    &["trust"],
    &["sop", "schema"],
    &["skill"],
    &["skill", "export"],
];

#[test]
fn every_subcommand_has_help_and_knows_its_flags() {
    let desk = Desk::empty();
    for command in COMMANDS {
        let said = desk.guard(&[command, &["--help"]].concat()).code(0);
        assert!(said.stdout.contains("Usage: guard"), "{}", said.stdout);
        assert_eq!(said.stderr, "");
        let said = desk.guard(&[command, &["--no-such-flag"]].concat()).code(2);
        assert_eq!(said.stdout, "");
        said.says(&["--no-such-flag", "--help"]);
    }
    let help = desk.guard(&["--help"]).code(0).stdout;
    for command in COMMANDS.iter().filter_map(|command| command.first()) {
        assert!(help.contains(&format!("\n  {command} ")), "{command} in {help}");
    }
    assert!(desk.guard(&["--version"]).code(0).stdout.starts_with("guard "));
    desk.guard(&["rnu"]).code(2).says(&["unrecognized subcommand 'rnu'", "--help"]);
}

#[test]
fn init_twice_is_init_once_and_nothing_there_is_overwritten() {
    let desk = Desk::empty();
    desk.put("base");
    desk.repository.write("Makefile", "all:\n\ttrue\n");
    desk.repository.commit("A courier");
    let before = desk.files();
    let said = desk.guard(&["init", "--dry-run"]).code(0).says(&["nothing was written"]);
    assert!(said.stdout.contains("create  tests/blocking_io/conftest.py"), "{}", said.stdout);
    assert!(said.stdout.contains("append  Makefile"), "{}", said.stdout);
    assert_eq!(desk.files(), before);

    desk.guard(&["init"]).code(0);
    let once = desk.files();
    for (path, text) in &before {
        let now = &once.iter().find(|(name, _)| name == path).unwrap().1;
        assert!(now.starts_with(text.as_str()), "{path}");
    }
    let said = desk.guard(&["init"]).code(0).says(&["the gate is there; nothing was written"]);
    assert!(said.stdout.lines().all(|line| !line.starts_with("create")), "{}", said.stdout);
    assert_eq!(desk.files(), once);
}

#[test]
fn scan_prints_findings_as_text_and_as_json() {
    let desk = Desk::shop();
    let base = "shop/store.py";
    desk.repository.git(&["checkout", "--quiet", "main", "--", base]);
    let said = desk.guard(&["scan"]).code(0);
    assert_eq!(
        said.stdout,
        "shop/store.py\n  9:9  MEDIUM  os.remove FILE_DELETE in Store.remove\n\n\
         1 finding (1 medium) in 1 of 2 files.\n"
    );
    let json = desk.guard(&["scan", "--format", "json"]).code(0).json();
    let [finding] = json.as_array().unwrap().as_slice() else { panic!("{json}") };
    assert_eq!(finding["priority"], "MEDIUM");
    assert_eq!(finding["event_loop_exposure"], "DIRECT_ASYNC");
    assert_eq!(finding["location"]["line"], 9);
    assert_eq!(finding["location"]["function"], "Store.remove");
    assert_eq!(finding["blocking_call"]["symbol"], "os.remove");
    assert_eq!(finding["code"], "os.remove(self.path)");
    assert!(finding["reason"].is_string());

    let file = desk.repository.beside("findings.json");
    let words = ["scan", "--format", "json", "--output", file.to_str().unwrap(), "shop"];
    assert_eq!(desk.guard(&words).code(0).stdout, "");
    let written: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(written, json);
    desk.guard(&["scan", "no/such"]).code(2).says(&["could not find no/such"]).one_error();
}

#[test]
fn an_offload_is_listed_when_it_is_asked_for() {
    let desk = Desk::shop();
    let said = desk.guard(&["scan"]).code(0);
    assert_eq!(said.stdout, "No findings in 2 files; 1 offload.\n");
    let said = desk.guard(&["scan", "--offloaded"]).code(0);
    assert!(said.stdout.contains("os.remove FILE_DELETE runs in a thread"), "{}", said.stdout);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error_and_a_full_disk_is_one() {
    use std::process::Stdio;
    let desk = Desk::empty();
    let show = || {
        let mut guard = std::process::Command::new(assert_cmd::cargo::cargo_bin("guard"));
        guard.args(["sop", "show"]).env_clear().envs(desk.env()).stderr(Stdio::piped());
        guard.current_dir(desk.repository.root());
        guard
    };
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = show().stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
        let output = show().stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("could not write to standard output: No space left"), "{said}");
    }
}

#[test]
fn the_procedure_that_is_shown_is_sound() {
    let desk = Desk::shop();
    let shown = desk.guard(&["sop", "show"]).code(0).stdout;
    let file = desk.repository.beside("shown.yaml");
    fs::write(&file, shown).unwrap();
    let said = desk.guard(&["sop", "check", file.to_str().unwrap()]).code(0);
    said.says(&["is sound", "every delivery behind a proof"]);
}

/// The procedure is data: without a change to guard, a judged candidate goes another way.
#[test]
fn a_procedure_of_ones_own_changes_the_run() {
    let desk = Desk::shop();
    let shown = desk.guard(&["sop", "show"]).code(0).stdout;
    let own = shown.replace("{ guard: find-anchor,", "{ guard: draft,");
    assert_ne!(own, shown);
    let file = desk.repository.beside("own.yaml");
    fs::write(&file, own).unwrap();
    desk.run(&["--sop", file.to_str().unwrap()]).code(3);
    // The run keeps the procedure and the templates that it began with.
    fs::remove_file(file).unwrap();
    let template = ".guard/templates/blocking-io/anchor.py.hbs";
    desk.repository.write(template, "# Another template.\n");
    let said = desk.guard(&["answer", "c1.judge", "route=guard", "--json"]).code(3);
    assert_eq!(said.json()["questions"][0]["id"], "c1.anchor");
    said.says(&["4 c1 drafted"]);
    let drafted = desk.files().into_iter().filter(|(_, text)| text.contains("# Another template"));
    assert_eq!(drafted.map(|(path, _)| path).collect::<Vec<_>>(), [template]);
}

#[test]
fn status_says_what_the_run_said_when_it_stopped() {
    let desk = Desk::shop();
    let run = desk.run(&["--json"]).code(3).json();
    assert_eq!(desk.guard(&["status", "--json"]).code(0).json(), run);
    assert_eq!(desk.guard(&["status", "r1", "--json"]).code(0).json(), run);
    let text = desk.guard(&["status"]).code(0).stdout;
    assert!(text.starts_with("r1: waits for 1 answer\n"), "{text}");
    assert!(text.contains("guard answer --run r1 c1.judge route=guard"), "{text}");
    let word = ["answer", "c1.judge", "route=no-action", "reason=x", "--json"];
    let end = desk.guard(&word).code(0).json();
    assert!(end["pull_request"].as_str().unwrap().contains("**NO-ACTION**: x"), "{end}");
    assert_eq!(desk.guard(&["status", "--json"]).code(0).json(), end);
    desk.guard(&["status", "r7"]).code(2).says(&["there is no run `r7`"]).one_error();
}
