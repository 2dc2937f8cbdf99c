//! What a run remembers. Everything that is shown or decided is a function of these.

use serde::{Deserialize, Serialize};

use super::{Answer, Evidence, Place, StateId};

/// What is in scope of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// What the change introduces, uncommitted work included.
    Change,
    /// What the commits since the merge base introduce.
    Committed,
    /// The whole tree.
    WholeTree,
}

/// What a run is about, fixed at its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// `r1`, `r2`, … in one repository.
    pub run: String,
    /// guard's version.
    pub version: String,
    /// The work tree.
    pub root: String,
    /// What is in scope.
    pub mode: Mode,
    /// The base as it was named, and the merge base's commit.
    pub base: Option<(String, String)>,
    /// `HEAD` at the start.
    pub head: String,
    /// The procedure: its name, where it came from, and its text.
    pub sop: Source,
    /// The template of the pull-request text; none in the journals of guards that did not record it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<Source>,
    /// What else the procedure names: the template of an anchor, the references. A run goes on with
    /// them as they were; none in the journals of guards that did not record them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<Source>,
    /// What the person set on the command line, to be set again on resume.
    pub options: Options,
}

/// A file that a run follows to its end, whatever becomes of the file: its procedure, a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// For instance `blocking-io`, or an asset's name.
    pub name: String,
    /// For a person: `embedded`, or a path.
    pub from: String,
    /// Of the text, hexadecimal.
    pub sha256: String,
    /// The whole file.
    pub text: String,
}

/// What the command line set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// `--python`.
    pub python: Option<String>,
    /// `--project`, relative to the root.
    pub project: Option<String>,
    /// `--no-memory`.
    #[serde(default)]
    pub memory: Memory,
    /// `--trust`: hashes of what the person said yes to, for this run alone.
    #[serde(default)]
    pub trusted: Vec<String>,
    /// `--receipts`: the folder, relative to the root where it is inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipts: Option<String>,
    /// `--repeat`: how often each reverted tree is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<u32>,
    /// `--in-place`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_place: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What becomes of dispositions between runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Memory {
    /// The dispositions file is read at the start and written at the delivery.
    #[default]
    Kept,
    /// It is neither read nor written.
    Off,
}

/// Who gave an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A person at a prompt.
    Terminal,
    /// The answers file.
    File,
    /// `guard answer`.
    Command,
}

/// One entry of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// First of all.
    Started(Box<RunInfo>),
    /// A question was answered.
    Answered {
        /// Where the run waited.
        place: Place,
        /// What was said, fitted to the question.
        answer: Answer,
        /// Who said it.
        by: By,
    },
    /// An action came to an outcome, and the machine moved on.
    Finished {
        /// Where it was executed.
        place: Place,
        /// The outcome's name.
        outcome: String,
        /// Where the procedure leads from there.
        next: StateId,
        /// What it left behind.
        evidence: Box<Evidence>,
    },
}
