//! `guard run --all`: a triage of the whole tree.

use serde_json::Value;

use super::support::{Desk, Repository, Said, venv};

const MIXED: &str = "\
import asyncio
import os
import time


async def low(path):
    return os.path.exists(path)


async def medium(path):
    os.remove(path)


async def high():
    time.sleep(1)


async def offloaded():
    await asyncio.to_thread(time.sleep, 1)
";

fn all(desk: &Desk, words: &[&str]) -> Said {
    let python = venv();
    let fixed = ["run", "--all", "--non-interactive", "--json", "--python"];
    desk.guard(&[&fixed[..], &[python.to_str().unwrap()], words].concat())
}

fn functions(said: &Said) -> Vec<String> {
    let json = said.json();
    (json["questions"].as_array().unwrap().iter())
        .map(|question| question["candidate"]["key"]["function"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn no_medium_is_asked_about_before_every_high_is_disposed() {
    let repository = Repository::of_tree("shop/base");
    repository.add_tree("shop/change");
    repository.write("shop/mixed.py", MIXED);
    repository.write("shop/other.py", MIXED.replace("high", "urgent"));
    repository.commit("All of it");
    let desk = Desk::of(repository);
    let said = all(&desk, &[]).code(3);
    assert_eq!(functions(&said), ["high", "urgent"]);
    let said = said.says(&["the complete list is in "]);
    let list = said.json()["list"].as_str().unwrap().to_owned();
    let findings: Value = serde_json::from_slice(&std::fs::read(list).unwrap()).unwrap();
    let priorities: Vec<&str> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["priority"].as_str().unwrap())
        .collect();
    let ranks =
        ["HIGH", "MEDIUM", "LOW"].map(|each| priorities.iter().filter(|p| **p == each).count());
    assert_eq!(priorities.len(), 9, "{findings:#}");
    assert!(ranks.iter().all(|count| *count > 0), "{priorities:?}");
    assert!(
        priorities
            .is_sorted_by_key(|each| ["HIGH", "MEDIUM", "LOW"].iter().position(|p| p == each)),
        "{priorities:?}"
    );

    let (one, no) = ("c1.judge", ["route=no-action", "reason=x"]);
    let said = desk.guard(&["answer", one, no[0], no[1], "--json"]).code(3);
    assert_eq!(functions(&said), ["urgent"]);
    let said = desk.guard(&["answer", "c2.judge", no[0], no[1], "--json"]).code(3);
    assert_eq!(functions(&said), ["medium", "medium", "low", "low"]);
    let words: Vec<String> = (said.json()["questions"].as_array().unwrap().iter())
        .flat_map(|each| {
            [each["id"].as_str().unwrap().to_owned(), no[0].to_owned(), no[1].to_owned()]
        })
        .collect();
    let mut call: Vec<&str> = words.iter().map(String::as_str).collect();
    call.insert(0, "answer");
    call.push("--json");
    // Offloads stand below every finding.
    let said = desk.guard(&call).code(3);
    assert_eq!(functions(&said), ["offloaded", "offloaded", "Store.remove"]);
}

#[test]
fn a_tree_without_a_finding_says_so_and_what_it_cannot_see() {
    let repository = Repository::of_tree("shop/base");
    repository.write("shop/store.py", "async def nothing():\n    return 1\n");
    repository.commit("Nothing");
    let desk = Desk::of(repository);
    assert_eq!(all(&desk, &[]).code(0).json()["status"], "nothing-to-do");
    let said = desk.guard(&["run", "--base", "main"]).code(0);
    assert!(said.stdout.starts_with("Nothing in scope against main: "), "{}", said.stdout);
    assert!(said.stdout.contains("\nNot seen: "), "{}", said.stdout);
}
