//! The words of the domain as types, shared by every other module. No IO, no clock, no parser.

mod candidate;
mod disposition;
mod event;
mod evidence;
mod finding;
mod gate;
mod hazard;
mod ids;
mod measure;
mod question;
mod sight;
mod teeth;

pub use candidate::{Candidate, CandidateId, Origin, Site, SiteKind};
pub use disposition::{Disposition, Proof};
pub use event::{By, Event, Memory, Mode, Options, RunInfo, Source};
pub use evidence::{
    AnchorSearch, Batch, Bound, CommandRun, Coverage, Delivery, Draft, Driven, Escalation,
    Evidence, Fitness, Fix, FoundTest, GateFacts, Proposal, Recalled, Rescan, Scope, Settled,
    Since, Suite, Teeth,
};
pub use finding::{
    BlockingCall, Confidence, Exposure, Finding, Hop, Key, Location, PARSE_ERROR, Priority,
};
pub use gate::{
    Block, Frame, GateRun, ImportFact, Junit, PrimitiveRun, Replaced, Selection, SiteRun,
    TestOutcome, TestRun,
};
pub use hazard::{Hazard, HazardKind};
pub use ids::{Route, StateId, nearest};
pub use measure::{Measurement, NotADuration};
pub use question::{
    Answer, Choice, Field, FieldKind, Misfit, Place, Question, QuestionId, Suggestion,
};
pub use sight::{Seen, Sight, Sighted};
pub use teeth::{Invalid, Operator, Revert, TeethReport, TeethVerdict};
