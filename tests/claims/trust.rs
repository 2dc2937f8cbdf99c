//! Nothing that the repository brings is run before the person has said yes to exactly that.

use std::fs;

use super::support::{Desk, Repository, Said, said, venv};

/// A detector that finds nothing, and leaves a mark beside the repository when it runs.
fn detector(desk: &Desk) {
    desk.repository.write("guard.toml", "detector = \"sh detect.sh\"\n");
    desk.repository.write(
        "detect.sh",
        format!("touch {}\necho '[]'\n", desk.repository.beside("ran").display()),
    );
}

fn has_run(desk: &Desk) -> bool {
    let mark = desk.repository.beside("ran");
    let ran = mark.exists();
    let _ = fs::remove_file(mark);
    ran
}

/// Refused, with what would be run, and nothing of it was run.
#[track_caller]
fn refused(desk: &Desk, said: Said, shown: &[&str]) {
    let said = said.code(2).says(&["nobody here has trusted yet", "Nothing of it was run"]);
    said.says(shown).says(&["`guard trust", "`--trust`"]).one_error();
    assert!(!has_run(desk));
}

#[test]
fn a_command_of_the_repository_is_shown_and_not_run_before_it_is_trusted() {
    let desk = Desk::shop();
    detector(&desk);
    refused(&desk, desk.run(&[]), &["guard.toml\n  detector  sh detect.sh\n"]);
    assert!(!desk.journal_path("r1").exists(), "a run was begun");

    let said = desk.guard(&["trust", "--dry-run"]).code(0).says(&["nothing was trusted"]);
    assert!(said.stdout.contains("  detector  sh detect.sh\n"), "{}", said.stdout);
    refused(&desk, desk.run(&[]), &[]);

    let said = desk.guard(&["trust"]).code(0).says(&["trusted, until it changes"]);
    assert!(said.stdout.contains("  detector  sh detect.sh\n"), "{}", said.stdout);
    desk.run(&[]).code(3);
    assert!(has_run(&desk));
    // What is only data may change; a command may not.
    desk.repository.write("guard.toml", "detector = \"sh detect.sh\"\ngate.limit = 99\n");
    desk.run(&[]).code(3);
    desk.repository.write("guard.toml", "detector = \"sh detect.sh -v\"\n");
    has_run(&desk);
    refused(&desk, desk.run(&[]), &["detector  sh detect.sh -v\n"]);
    desk.repository.write("guard.toml", "detector = \"sh detect.sh\"\n");
    desk.guard(&["trust", "--forget"]).code(0);
    refused(&desk, desk.run(&[]), &[]);
}

#[test]
fn the_gates_commands_interpreter_and_environment_need_trust_and_a_limit_does_not() {
    let desk = Desk::shop();
    for (config, shown) in [
        ("[gate]\nsuite = 'sh detect.sh'\n", "suite     sh detect.sh"),
        ("[gate]\ntests = 'sh detect.sh {tests}'\n", "tests     sh detect.sh '{tests}'"),
        ("[gate]\npython = 'python3'\n", "python    python3"),
        ("[gate.env]\nPYTHONSTARTUP = 'evil.py'\n", "env       PYTHONSTARTUP=evil.py"),
    ] {
        desk.repository.write("guard.toml", config);
        refused(&desk, desk.run(&[]), &[shown]);
        refused(&desk, desk.guard(&["teeth", "--all"]), &[shown]);
    }
    fs::remove_file(desk.repository.root().join("guard.toml")).unwrap();
    let project = desk.repository.read("pyproject.toml");
    let table = format!("{project}\n[tool.guard.gate]\nsuite = 'sh detect.sh'\n");
    desk.repository.write("pyproject.toml", table);
    refused(&desk, desk.run(&[]), &["pyproject.toml\n  suite     sh detect.sh"]);
    desk.repository.write("pyproject.toml", project);

    desk.repository.write("guard.toml", "anchors = 'tests/blocking_io'\n[gate]\nlimit = 99\n");
    desk.run(&[]).code(3);
    desk.guard(&["trust"]).code(0).says(&["there is nothing to trust"]);
}

#[test]
fn trust_on_the_command_line_is_for_one_run_and_its_answers() {
    let desk = Desk::shop();
    detector(&desk);
    desk.run(&["--trust"]).code(3);
    assert!(has_run(&desk));
    let answer = ["answer", "--run", "r1", "c1.judge", "route=no-action"];
    // Not for what the commands have become since.
    desk.repository.write("guard.toml", "detector = \"sh detect.sh -v\"\n");
    let journal = desk.journal("r1");
    refused(&desk, desk.guard(&[&answer[..], &["reason=x"]].concat()), &["sh detect.sh -v"]);
    refused(&desk, desk.guard(&["run", "--resume"]), &["sh detect.sh -v"]);
    assert_eq!(desk.journal("r1"), journal);
    desk.repository.write("guard.toml", "detector = \"sh detect.sh\"\n");
    // And not for the next one.
    refused(&desk, desk.run(&[]), &["sh detect.sh\n"]);
    desk.guard(&[&answer[..], &["reason=x"]].concat()).code(0);
}

