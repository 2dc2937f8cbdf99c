//! Warnings about fixes: where the fix is offered, where it was made, where it is delivered, and in
//! every format of `guard scan`.

use serde_json::Value;

use super::support::{Desk, Said};

const LEDGER: &str = "\
import sqlite3

db = sqlite3.connect(':memory:')


async def note(text):
    db.execute('insert into notes values (?)', (text,))
";

/// The text of one section of what is shown with a question.
fn section(said: &Said, id: &str, heading: &str) -> Option<String> {
    let json = said.json();
    let questions = json["questions"].as_array().unwrap();
    let question = questions.iter().find(|question| question["id"] == id).unwrap();
    let sections = question["evidence"]["sections"].as_array().unwrap();
    let found = sections.iter().find(|section| section["heading"] == heading)?;
    Some(found["body"].as_str().unwrap().to_owned())
}

/// A change whose one candidate is a call on a connection.
fn ledger() -> (Desk, Said) {
    let desk = Desk::shop();
    desk.repository.git(&["checkout", "--quiet", "--", "."]);
    desk.repository.git(&["clean", "-fdq"]);
    desk.repository.write("shop/ledger.py", LEDGER);
    desk.run(&["--json"]).code(3);
    let said = desk.guard(&["answer", "c1.judge", "route=fix-and-anchor", "--json"]).code(3);
    (desk, said)
}

#[test]
fn what_is_wrong_with_guards_own_edit_is_said_with_it() {
    let (_desk, said) = ledger();
    assert_eq!(
        section(&said, "c1.fix", "warnings about the fix").as_deref(),
        Some(
            "shop/ledger.py:8:11: db.execute: sqlite3.Connection belongs to the thread that made it."
        )
    );
}

#[test]
fn what_is_wrong_with_somebodys_edit_is_said_after_the_scan() {
    let (desk, _) = ledger();
    let edited = LEDGER
        .replace("import sqlite3\n", "import asyncio\nimport sqlite3\n")
        .replace(
            "    db.execute('insert into notes values (?)', (text,))\n",
            "    loop = asyncio.get_running_loop()\n    await loop.run_in_executor(None, write, text)\n\n\ndef write(text):\n    with open('notes', 'a') as file:\n        file.write(text)\n",
        );
    desk.repository.write("shop/ledger.py", edited);
    let said = desk.guard(&["answer", "c1.fix", "fix=edited", "--json"]).code(3);
    let warning = "shop/ledger.py:9:11: write: `run_in_executor` drops ContextVars";
    let said = said.says(&[&format!("re-scan: gone\n  warning: {warning}")]);
    let shown = section(&said, "c1.anchor", "warnings about the fix").unwrap();
    assert!(shown.starts_with(warning), "{shown}");
}

#[test]
fn a_warning_that_remains_is_in_the_pull_request_text() {
    let desk = Desk::shop();
    let text = desk.repository.read("shop/store.py");
    let dropped =
        text.replace("asyncio.to_thread(", "asyncio.get_running_loop().run_in_executor(None, ");
    assert_ne!(text, dropped);
    let say = |desk: &Desk| {
        desk.run(&[]).code(3);
        desk.guard(&["answer", "c1.judge", "route=guard"]).code(0).stdout
    };
    assert!(!say(&desk).contains("Warnings about offloads"));
    let desk = Desk::shop();
    desk.repository.write("shop/store.py", dropped);
    let said = say(&desk);
    let part = "### Warnings about offloads\n\n- shop/store.py:";
    assert!(said.contains(part) && said.contains("drops ContextVars"), "{said}");
}

/// A committed store, and a change that offloads its sleep without its context.
fn changed() -> Desk {
    let desk = Desk::empty();
    desk.repository.write("store.py", "import time\n\n\nasync def wait():\n    time.sleep(1)\n");
    desk.repository.commit("A store");
    desk.repository.write(
        "store.py",
        "import asyncio\nimport time\n\n\nasync def wait():\n    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 1)\n",
    );
    desk
}

#[test]
fn github_shows_warnings_beside_the_line() {
    let said = changed().guard(&["scan", "--base", "main", "--format", "github"]).code(0);
    assert_eq!(
        said.stdout,
        "::warning file=store.py,line=6,col=11,title=guard DROPPED_CONTEXT::time.sleep: \
         `run_in_executor` drops ContextVars (request ids, tracing, locale): `asyncio.to_thread` \
         keeps them, and so does `contextvars.copy_context().run`.\n"
    );
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
}

#[test]
fn sarif_has_a_rule_and_a_result_for_a_warning() {
    let desk = changed();
    let document = desk.guard(&["scan", "--base", "main", "--format", "sarif"]).code(0).json();
    let run = &document["runs"][0];
    let [result] = run["results"].as_array().unwrap().as_slice() else { panic!("{document}") };
    assert_eq!(
        (&result["ruleId"], &result["level"], &result["ruleIndex"]),
        (&Value::from("DROPPED_CONTEXT"), &Value::from("warning"), &Value::from(0))
    );
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "DROPPED_CONTEXT");
    super::sarif::holds(&document);
}
