//! The proof of one site, and one run of the gate, as texts for a template.

use serde::Serialize;

use crate::model::{Block, GateRun, TeethReport, TestOutcome};

#[derive(Debug, Serialize)]
pub(super) struct Bite {
    pub(super) site: String,
    pub(super) verdict: String,
    pub(super) explanation: String,
    pub(super) operator: String,
    pub(super) diff: String,
    /// Of every run below; a run whose command differs has it in its name.
    pub(super) command: String,
    pub(super) cwd: String,
    pub(super) runs: Vec<Run>,
    pub(super) block: String,
    pub(super) on_top: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Run {
    pub(super) name: String,
    pub(super) command: String,
    pub(super) cwd: String,
    pub(super) exit: String,
    pub(super) result: String,
    pub(super) time: String,
}

pub(super) fn bite(report: &TeethReport) -> Bite {
    let named = [
        ("baseline", &report.baseline),
        ("control (an edit without effect)", &report.control),
        ("reverted", &report.reverted),
        ("restored", &report.restored),
    ];
    let red = report.reverted.iter().flat_map(|run| &run.tests).find(|test| {
        test.outcome == TestOutcome::Failed
            && report.red_test.as_ref().is_none_or(|red| *red == test.id)
    });
    let exception = red.and_then(|test| test.exception.clone()).unwrap_or_default();
    let caught = report.block.as_ref().and_then(|block| block.caught_at.as_ref());
    let mut runs: Vec<Run> =
        (named.iter()).filter_map(|(name, run)| Some(self::run(name, run.as_ref()?))).collect();
    let first = runs.first().cloned().unwrap_or_default();
    for run in runs.iter_mut().filter(|run| run.command != first.command) {
        run.name = format!("{} (`{}`)", run.name, run.command);
    }
    Bite {
        site: format!("{}:{}", report.site.path, report.site.line),
        verdict: report.verdict.to_string(),
        explanation: report.explanation.clone(),
        operator: report
            .revert
            .as_ref()
            .map_or_else(String::new, |revert| revert.operator.to_string()),
        diff: report
            .revert
            .as_ref()
            .map_or_else(String::new, |revert| revert.diff.trim_end().to_owned()),
        command: first.command.clone(),
        cwd: first.cwd.clone(),
        runs,
        block: report.block.as_ref().map(block).unwrap_or_default(),
        on_top: if exception.is_empty() || exception.ends_with("BlockingError") {
            String::new()
        } else {
            let at = caught.map_or_else(String::new, |frame| {
                format!(", caught at {}:{}", frame.path, frame.line)
            });
            format!("`{exception}`{at}")
        },
    }
}

fn block(block: &Block) -> String {
    if let Some(said) = &block.said {
        return said.clone();
    }
    let mut lines: Vec<String> = (block.stack.iter())
        .map(|frame| format!("{}:{} {}", frame.path, frame.line, frame.function))
        .collect();
    lines.push(format!("BlockingError: Blocking call to {}", block.primitive));
    lines.join("\n")
}

pub(super) fn run(name: &str, run: &GateRun) -> Run {
    let count = |outcome| run.tests.iter().filter(|test| test.outcome == outcome).count();
    let counts = [
        (count(TestOutcome::Failed), "failed"),
        (count(TestOutcome::Passed), "passed"),
        (count(TestOutcome::Skipped), "skipped"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    Run {
        name: name.to_owned(),
        command: run.command.clone(),
        cwd: if run.cwd.is_empty() { ".".to_owned() } else { run.cwd.clone() },
        exit: run.exit_code.map_or_else(|| "none".to_owned(), |code| code.to_string()),
        result: match (run.is_of_command(), run.exit_code) {
            (true, Some(0)) => "green".to_owned(),
            (true, _) => "red".to_owned(),
            (false, _) if counts.is_empty() => "no test ran".to_owned(),
            (false, _) => counts.join(", "),
        },
        time: format!("{:.2} s", std::time::Duration::from_millis(run.millis).as_secs_f64()),
    }
}
