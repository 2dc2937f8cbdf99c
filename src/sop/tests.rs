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
fn the_procedure_of_the_fence_is_sound() {
    let text = include_str!("../../sop/async-fence.yaml");
    let sop = Sop::load("async-fence.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sop.name, "async-fence");
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

/// The small procedure with a command before its rescan, with one text of that replaced.
fn commanded(from: &str, to: &str) -> Result<Sop, super::SopError> {
    let text = SMALL
        .replace("fix-and-anchor: again", "fix-and-anchor: lint")
        .replace("      again:\n", &format!("{LINT}      again:\n"));
    assert_eq!(text.matches(from).count(), 1, "`{from}` must stand once in the procedure");
    Sop::load("sop.yaml", &text.replace(from, to))
}

const LINT: &str = "      lint:
        action: command
        run: [./lint, --symbol, '{{symbol}}', '{{path}}:{{line}}']
        exits: { 0: clean, 1: dirty, 2: dirty }
        limit: 30
        at-most: 3
        else: judge
        then: { clean: again, dirty: lint }
";

fn refused(from: &str, to: &str) -> String {
    commanded(from, to).unwrap_err().to_string()
}

#[test]
fn a_command_declares_its_outcomes_and_a_bound_stands_for_a_question() {
    let sop = commanded("limit: 30", "limit: 30").unwrap();
    let lint = sop.state(&crate::model::StateId("lint".to_owned())).unwrap();
    assert_eq!(lint.outcomes(), ["clean", "dirty"]);
    assert!(!lint.is_proof("clean"));
}

#[test]
fn a_loop_without_its_bound_is_refused() {
    insta::assert_snapshot!(refused("        at-most: 3\n        else: judge\n", ""));
}

#[test]
fn a_variable_that_guard_does_not_provide_gets_the_nearest_name() {
    insta::assert_snapshot!(refused("{{symbol}}", "{{symbl}}"));
}

#[test]
fn a_word_that_is_no_template_is_refused() {
    insta::assert_snapshot!(refused("'{{symbol}}'", "'{{#if symbol}}'"));
}

#[test]
fn an_exit_code_is_a_number() {
    insta::assert_snapshot!(refused("0: clean", "none: clean"));
}

#[test]
fn an_outcome_that_no_exit_code_comes_to_is_refused() {
    insta::assert_snapshot!(refused("clean: again, dirty", "clear: again, dirty"));
}

#[test]
fn what_a_command_comes_to_settles_no_candidate() {
    insta::assert_snapshot!(refused("clean: again, dirty", "clean: disposed, dirty"));
}

#[test]
fn a_bound_says_what_comes_after_it() {
    insta::assert_snapshot!(refused("        else: judge\n", ""));
}

#[test]
fn a_bound_does_not_go_around_the_proof() {
    insta::assert_snapshot!(refused("else: judge", "else: disposed"));
}

#[test]
fn a_bound_that_leads_to_itself_is_refused() {
    insta::assert_snapshot!(refused("else: judge", "else: lint"));
}

#[test]
fn a_command_without_a_command_is_refused() {
    insta::assert_snapshot!(refused(
        "        run: [./lint, --symbol, '{{symbol}}', '{{path}}:{{line}}']\n",
        ""
    ));
}

#[test]
fn only_a_command_runs_something() {
    insta::assert_snapshot!(refused("action: rescan", "action: rescan\n        run: [./lint]"));
}

#[test]
fn a_stale_proof_does_not_go_around_the_proof() {
    insta::assert_snapshot!(broken("stale: judge", "stale: disposed"));
}

#[test]
fn a_name_is_one_states_alone() {
    insta::assert_snapshot!(broken("  delivery:\n", "  reason:\n"));
}

#[test]
fn a_state_of_the_run_asks_nobody() {
    let ask = "action: gate-suite\n    ask: { text: Now?, fields: { now: { text: Now } } }";
    insta::assert_snapshot!(broken("action: gate-suite", ask));
}

#[test]
fn what_a_journal_holds_is_read_though_actions_have_learned_outcomes_since() {
    let old = SMALL.replace("{ done: delivered, stale: candidates }", "{ done: delivered }");
    assert!(Sop::load("sop.yaml", &old).is_err());
    assert_eq!(Sop::recorded("sop.yaml", &old).unwrap().name, "small");
}

/// The small procedure with a command for its gate.
fn with_gate(gate: &str) -> String {
    broken("detector: builtin\n", &format!("detector: builtin\ngate: {{ command: {gate} }}\n"))
}

#[test]
fn a_gate_whose_red_names_no_place_is_refused() {
    insta::assert_snapshot!(with_gate("{ run: [make], red: '^(?<path>.+): (?<fuction>.+)$' }"));
}

#[test]
fn a_gate_whose_red_is_no_pattern_is_refused() {
    insta::assert_snapshot!(with_gate("{ run: [make], red: '(' }"));
}

#[test]
fn a_command_that_uses_what_guard_does_not_provide_is_refused() {
    insta::assert_snapshot!(broken(
        "detector: builtin",
        "detector: { command: ['{{guard}}', '{{pth}}'] }"
    ));
}

#[test]
fn a_state_about_tests_is_refused_where_the_gate_is_a_command() {
    insta::assert_snapshot!(with_gate("{ run: [make], red: '(?<path>.+): (?<function>.+)' }"));
}

#[test]
fn a_route_of_its_own_says_which_it_is() {
    insta::assert_snapshot!(broken(
        "choices: { guard: a, fix-and-anchor: b, no-action: c }\n        then: { guard: find,",
        "choices: { keep: a, fix-and-anchor: b, no-action: c }\n        then: { keep: find,"
    ));
}

#[test]
fn a_default_does_not_decide_a_route() {
    insta::assert_snapshot!(broken("text: Route\n", "text: Route\n              default: guard\n"));
}

#[test]
fn a_default_that_is_no_choice_gets_the_nearest_name() {
    let field = "reason: { text: Reason, choices: { startup: a, shutdown: b }, default: starup }";
    insta::assert_snapshot!(broken("reason: { text: Reason }", field));
}
