//! The plugin's events, folded into one [`GateRun`].

use std::collections::HashMap;

use serde::Deserialize;

use crate::model::{
    Block, Frame, GateRun, ImportFact, Junit, PrimitiveRun, Replaced, SiteRun, TestOutcome, TestRun,
};

/// One line of the plugin's file.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Event {
    Start,
    Missing {
        package: String,
    },
    Phase(Phase),
    CollectionError {
        text: String,
    },
    Block {
        number: u64,
        test: Option<String>,
        primitive: String,
        stack: Vec<Frame>,
    },
    Caught {
        number: u64,
        place: Frame,
    },
    Site {
        test: Option<String>,
        path: String,
        line: usize,
        on_loop: bool,
        #[serde(default)]
        replaced: Vec<Replaced>,
    },
    Primitive {
        test: Option<String>,
        event: String,
        stack: Vec<Frame>,
        permitted: Option<String>,
    },
    Import {
        module: String,
        file: String,
    },
    PluginError {
        text: String,
    },
    Finish,
    Turned,
    Junit {
        path: String,
    },
    Cell(ForkedCell),
    Span {
        name: String,
        seconds: f64,
    },
    Cost {
        seconds: f64,
    },
}

/// A forked child that has ended.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ForkedCell {
    /// The test that it ran.
    pub(super) test: String,
    /// The site that was turned; none for the control.
    pub(super) site: Option<usize>,
    /// What it was forked from.
    pub(super) state: State,
    /// The file of its events.
    pub(super) file: String,
    /// As `wait` has it.
    pub(super) status: i64,
    /// Whether its limit ended it.
    pub(super) late: bool,
}

/// What a child was forked from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// A process in which every test ran before.
    Warm,
    /// A process in which no test ran before.
    Cold,
}

#[derive(Debug, Deserialize)]
struct Phase {
    test: String,
    when: String,
    outcome: String,
    seconds: f64,
    exception: Option<String>,
    message: Option<String>,
}

/// What the file says about the session itself.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// pytest loaded the plugin.
    pub(super) started: bool,
    /// pytest ended the session in order.
    pub(super) finished: bool,
    /// A package of the gate that could not be imported.
    pub(super) missing: Option<String>,
    /// The chosen offload ran inline, in a forked child.
    pub(super) turned: bool,
    /// The children of a matrix.
    pub(super) cells: Vec<ForkedCell>,
    /// Wall seconds of a matrix's parts.
    pub(super) spans: Vec<(String, f64)>,
    /// CPU seconds of a matrix, its children included.
    pub(super) cost: Option<f64>,
}

/// Folds the file of events into a run that knows its command, its end and its output already.
pub(super) fn fold(text: &str, run: &mut GateRun) -> Facts {
    let mut session = Facts::default();
    let mut numbers: HashMap<u64, usize> = HashMap::new();
    let mut tests = Tests::default();
    for line in text.lines() {
        let event: Event = match serde_json::from_str(line) {
            Ok(event) => event,
            Err(error) => {
                run.faults.push(format!("an event could not be read ({error}): {line}"));
                continue;
            }
        };
        match event {
            Event::Start => session.started = true,
            Event::Missing { package } => session.missing = Some(package),
            Event::Phase(phase) => tests.add(phase),
            Event::CollectionError { text } => run.collection_errors.push(text),
            Event::Block { number, test, primitive, stack } => {
                numbers.insert(number, run.blocks.len());
                run.blocks.push(Block { test, primitive, stack, caught_at: None, said: None });
            }
            Event::Caught { number, place } => {
                if let Some(&index) = numbers.get(&number) {
                    run.blocks[index].caught_at = Some(place);
                }
            }
            Event::Site { test, path, line, on_loop, replaced } => {
                run.sites.push(SiteRun { test, path, line, on_loop, replaced });
            }
            Event::Primitive { test, event, stack, permitted: None } => {
                run.primitives.push(PrimitiveRun { test, event, stack });
            }
            Event::Primitive { test, event, stack, permitted: Some(_) } => {
                run.permitted.push(PrimitiveRun { test, event, stack });
            }
            Event::Import { module, file } => run.imports.push(ImportFact { module, file }),
            Event::PluginError { text } => run.faults.push(text),
            Event::Finish => session.finished = true,
            Event::Turned => session.turned = true,
            Event::Junit { path } => run.junit = Some(Junit::Own(path)),
            Event::Cell(cell) => session.cells.push(cell),
            Event::Span { name, seconds } => session.spans.push((name, seconds)),
            Event::Cost { seconds } => session.cost = Some(seconds),
        }
    }
    run.tests = tests.done;
    session
}

