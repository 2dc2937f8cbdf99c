//! A gate that is only a command. Its exit code says that something is wrong, never what: a red
//! counts where a line of its output names the place.

mod prove;

use std::path::{Path, PathBuf};
use std::time::Duration;

use regex::Regex;

use super::GateError;
use super::run::tail;
use crate::exec::{Command, Ended};
use crate::model::{Block, Frame, GateRun, Key, TestOutcome, TestRun};

/// A command that prints where the bad pattern is, and fails.
#[derive(Debug, Clone)]
pub struct CommandGate {
    /// The repository's root.
    pub root: PathBuf,
    /// Where it is run, relative to the root of whatever tree is judged.
    pub cwd: String,
    /// Patterns of ignored files that it needs.
    pub carry: Vec<String>,
    /// The program and its arguments.
    pub words: Vec<String>,
    /// As a person would type it.
    pub shown: String,
    /// Over one line: captures `path` and `function`, and may capture `line` and `symbol`.
    pub red: Regex,
    /// How long it may take.
    pub limit: Duration,
}

impl CommandGate {
    /// Runs it in a tree. Each place that it names is a block, its stack the one frame of that place;
    /// the command itself is the one test.
    ///
    /// # Errors
    /// When it cannot be run, a signal ends it, or it does not end in time.
    pub fn run(&self, tree: &Path) -> Result<GateRun, GateError> {
        let (program, arguments) = self.words.split_first().ok_or_else(|| self.empty())?;
        let command = Command::new(program).args(arguments).dir(tree.join(&self.cwd));
        let output = command.limit(self.limit).run().map_err(GateError::exec)?;
        let tail = tail(&output);
        let code = match output.ended {
            Ended::Exited(code) => code,
            Ended::Signalled(signal) => {
                let (command, ended) = (self.shown.clone(), format!("signal {signal}"));
                return Err(GateError::Broke { command, ended, tail });
            }
            Ended::TimedOut(limit) => {
                return Err(GateError::Limit { command: self.shown.clone(), limit, tail });
            }
        };
        let printed = format!("{}{}", output.stdout_text(), output.stderr_text());
        let millis = u64::try_from(output.elapsed.as_millis()).unwrap_or(u64::MAX);
        let passed = code == 0;
        Ok(GateRun {
            command: self.shown.clone(),
            cwd: self.cwd.clone(),
            exit_code: Some(code),
            millis,
            tests: vec![TestRun {
                id: self.shown.clone(),
                outcome: if passed { TestOutcome::Passed } else { TestOutcome::Failed },
                phase: "call".to_owned(),
                exception: None,
                message: (!passed).then(|| format!("exit code {code}")),
                millis,
            }],
            blocks: printed.lines().filter_map(|line| self.named(line)).collect(),
            output_tail: tail,
            ..GateRun::default()
        })
    }

    /// The place that a line names.
    fn named(&self, line: &str) -> Option<Block> {
        let found = self.red.captures(line)?;
        let text = |name: &str| found.name(name).map_or("", |text| text.as_str());
        Some(Block {
            test: Some(self.shown.clone()),
            primitive: text("symbol").to_owned(),
            stack: vec![Frame {
                path: text("path").trim_start_matches("./").to_owned(),
                line: text("line").parse().unwrap_or_default(),
                function: text("function").to_owned(),
            }],
            caught_at: None,
            said: Some(line.trim_end().to_owned()),
        })
    }

    /// Whether a block is about this key.
    pub fn is_about(&self, block: &Block, key: &Key) -> bool {
        let here = |frame: &Frame| {
            frame.path == key.path && prove::is_same(&frame.function, &key.function)
        };
        block.stack.iter().any(here) && prove::is_call_of(block, &key.symbol)
    }

    fn empty(&self) -> GateError {
        GateError::Broke {
            command: self.shown.clone(),
            ended: "nothing: it has no words".to_owned(),
            tail: String::new(),
        }
    }
}
