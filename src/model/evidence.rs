//! What each action leaves behind. The PR text is made of these and of nothing else.

use serde::{Deserialize, Serialize};

use super::{
    Candidate, CandidateId, Frame, GateRun, Hazard, Key, Route, Selection, Sight, Sighted,
    TeethReport,
};

/// The result of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The outcome says it all.
    None,
    /// Step 0.
    Scope(Scope),
    /// The gate can be used.
    Gate(Box<GateFacts>),
    /// A one-line reason.
    Reason(String),
    /// Step 2: what guard would edit.
    Proposal(Proposal),
    /// Step 2: who edited.
    Fix(Fix),
    /// Step 2: what the scan says after the edit.
    Rescan(Rescan),
    /// Step 3.
    Anchors(AnchorSearch),
    /// Step 4: the file that a person completes.
    Draft(Draft),
    /// Step 4: what speaks against the anchor.
    Fitness(Fitness),
    /// Step 5, one report a site, and what the proof is bound to.
    Teeth(Teeth),
    /// Step 5: the file that holds the added rule, relative to the root.
    Rule(String),
    /// Step 5: the gate does not see a primitive.
    Escalation(Escalation),
    /// A run of the whole suite.
    Suite(Suite),
    /// Step 6.
    Delivery(Delivery),
    /// A command of the procedure's own.
    Command(CommandRun),
}

/// What the change puts in scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Which detector looked.
    pub detector: String,
    /// How many files it read.
    pub files: usize,
    /// Every candidate, in review order.
    pub candidates: Vec<Candidate>,
    /// Files that could not be read whole, one line each.
    pub unread: Vec<String>,
    /// What this detector cannot see.
    pub blind_spots: Vec<String>,
    /// Where the complete list was written, in the whole-tree mode.
    #[serde(default)]
    pub list: Option<String>,
    /// What earlier runs have settled.
    #[serde(default)]
    pub recalled: Recalled,
}

/// What the dispositions of earlier runs say of what is in scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// Left out: what they were settled on is as it was.
    pub settled: Vec<Settled>,
    /// Asked again: what they were settled on has changed.
    pub changed: Vec<Key>,
    /// Entries whose code is there no more.
    pub unmatched: Vec<Key>,
}

/// A call that an earlier run has settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Which.
    pub key: Key,
    /// How.
    pub route: Route,
    /// Since when.
    pub since: Since,
}

/// Which history holds a disposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Since {
    /// The merge base; in the whole-tree mode, `HEAD`.
    Before,
    /// The work that this run judges: nobody else need have seen it yet.
    ThisChange,
}

/// The gate as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateFacts {
    /// The interpreter and where it was found.
    pub python: String,
    /// Versions of Python, pytest and Blockbuster, one text.
    pub versions: String,
    /// The folder of the gate's tests.
    pub anchors: String,
    /// The whole suite, before anything was touched.
    pub baseline: GateRun,
    /// Which of its tests executed a site of which candidate on the event loop.
    pub driven: Vec<Driven>,
    /// What probes of it showed; none in the journals of guards that did not probe.
    #[serde(default)]
    pub sight: Option<Box<Sight>>,
    /// What it makes of the calls of the candidates.
    #[serde(default)]
    pub sighted: Vec<Sighted>,
}

/// The tests that execute a site of a candidate, seen in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Driven {
    /// Whose site.
    pub candidate: CandidateId,
    /// Node ids relative to the repository's root, the quickest first.
    pub tests: Vec<String>,
}

/// An edit that guard proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The edited file.
    pub path: String,
    /// Its text before, which is also the recorded pre-fix version.
    pub before: String,
    /// Its text after, where guard can make the edit.
    pub after: Option<String>,
    /// A unified diff of the two.
    pub diff: Option<String>,
    /// Why guard makes no edit, and what to do.
    pub refusal: Option<String>,
    /// What may be wrong with the edit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<Hazard>,
}

