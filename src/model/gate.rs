//! What one run of the gate leaves behind: not an exit code but what was executed, by whom, where.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which tests a gate run executes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// Everything in the anchors' directory.
    Suite,
    /// These tests: node ids or files, relative to the gate's working directory.
    Tests(Vec<String>),
}

/// How a test ended, its set-up and teardown included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestOutcome {
    /// Green.
    Passed,
    /// The body, the set-up or the teardown raised.
    Failed,
    /// Skipped or expected to fail.
    Skipped,
}

/// One executed test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRun {
    /// pytest's node id.
    pub id: String,
    /// How it ended.
    pub outcome: TestOutcome,
    /// The phase that decided the outcome: `setup`, `call` or `teardown`.
    pub phase: String,
    /// The type of the exception on top, where it failed.
    #[serde(default)]
    pub exception: Option<String>,
    /// Its message, shortened.
    #[serde(default)]
    pub message: Option<String>,
    /// Wall time in milliseconds, all phases.
    pub millis: u64,
}

/// One frame of a Python stack. `path` is relative to the tree that was run, absolute outside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Where the code stands.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// The function's name; dotted where Python (3.11 and later) knows it.
    pub function: String,
}

/// A call that Blockbuster refused, recorded at the moment it was raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The test that ran, by node id; none outside of tests.
    pub test: Option<String>,
    /// Blockbuster's name of the primitive, `os.stat`.
    pub primitive: String,
    /// The frames in files of the tree under test, outermost first.
    pub stack: Vec<Frame>,
    /// Where production code caught it and went on, when it did.
    #[serde(default)]
    pub caught_at: Option<Frame>,
    /// The line in which a gate that is only a command named it; none under pytest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.primitive.is_empty() {
            write!(f, "{} at ", self.primitive)?;
        }
        match self.stack.last() {
            Some(Frame { path, line: 0, function }) => write!(f, "{path} ({function})"),
            Some(Frame { path, line, function }) => write!(f, "{path}:{line} ({function})"),
            None => f.write_str("an unknown place"),
        }
    }
}

/// A primitive that ran on the loop thread below a watched site, seen by Python's audit events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimitiveRun {
    /// The test that ran.
    pub test: Option<String>,
    /// The audit event: `open`, `os.chmod`, `sqlite3.connect`.
    pub event: String,
    /// The frames in files of the tree under test, outermost first.
    pub stack: Vec<Frame>,
}

/// A watched site that executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRun {
    /// The test that ran.
    pub test: Option<String>,
    /// Which watched file, relative to the tree.
    pub path: String,
    /// The first watched line that ran, from 1.
    pub line: usize,
    /// Whether it ran on a thread with a running event loop.
    pub on_loop: bool,
    /// Calls on the watched lines that were not what the code says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replaced>,
}

/// A call that a test put something else in the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// As written: `self._post`.
    pub name: String,
    /// What stands there: `a MagicMock`, `fake (tests/test_a.py:7)`.
    pub by: String,
}

/// Which file a module of interest was really imported from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFact {
    /// The module's dotted name.
    pub module: String,
    /// The file, symbolic links resolved.
    pub file: String,
}

/// Where the JUnit XML of a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Junit {
    /// guard's, relative to the folder of the run.
    Kept(String),
    /// The project's own command writes one, there; guard leaves it alone and keeps none.
    Own(String),
}

/// One run of the gate and everything it recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateRun {
    /// The command as a person would type it.
    pub command: String,
    /// Where it ran, relative to the tree under test.
    pub cwd: String,
    /// pytest's exit code; none when a signal or the limit ended it.
    pub exit_code: Option<i32>,
    /// Wall time in milliseconds.
    pub millis: u64,
    /// Every executed test, in order.
    pub tests: Vec<TestRun>,
    /// Errors of collection, one text each.
    pub collection_errors: Vec<String>,
    /// Every block, swallowed ones included.
    pub blocks: Vec<Block>,
    /// Every unseen primitive below a watched site.
    pub primitives: Vec<PrimitiveRun>,
    /// Every primitive below a watched site that the gate let pass on purpose: it was off, or an
    /// exception of its rules allowed it.
    #[serde(default)]
    pub permitted: Vec<PrimitiveRun>,
    /// Watched sites that executed.
    pub sites: Vec<SiteRun>,
    /// Where the modules of watched files came from.
    pub imports: Vec<ImportFact>,
    /// What is missing in this evidence: errors of the recording itself, a session that broke off.
    #[serde(default)]
    pub faults: Vec<String>,
    /// The JUnit XML of it, where one is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub junit: Option<Junit>,
    /// The last lines of the output, for a person.
    pub output_tail: String,
}

impl GateRun {
    /// Whether the gate is only a command: then the command itself is its one test.
    pub fn is_of_command(&self) -> bool {
        matches!(self.tests.as_slice(), [only] if only.id == self.command)
    }

    /// Every selected test ran and passed, and at least one did.
    pub fn is_green(&self) -> bool {
        self.exit_code == Some(0)
            && self.tests.iter().any(|test| test.outcome == TestOutcome::Passed)
            && self.tests.iter().all(|test| test.outcome != TestOutcome::Failed)
    }
}
