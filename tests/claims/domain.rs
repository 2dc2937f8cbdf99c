//! A domain of files and shell commands alone: open modes in shell scripts. Nothing of it is Python,
//! and no line of it is Rust.

use super::support::{Desk, Repository, Said};

/// The tree's change: `make_spool` is closed, `make_socket` and `make_scratch` are open.
fn desk() -> Desk {
    let repository = Repository::of_tree("modes/base");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository.add_tree("modes/change");
    Desk::of(repository)
}

fn run(desk: &Desk, words: &[&str]) -> Said {
    let fixed = ["run", "--base", "main", "--sop", "open-modes", "--non-interactive", "--trust"];
    desk.guard(&[fixed.as_slice(), words].concat())
}

const ROUTES: [&str; 8] = [
    "c1.judge",
    "route=closed",
    "c2.judge",
    "route=close",
    "c3.judge",
    "route=open",
    "reason=A scratch folder.",
    "c1.watch",
];

#[test]
fn a_domain_of_shell_commands_is_delivered_with_its_proofs() {
    let desk = desk();
    let json = run(&desk, &["--json"]).code(3).json();
    let asked: Vec<&str> = (json["questions"].as_array().unwrap().iter())
        .map(|question| question["candidate"]["key"]["function"].as_str().unwrap())
        .collect();
    assert_eq!(asked, ["make_spool", "make_socket", "make_scratch"]);
    assert_eq!(json["questions"][0]["suggestion"]["value"], "closed");
    assert_eq!(json["questions"][1]["suggestion"]["value"], "close");

    let judged = desk.guard(&[&["answer"], &ROUTES[..7]].concat()).code(3);
    judged.says(&["c2 re-scan: gone", "c3 no action: A scratch folder."]);
    assert!(desk.repository.read("deploy/install.sh").contains("chmod 770 /run/courier"));

    // `watch` has a default, which an empty answer takes.
    let said = desk.guard(&["answer", "c1.watch", "watch=tell", "c2.watch", "watch="]).code(0);
    assert_eq!(desk.repository.read("checks/watched"), "make_spool\nmake_socket\n");
    for line in [
        "**c1** `chmod 777` in `make_spool` (deploy/install.sh): GUARD, red → green",
        "  `deploy/install.sh:3: make_spool: chmod 777`\n",
        "**c2** `chmod 777` in `make_socket` (deploy/install.sh): FIX+ANCHOR, red → green",
        "**c3** `chmod 777` in `make_scratch` (deploy/install.sh): NO-ACTION, A scratch folder.",
        "The gate: `sh tools/gate.sh`, exit 0.",
        "Not shown: Modes that are set by another command than chmod.",
    ] {
        assert!(said.stdout.contains(line), "no {line:?} in\n{}", said.stdout);
    }
    // The revert was tried elsewhere.
    assert!(!desk.repository.read("deploy/install.sh").contains("chmod 777 /var/spool"));
    assert_eq!(desk.left(), [""; 0]);
}

#[test]
fn what_a_command_of_the_procedure_edits_is_committed_with_the_rest() {
    let desk = desk();
    run(&desk, &[]).code(3);
    desk.guard(&[&["answer"], &ROUTES[..7]].concat()).code(3);
    let watch = ["c1.watch", "watch=tell", "c2.watch", "watch=tell"];
    desk.guard(&[&["answer", "--commit"], watch.as_slice()].concat()).code(0);
    let committed = desk.repository.git(&["show", "--format=%s", "--name-only"]);
    assert_eq!(
        committed.trim(),
        "No file that everybody may write\n\n.guard/dispositions.yaml\nchecks/watched\ndeploy/install.sh"
    );
}