/// Who made the edit of Step 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fix {
    /// guard, as proposed.
    Applied,
    /// The person or agent.
    ByHand,
}

/// The tree after a fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescan {
    /// Findings that are left of the candidate, one line each.
    pub residual: Vec<String>,
    /// Other candidates that the same edit cured.
    pub cured: Vec<CandidateId>,
    /// Candidates whose sites are other now: their new form, under their old names.
    pub updated: Vec<Candidate>,
    /// Candidates that the edit brought in.
    pub joined: Vec<Candidate>,
    /// What may be wrong with the offloads on its path that the change brings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<Hazard>,
}

/// How far an existing test goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// It drives the branch: verify its teeth.
    Covers,
    /// It drives the entry point, another branch of it: extend it.
    Extend,
    /// No test does.
    None,
}

/// A test that an anchor search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundTest {
    /// File relative to the repository's root, `::`, the test's name.
    pub id: String,
    /// What the search is based on.
    pub why: String,
}

/// Step 3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchorSearch {
    /// The best of what was found.
    pub coverage: Coverage,
    /// The async function that production code calls, dotted, with its file.
    pub entry: Option<Frame>,
    /// Best first.
    pub tests: Vec<FoundTest>,
}

/// Step 4: a rendered anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The file, relative to the repository's root.
    pub path: String,
    /// Whether guard wrote it; an anchor that is to be extended exists already.
    pub written: bool,
    /// The test to complete or to extend, as a node id relative to the root.
    pub test: String,
    /// What a person must still fill in.
    pub needs: Vec<String>,
}

/// Step 4: what speaks against the anchor as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fitness {
    /// The tests that were looked at, as node ids relative to the root.
    pub tests: Vec<String>,
    /// Why they are unfit, each with what to do; empty when fit.
    pub unfit: Vec<String>,
}

/// What a proof speaks of: it is stale as soon as one of these has another hash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bound {
    /// A file, relative to the root.
    pub path: String,
    /// One function of it, dotted; the whole file where none is named.
    pub function: Option<String>,
    /// Of that text, hexadecimal.
    pub sha256: String,
}

/// Step 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teeth {
    /// What was run.
    pub selection: Selection,
    /// One a site.
    pub reports: Vec<TeethReport>,
    /// What the proof is bound to.
    pub bound: Vec<Bound>,
}

/// A hole of the gate, for its maintainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Why it is escalated.
    pub reason: String,
    /// What ran unseen, where teeth saw it.
    pub primitive: Option<String>,
    /// The Blockbuster rule that would see it, as source text.
    pub rule: Option<String>,
}

/// A run of the whole suite on what will be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suite {
    /// The run; none when a stale proof stopped it.
    pub run: Option<GateRun>,
    /// Candidates whose proof speaks of something that has changed since.
    pub stale: Vec<CandidateId>,
}

/// Step 6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// What the batching policy says of this delivery; empty when it fits.
    pub split: Vec<Batch>,
    /// Commits that were made, as ids.
    pub commits: Vec<String>,
    /// The file that the dispositions were written to, relative to the root.
    #[serde(default)]
    pub remembered: Option<String>,
    /// What may still be wrong with the offloads that the change brings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<Hazard>,
    /// The receipts that were written, one for each proven candidate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<String>,
}

/// One pull request of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Why these stand together.
    pub title: String,
    /// What it delivers.
    pub candidates: Vec<CandidateId>,
    /// Their keys.
    pub keys: Vec<Key>,
}

/// One execution of a command that a procedure brings itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRun {
    /// As a shell would take it. It ran in the repository's root.
    pub command: String,
    /// Its exit code.
    pub exit_code: i32,
    /// Wall time in milliseconds.
    pub millis: u64,
    /// The end of what it printed, standard output before standard error.
    pub output_tail: String,
    /// The files that it edited, relative to the root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}
