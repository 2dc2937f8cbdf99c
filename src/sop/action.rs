//! The closed set of actions: what a procedure may do, which outcomes each can come to, and which
//! of those are proofs. A procedure arranges actions; it cannot weaken one.

#[cfg(test)]
mod tests;

/// Who an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The run as a whole.
    Run,
    /// One candidate.
    Candidate,
    /// Either: the state decides.
    Either,
}

/// One outcome of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// What `then:` calls it.
    pub name: &'static str,
    /// Whether it settles a candidate, or the run, by itself.
    pub is_proof: bool,
    /// What it says, a few words.
    pub means: &'static str,
}

/// One thing that a procedure can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Which it is.
    pub action: Action,
    /// What `action:` calls it.
    pub name: &'static str,
    /// Who it is about.
    pub subject: Subject,
    /// What it does, one sentence.
    pub does: &'static str,
    /// Fields that must have been asked for before it is executed.
    pub needs: &'static [&'static str],
    /// The field whose value is the outcome, for an action that only decides.
    pub decided_by: Option<&'static str>,
    /// The evidence that it leaves in the journal, a few words.
    pub leaves: &'static str,
    /// Everything it can come to; empty where the state declares that itself.
    pub outcomes: &'static [Outcome],
}

/// The name of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is documented by its `does` in `ACTIONS`")]
pub enum Action {
    Scan,
    CheckGate,
    Judge,
    RecordReason,
    ProposeFix,
    AwaitFix,
    Rescan,
    LocateAnchor,
    DraftAnchor,
    CheckAnchor,
    VerifyTeeth,
    ProposeRule,
    GateWithRule,
    RecordEscalation,
    GateSuite,
    Deliver,
    Command,
}

const fn way(name: &'static str, means: &'static str) -> Outcome {
    Outcome { name, is_proof: false, means }
}

const fn proof(name: &'static str, means: &'static str) -> Outcome {
    Outcome { name, is_proof: true, means }
}

