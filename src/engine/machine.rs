//! Decides what is next. Pure: the same state always gives the same answer.

use crate::journal::{Progress, State};
use crate::model::{Answer, Exposure, Mode, Place, Priority, Question, StateId};
use crate::sop::{Action, Ask, End, State as Node};

use super::suggest::suggest;

/// What a run does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Execute this action.
    Act(Task),
    /// Every candidate is disposed: the run moves on.
    Move {
        /// Where the run stands.
        place: Place,
        /// Where it goes.
        next: StateId,
    },
    /// Wait for answers: every question that can be asked now.
    Ask(Vec<Question>),
    /// It is over.
    End(End),
}

/// An action that is ready to be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Where.
    pub place: Place,
    /// What.
    pub action: Action,
    /// What was answered.
    pub answer: Answer,
}

/// What is next.
pub fn next(state: &State) -> Next {
    if let Some(end) = state.end() {
        return Next::End(end);
    }
    if state.position != state.sop.each.id {
        let Some(node) = state.sop.state(&state.position) else {
            // The loader proved that every name leads somewhere.
            return Next::End(End::Refused);
        };
        return Next::Act(Task {
            place: state.place(),
            action: node.action,
            answer: Answer::new(),
        });
    }
    let open: Vec<&Progress> = in_turn(state);
    if open.is_empty() {
        return Next::Move { place: state.place(), next: state.sop.each.all_disposed.clone() };
    }
    let mut questions = Vec::new();
    for progress in open {
        let Some(node) = state.sop.state(&progress.state) else { continue };
        match ready(node, progress) {
            Ok(answer) => {
                return Next::Act(Task { place: progress.place(), action: node.action, answer });
            }
            Err(ask) => questions.push(question(state, node, ask, progress)),
        }
    }
    Next::Ask(questions)
}

/// The candidates that are not disposed and may be worked on, in review order.
fn in_turn(state: &State) -> Vec<&Progress> {
    let mut open: Vec<&Progress> =
        (state.candidates.iter()).filter(|progress| progress.state != state.sop.each.end).collect();
    if state.sop.each.high_first && state.info.mode == Mode::WholeTree {
        let first = open.iter().map(|progress| tier(progress)).min();
        open.retain(|progress| Some(tier(progress)) == first);
    }
    open
}

/// What a triage round finishes before it begins something else; offloads stand below every finding.
fn tier(progress: &Progress) -> u8 {
    match (progress.candidate.exposure, progress.candidate.priority) {
        (Exposure::Offloaded, _) => 2,
        (_, Priority::High) => 0,
        (_, Priority::Medium | Priority::Low) => 1,
    }
}

/// The answer on which a state's action can be executed, or what must be asked first.
fn ready<'a>(node: &'a Node, progress: &Progress) -> Result<Answer, &'a Ask> {
    let Some(ask) = &node.ask else { return Ok(Answer::new()) };
    if let Some(answer) = progress.answer() {
        return Ok(answer.clone());
    }
    // What was said in the state before is not asked again.
    let carried: Answer = (ask.fields.iter())
        .filter_map(|field| {
            Some((field.name.clone(), progress.carried().get(&field.name)?.clone()))
        })
        .collect();
    let complete = (ask.fields.iter()).all(|field| {
        !field.must_be_said() || !field.applies(&carried) || carried.contains_key(&field.name)
    });
    if complete && !carried.is_empty() { Ok(carried) } else { Err(ask) }
}

fn question(state: &State, node: &Node, ask: &Ask, progress: &Progress) -> Question {
    let place = progress.place();
    Question {
        id: place.question(),
        place,
        step: node.step,
        text: ask.text.clone(),
        fields: ask.fields.clone(),
        suggestion: suggest(state, node, progress),
        reference: node.reference.clone(),
    }
}
