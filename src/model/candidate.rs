//! What is put before a person: one key, why it is in scope, and each place where it stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Confidence, Exposure, Hop, Key, Location, Priority};

/// The short name of a candidate in one run: `c1`, `c2`, in the order in which they joined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CandidateId(pub String);

impl fmt::Display for CandidateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a key is a candidate of this change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A finding on a line that the change adds.
    AddedLine,
    /// A finding whose key the merge base does not have.
    NewByKey,
    /// A sink that became reachable from the loop though its own file did not change.
    NewlyReachable,
    /// An offload that the change adds: a fix, which needs an anchor.
    AddedOffload,
    /// A finding of the merge base that is gone: a fix, which needs an anchor.
    FixedFinding,
    /// An offload that a new or changed anchor executes.
    AnchorExecutes,
    /// The whole tree is in scope.
    WholeTree,
}

/// What stands at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SiteKind {
    /// The blocking call itself.
    Sink,
    /// The expression that sends it to a thread.
    Offload,
    /// A blocking call that stood here at the merge base and is gone.
    Gone,
}

/// One place of a candidate. Each gets its own verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// What stands there.
    pub kind: SiteKind,
    /// Where: in the tree under judgement, or at the merge base when the call is [`SiteKind::Gone`].
    pub location: Location,
    /// The source line, trimmed.
    pub code: String,
}

/// One key under disposition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its short name in this run.
    pub id: CandidateId,
    /// What identifies it across edits.
    pub key: Key,
    /// Review order.
    pub priority: Priority,
    /// How the loop reaches it.
    pub exposure: Exposure,
    /// For instance `BLOCKING_FILE_IO`.
    pub category: String,
    /// For instance `FILE_WRITE`.
    pub operation: String,
    /// One sentence of the detector's.
    pub reason: String,
    /// Why it is in scope, each reason once, in order.
    pub origins: Vec<Origin>,
    /// Every place where it stands, in file order. Never empty.
    pub sites: Vec<Site>,
    /// From the async root to the call.
    #[serde(default)]
    pub chain: Vec<Hop>,
    /// How sure the detector is.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Candidates with one root cause share it: one edit would cure them.
    pub fix_unit: String,
}

impl Candidate {
    /// Whether what is to be guarded is off the loop already.
    pub fn is_fixed(&self) -> bool {
        self.sites.iter().all(|site| site.kind != SiteKind::Sink)
            || self.exposure == Exposure::Offloaded
    }
}
