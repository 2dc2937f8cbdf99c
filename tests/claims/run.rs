//! `guard run` and `guard answer` without a terminal, from the first question to the delivered text.

use serde_json::Value;

use super::support::{Desk, Said};

/// The ids of the questions that are open.
fn open(said: &Said) -> Vec<String> {
    let json = said.json();
    json["questions"].as_array().unwrap().iter().map(|each| text(&each["id"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).to_owned()
}

/// The words of a command as a shell would split them; what guard prints is quoted at most whole.
fn words(command: &str) -> Vec<String> {
    command.split(' ').map(|word| word.trim_matches('\'').to_owned()).collect()
}

/// Whether a JSON Schema accepts an answer: as much of the language as guard's schemas use.
fn accepts(schema: &Value, value: &Value) -> bool {
    schema.as_object().unwrap().iter().all(|(keyword, rule)| match keyword.as_str() {
        "description" | "properties" | "then" => true,
        "type" => match rule.as_str().unwrap() {
            "object" => {
                let known = schema["properties"].as_object().unwrap();
                let fields = value.as_object();
                fields.is_some_and(|fields| {
                    fields.iter().all(|(name, value)| {
                        known.get(name).is_none_or(|schema| accepts(schema, value))
                    })
                })
            }
            "string" => value.is_string(),
            other => panic!("type {other}"),
        },
        "additionalProperties" => {
            assert_eq!(*rule, Value::Bool(false));
            value.as_object().is_some_and(|fields| {
                fields.keys().all(|name| schema["properties"].get(name).is_some())
            })
        }
        "required" => {
            rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some())
        }
        "oneOf" => rule.as_array().unwrap().iter().filter(|each| accepts(each, value)).count() == 1,
        "const" => rule == value,
        "pattern" => {
            assert_eq!(rule, r"\S");
            value.as_str().is_some_and(|text| !text.trim().is_empty())
        }
        "allOf" => rule.as_array().unwrap().iter().all(|each| accepts(each, value)),
        "if" => {
            let holds = rule["properties"].as_object().unwrap().iter().all(|(name, among)| {
                let among = among["enum"].as_array().unwrap();
                value.get(name).is_some_and(|value| among.contains(value))
            });
            !holds || accepts(&schema["then"], value)
        }
        other => panic!("keyword {other}"),
    })
}

/// The answer that a question's own command gives, its first choice where it leaves one.
fn commanded(question: &Value) -> Value {
    let fields = words(question["command"].as_str().unwrap());
    let fields = fields
        .iter()
        .filter_map(|word| word.split_once('='))
        .map(|(field, value)| (field.to_owned(), Value::from(value.split('|').next().unwrap())));
    Value::Object(fields.collect())
}

/// The schema of every open question takes what its command says, and nothing wrong.
#[track_caller]
fn schemas_hold(said: &Said) {
    for question in said.json()["questions"].as_array().unwrap() {
        let (schema, answer) = (&question["schema"], commanded(question));
        assert!(accepts(schema, &answer), "{answer} by {schema}");
        for field in answer.as_object().unwrap().keys() {
            let mut wrong = answer.clone();
            wrong[field] = "nonsense".into();
            let is_text = schema["properties"][field].get("oneOf").is_none();
            assert_eq!(accepts(schema, &wrong), is_text, "{wrong} by {schema}");
            wrong[field] = " ".into();
            assert!(!accepts(schema, &wrong), "{wrong} by {schema}");
            wrong.as_object_mut().unwrap().remove(field);
            assert!(!accepts(schema, &wrong), "{wrong} by {schema}");
        }
        let mut wrong = answer.clone();
        wrong["nonsense"] = "x".into();
        assert!(!accepts(schema, &wrong), "{wrong} by {schema}");
        for field in question["fields"].as_array().unwrap() {
            // What one choice alone asks for is required under it.
            let (name, Some(when)) = (text(&field["name"]), field["when"].as_array()) else {
                continue;
            };
            let mut lacking = answer.clone();
            lacking[text(&when[0])] = when[1][0].clone();
            lacking.as_object_mut().unwrap().remove(&name);
            let optional = field["optional"].as_bool().unwrap();
            assert_eq!(accepts(schema, &lacking), optional, "{lacking} by {schema}");
            lacking[name] = "a line".into();
            assert!(accepts(schema, &lacking), "{lacking} by {schema}");
        }
    }
}

#[test]
fn a_run_without_answers_stops_with_every_question_and_what_answers_it() {
    let desk = Desk::demo();
    let before = (desk.state(), desk.files());
    let said = desk.run(&["--json"]).code(3);
    assert_eq!(open(&said), ["c1.judge", "c2.judge", "c3.judge", "c4.judge"]);
    schemas_hold(&said);
    let json = said.json();
    assert_eq!((text(&json["status"]), json["exit"].as_i64()), ("needs-answers".into(), Some(3)));
    for question in json["questions"].as_array().unwrap() {
        let command = text(&question["command"]);
        assert!(command.starts_with("guard answer --run r1 c"), "{command}");
        assert_eq!(question["fields"][0]["name"], "route");
        let choices = question["fields"][0]["kind"]["choice"].as_array().unwrap();
        let choices: Vec<&str> =
            choices.iter().map(|each| each["value"].as_str().unwrap()).collect();
        assert_eq!(choices, ["guard", "fix-and-anchor", "no-action"]);
        assert_eq!(question["schema"]["required"], serde_json::json!(["route"]));
        assert!(!text(&question["suggestion"]["reason"]).is_empty());
        assert!(text(&question["reference"]["text"]).len() > 200);
        let code = &question["evidence"]["sections"][0]["body"];
        let marked = text(code).lines().filter(|line| line.starts_with('>')).count();
        assert_eq!(marked, 1, "{code}");
    }
    let suggested: Vec<String> = (json["questions"].as_array().unwrap().iter())
        .map(|question| text(&question["suggestion"]["value"]))
        .collect();
    assert_eq!(suggested, ["guard", "fix-and-anchor", "fix-and-anchor", "guard"]);
    assert_eq!((desk.state(), desk.files()), before);
    assert_eq!(desk.left(), Vec::<String>::new());
}

#[test]
fn an_answer_that_does_not_fit_records_nothing_of_the_whole_call() {
    let desk = Desk::demo();
    desk.run(&[]).code(3);
    let before = desk.journal("r1");
    for (words, said) in [
        (
            &["c1.judge", "route=guard", "c2.judge", "route=gard"][..],
            "c2.judge: `route` cannot be `gard` (did you mean `guard`?)",
        ),
        (
            &["c1.judge", "route=guard", "c1.jugde", "route=guard"],
            "no question `c1.jugde` is open (did you mean `c1.judge`?)",
        ),
        (&["c1.judge", "root=guard"], "no field `root`"),
        (&["c1.judge", "route=no-action"], "c1.judge needs `reason`"),
        (&["c1.judge"], "c1.judge needs `route`: one of guard, fix-and-anchor, no-action"),
        (
            &["c1.judge", "route=guard", "c1.judge", "route=no-action", "reason=x"],
            "c1.judge is answered twice",
        ),
        (&["c1.judge", "route=guard", "route=no-action"], "`route` is given twice"),
        (&["--run", "r9", "c1.judge", "route=guard"], "there is no run `r9`"),
    ] {
        let call: Vec<&str> = std::iter::once("answer").chain(words.iter().copied()).collect();
        desk.guard(&call).code(2).says(&[said]).one_error();
        assert_eq!(desk.journal("r1"), before, "{words:?}");
    }
}

#[test]
fn the_suggested_answers_lead_on_and_several_are_given_at_once() {
    let desk = Desk::demo();
    let said = desk.run(&["--json"]).code(3);
    let command = words(&text(&said.json()["answer"]));
    assert_eq!(command[0], "guard");
    let call: Vec<&str> = command[1..].iter().map(String::as_str).chain(["--json"]).collect();
    let said = desk.guard(&call).code(3);
    assert_eq!(open(&said), ["c1.anchor", "c2.fix", "c3.fix", "c4.anchor"]);
}

/// The whole way on the demo's change, in three calls.
#[test]
fn a_run_that_is_answered_to_its_end_delivers_red_to_green_and_touches_nothing_else() {
    let desk = Desk::demo();
    desk.run(&[]).code(3);
    let before = (desk.state(), desk.files());
    let judged = ["c1.judge", "route=guard", "c2.judge", "route=fix-and-anchor", "c4.judge"];
    let rest = ["route=guard", "c3.judge", "route=no-action", "reason=runs once", "--json"];
    let said = desk.guard(&[&["answer"][..], &judged, &rest].concat()).code(3);
    assert_eq!(open(&said), ["c1.anchor", "c2.fix", "c4.anchor"]);
    schemas_hold(&said);
    let said = desk.guard(&["answer", "c2.fix", "fix=apply", "--json"]).code(3);
    assert_eq!(open(&said), ["c1.anchor", "c2.anchor", "c4.anchor"]);

    desk.put("answers");
    let said = desk
        .guard(&[
            "answer",
            "c1.anchor",
            "anchor=written",
            "c2.anchor",
            "anchor=written",
            "c4.anchor",
            "anchor=written",
            "--json",
        ])
        .code(3);
    // Blockbuster has no rule for os.chmod: the gate cannot bite there, and says so.
    assert_eq!(open(&said), ["c4.rule"]);
    schemas_hold(&said);
    let said = desk
        .guard(&["answer", "c4.rule", "rule=escalate", "reason=no rule for os.chmod", "--json"])
        .code(0);
    let json = said.json();
    assert_eq!((text(&json["status"]), json["exit"].as_i64()), ("delivered".into(), Some(0)));
    let pull_request = text(&json["pull_request"]);
    for part in [
        "courier/gateway.py",
        "courier/journal.py",
        "-        await asyncio.to_thread(os.replace, self.path, archive)\n+        os.replace(self.path, archive)",
        "`PYTHONPATH=. python -m pytest -q tests/blocking_io/test_journal_rotate.py` in `.`",
        "| reverted | 1 | 1 failed |",
        "| restored | 0 | 1 passed |",
        "BlockingError",
        "runs once",
        "no rule for os.chmod",
        "python -m pytest",
    ] {
        assert!(pull_request.contains(part), "no {part:?} in:\n{pull_request}");
    }

    let (state, mut files) = before;
    assert_eq!(desk.state(), state);
    let anchors =
        guard::assets::demo("answers").map(|(path, text)| (path.to_owned(), text.to_owned()));
    files.extend(anchors);
    files.sort();
    let fixed = files.iter_mut().find(|(path, _)| path == "courier/journal.py").unwrap();
    fixed.1 = fixed.1.replace(
        "        os.replace(self.path, archive)",
        "        await asyncio.to_thread(os.replace, self.path, archive)",
    );
    // What was settled is written down; its own claims are about its text.
    let settled = |(path, _): &(String, String)| path.starts_with(".guard/");
    let (settled, left): (Vec<_>, Vec<_>) = desk.files().into_iter().partition(settled);
    // The dispositions, and a receipt for each of the two proofs.
    assert_eq!((settled.len(), left), (3, files));
    // A proof speaks of what the refused call passed through, not only of where it was offloaded.
    let bound = r#""path": "courier/gateway.py",
          "function": "Gateway._post",
          "sha256": "#;
    assert!(settled.iter().any(|(_, text)| text.contains(bound)), "{settled:?}");
    assert_eq!(desk.left(), Vec::<String>::new());

    let said = desk.guard(&["answer", "c1.judge", "route=guard"]).code(2);
    said.says(&["no run waits here; begin one with `guard run`"]);
    let status = desk.guard(&["status", "--json"]).code(0).json();
    assert_eq!(status["status"], "delivered");
}

#[test]
fn a_covered_offload_needs_one_answer_to_be_delivered() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    let file = desk.repository.beside("pr.md");
    let said =
        desk.guard(&["answer", "c1.judge", "route=guard", "--output", file.to_str().unwrap()]);
    let said = said.code(0);
    assert_eq!(said.stdout, "");
    let pull_request = std::fs::read_to_string(file).unwrap();
    assert!(pull_request.contains("os.remove"), "{pull_request}");
    assert!(pull_request.contains("tests/blocking_io/test_store.py"), "{pull_request}");
}

