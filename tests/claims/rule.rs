//! Claims about `guard rule`: a rule goes in on the evidence of an anchor, alone, or not at all.

use super::support::{Desk, Said, venv};

const GATE: &str = "tests/blocking_io/blocking_io_gate.py";
const ANCHOR: &str = "tests/blocking_io/test_spool_seal.py";
const SITE: &str = "courier/spool.py:35";
const LIST: &str = "PROJECT_RULES: Tuple[Rule, ...] = (\n";
const ENTRY: &str = "    Rule(\"os.chmod\", os, \"chmod\"),\n";

/// The demo with its change committed, and the anchor of `Spool.seal` as a new file.
fn desk() -> Desk {
    let desk = Desk::demo();
    desk.repository.commit("The change");
    let anchor = guard::assets::demo("answers").find(|(path, _)| *path == ANCHOR).unwrap().1;
    desk.repository.write(ANCHOR, anchor);
    desk
}

fn rule(desk: &Desk, words: &[&str]) -> Said {
    let python = venv().display().to_string();
    desk.guard(&[&["rule"], words, &["--python", &python]].concat())
}

fn add(desk: &Desk, words: &[&str]) -> Said {
    let fixed = ["add", "os.chmod", "--anchor", ANCHOR, "--site", SITE];
    rule(desk, &[&fixed[..], words].concat())
}

/// In the list itself: a comment above it shows the same line.
fn has_rule(desk: &Desk) -> bool {
    desk.repository.read(GATE).contains(&format!("{LIST}{ENTRY}"))
}

#[test]
fn an_admitted_rule_is_committed_alone_with_primitive_anchor_and_effect() {
    let desk = desk();
    desk.repository.write("README.md", "Somebody else's work.\n");
    let said = add(&desk, &["--commit"]).code(0);
    assert!(said.stdout.starts_with("added: os.chmod\n"), "{}", said.stdout);
    let gate = desk.repository.read(GATE);
    assert!(gate.contains(&format!("{LIST}{ENTRY})\n")), "{gate}");
    let commit = desk.repository.git(&["show", "--name-only", "--format=%B", "HEAD"]);
    assert!(commit.starts_with("Let the gate see what it was blind to\n"), "{commit}");
    let about = format!(
        "- `os.chmod`, which Spool.seal calls (courier/spool.py); exposed by {ANCHOR}; the catalogue of blocking calls lists it"
    );
    assert!(commit.contains(&about), "{commit}");
    assert!(
        commit.contains("Without it that anchor is green with and without its offload."),
        "{commit}"
    );
    assert!(commit.contains("Under it the whole gate is green: "), "{commit}");
    assert!(commit.ends_with(&format!("\n\n{GATE}\n")), "{commit}");
    let left = desk.repository.git(&["status", "--porcelain"]);
    assert_eq!(left, format!(" M README.md\n?? {ANCHOR}\n"));
    let again = add(&desk, &[]).code(2);
    assert!(again.one_error().contains("has a rule for `os.chmod` already, at `HEAD`"));
}

/// Protected by: a rule rests on `unhooked`, and on nothing else.
#[test]
fn a_path_that_merely_has_no_test_is_refused() {
    let desk = desk();
    let other = "tests/blocking_io/test_journal_append.py";
    let words = ["add", "os.chmod", "--anchor", other, "--site", SITE, "--commit"];
    let said = rule(&desk, &words).code(1).says(&["nothing was written"]);
    let expected =
        "not admitted: a path that merely has no test is no hole of the gate; it needs an anchor.";
    assert!(said.stdout.starts_with(expected), "{}", said.stdout);
    assert!(!has_rule(&desk));
}

#[test]
fn an_anchor_that_has_teeth_already_shows_no_gap() {
    let desk = desk();
    let other = "tests/blocking_io/test_journal_append.py";
    let words = ["add", "open", "--anchor", other, "--site", "courier/journal.py:17"];
    let said = rule(&desk, &words).code(1);
    assert!(
        said.stdout.starts_with("not admitted: the gate has teeth here as it is."),
        "{}",
        said.stdout
    );
}

/// Protected by: the primitive that ran is compared with the one that was asked for.
#[test]
fn a_rule_for_another_primitive_than_the_one_that_ran_is_refused() {
    let desk = desk();
    let words = ["add", "os.utime", "--anchor", ANCHOR, "--site", SITE];
    let said = rule(&desk, &words).code(1);
    let expected = "not admitted: what ran here unseen is `os.chmod`, not `os.utime`.";
    assert!(said.stdout.starts_with(expected), "{}", said.stdout);
}