/// Three phases make a test; a plugin that reruns a test makes its last run the one that counts.
#[derive(Default)]
struct Tests {
    done: Vec<TestRun>,
    index: HashMap<String, usize>,
}

impl Tests {
    fn add(&mut self, phase: Phase) {
        let outcome = match phase.outcome.as_str() {
            "failed" => TestOutcome::Failed,
            "skipped" => TestOutcome::Skipped,
            "passed" | "rerun" => TestOutcome::Passed,
            // Another plugin's own word: it did not fail.
            _other => TestOutcome::Passed,
        };
        // Whole milliseconds of a duration that is never negative nor near 2⁶⁴.
        let millis = std::time::Duration::try_from_secs_f64(phase.seconds)
            .ok()
            .and_then(|duration| u64::try_from(duration.as_millis()).ok())
            .unwrap_or_default();
        let run = TestRun {
            id: phase.test.clone(),
            outcome,
            phase: phase.when.clone(),
            exception: phase.exception,
            message: phase.message,
            millis,
        };
        let Some(&index) = self.index.get(&phase.test) else {
            self.index.insert(phase.test, self.done.len());
            self.done.push(run);
            return;
        };
        let known = &mut self.done[index];
        if phase.when == "setup" {
            *known = run;
            return;
        }
        let millis = known.millis + run.millis;
        let decides = match (known.outcome, run.outcome) {
            (
                TestOutcome::Failed | TestOutcome::Skipped,
                TestOutcome::Passed | TestOutcome::Skipped,
            )
            | (TestOutcome::Failed, TestOutcome::Failed) => false,
            (TestOutcome::Passed, _) => phase.when == "call" || outcome != TestOutcome::Passed,
            (TestOutcome::Skipped, TestOutcome::Failed) => true,
        };
        if decides {
            *known = run;
        }
        known.millis = millis;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> (GateRun, Facts) {
        let mut run = GateRun::default();
        let session = fold(text, &mut run);
        (run, session)
    }

    fn phase(test: &str, when: &str, outcome: &str) -> String {
        format!(
            r#"{{"kind":"phase","test":"{test}","when":"{when}","outcome":"{outcome}","seconds":0.5,"exception":null,"message":null}}"#
        )
    }

    #[test]
    fn failing_teardown_decides_over_a_passed_call() {
        let text = [
            phase("t", "setup", "passed"),
            phase("t", "call", "passed"),
            phase("t", "teardown", "failed"),
        ]
        .join("\n");
        let (run, _) = folded(&text);
        assert_eq!(
            run.tests,
            [TestRun {
                id: "t".into(),
                outcome: TestOutcome::Failed,
                phase: "teardown".into(),
                exception: None,
                message: None,
                millis: 1500,
            }]
        );
    }

    #[test]
    fn failed_call_stays_failed_when_the_teardown_passes() {
        let text = [
            phase("t", "setup", "passed"),
            phase("t", "call", "failed"),
            phase("t", "teardown", "passed"),
        ]
        .join("\n");
        let (run, _) = folded(&text);
        assert_eq!(
            run.tests.iter().map(|t| (t.outcome, &*t.phase)).collect::<Vec<_>>(),
            [(TestOutcome::Failed, "call")]
        );
    }

    #[test]
    fn test_that_is_run_again_counts_by_its_last_run() {
        let text = [
            phase("t", "setup", "passed"),
            phase("t", "call", "failed"),
            phase("t", "setup", "passed"),
            phase("t", "call", "passed"),
        ]
        .join("\n");
        let (run, _) = folded(&text);
        assert_eq!(run.tests.iter().map(|t| t.outcome).collect::<Vec<_>>(), [TestOutcome::Passed]);
    }

    #[test]
    fn unreadable_event_is_a_fault_not_a_silence() {
        let (run, session) = folded("{\"kind\":\"start\"}\n{\"kind\":\"pha");
        assert!(session.started);
        assert!(!session.finished);
        assert_eq!(run.faults.len(), 1);
    }
}
