//! Procedures, looked at through the binary.

use super::support::Desk;

#[test]
fn a_state_is_explained_and_a_misspelt_one_gets_the_nearest_name() {
    let desk = Desk::empty();
    let said = desk.guard(&["sop", "explain", "teeth"]).code(0).stdout;
    assert!(said.starts_with("teeth (step 5, prove its teeth)\n  `verify-teeth`, about"), "{said}");
    desk.guard(&["sop", "explain", "tooth"])
        .code(2)
        .says(&["`blocking-io` has no state `tooth`; did you mean `teeth`?"])
        .one_error();
}

#[test]
fn a_procedure_is_drawn_in_four_ways() {
    let desk = Desk::empty();
    for (format, begins) in [
        ("text", "blocking-io: No blocking IO"),
        ("mermaid", "stateDiagram-v2\n"),
        ("dot", "digraph \"blocking-io\" {\n"),
        ("svg", "<svg xmlns="),
    ] {
        let said = desk.guard(&["sop", "graph", "--format", format]).code(0).stdout;
        assert!(said.starts_with(begins), "{said}");
    }
}

#[test]
fn the_teams_own_procedures_are_listed_beside_the_embedded_ones() {
    let desk = Desk::empty();
    desk.repository.write("README.md", "a project\n");
    desk.repository.commit("A project");
    let before = desk.guard(&["sop", "list"]).code(0).stdout;
    assert!(before.contains("blocking-io  No blocking IO on the event loop  (embedded)\n"));
    let own = desk.guard(&["sop", "show"]).code(0).stdout;
    let own = own.replace("name: blocking-io", "name: ours");
    desk.repository.write(".guard/sop/ours.yaml", own);
    desk.repository.write(".guard/sop/broken.yaml", "name: broken\n");
    let after = desk.guard(&["sop", "list"]).code(0).stdout;
    let path = |name: &str| desk.repository.root().join(".guard/sop").join(name);
    let ours =
        format!("ours  No blocking IO on the event loop  ({})\n", path("ours.yaml").display());
    assert!(after.contains(&ours), "{after}");
    assert!(after.contains("broken  not sound; `guard sop check "), "{after}");
    assert_eq!(after.lines().count(), before.lines().count() + 2);
    let shown = desk.guard(&["sop", "explain", "--sop", "ours", "judge"]).code(0).stdout;
    assert!(shown.starts_with("judge (step 1, judge)"), "{shown}");
}

/// Puts a state `audit`, which runs a script of the repository, between the judge and the reason.
fn audited(desk: &Desk, script: &str) -> std::path::PathBuf {
    desk.repository.write("audit.sh", script);
    let audit = "      audit:
        step: 1
        action: command
        run: [sh, audit.sh, '{{symbol}}', '{{path}}:{{line}}', '{{mode}}']
        exits: { 0: known, 1: unknown }
        at-most: 2
        else: reason
        then: { known: reason, unknown: judge }

      reason:
";
    let shown = desk.guard(&["sop", "show"]).code(0).stdout;
    let own = shown.replace("no-action: reason }", "no-action: audit }").replacen(
        "      reason:\n        step: 1\n",
        &format!("{audit}        step: 1\n"),
        1,
    );
    let file = desk.repository.beside("own.yaml");
    std::fs::write(&file, own).unwrap();
    desk.guard(&["sop", "check", file.to_str().unwrap()]).code(0).says(&["is sound: 17 states"]);
    file
}

#[test]
fn a_command_of_the_procedures_own_decides_where_a_candidate_goes() {
    let desk = Desk::shop();
    let script = "echo looked at \"$@\"; test -e known\n";
    let file = audited(&desk, script);
    desk.run(&["--sop", file.to_str().unwrap()]).code(3);
    let no = ["route=no-action", "reason=it is audited", "--json"];
    let said = desk.guard(&[&["answer", "c1.judge"], &no[..]].concat()).code(3);
    assert_eq!(said.json()["questions"][0]["id"], "c1.judge.2");
    let sections = said.json()["questions"][0]["evidence"]["sections"].to_string();
    assert!(sections.contains("looked at os.remove shop/store.py:"), "{sections}");
    let said = said.says(&["1 c1 unknown: `sh audit.sh os.remove shop/store.py:"]);
    assert!(said.stderr.contains("change`, exit 1 in "), "{}", said.stderr);

    desk.repository.write("known", "");
    let said = desk.guard(&[&["answer", "c1.judge.2"], &no[..]].concat()).code(3);
    // The answer that led to the command is the command's, not that of the state after it.
    assert_eq!(said.json()["questions"][0]["id"], "c1.reason");
    let end = desk.guard(&["answer", "c1.reason", "reason=it is audited", "--json"]).code(0).json();
    let text = end["pull_request"].as_str().unwrap();
    assert!(text.contains("\n**`audit`**: known. `sh audit.sh os.remove shop/store.py:"), "{text}");
}

