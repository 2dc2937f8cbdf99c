//! The closed set of actions, as it is documented.

use super::*;

#[test]
fn every_action_has_one_specification_under_its_own_name() {
    for spec in ACTIONS {
        assert_eq!(spec.action.spec().name, spec.name);
        assert_eq!(Action::parse(spec.name), Some(spec.action));
    }
}

#[test]
fn the_documented_actions_are_these() {
    let mut table =
        String::from("| action | about | does | comes to | leaves |\n|---|---|---|---|---|\n");
    for spec in ACTIONS {
        let about = match spec.subject {
            Subject::Run => "the run",
            Subject::Candidate => "a candidate",
            Subject::Either => "either",
        };
        let outcomes: Vec<String> = (spec.outcomes.iter())
            .map(|outcome| {
                let proof = if outcome.is_proof { " (**a proof**)" } else { "" };
                format!("`{}`{proof}: {}", outcome.name, outcome.means)
            })
            .collect();
        let outcomes =
            if outcomes.is_empty() { "what `exits` says".to_owned() } else { outcomes.join("; ") };
        let needs: Vec<String> = spec.needs.iter().map(|need| format!("`{need}`")).collect();
        let needs = if needs.is_empty() {
            String::new()
        } else {
            format!("; needs an answer to {}", needs.join(", "))
        };
        table.push_str(&format!(
            "| `{}` | {about} | {}{needs} | {outcomes} | {} |\n",
            spec.name, spec.does, spec.leaves
        ));
    }
    let docs = include_str!("../../../docs/procedures.md");
    assert!(docs.contains(&table), "docs/procedures.md must hold\n{table}");
}

#[test]
fn only_these_outcomes_are_proofs() {
    let proofs: Vec<String> = ACTIONS
        .iter()
        .flat_map(|spec| spec.outcomes.iter().map(move |outcome| (spec, outcome)))
        .filter(|(_, outcome)| outcome.is_proof)
        .map(|(spec, outcome)| format!("{}.{}", spec.name, outcome.name))
        .collect();
    assert_eq!(
        proofs,
        [
            "record-reason.recorded",
            "verify-teeth.proven",
            "record-escalation.recorded",
            "gate-suite.green"
        ]
    );
}