#[test]
fn a_procedure_of_the_repository_needs_trust_and_one_of_ones_own_does_not() {
    let desk = Desk::shop();
    let shown = desk.guard(&["sop", "show"]).code(0).stdout;
    let own = shown.replace("title: No blocking", "title: Not one blocking");
    let path = ".guard/sop/blocking-io.yaml";
    desk.repository.write(path, &own);
    refused(&desk, desk.run(&[]), &[path, "more lines; `guard trust --dry-run` shows them"]);
    // Named by its path it is the repository's all the same.
    refused(&desk, desk.run(&["--sop", path]), &[path]);
    desk.repository.write("tools/sop.yaml", &own);
    let file = "tools/sop.yaml";
    refused(&desk, desk.run(&["--sop", file]), &["`guard trust tools/sop.yaml`"]);
    desk.guard(&["trust", file]).code(0);
    desk.run(&["--sop", file]).code(3);

    // Of a procedure that stands in for guard's own, the difference is shown.
    let said = desk.guard(&["trust"]).code(0);
    let diff = "-title: No blocking IO on the event loop\n  +title: Not one blocking IO on the event loop\n";
    assert!(said.stdout.contains(diff), "{}", said.stdout);
    desk.run(&[]).code(3);
    // A run keeps the procedure that was trusted when it began.
    desk.repository.write(path, own.replace("step: 6", "step: 5"));
    desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(0);
    refused(&desk, desk.run(&[]), &[path]);

    let outside = desk.repository.beside("own.yaml");
    fs::write(&outside, own).unwrap();
    desk.run(&["--no-memory", "--sop", outside.to_str().unwrap()]).code(3);
    let folder = desk.repository.beside("home/.config/guard/sop");
    fs::create_dir_all(&folder).unwrap();
    fs::remove_file(desk.repository.root().join(path)).unwrap();
    fs::copy(outside, folder.join("blocking-io.yaml")).unwrap();
    desk.run(&["--no-memory"]).code(3);
}

#[test]
fn a_link_to_a_procedure_outside_is_the_repositorys() {
    let desk = Desk::shop();
    let outside = desk.repository.beside("own.yaml");
    fs::write(&outside, desk.guard(&["sop", "show"]).code(0).stdout).unwrap();
    let folder = desk.repository.root().join(".guard/sop");
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(outside, folder.join("blocking-io.yaml")).unwrap();
    refused(&desk, desk.run(&[]), &[".guard/sop/blocking-io.yaml"]);
    desk.guard(&["trust"]).code(0);
    desk.run(&[]).code(3);
}

#[test]
fn templates_and_references_are_data() {
    let desk = Desk::shop();
    desk.repository.write(".guard/references/blocking-io/judging.md", "Judge well.\n");
    let json = desk.run(&["--json"]).code(3).json();
    assert_eq!(json["questions"][0]["reference"]["text"], "Judge well.\n");
}

#[test]
fn trust_is_of_one_repository_and_stands_in_the_persons_own_state_folder() {
    let desk = Desk::shop();
    detector(&desk);
    desk.guard(&["trust"]).code(0);
    let state = desk.repository.beside("home/.local/state/guard/trust");
    let files: Vec<_> = fs::read_dir(&state).unwrap().map(|each| each.unwrap().path()).collect();
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let text = fs::read_to_string(file).unwrap();
    let root = desk.repository.root();
    assert!(text.starts_with(&format!("# {}\n", root.display())), "{text}");
    assert!(text.ends_with(" guard.toml\n"), "{text}");

    // Another state folder knows of nothing, and without one there is a way on.
    let python = venv();
    let run = || {
        let mut command = desk.command(&root);
        command.args(["run", "--base", "main", "--non-interactive", "--python"]).arg(&python);
        command
    };
    let elsewhere = desk.repository.beside("tmp");
    refused(&desk, said(run().env("XDG_STATE_HOME", elsewhere)), &[]);
    refused(&desk, said(run().env_remove("HOME")), &[]);
    let mut command = desk.command(&root);
    let lost = said(command.arg("trust").env_remove("HOME")).code(2);
    lost.says(&["set HOME or XDG_STATE_HOME", "`--trust`"]).one_error();

    let other = Repository::of_tree("shop/base");
    other.write("guard.toml", "detector = \"sh detect.sh\"\n");
    let mut command = desk.command(&other.root());
    let said = said(command.args(["run", "--all", "--python"]).arg(&python));
    refused(&desk, said, &["sh detect.sh"]);
}
