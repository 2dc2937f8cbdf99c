//! A procedure: a state machine in YAML, read strictly and proven before it is used.

mod action;
mod load;
mod problem;
mod prove;
mod raw;
mod schema;
mod state;
mod templates;
mod variables;

use crate::assets::Assets;
use crate::model::{Field, StateId};
use load::Rigor;

pub use action::{ACTIONS, Action, Outcome, Spec, Subject};
pub use problem::{Problem, SopError};
pub use schema::schema;
#[cfg(test)]
pub(crate) use schema::tests::accepts;
pub use templates::Samples;
pub use variables::{CANDIDATE_VARIABLES, RUN_VARIABLES};

/// A procedure of which everything in `prove` holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sop {
    /// For instance `blocking-io`.
    pub name: String,
    /// One line for a person.
    pub title: String,
    /// When to use it, for whoever chooses among procedures; may be empty.
    pub description: String,
    /// What each step is called, from 0; those without a name are left out at the end.
    pub steps: Vec<String>,
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
    /// What the action `command` runs.
    pub command: Option<Command>,
    /// How often it is entered at most.
    pub bound: Option<AtMost>,
    /// Where each outcome leads.
    pub then: Vec<(String, StateId)>,
}

/// A command that a procedure brings itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments: templates over what `variables` lists.
    pub words: Vec<String>,
    /// Exit codes, each with the outcome that it means. Any other code is an error.
    pub exits: Vec<(i32, String)>,
    /// How many seconds it may take; ten minutes where nothing is said.
    pub limit: Option<u64>,
}

/// A bound on the visits of a state, by one candidate or by the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtMost {
    /// From 1.
    pub visits: u32,
    /// Where whatever leads there leads after that.
    pub otherwise: StateId,
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
    /// Everything it can come to, by name.
    pub fn outcomes(&self) -> Vec<&str> {
        match &self.command {
            None => self.action.spec().outcomes.iter().map(|outcome| outcome.name).collect(),
            Some(command) => {
                let mut names: Vec<&str> = Vec::new();
                for (_, name) in &command.exits {
                    if !names.contains(&name.as_str()) {
                        names.push(name);
                    }
                }
                names
            }
        }
    }

    /// Whether an outcome settles a candidate, or the run, by itself. Actions say so, procedures
    /// cannot: what a command comes to is never a proof.
    pub fn is_proof(&self, outcome: &str) -> bool {
        let outcomes = self.action.spec().outcomes;
        outcomes.iter().any(|known| known.name == outcome && known.is_proof)
    }

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
        load::load(file, text, Rigor::Proven)
    }

    /// Holds the templates and references that a procedure names against what there is.
    ///
    /// # Errors
    /// When one does not exist, or a template does not render one of the samples.
    pub fn check_assets(
        file: &str,
        text: &str,
        assets: &Assets,
        samples: &Samples,
    ) -> Result<(), SopError> {
        templates::check(file, text, assets, samples)
    }

    /// Reads the procedure that a journal holds. It was proven by the guard that began the run; an
    /// outcome that actions have learned since does not make its record unreadable.
    ///
    /// # Errors
    /// When it names an action or a state that is not known.
    pub fn recorded(file: &str, text: &str) -> Result<Self, SopError> {
        load::load(file, text, Rigor::Recorded)
    }

    /// The state of a run, or of a candidate, of this name.
    pub fn state(&self, id: &StateId) -> Option<&State> {
        self.states.iter().chain(&self.each.states).find(|state| state.id == *id)
    }

    /// What a step is called.
    pub fn step_name(&self, step: u8) -> Option<&str> {
        self.steps.get(usize::from(step)).map(String::as_str)
    }

    /// How the run ends in this state, if it does.
    pub fn end(&self, id: &StateId) -> Option<End> {
        self.ends.iter().find(|(end, _)| end == id).map(|(_, end)| *end)
    }
}

#[cfg(test)]
mod tests;
