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

/// Nothing changes between two looks at an anchor that nobody touches: the file's answer to the
/// question that comes back would lead there again, for ever.
#[test]
fn an_answer_that_leads_back_to_its_question_is_not_given_again() {
    let desk = Desk::shop();
    let anchor = desk.repository.read("tests/blocking_io/test_store.py");
    desk.repository.write(
        "tests/blocking_io/test_store.py",
        anchor.replace("await Store(path).remove()", "path.unlink()"),
    );
    let text = "\
- for: { question: judge }
  answer: { route: guard }
- for: { question: anchor }
  answer: { anchor: written }
";
    let said = with(&desk, "answers.yaml", text).code(3);
    assert_eq!(said.json()["questions"][0]["id"], "c1.anchor.2", "{}", said.stdout);
    // Who comes back with the file has perhaps done something about it.
    let file = desk.repository.beside("answers.yaml");
    let call = ["run", "--resume", "--json", "--answers", file.to_str().unwrap()];
    let said = desk.guard(&call).code(3);
    assert_eq!(said.json()["questions"][0]["id"], "c1.anchor.3", "{}", said.stdout);
}

/// The first edit moves what the second was made for: it is made anew, and wanted again.
#[test]
fn one_answer_applies_the_edits_of_two_candidates_in_one_file() {
    let desk = Desk::shop();
    let store = desk.repository.read("shop/store.py");
    let both = "\n    async def clear(self):\n        os.unlink(self.path)\n\n    async def move(self):\n        os.rename(self.path, self.path)\n";
    desk.repository.write("shop/store.py", store + both);
    let text = "\
- for: { question: judge, function: Store.remove }
  answer: { route: no-action, reason: another matter }
- for: { question: judge }
  answer: { route: fix-and-anchor }
- for: { question: fix }
  answer: { fix: apply }
";
    let said = with(&desk, "answers.yaml", text).code(3);
    assert_eq!(states(&said), ["anchor", "disposed", "anchor"], "{}", said.stderr);
    let journal = String::from_utf8(desk.journal("r1")).unwrap();
    assert!(journal.contains(r#"{"candidate":"c3","state":"fix","visit":2}"#), "{journal}");
    let store = desk.repository.read("shop/store.py");
    for call in ["to_thread(os.unlink, self.path)", "to_thread(os.rename, self.path, self.path)"] {
        assert!(store.contains(call), "{store}");
    }
}
