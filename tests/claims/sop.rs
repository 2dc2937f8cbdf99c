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