#[test]
fn a_bound_ends_a_loop_elsewhere() {
    let desk = Desk::shop();
    let file = audited(&desk, "exit 1\n");
    desk.run(&["--sop", file.to_str().unwrap()]).code(3);
    for question in ["c1.judge", "c1.judge.2"] {
        desk.guard(&["answer", question, "route=no-action", "reason=x"]).code(3);
    }
    // The third time leads to the reason at once, and the reason that came with the route is taken.
    desk.guard(&["answer", "c1.judge.3", "route=no-action", "reason=x"]).code(0);
    let log = desk.guard(&["log"]).code(0).stdout;
    assert_eq!(log.matches("c1.audit").count(), 2, "{log}");
    assert!(log.contains("c1.judge.3 no-action -> reason"), "{log}");
}

#[test]
fn an_exit_code_that_means_nothing_is_an_error_and_no_verdict() {
    let desk = Desk::shop();
    let file = audited(&desk, "echo tripped >&2; exit 7\n");
    desk.run(&["--sop", file.to_str().unwrap()]).code(3);
    let said = desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(2);
    said.says(&["ended with exit code 7", "0 (known), 1 (unknown)", "tripped", "--resume"])
        .one_error();
    desk.repository.write("audit.sh", "exit 0\n");
    desk.guard(&["run", "--resume", "--non-interactive"]).code(3).says(&["1 c1 known: "]);
}

#[test]
fn a_template_that_does_not_exist_or_uses_what_guard_does_not_provide_is_refused_at_its_place() {
    let desk = Desk::shop();
    let shown = desk.guard(&["sop", "show"]).code(0).stdout;
    let template = "templates/blocking-io/pull-request.md.hbs";
    let check = |text: String| {
        let file = desk.repository.beside("own.yaml");
        std::fs::write(&file, text).unwrap();
        let said = desk.guard(&["sop", "check", file.to_str().unwrap()]).code(2);
        let run = desk.run(&["--sop", file.to_str().unwrap()]).code(2);
        assert_eq!(run.one_error(), said.one_error());
        said
    };
    check(shown.replace("pull-request.md.hbs", "pul-request.md.hbs")).says(&[
        "no asset is called `templates/blocking-io/pul-request.md.hbs`",
        "own.yaml:",
        "^^^",
    ]);
    check(shown.replace("references/blocking-io/judging.md", "references/ours.md"))
        .says(&["no asset is called `references/ours.md`"]);
    let ours = ".guard/templates/blocking-io/pull-request.md.hbs";
    // In a branch that only some runs take.
    desk.repository.write(ours, "{{title}}{{#if draft}}{{drafft}}{{/if}}\n");
    check(shown.clone()).says(&[template, "drafft", "own.yaml:"]);
    desk.repository.write(ours, "{{title}}{{#if draft}}\n");
    check(shown).says(&[template, "does not parse"]);
}

#[test]
fn a_skill_is_exported_checked_and_never_written_over_somebodys_own() {
    let desk = Desk::empty();
    let said = desk.guard(&["skill", "export"]).code(0).stdout;
    assert!(said.starts_with("skills/blocking-io/SKILL.md\n"), "{said}");
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/skills/blocking-io/SKILL.md");
    let committed = std::fs::read_to_string(committed).unwrap();
    assert_eq!(desk.repository.read("skills/blocking-io/SKILL.md"), committed);
    desk.guard(&["skill", "export", "--check"]).code(0);
    desk.repository.write("skills/blocking-io/references/judging.md", "drifted\n");
    desk.guard(&["skill", "export", "--check"])
        .code(1)
        .says(&["references/judging.md is not what"]);
    desk.guard(&["skill", "export"]).code(0);
    desk.guard(&["skill", "export", "--check"]).code(0);
    desk.repository.write("own/SKILL.md", "# By hand\n");
    desk.guard(&["skill", "export", "--dir", "own"]).code(2).says(&["stays as it is"]).one_error();
    assert_eq!(desk.repository.read("own/SKILL.md"), "# By hand\n");
}
