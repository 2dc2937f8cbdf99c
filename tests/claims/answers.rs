//! The answers file: YAML or JSON, by key or by pattern, strict, and never a guess.

use super::support::Desk;

/// Runs on the demo's change with this answers file, and gives what was said.
fn with(desk: &Desk, name: &str, text: &str) -> super::support::Said {
    let file = desk.repository.beside(name);
    std::fs::write(&file, text).unwrap();
    desk.run(&["--json", "--answers", file.to_str().unwrap()])
}

/// Where each candidate stands, in order.
fn states(said: &super::support::Said) -> Vec<String> {
    let json = said.json();
    let candidates = json["candidates"].as_array().unwrap();
    candidates.iter().map(|each| each["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn answers_by_key_and_by_pattern_first_match_wins() {
    let said = with(
        &Desk::demo(),
        "answers.yaml",
        "\
- for: { question: judge, key: 'courier/app.py::main::config.read_text' }
  answer: { route: no-action, reason: runs once }
- for: { question: judge, path: 'courier/j*.py', function: '*.rotate' }
  answer: { route: fix-and-anchor }
- for: { question: c1.judge }
  answer: { route: no-action, reason: by its id }
- for: { question: judge, priority: HIGH }
  answer: { route: guard }
",
    )
    .code(3);
    // Nothing speaks of c4, and nothing is guessed for it.
    assert_eq!(states(&said), ["disposed", "fix", "disposed", "judge"]);
}

#[test]
fn json_is_an_answers_file_too() {
    let said = with(
        &Desk::demo(),
        "answers.json",
        r#"[{"for": {"question": "judge"}, "answer": {"route": "no-action", "reason": "all of it"}}]"#,
    )
    .code(0);
    assert_eq!(states(&said), ["disposed"; 4]);
}

#[test]
fn an_unknown_route_names_the_file_and_the_line_and_records_nothing() {
    let desk = Desk::demo();
    desk.run(&[]).code(3);
    let asked = desk.journal("r1");
    let file = desk.repository.beside("answers.yaml");
    let text = "\
- for: { question: c1.judge }
  answer: { route: guard }
- for: { question: judge }
  answer: { route: gaurd }
";
    std::fs::write(&file, text).unwrap();
    let said = desk.guard(&["run", "--resume", "--answers", file.to_str().unwrap()]).code(2);
    let said = said.says(&[
        &format!("{}:4: this answer does not fit", file.display()),
        "c2.judge: `route` cannot be `gaurd` (did you mean `guard`?)",
        "guard run --resume",
    ]);
    said.one_error();
    assert_eq!(desk.journal("r1"), asked);
}

#[test]
fn a_typo_in_a_key_gets_line_column_caret_and_the_right_names() {
    let desk = Desk::shop();
    let said = with(
        &desk,
        "answers.yaml",
        "- for: { question: judge, pirority: HIGH }\n  answer: { route: guard }\n",
    )
    .code(2);
    let said = said.says(&[
        "error: unknown field `pirority`",
        "answers.yaml:1:27",
        "| - for: { question: judge, pirority: HIGH }",
        "^^^^^^^^",
        "help: did you mean `priority`?",
    ]);
    said.one_error();
    // Nothing was begun for it.
    assert!(!desk.journal_path("r1").exists());
}

#[test]
fn an_answers_file_of_another_shape_says_what_it_should_be() {
    let desk = Desk::shop();
    let said = with(&desk, "answers.yaml", "judge: { route: guard }\n").code(2);
    let said = said.says(&[
        "answers.yaml:1:1",
        "| judge: { route: guard }",
        "- for: { question: judge, path: 'src/*.py' }",
        "answer: { route: no-action, reason: runs once }",
    ]);
    said.one_error();
    let said = with(&desk, "empty.yaml", "").code(3);
    assert_eq!(states(&said), ["judge"]);
}

#[test]
fn an_answers_file_that_is_not_there_is_named() {
    let desk = Desk::shop();
    let said = desk.run(&["--answers", "nowhere.yaml"]).code(2);
    said.says(&["could not read the answers file nowhere.yaml", "No such file"]).one_error();
}

#[test]
fn a_bad_pattern_names_its_line() {
    let desk = Desk::shop();
    let text = "- for: { path: 'a[' }\n  answer: { route: guard }\n";
    with(&desk, "answers.yaml", text)
        .code(2)
        .says(&["answers.yaml:1: `a[` is not a pattern"])
        .one_error();
}
