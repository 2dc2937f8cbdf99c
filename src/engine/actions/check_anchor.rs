//! Step 4: the anchor is written; the rules that can be checked are checked.

use super::{Done, World};
use crate::anchor::{SourceFile, fitness};
use crate::journal::{Progress, State};
use crate::model::{Answer, Evidence, Fitness};

pub(super) fn check_anchor(
    world: &World,
    state: &State,
    progress: &Progress,
    answer: &Answer,
) -> anyhow::Result<Done> {
    match answer.get("anchor").map(String::as_str) {
        Some("reroute") => return Ok(Done::new("reroute", Evidence::None)),
        Some("escalate") => return Ok(Done::new("escalate", Evidence::None)),
        Some("written") => {}
        other => anyhow::bail!("`anchor` cannot be `{}`", other.unwrap_or_default()),
    }
    let tests = tests(progress, answer);
    let mut unfit = Vec::new();
    if tests.is_empty() {
        unfit.push("no test is named: answer with tests=<node id>".to_owned());
    }
    let candidate = &progress.candidate;
    let (production, facts) = (world.production(state, candidate), world.facts()?);
    let anchors = world.anchors(state);
    let conftest =
        anchors.iter().find(|file| file.path == format!("{}/conftest.py", world.project.anchors));
    let mut files: Vec<&str> =
        tests.iter().map(|test| test.split("::").next().unwrap_or(test)).collect();
    files.dedup();
    for path in files {
        let Some(text) = world.judged(state, path) else {
            unfit.push(format!(
                "{path}: there is no such file in what this run judges; name the anchor with tests=<node id>"
            ));
            continue;
        };
        if !path.starts_with(&format!("{}/", world.project.anchors)) {
            unfit.push(format!(
                "{path}: it is outside of {}, where the gate runs",
                world.project.anchors
            ));
        }
        let file = SourceFile { path: path.to_owned(), text };
        let found = fitness(&file, conftest, candidate, &production, &facts);
        unfit.extend(
            found
                .iter()
                .map(|unfit| format!("{path}:{}: {}; {}", unfit.line, unfit.reason, unfit.remedy)),
        );
    }
    let outcome = if unfit.is_empty() { "ready" } else { "unfit" };
    Ok(Done::new(outcome, Evidence::Fitness(Fitness { tests, unfit })))
}

/// The tests that are the anchor: those of the answer, else the file of the draft or of the test
/// that was found.
fn tests(progress: &Progress, answer: &Answer) -> Vec<String> {
    if let Some(tests) = answer.get("tests") {
        return tests.split_whitespace().map(str::to_owned).collect();
    }
    let draft = progress.latest(|evidence| match evidence {
        Evidence::Draft(draft) => Some(vec![draft.path.clone()]),
        Evidence::Fitness(fitness) => Some(fitness.tests.clone()),
        Evidence::Anchors(search) => {
            Some(search.tests.iter().map(|test| test.id.clone()).collect())
        }
        _ => None,
    });
    draft.unwrap_or_default()
}
