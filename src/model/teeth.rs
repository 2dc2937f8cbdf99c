//! The proof that an anchor bites, and the names of every way in which it can fail to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Block, GateRun, Location, PrimitiveRun};

/// How a revert brings the bad pattern back, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// The offload expression becomes the call it offloads.
    UnOffload,
    /// The function as it was before the fix was applied in this run.
    PreFixFunction,
    /// The function as it stands at the merge base.
    BaseFunction,
    /// The whole file as it stands at the merge base.
    BaseFile,
    /// What the procedure's own `revert` makes of the file.
    Command,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::UnOffload => "un-offload",
            Self::PreFixFunction => "pre-fix function",
            Self::BaseFunction => "function at the merge base",
            Self::BaseFile => "file at the merge base",
            Self::Command => "the procedure's own revert",
        })
    }
}

/// One site's bad pattern, brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revert {
    /// How.
    pub operator: Operator,
    /// The site in the tree as it will be delivered.
    pub site: Location,
    /// A unified diff.
    pub diff: String,
}

/// Why a run says nothing about an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invalid {
    /// A test was red before anything was touched.
    BaselineRed,
    /// pytest could not collect the selection.
    CollectionError,
    /// The reverted code could not be imported.
    ImportError,
    /// The interpreter imported the module from another tree.
    WrongTree,
    /// pytest ran no test.
    NoTestRan,
    /// The limit ended the run.
    Timeout,
    /// A test failed, and no block passed through the reverted site.
    UnrelatedFailure,
    /// No operator applies to the site.
    NoRevert,
    /// The project does not run outside its own folder.
    NotRelocatable,
    /// An edit without effect turned the anchor red, or a restored tree stayed red.
    GateBroken,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::BaselineRed => "baseline-red",
            Self::CollectionError => "collection-error",
            Self::ImportError => "import-error",
            Self::WrongTree => "wrong-tree",
            Self::NoTestRan => "no-test-ran",
            Self::Timeout => "timeout",
            Self::UnrelatedFailure => "unrelated-failure",
            Self::NoRevert => "no-revert",
            Self::NotRelocatable => "not-relocatable",
            Self::GateBroken => "gate-broken",
        })
    }
}

/// What the executions showed of one site and one selection of tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeethVerdict {
    /// Red because of the guarded call, green again without the revert.
    Proven,
    /// The site never ran.
    NotDriven,
    /// The site ran, the primitive was not reached.
    Stubbed,
    /// The primitive ran on the loop and the gate has no rule for it.
    Unhooked,
    /// Harmless the second time: a fresh process is red.
    Cached,
    /// A block was recorded, the test passed all the same.
    Swallowed,
    /// Red in `red` of `runs` runs of the same reverted tree.
    Flaky {
        /// Runs that were red.
        red: u32,
        /// Runs in all.
        runs: u32,
    },
    /// Nothing was learned.
    Invalid(Invalid),
}

impl fmt::Display for TeethVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proven => f.pad("proven"),
            Self::NotDriven => f.pad("not-driven"),
            Self::Stubbed => f.pad("stubbed"),
            Self::Unhooked => f.pad("unhooked"),
            Self::Cached => f.pad("cached"),
            Self::Swallowed => f.pad("swallowed"),
            Self::Flaky { red, runs } => write!(f, "flaky({red} of {runs})"),
            Self::Invalid(reason) => write!(f, "invalid: {reason}"),
        }
    }
}

/// The evidence behind one verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeethReport {
    /// What it comes to.
    pub verdict: TeethVerdict,
    /// One sentence for a person: why this verdict, what next.
    pub explanation: String,
    /// The site that was reverted.
    pub site: Location,
    /// How, where a revert was possible.
    pub revert: Option<Revert>,
    /// Before anything was touched.
    pub baseline: Option<GateRun>,
    /// With an edit that changes nothing.
    pub control: Option<GateRun>,
    /// With the bad pattern back.
    pub reverted: Option<GateRun>,
    /// After the revert was taken back, the tree byte-identical.
    pub restored: Option<GateRun>,
    /// The block that makes it red because of this candidate.
    pub block: Option<Block>,
    /// The primitive that ran unseen, for `unhooked`.
    pub primitive: Option<PrimitiveRun>,
    /// The test that turned red.
    pub red_test: Option<String>,
}
