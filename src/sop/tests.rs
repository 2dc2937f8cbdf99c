//! Broken procedures and their exact messages.

use super::Sop;

const BLOCKING_IO: &str = include_str!("../../sop/blocking-io.yaml");

/// The embedded procedure with one text replaced, and what the loader says.
fn broken(from: &str, to: &str) -> String {
    assert!(BLOCKING_IO.contains(from), "`{from}` is not in the procedure any more");
    Sop::load("sop.yaml", &BLOCKING_IO.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn the_embedded_procedure_is_sound() {
    let sop = Sop::load("blocking-io.yaml", BLOCKING_IO).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sop.name, "blocking-io");
}

#[test]
fn an_unknown_key_gets_the_nearest_name() {
    insta::assert_snapshot!(broken("    action: scan", "    acton: scan"));
}

#[test]
fn an_unknown_action_gets_the_nearest_name() {
    insta::assert_snapshot!(broken("action: judge", "action: jugde"));
}

#[test]
fn an_unknown_state_gets_the_nearest_name() {
    insta::assert_snapshot!(broken("recorded: disposed", "recorded: dispossed"));
}

#[test]
fn an_outcome_nobody_handles_is_refused() {
    insta::assert_snapshot!(broken(
        "{ gone: find-anchor, residual: propose }",
        "{ gone: find-anchor }"
    ));
}

#[test]
fn a_state_that_nothing_leads_to_is_refused() {
    insta::assert_snapshot!(broken("added: rule-suite,", "added: teeth,"));
}

#[test]
fn a_way_around_the_proof_is_refused_and_shown() {
    insta::assert_snapshot!(broken(
        "{ covers: teeth, extend: draft, none: draft }",
        "{ covers: disposed, extend: draft, none: draft }"
    ));
}

#[test]
fn a_delivery_without_a_green_suite_is_refused() {
    insta::assert_snapshot!(broken("red: stopped,", "red: delivery,"));
}

#[test]
fn a_loop_that_asks_nobody_is_refused() {
    insta::assert_snapshot!(broken(
        "{ gone: find-anchor, residual: propose }",
        "{ gone: find-anchor, residual: rescan }"
    ));
}

#[test]
fn a_duplicate_key_is_refused_at_its_place() {
    insta::assert_snapshot!(broken("start: scope", "start: scope\nstart: gate"));
}