/// Every action there is.
pub const ACTIONS: [Spec; 17] = [
    Spec {
        action: Action::Scan,
        name: "scan",
        subject: Subject::Run,
        does: "runs the detector and puts in scope what the change introduces, or the whole tree",
        needs: &[],
        decided_by: None,
        leaves: "every candidate with its sites and chain, what the detector cannot see, what earlier runs settled",
        outcomes: &[way("clean", "nothing is in scope"), way("found", "there are candidates")],
    },
    Spec {
        action: Action::CheckGate,
        name: "check-gate",
        subject: Subject::Run,
        does: "makes sure that the gate can be run at all, before anybody works for it",
        needs: &[],
        decided_by: None,
        leaves: "the run of the whole suite, versions, which tests execute which candidate, what the gate sees",
        outcomes: &[way("usable", "the suite runs and is green, but for blocking calls")],
    },
    Spec {
        action: Action::Judge,
        name: "judge",
        subject: Subject::Candidate,
        does: "shows the code around a candidate and takes the route, one of those that the procedure offers",
        needs: &["route"],
        decided_by: Some("route"),
        leaves: "the outcome alone; the answer stands before it",
        outcomes: &[
            way("guard", "cured already; the gate locks it"),
            way("fix-and-anchor", "a fix, then the gate locks it"),
            way("no-action", "not exposed, or acceptable"),
        ],
    },
    Spec {
        action: Action::RecordReason,
        name: "record-reason",
        subject: Subject::Candidate,
        does: "settles a candidate with a one-line reason",
        needs: &["reason"],
        decided_by: None,
        leaves: "the reason",
        outcomes: &[proof("recorded", "the reason stands in the pull-request text")],
    },
    Spec {
        action: Action::ProposeFix,
        name: "propose-fix",
        subject: Subject::Candidate,
        does: "computes the offload as a diff and keeps the text before it",
        needs: &[],
        decided_by: None,
        leaves: "the text before, the text after and their diff, or why there is none",
        outcomes: &[
            way("proposed", "guard can make the edit"),
            way("by-hand", "somebody else must; why is said"),
        ],
    },
    Spec {
        action: Action::AwaitFix,
        name: "await-fix",
        subject: Subject::Candidate,
        does: "applies the proposed edit, or waits for somebody's own",
        needs: &["fix"],
        decided_by: None,
        leaves: "who edited",
        outcomes: &[
            way("done", "the edit is in the tree"),
            way("changed", "the file is another than the proposal was made for"),
            way("reroute", "the candidate is judged again"),
        ],
    },
    Spec {
        action: Action::Rescan,
        name: "rescan",
        subject: Subject::Candidate,
        does: "scans again: the candidate's key must be gone; what was cured with it and what came in is noted",
        needs: &[],
        decided_by: None,
        leaves: "what is left, what was cured with it, what came in",
        outcomes: &[
            way("gone", "the key does not appear any more"),
            way("residual", "it still does"),
        ],
    },
    Spec {
        action: Action::LocateAnchor,
        name: "locate-anchor",
        subject: Subject::Candidate,
        does: "searches the gate's tests for one that drives the candidate's entry point and branch",
        needs: &[],
        decided_by: None,
        leaves: "the entry point and the tests, each with why",
        outcomes: &[
            way("covers", "a test drives the branch"),
            way("extend", "a test drives the entry point, not the branch"),
            way("none", "no test does"),
        ],
    },
    Spec {
        action: Action::DraftAnchor,
        name: "draft-anchor",
        subject: Subject::Candidate,
        does: "renders an anchor into a new file, or names the test to extend",
        needs: &[],
        decided_by: None,
        leaves: "the file, the test, what is still to fill in",
        outcomes: &[way("drafted", "there is a test to complete or to extend")],
    },
    Spec {
        action: Action::CheckAnchor,
        name: "check-anchor",
        subject: Subject::Candidate,
        does: "waits until the anchor is written and checks it against the rules for anchors",
        needs: &["anchor"],
        decided_by: None,
        leaves: "the tests, and each rule that they break",
        outcomes: &[
            way("ready", "it keeps the rules"),
            way("unfit", "it breaks one; which and what to do is said"),
            way("reroute", "the candidate is judged again"),
            way("escalate", "no anchor can be written"),
        ],
    },
    Spec {
        action: Action::VerifyTeeth,
        name: "verify-teeth",
        subject: Subject::Candidate,
        does: "reverts each site in an isolated worktree: red because of it, green again without",
        needs: &[],
        decided_by: None,
        leaves: "for each site the verdict, the revert, four runs and the refused call; the hashes of what the proof speaks of",
        outcomes: &[
            proof("proven", "every site: red because of it, green without the revert"),
            way("not-driven", "the site never ran"),
            way("stubbed", "it ran, the primitive was not reached"),
            way("unhooked", "the primitive ran on the loop and the gate has no rule"),
            way("cached", "harmless the second time"),
            way("swallowed", "the code under test caught the block, and the test passed"),
            way("flaky", "red in some runs only"),
            way("invalid", "nothing was learned; why is said"),
        ],
    },
    Spec {
        action: Action::ProposeRule,
        name: "propose-rule",
        subject: Subject::Candidate,
        does: "shows the primitive that the gate does not see and the rule that would see it",
        needs: &["rule"],
        decided_by: Some("rule"),
        leaves: "the file that holds the rule",
        outcomes: &[
            way("added", "the rule is in the central list"),
            way("escalate", "left to the maintainer of the gate"),
            way("false-positive", "the primitive does not block"),
        ],
    },
    Spec {
        action: Action::GateWithRule,
        name: "gate-with-rule",
        subject: Subject::Candidate,
        does: "runs the whole suite under the added rule",
        needs: &[],
        decided_by: None,
        leaves: "the run of the whole suite",
        outcomes: &[
            way("green", "no test turned red"),
            way("new-reds", "tests turned red: latent bugs, or too broad a rule"),
        ],
    },
    Spec {
        action: Action::RecordEscalation,
        name: "record-escalation",
        subject: Subject::Candidate,
        does: "settles a candidate with a report for the gate's maintainer; its anchor is not shipped",
        needs: &["reason"],
        decided_by: None,
        leaves: "the reason, the primitive, the rule that would see it",
        outcomes: &[proof("recorded", "the report stands in the pull-request text")],
    },
    Spec {
        action: Action::GateSuite,
        name: "gate-suite",
        subject: Subject::Run,
        does: "runs the whole suite on exactly what will be delivered",
        needs: &[],
        decided_by: None,
        leaves: "the run of the whole suite, or whose proof is stale",
        outcomes: &[
            proof("green", "the suite is green, and every proof still speaks of this code"),
            way("red", "a test is red"),
            way("stale", "what a proof speaks of has changed"),
        ],
    },
    Spec {
        action: Action::Deliver,
        name: "deliver",
        subject: Subject::Run,
        does: "checks that nothing changed since its proof, checks the batching policy and writes the pull-request text",
        needs: &[],
        decided_by: None,
        leaves: "how it splits, commits, where what was settled is written",
        outcomes: &[
            way("done", "the text is written"),
            way("stale", "what a proof speaks of has changed"),
        ],
    },
    Spec {
        action: Action::Command,
        name: "command",
        subject: Subject::Either,
        does: "runs a command of the procedure's own; its exit code is the outcome, which is no proof",
        needs: &[],
        decided_by: None,
        leaves: "the command, its exit code, the end of what it printed, the files that it edited",
        outcomes: &[],
    },
];

impl Action {
    /// What it does and what it can come to.
    pub fn spec(self) -> &'static Spec {
        ACTIONS
            .iter()
            .find(|spec| spec.action == self)
            .expect("every action has a specification, as a test holds")
    }

    /// Whether it is about tests of pytest, and means nothing where the gate is a command.
    pub fn is_of_pytest(self) -> bool {
        match self {
            Self::LocateAnchor
            | Self::DraftAnchor
            | Self::CheckAnchor
            | Self::ProposeRule
            | Self::GateWithRule => true,
            Self::Scan
            | Self::CheckGate
            | Self::Judge
            | Self::RecordReason
            | Self::ProposeFix
            | Self::AwaitFix
            | Self::Rescan
            | Self::VerifyTeeth
            | Self::RecordEscalation
            | Self::GateSuite
            | Self::Deliver
            | Self::Command => false,
        }
    }

    /// The action of this name.
    pub fn parse(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|spec| spec.name == name).map(|spec| spec.action)
    }
}