#[test]
fn a_text_that_cannot_be_written_to_its_file_is_printed() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    let file = desk.repository.beside("no/folder/pr.md");
    let file = file.to_str().unwrap();
    let said = desk
        .guard(&["answer", "c1.judge", "route=no-action", "reason=x", "--output", file])
        .code(2)
        .says(&[file, "No such file or directory", "it is on standard output"]);
    assert!(said.stdout.contains("**NO-ACTION**: x"), "{}", said.stdout);
}

#[test]
fn a_red_final_gate_is_a_verdict_and_the_text_is_marked_as_a_draft() {
    let desk = Desk::shop();
    desk.run(&[]).code(3);
    desk.repository.write("tests/blocking_io/test_late.py", "def test_late():\n    assert False\n");
    let said = desk.guard(&["answer", "c1.judge", "route=no-action", "reason=x"]).code(1);
    assert!(said.stdout.starts_with("> **Draft.**"), "{}", said.stdout);
    let said = said.says(&["the whole gate is red", "test_late.py::test_late"]);
    assert!(!said.stderr.contains("error: "), "{}", said.stderr);
    let status = desk.guard(&["status", "--json"]).code(0).json();
    assert_eq!((text(&status["status"]), status["exit"].as_i64()), ("refused".into(), Some(1)));
}
