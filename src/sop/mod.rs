//! A procedure: a state machine in YAML, read strictly and proven before it is used.

mod action;
mod domain;
mod load;
mod problem;
mod prove;
mod raw;
mod schema;
mod state;
mod templates;
mod variables;

use crate::assets::Assets;
use crate::model::{Field, FieldKind, Route, StateId};
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
    /// What turns red when the bad pattern happens.
    pub gate: Gate,
    /// What brings the bad pattern back where guard's own operators cannot: a program and its
    /// arguments, templates over what `variables` lists of a candidate. It edits the tree it runs in.
    pub revert: Option<Vec<String>>,
    /// What the detector cannot see, a sentence each; guard's own says it by itself.
    pub blind_spots: Vec<String>,
    /// The asset that an anchor is rendered from; none where no state drafts one.
    pub anchor_template: Option<String>,
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
    /// A command that prints findings as JSON: templates over what `variables` lists of the run.
    Command(Vec<String>),
}

/// What turns red when the bad pattern happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// The project's tests, under pytest and Blockbuster.
    Pytest,
    /// A command. Its exit code alone says nothing: what it prints must name the place.
    Command(CommandGate),
}

/// A gate that is only a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandGate {
    /// The program and its arguments: templates over what `variables` lists of the run.
    pub words: Vec<String>,
    /// A regular expression over each line that it prints. Captures `path` and `function`, and may
    /// capture `line` and `symbol`.
    pub red: String,
    /// Files that it reads beside the code, relative to the root: a proof is stale when one changes.
    pub files: Vec<String>,
    /// How many seconds it may take; the project's `gate.limit` where nothing is said.
    pub limit: Option<u64>,
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
    /// What the choices of `judge` stand for, where a procedure has words of its own for them.
    pub routes: Vec<(String, Route)>,
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
        if let Some(command) = &self.command {
            let mut names: Vec<&str> = Vec::new();
            for (_, name) in &command.exits {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            return names;
        }
        // The routes are the procedure's to offer; none of them is a proof.
        match self.offered_routes() {
            Some(choices) => choices,
            None => self.action.spec().outcomes.iter().map(|outcome| outcome.name).collect(),
        }
    }

    /// The choices of `judge`, where they are declared.
    fn offered_routes(&self) -> Option<Vec<&str>> {
        let decides = self.action.spec().decided_by.filter(|_| self.action == Action::Judge)?;
        let field = (self.ask.iter().flat_map(|ask| &ask.fields)).find(|it| it.name == decides)?;
        match &field.kind {
            FieldKind::Choice(choices) => {
                Some(choices.iter().map(|choice| choice.value.as_str()).collect())
            }
            FieldKind::Text => None,
        }
    }

    /// The route that an outcome of `judge` stands for.
    pub fn route(&self, outcome: &str) -> Option<Route> {
        let own = self.routes.iter().find(|(choice, _)| choice == outcome);
        own.map(|(_, route)| *route).or_else(|| Route::parse(outcome))
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

    /// The assets that it names beside the pull-request text, by name, each once.
    pub fn assets(&self) -> Vec<&str> {
        let states = self.states.iter().chain(&self.each.states);
        let references = states.filter_map(|state| state.reference.as_deref());
        let mut names: Vec<&str> = self.anchor_template.as_deref().into_iter().collect();
        names.extend(references);
        names.sort_unstable();
        names.dedup();
        names
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