/// Protected by: the whole suite runs under the rule before anything is written.
#[test]
fn a_rule_under_which_another_test_turns_red_is_refused_and_the_test_named() {
    let desk = desk();
    desk.repository.write(
        "courier/latent.py",
        "import os\n\n\nasync def lock(path):\n    os.chmod(path, 0o600)\n",
    );
    desk.repository.write(
        "tests/blocking_io/test_latent.py",
        "import asyncio\n\nfrom courier.latent import lock\n\n\ndef test_lock(tmp_path):\n    asyncio.run(lock(tmp_path))\n",
    );
    let said = add(&desk, &["--commit"]).code(1);
    let expected = "not admitted: under a rule for `os.chmod` these turn red:\n  tests/blocking_io/test_latent.py::test_lock\n";
    assert!(said.stdout.starts_with(expected), "{}", said.stdout);
    assert!(!has_rule(&desk));
}

#[test]
fn a_rule_is_not_committed_with_other_changes_of_the_same_file() {
    let desk = desk();
    let gate = desk.repository.read(GATE);
    desk.repository.write(GATE, format!("{gate}\n# more\n"));
    let said = add(&desk, &["--commit"]).code(2);
    assert!(
        said.one_error().contains("has other uncommitted changes, and a rule is committed alone")
    );
    // Without a commit it is added to what is there.
    add(&desk, &[]).code(0);
    assert!(has_rule(&desk));
    assert!(desk.repository.read(GATE).ends_with("# more\n"));
}

/// A gate whose list guard does not know.
fn foreign(desk: &Desk) {
    let gate = desk.repository.read(GATE).replace("PROJECT_RULES", "LOCAL");
    desk.repository.write(GATE, gate);
    desk.repository.git(&[
        "commit",
        "--quiet",
        "--no-verify",
        "-m",
        "A gate of our own",
        "--",
        GATE,
    ]);
}

#[test]
fn for_another_gate_guard_says_what_to_add_and_goes_on_when_it_is_there() {
    let desk = desk();
    foreign(&desk);
    let said = add(&desk, &[]).code(3);
    assert!(
        said.stdout.contains("(\"os.chmod\", BlockBusterFunction(os, \"chmod\""),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("say this again with `--file`"), "{}", said.stdout);
    add(&desk, &["--file", GATE]).code(2).says(&["is as `HEAD` has it"]);
    let list = LIST.replace("PROJECT_RULES", "LOCAL");
    let gate = desk.repository.read(GATE).replace(&list, &format!("{list}{ENTRY}"));
    desk.repository.write(GATE, gate);
    add(&desk, &["--file", GATE, "--commit"]).code(0);
    let commit = desk.repository.git(&["show", "--name-only", "--format=%s", "HEAD"]);
    assert_eq!(commit, format!("Let the gate see what it was blind to\n\n{GATE}\n"));
}

#[test]
fn the_configuration_names_the_list_of_another_gate() {
    let desk = desk();
    foreign(&desk);
    desk.repository.write(
        "guard.toml",
        format!("[gate.rules]\nfile = \"{GATE}\"\nlist = \"LOCAL\"\nentry = 'Rule(name=\"{{name}}\", owner={{owner}}, function=\"{{function}}\")'\n"),
    );
    add(&desk, &[]).code(0);
    let gate = desk.repository.read(GATE);
    let entry = "    Rule(name=\"os.chmod\", owner=os, function=\"chmod\"),\n)\n";
    assert!(gate.contains(entry), "{gate}");
}

#[test]
fn a_primitive_that_the_catalogue_does_not_list_needs_a_word_why_it_blocks() {
    let desk = desk();
    let words = ["add", "os.nice", "--anchor", ANCHOR, "--site", SITE];
    let said = rule(&desk, &words).code(2);
    assert!(said.one_error().contains("say with `--because` why it really blocks"));
}

#[test]
fn an_escalation_is_a_report_with_the_evidence_and_changes_nothing() {
    let desk = desk();
    let before = desk.files();
    let words = ["escalate", "os.chmod", "--anchor", ANCHOR, "--site", SITE];
    let said = rule(&desk, &[&words[..], &["--because", "chmod(2) may wait for a disk"]].concat());
    let text = said.code(0).stdout;
    for part in [
        "## The gate does not see `os.chmod`\n",
        "It really blocks: chmod(2) may wait for a disk.",
        "`os.chmod` ran on the event loop at courier/spool.py:35",
        "-        await asyncio.to_thread(os.chmod, folder / \"payload\", 0o400)",
        "tests/blocking_io/blocking_io_gate.py, `PROJECT_RULES`: `Rule(\"os.chmod\", os, \"chmod\"),`",
        "Under it the whole gate is green: ",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    assert_eq!(desk.files(), before);
}
