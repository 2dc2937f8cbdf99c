//! The words of the domain as types, shared by every other module. No IO, no clock, no parser.

mod candidate;
mod finding;
mod gate;
mod teeth;

pub use candidate::{Candidate, CandidateId, Origin, Site, SiteKind};
pub use finding::{
    BlockingCall, Confidence, Exposure, Finding, Hop, Key, Location, PARSE_ERROR, Priority,
};
pub use gate::{
    Block, Frame, GateRun, ImportFact, PrimitiveRun, Selection, SiteRun, TestOutcome, TestRun,
};
pub use teeth::{Invalid, Operator, Revert, TeethReport, TeethVerdict};
