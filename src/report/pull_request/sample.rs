//! Contents that a template is tried on before a run needs it: one with everything, one with as
//! little as there can be.

use serde_json::{Value, json};

use super::commands::Ran;
use super::{PullRequest, Row, Split};
use crate::report::bite::{Bite, Run};

/// What a template of the pull-request text must render.
pub fn pull_request_samples() -> Vec<Value> {
    let some = || "sample".to_owned();
    let none = String::new;
    let run = Run {
        name: some(),
        command: some(),
        cwd: some(),
        exit: some(),
        result: some(),
        time: some(),
    };
    let ran = || Ran { state: some(), outcome: some(), command: some(), exit: 1, output: some() };
    let bite = Bite {
        site: some(),
        verdict: some(),
        explanation: some(),
        operator: some(),
        diff: some(),
        command: some(),
        cwd: some(),
        runs: vec![run.clone()],
        block: some(),
        on_top: some(),
    };
    let row = |text: &dyn Fn() -> String, teeth: Vec<Bite>, commands: Vec<Ran>| Row {
        id: some(),
        path: some(),
        line: 1,
        function: some(),
        symbol: some(),
        priority: some(),
        route: some(),
        choice: some(),
        result: some(),
        why: some(),
        chain: text(),
        reason: text(),
        rescan: text(),
        teeth,
        primitive: text(),
        rule: text(),
        commands,
    };
    let full = PullRequest {
        title: some(),
        draft: some(),
        summary: some(),
        candidates: vec![row(&some, vec![bite], vec![ran()])],
        commands: vec![ran()],
        suite: Some(run),
        split: vec![Split { title: some(), candidates: some() }],
        hazards: vec![some()],
        limits: vec![some()],
        tools: some(),
    };
    let bare = PullRequest {
        title: some(),
        draft: none(),
        summary: some(),
        candidates: vec![row(&none, Vec::new(), Vec::new())],
        commands: Vec::new(),
        suite: None,
        split: Vec::new(),
        hazards: Vec::new(),
        limits: Vec::new(),
        tools: some(),
    };
    vec![json!(full), json!(bare)]
}
