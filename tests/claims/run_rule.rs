//! RULE: a primitive that the gate does not see, from the signal to a rule in a commit of its own.

use super::support::Desk;

const GATE: &str = "tests/blocking_io/blocking_io_gate.py";
const ANCHOR: &str = "tests/blocking_io/test_spool_seal.py";

#[test]
fn a_rule_is_proven_by_the_anchor_that_exposed_the_gap_and_committed_alone_before_it() {
    let desk = Desk::demo();
    desk.repository.git(&["add", "courier/desk.py"]);
    desk.repository.git(&["commit", "--quiet", "--no-verify", "-m", "Another change"]);
    desk.run(&[]).code(3);
    let settled = ["c1", "c2", "c3"].map(|id| {
        [format!("{id}.judge"), "route=no-action".to_owned(), "reason=not here".to_owned()]
    });
    let mut words: Vec<&str> = vec!["answer", "c4.judge", "route=guard"];
    words.extend(settled.iter().flatten().map(String::as_str));
    desk.guard(&words).code(3);
    let anchor = guard::assets::demo("answers").find(|(path, _)| *path == ANCHOR).unwrap().1;
    desk.repository.write(ANCHOR, anchor);

    let said = desk.guard(&["answer", "c4.anchor", "anchor=written"]).code(3);
    let said = said.says(&["unhooked", "`os.chmod` ran on the event loop at courier/spool.py:35"]);
    assert!(said.stdout.contains("c4.rule"), "{}", said.stdout);

    // Said, not done: the gate is as blind as before, and the question comes back.
    let file = format!("file={GATE}");
    let said = desk.guard(&["answer", "c4.rule", "rule=added", &file]).code(3);
    let said = said.says(&["the whole gate: green", "unhooked"]);
    assert!(said.stdout.contains("c4.rule.2"), "{}", said.stdout);

    let gate = desk.repository.read(GATE);
    let list = "PROJECT_RULES: Tuple[Rule, ...] = (\n";
    assert_eq!(gate.matches(list).count(), 1);
    let rule = format!("{list}    Rule(\"os.chmod\", os, \"chmod\"),\n");
    desk.repository.write(GATE, gate.replace(list, &rule));
    let words = ["answer", "c4.rule.2", "rule=added", &file, "--commit"];
    let said = desk.guard(&words).code(0).says(&["proven", "os.chmod"]);
    assert!(said.stdout.contains("| LOW | RULE | red → green |"), "{}", said.stdout);

    let show =
        |commit: &str, format: &str| desk.repository.git(&["show", format, "--format=%B", commit]);
    let rule = show("HEAD~1", "--name-only");
    assert!(rule.starts_with("Let the gate see what it was blind to\n"), "{rule}");
    assert!(rule.contains("- `os.chmod`, which Spool.seal calls (courier/spool.py)"), "{rule}");
    assert!(rule.contains(&format!("exposed by {ANCHOR}")), "{rule}");
    assert!(rule.contains("Under it the whole gate is green"), "{rule}");
    assert!(rule.trim_end().ends_with(GATE), "{rule}");
    let anchor = show("HEAD", "--name-only");
    assert!(anchor.contains(ANCHOR) && !anchor.contains(GATE), "{anchor}");
    assert_eq!(desk.repository.git(&["status", "--porcelain"]), "");
}
