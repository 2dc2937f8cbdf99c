//! What happens, as it happens: a spinner while an action runs, one line when it is done.

use anstream::eprintln;

use super::busy::Busy;
use super::style::{BAD, DIM, GOOD, WARN};
use crate::engine::{Task, Watcher};
use crate::journal::State;
use crate::model::Event;
use crate::report::{Line, Tone, line};
use crate::sop::Action;

/// Progress on standard error.
#[derive(Debug, Default)]
pub struct Progress {
    busy: Option<Busy>,
}

impl Watcher for Progress {
    fn begins(&mut self, state: &State, task: &Task) {
        self.busy = Some(Busy::with(doing(state, task)));
    }

    fn ends(&mut self, state: &State, event: &Event) {
        self.busy = None;
        if let Some(line) = line(&state.sop, event) {
            eprintln!("{}", show(&line));
        }
    }

    fn fails(&mut self) {
        self.busy = None;
    }
}

/// One line of progress, with its colours.
pub fn show(line: &Line) -> String {
    let Line { step, text, .. } = line;
    let who = line.candidate.as_ref().map(|id| format!("{id} ")).unwrap_or_default();
    let style = match line.tone {
        Tone::Good => GOOD,
        Tone::Warn => WARN,
        Tone::Bad => BAD,
        Tone::Plain => anstyle::Style::new(),
    };
    format!("{DIM}{step}{DIM:#} {who}{style}{text}{style:#}")
}

/// What a spinner says.
fn doing(state: &State, task: &Task) -> String {
    let about = (task.place.candidate.as_ref())
        .and_then(|id| state.progress(id))
        .map(|progress| format!(" {} {}", progress.candidate.id, progress.candidate.key.symbol))
        .unwrap_or_default();
    let doing = match task.action {
        Action::Scan => "scanning",
        Action::CheckGate => "looking at the gate",
        Action::Judge | Action::ProposeRule => "routing",
        Action::RecordReason | Action::RecordEscalation => "recording",
        Action::ProposeFix => "computing the offload",
        Action::AwaitFix => "applying the fix",
        Action::Rescan => "scanning again",
        Action::LocateAnchor => "searching the gate's tests",
        Action::DraftAnchor => "drafting the anchor",
        Action::CheckAnchor => "checking the anchor",
        Action::VerifyTeeth => "proving teeth",
        Action::GateWithRule | Action::GateSuite => "running the whole gate",
        Action::Deliver => "delivering",
        Action::Command => "running a command",
    };
    format!("{doing}{about}")
}
