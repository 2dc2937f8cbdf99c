//! Broken procedures and their exact messages.

use super::Sop;

const SMALL: &str = include_str!("small.yaml");

/// The small procedure with one text replaced, and what the loader says.
fn broken(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "`{from}` must stand once in the procedure");
    Sop::load("sop.yaml", &SMALL.replace(from, to)).unwrap_err().to_string()
}

#[test]
fn the_embedded_procedure_is_sound() {
    let text = include_str!("../../sop/blocking-io.yaml");
    let sop = Sop::load("blocking-io.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sop.name, "blocking-io");
}

#[test]
fn the_small_procedure_is_sound() {
    assert_eq!(Sop::load("sop.yaml", SMALL).unwrap().name, "small");
}

#[test]
fn an_unknown_key_gets_the_nearest_name() {
    insta::assert_snapshot!(broken("action: scan", "acton: scan"));
}

#[test]
fn an_unknown_action_gets_the_nearest_name() {
    insta::assert_snapshot!(broken("action: rescan", "action: re-scan"));
}

#[test]
fn an_unknown_state_gets_the_nearest_name() {
    insta::assert_snapshot!(broken("recorded: disposed", "recorded: dispossed"));
}

#[test]
fn an_unknown_outcome_gets_the_nearest_name() {
    insta::assert_snapshot!(broken("none: judge", "nine: judge"));
}

#[test]
fn an_outcome_nobody_handles_is_refused() {
    insta::assert_snapshot!(broken("gone: find, residual: judge", "gone: find"));
}

#[test]
fn a_state_that_nothing_leads_to_is_refused() {
    insta::assert_snapshot!(broken("fix-and-anchor: again", "fix-and-anchor: find"));
}

#[test]
fn a_state_without_a_way_to_an_end_is_refused() {
    insta::assert_snapshot!(broken(
        "covers: rule, extend: rule, none: judge",
        "covers: find, extend: find, none: find"
    ));
}

#[test]
fn a_way_around_the_proof_is_refused_and_shown() {
    insta::assert_snapshot!(broken("covers: rule, extend", "covers: disposed, extend"));
}

#[test]
fn a_delivery_without_a_green_suite_is_refused() {
    insta::assert_snapshot!(broken("red: stopped", "red: delivery"));
}

#[test]
fn a_delivery_without_its_candidates_is_refused() {
    insta::assert_snapshot!(broken("clean: nothing", "clean: gate"));
}

#[test]
fn a_loop_that_asks_nobody_is_refused() {
    insta::assert_snapshot!(broken("gone: find, residual: judge", "gone: find, residual: again"));
}

#[test]
fn a_question_that_lacks_what_its_action_needs_is_refused() {
    insta::assert_snapshot!(broken("reason: { text: Reason }", "why: { text: Reason }"));
}

#[test]
fn a_duplicate_key_is_refused_at_its_place() {
    insta::assert_snapshot!(broken("start: scope", "start: scope\nstart: gate"));
}