#[test]
fn a_gate_that_does_not_look_there_proves_nothing() {
    let desk = desk();
    run(&desk, &[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=closed"]).code(3);
    let said = desk.guard(&["answer", "c1.watch", "watch=told"]).code(3);
    said.says(&[
        "not-driven",
        "`sh tools/gate.sh` says nothing of deploy/install.sh:3 (make_spool)",
    ]);
}

#[test]
fn a_gate_that_fails_without_naming_the_place_proves_nothing() {
    for (gate, verdict) in [
        // Red as soon as there is an open spool, and silent about it.
        ("! grep -q 'chmod 777 /var' deploy/install.sh\n", "but it names no place"),
        // It names another function.
        (
            "grep -q 'chmod 777 /var' deploy/install.sh || exit 0\n\
             echo 'deploy/install.sh:9: make_log: chmod 777'\nexit 1\n",
            "but it names chmod 777 at deploy/install.sh:9 (make_log)",
        ),
        // It names another line than those that the revert brought back.
        (
            "grep -q 'chmod 777 /var' deploy/install.sh || exit 0\n\
             echo 'deploy/install.sh:2: make_spool: chmod 777'\nexit 1\n",
            "but it names chmod 777 at deploy/install.sh:2 (make_spool)",
        ),
    ] {
        let desk = desk();
        desk.repository.write("tools/gate.sh", gate);
        run(&desk, &[]).code(3);
        desk.guard(&["answer", "c1.judge", "route=closed"]).code(3);
        let said = desk.guard(&["answer", "c1.watch", "watch=tell"]).code(3);
        said.says(&["invalid: unrelated-failure", verdict]);
    }
}

#[test]
fn a_gate_that_names_the_place_and_passes_is_swallowed() {
    let desk = desk();
    let gate = desk.repository.read("tools/gate.sh").replace("exit $red", "exit 0");
    desk.repository.write("tools/gate.sh", gate);
    run(&desk, &[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=closed"]).code(3);
    let said = desk.guard(&["answer", "c1.watch", "watch=tell"]).code(3);
    said.says(&["swallowed", "exits with 0 all the same"]);
}

#[test]
fn a_gate_that_is_red_elsewhere_stops_the_run_before_anybody_works_for_it() {
    let desk = desk();
    for (gate, why) in [
        ("echo broken; exit 1\n", "fails and names no place"),
        (
            "echo 'deploy/other.sh:1: f: chmod 777'; exit 1\n",
            "names chmod 777 at deploy/other.sh:1 (f), which is not in scope",
        ),
    ] {
        desk.repository.write("tools/gate.sh", gate);
        run(&desk, &[]).code(4).says(&["red before anything was touched", why]).one_error();
    }
}

#[test]
fn a_revert_that_edits_another_file_is_refused() {
    let desk = desk();
    desk.repository.write("tools/open.sh", "echo >> tools/mend.sh\n");
    run(&desk, &[]).code(3);
    desk.guard(&["answer", "c1.judge", "route=closed"]).code(3);
    let said = desk.guard(&["answer", "c1.watch", "watch=tell"]).code(2);
    said.says(&["edited tools/mend.sh, and may edit deploy/install.sh alone"]).one_error();
    assert!(!desk.repository.read("tools/mend.sh").ends_with("\n\n"));
}

#[test]
fn a_gate_that_changed_since_a_proof_sends_it_back_to_teeth() {
    let desk = desk();
    run(&desk, &[]).code(3);
    desk.guard(&[&["answer"], &ROUTES[..7]].concat()).code(3);
    desk.guard(&["answer", "c1.watch", "watch=tell"])
        .code(3)
        .says(&["c1 deploy/install.sh:3 proven"]);
    let gate = desk.repository.read("tools/gate.sh");
    desk.repository.write("tools/gate.sh", format!("{gate}# Another gate.\n"));
    let said = desk.guard(&["answer", "c2.watch", "watch=tell"]).code(0);
    said.says(&["changed since its proof: c1", "c1 deploy/install.sh:3 proven"]);
}

/// Protected by: a revert of the procedure's is run in a tree of guard's own, whatever `--in-place` says.
#[test]
fn a_revert_of_the_procedures_own_is_not_run_in_place() {
    let desk = desk();
    run(&desk, &["--in-place"]).code(3);
    desk.guard(&["answer", "c1.judge", "route=closed"]).code(3);
    let before = desk.repository.read("deploy/install.sh");
    desk.guard(&["answer", "c1.watch", "watch=tell"])
        .code(3)
        .says(&["c1 deploy/install.sh:3 proven"]);
    assert_eq!(desk.repository.read("deploy/install.sh"), before);
}
