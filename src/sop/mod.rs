//! A procedure: a state machine in YAML, read strictly and proven before it is used.

mod action;
mod load;
mod problem;
mod prove;
mod raw;

use crate::model::{Field, StateId};

pub use action::{ACTIONS, Action, Outcome, Spec, Subject};
pub use problem::{Problem, SopError};

/// A procedure of which everything in `prove` holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sop {
    /// For instance `blocking-io`.
    pub name: String,
    /// One line for a person.
    pub title: String,
    /// What finds candidates.
    pub detector: Detector,
    /// The asset that an anchor is rendered from.
    pub anchor_template: String,
    /// The asset that the pull-request text is rendered from.
    pub pull_request_template: String,
    /// How much goes into one pull request.
    pub batch: Batching,
    /// Where a run starts.
    pub start: StateId,
    /// The states of the run, in file order.
    pub states: Vec<State>,
    /// The states of one candidate, and how they hang in the run.
    pub each: Each,
    /// Where a run ends.
    pub ends: Vec<(StateId, End)>,
}

/// What finds candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detector {
    /// guard's own.
    Builtin,
    /// A command that prints findings as JSON.
    Command(Vec<String>),
}

/// How many fix units go into one pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// While a `HIGH` is among them.
    pub while_high: usize,
    /// Once none is.
    pub after: usize,
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing was in scope.
    NothingToDo,
    /// Every claim is proven and written down.
    Delivered,
    /// A verdict stands against the change.
    Refused,
}

/// One state: an action, what is asked before it, and where each outcome leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its name.
    pub id: StateId,
    /// The step of the procedure that it belongs to.
    pub step: u8,
    /// What is done.
    pub action: Action,
    /// The asset to read before answering.
    pub reference: Option<String>,
    /// What is asked first.
    pub ask: Option<Ask>,
    /// Where each outcome leads.
    pub then: Vec<(String, StateId)>,
}

/// What is asked in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// For a person.
    pub text: String,
    /// What an answer consists of.
    pub fields: Vec<Field>,
}

/// The state of the run in which every candidate goes through states of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// Its name.
    pub id: StateId,
    /// Whether nothing below `HIGH` starts before every `HIGH` is disposed, in the whole-tree mode.
    pub high_first: bool,
    /// Where a candidate starts.
    pub start: StateId,
    /// Where a candidate is disposed.
    pub end: StateId,
    /// Where a candidate enters again when what its proof speaks of has changed.
    pub stale: StateId,
    /// The states of one candidate, in file order.
    pub states: Vec<State>,
    /// Where the run goes when every candidate is disposed.
    pub all_disposed: StateId,
}

impl State {
    /// Where an outcome leads.
    pub fn next(&self, outcome: &str) -> Option<&StateId> {
        self.then.iter().find(|(name, _)| name == outcome).map(|(_, next)| next)
    }
}

impl Sop {
    /// Reads a procedure and proves that it is sound. `file` is how messages call it.
    ///
    /// # Errors
    /// Every problem that was found, each with its place and a way on.
    pub fn load(file: &str, text: &str) -> Result<Self, SopError> {
        load::load(file, text, load::Demand::Proven)
    }

    /// Reads a procedure that a run recorded. It was proven when that run began; what guard demands
    /// by now does not make an old run unreadable.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn recorded(file: &str, text: &str) -> Result<Self, SopError> {
        load::load(file, text, load::Demand::Recorded)
    }

    /// The state of a run, or of a candidate, of this name.
    pub fn state(&self, id: &StateId) -> Option<&State> {
        self.states.iter().chain(&self.each.states).find(|state| state.id == *id)
    }

    /// How the run ends in this state, if it does.
    pub fn end(&self, id: &StateId) -> Option<End> {
        self.ends.iter().find(|(end, _)| end == id).map(|(_, end)| *end)
    }
}

#[cfg(test)]
mod tests;
