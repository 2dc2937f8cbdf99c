//! A procedure as a picture: for a terminal, for Markdown (Mermaid), for Graphviz (DOT), for a
//! browser (SVG). All of them draw the same arrows, which are computed here.

mod dot;
mod mermaid;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use crate::model::StateId;
use crate::sop::{End, Sop, State};

/// What the picture is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// A terminal.
    Text,
    /// Markdown.
    Mermaid,
    /// Graphviz.
    Dot,
    /// A browser.
    Svg,
}

/// Draws a procedure.
pub fn graph(sop: &Sop, picture: Picture) -> String {
    match picture {
        Picture::Text => text::draw(sop),
        Picture::Mermaid => mermaid::draw(sop),
        Picture::Dot => dot::draw(sop),
        Picture::Svg => svg::draw(sop),
    }
}

/// Everything that leads from one state to one other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrow<'a> {
    to: &'a StateId,
    outcomes: Vec<String>,
    /// A proof is an arrow of its own.
    is_proof: bool,
}

impl Arrow<'_> {
    fn label(&self) -> String {
        self.outcomes.join(", ")
    }
}

/// One line of a drawing, in reading order.
pub(super) enum Item<'a> {
    /// A state with its arrows.
    State(&'a State, Vec<Arrow<'a>>),
    /// The states of one candidate.
    Each,
}

/// The states of the run in reading order, the composite one where the run comes to it.
pub(super) fn run(sop: &Sop) -> Vec<Item<'_>> {
    let at = sop.states.iter().position(|state| state.id == sop.each.all_disposed);
    let (before, after) = sop.states.split_at(at.unwrap_or(sop.states.len()));
    let item = |state| Item::State(state, arrows(state));
    before.iter().map(item).chain([Item::Each]).chain(after.iter().map(item)).collect()
}

/// The arrows of a state, in the order of its outcomes; those to one place are one.
fn arrows(state: &State) -> Vec<Arrow<'_>> {
    let mut arrows: Vec<Arrow<'_>> = Vec::new();
    for (outcome, to) in &state.then {
        let is_proof = state.is_proof(outcome);
        match arrows.iter_mut().find(|arrow| arrow.to == to && arrow.is_proof == is_proof) {
            Some(arrow) => arrow.outcomes.push(outcome.clone()),
            None => arrows.push(Arrow { to, outcomes: vec![outcome.clone()], is_proof }),
        }
    }
    if let Some(bound) = &state.bound {
        let outcomes = vec![format!("after {} visits", bound.visits)];
        arrows.push(Arrow { to: &bound.otherwise, outcomes, is_proof: false });
    }
    arrows
}

/// Every state of the procedure in reading order.
fn order(sop: &Sop) -> Vec<&StateId> {
    let mut order = Vec::new();
    for item in run(sop) {
        match item {
            Item::State(state, _) => order.push(&state.id),
            Item::Each => {
                order.push(&sop.each.id);
                order.extend(sop.each.states.iter().map(|state| &state.id));
                order.push(&sop.each.end);
            }
        }
    }
    order.extend(sop.ends.iter().map(|(end, _)| end));
    order
}

fn end(end: End) -> &'static str {
    match end {
        End::NothingToDo => "nothing to do",
        End::Delivered => "delivered",
        End::Refused => "refused",
    }
}
