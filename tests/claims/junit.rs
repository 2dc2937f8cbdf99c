//! JUnit XML of every gate run, kept beside the evidence of the run.

use std::fs;

use serde_json::Value;

use super::support::Desk;

/// A run of shop's change to its end.
fn delivered(desk: &Desk) -> Vec<Value> {
    desk.run(&["--trust"]).code(3);
    desk.guard(&["answer", "c1.judge", "route=guard"]).code(0);
    let log = desk.guard(&["log", "--json"]).code(0).stdout;
    let mut runs = Vec::new();
    log.lines().for_each(|line| collect(&serde_json::from_str(line).unwrap(), &mut runs));
    runs
}

/// Every gate run inside of some evidence.
fn collect(value: &Value, runs: &mut Vec<Value>) {
    match value {
        Value::Object(object) if object.contains_key("exit_code") => runs.push(value.clone()),
        Value::Object(object) => object.values().for_each(|value| collect(value, runs)),
        Value::Array(list) => list.iter().for_each(|value| collect(value, runs)),
        _ => {}
    }
}

#[test]
fn every_gate_run_of_a_run_keeps_its_junit_xml_and_names_it() {
    let desk = Desk::shop();
    let runs = delivered(&desk);
    // The baselines, the control, the reverted tree, the restored one, the whole suite.
    assert_eq!(runs.len(), 6, "{runs:#?}");
    let mut names = Vec::new();
    for run in &runs {
        let name = run["junit"]["kept"].as_str().unwrap_or_else(|| panic!("{run:#}"));
        let file = desk.repository.root().join(".git/guard/runs/r1").join(name);
        let xml = fs::read_to_string(file).unwrap();
        let tests = run["tests"].as_array().unwrap();
        assert_eq!(xml.matches("<testcase ").count(), tests.len(), "{xml}");
        let is_red = tests.iter().any(|test| test["outcome"] == "failed");
        assert_eq!(xml.contains("<failure "), is_red, "{xml}");
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), runs.len(), "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("gate/000")), "{names:?}");
}

/// Protected by: the option is looked at where pytest has it, wherever it was set.
#[test]
fn junit_xml_of_the_projects_own_command_is_left_alone_and_said() {
    let desk = Desk::shop();
    let pyproject = desk.repository.read("pyproject.toml");
    let own = "[tool.pytest.ini_options]\naddopts = '--junitxml=own/gate.xml'\n";
    assert_eq!(pyproject.matches("[tool.pytest.ini_options]\n").count(), 1, "{pyproject}");
    desk.repository.write("pyproject.toml", pyproject.replace("[tool.pytest.ini_options]\n", own));
    let said = desk.run(&[]).code(3);
    said.says(&["; its command writes JUnit XML to own/gate.xml itself, which guard leaves alone"]);
    let log = desk.guard(&["log", "--json"]).code(0).stdout;
    let mut runs = Vec::new();
    log.lines().for_each(|line| collect(&serde_json::from_str(line).unwrap(), &mut runs));
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["junit"], serde_json::json!({ "own": "own/gate.xml" }));
    assert!(!desk.repository.root().join(".git/guard/runs/r1/gate").exists());
    // It was written in the worktree, and went with it.
    assert!(!desk.repository.root().join("own").exists());
}

/// A gate that switches the plugin off is none that writes JUnit XML.
#[test]
fn gate_without_pytests_junit_plugin_runs_as_before() {
    let desk = Desk::shop();
    let pyproject = desk.repository.read("pyproject.toml");
    let off = "[tool.pytest.ini_options]\naddopts = '-p no:junitxml'\n";
    desk.repository.write("pyproject.toml", pyproject.replace("[tool.pytest.ini_options]\n", off));
    let runs = delivered(&desk);
    assert!(runs.iter().all(|run| run.get("junit").is_none()), "{runs:#?}");
}
