//! What only the whole graph can show: every name leads somewhere, every state is reached, an end
//! is reached from every state, no loop runs by itself, and nothing is settled without a proof.
//!
//! The last is a dominance proof: with the edges of proof outcomes taken out, neither a disposed
//! candidate nor a delivery may be reachable. A customised copy of a procedure cannot go around it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::load::{Placed, Problems};
use super::raw::{Name, RawSop, RawState};
use super::{AtMost, End, Sop};
use crate::model::{StateId, nearest};

/// A procedure whose names are known and whose graph is to be proven.
pub(super) struct Draft<'a> {
    pub(super) sop: &'a Sop,
    pub(super) raw: &'a RawSop,
    pub(super) each: (&'a Name, &'a RawState),
    pub(super) run: &'a [Placed<'a>],
    pub(super) own: &'a [Placed<'a>],
}

/// One state machine: its states, the extra edges that hang in it, its start and its ends.
struct Graph<'a> {
    states: &'a [Placed<'a>],
    start: &'a Name,
    ends: BTreeSet<&'a StateId>,
    /// The `for-each` state as an edge: from, to, and the name it has in the file.
    composite: Option<(StateId, StateId, &'a Name)>,
}

pub(super) fn prove(draft: &Draft<'_>, problems: &mut Problems) {
    let sop = draft.sop;
    let (each_name, each_raw) = draft.each;
    let run = Graph {
        states: draft.run,
        start: &draft.raw.start,
        ends: sop.ends.iter().map(|(id, _)| id).collect(),
        composite: Some((sop.each.id.clone(), sop.each.all_disposed.clone(), each_name)),
    };
    let Some(own_start) = &each_raw.start else { return };
    let own = Graph {
        states: draft.own,
        start: own_start,
        ends: BTreeSet::from([&sop.each.end]),
        composite: None,
    };
    let named = [
        (&run, each_raw.then.value.0.first().map(|(_, next)| next)),
        (&own, each_raw.stale.as_ref()),
    ];
    let mut whole = true;
    for (graph, extra) in named {
        whole &= graph.names_lead_somewhere(extra, problems);
    }
    // Without that, what follows would only repeat it.
    if !whole {
        return;
    }
    for graph in [&run, &own] {
        graph.bounds_lead_on(problems);
        graph.reaches(problems);
        graph.pauses(problems);
    }
    if own.dominated(own.start, &[&sop.each.end], "a candidate is disposed", problems)
        && let Some(stale) = &each_raw.stale
    {
        let what = "a candidate whose proof is stale is disposed";
        own.dominated(stale, &[&sop.each.end], what, problems);
    }
    let delivered: Vec<&StateId> =
        sop.ends.iter().filter(|(_, end)| *end == End::Delivered).map(|(id, _)| id).collect();
    run.dominated(run.start, &delivered, "the run is delivered", problems);
    if let Some(path) = run.around(run.start, &delivered, Some(&sop.each.id)) {
        problems.at(
            run.start,
            format!("the run is delivered without its candidates: {path}"),
            Some(format!("every way to a delivery must lead through `{}`", each_name.value)),
        );
    }
}

impl Graph<'_> {
    fn edges(&self) -> Vec<(&StateId, &str, &StateId, bool)> {
        let plain = self.states.iter().flat_map(|placed| {
            let state = &placed.state;
            let ways = state.then.iter().flat_map(|(outcome, next)| {
                self.ways(next).into_iter().map(move |to| (outcome, to))
            });
            ways.map(move |(outcome, to)| {
                (&state.id, outcome.as_str(), to, state.is_proof(outcome))
            })
        });
        let composite = self.composite.iter().flat_map(|(from, to, _)| {
            self.ways(to).into_iter().map(move |to| (from, "all-disposed", to, false))
        });
        plain.chain(composite).collect()
    }

    /// Where an arrow to a state can come to: there, or where its bound sends whoever would enter it
    /// once more, and so on.
    fn ways<'b>(&'b self, to: &'b StateId) -> Vec<&'b StateId> {
        let mut ways = vec![to];
        while let Some(bound) = ways.last().and_then(|last| self.bound(last))
            && !ways.contains(&&bound.otherwise)
        {
            ways.push(&bound.otherwise);
        }
        ways
    }

    fn bound(&self, id: &StateId) -> Option<&AtMost> {
        self.states.iter().find(|placed| placed.state.id == *id)?.state.bound.as_ref()
    }

    /// No bound sends in circles: one that is reached leads to a state that may be entered.
    fn bounds_lead_on(&self, problems: &mut Problems) {
        for placed in self.states {
            let Some(otherwise) = &placed.raw.otherwise else { continue };
            let last = self.ways(&placed.state.id).pop();
            if last.is_some_and(|last| self.bound(last).is_some()) {
                problems.at(
                    otherwise,
                    format!(
                        "`else` of `{}` leads through bounds alone, in a circle",
                        placed.name.value
                    ),
                    Some("lead it to a state without `at-most`".to_owned()),
                );
                return;
            }
        }
    }

    fn names_lead_somewhere(&self, extra: Option<&Name>, problems: &mut Problems) -> bool {
        let known: BTreeSet<&str> = (self.states.iter().map(|placed| placed.name.value.as_str()))
            .chain(self.ends.iter().map(|end| end.0.as_str()))
            .chain(self.composite.iter().map(|(id, ..)| id.0.as_str()))
            .collect();
        let used = (self.states.iter().flat_map(|placed| &placed.raw.then.value.0))
            .map(|(_, next)| next)
            .chain(self.states.iter().filter_map(|placed| placed.raw.otherwise.as_ref()))
            .chain([self.start])
            .chain(extra);
        let mut whole = true;
        for name in used.filter(|name| !known.contains(name.value.as_str())) {
            whole = false;
            problems.at(
                name,
                format!("there is no state `{}` here", name.value),
                nearest(&name.value, known.iter().copied())
                    .map(|near| format!("did you mean `{near}`?")),
            );
        }
        whole
    }

    /// Every state is reached from the start, and an end from every state.
    fn reaches(&self, problems: &mut Problems) {
        let edges = self.edges();
        let start = StateId(self.start.value.clone());
        let forward = closure([&start], edges.iter().map(|(from, _, to, _)| (*from, *to)));
        let backward =
            closure(self.ends.iter().copied(), edges.iter().map(|(from, _, to, _)| (*to, *from)));
        let composite = self.composite.iter().map(|(id, _, name)| (*name, id));
        for (name, id) in
            self.states.iter().map(|placed| (placed.name, &placed.state.id)).chain(composite)
        {
            if !forward.contains(id) {
                problems.at(
                    name,
                    format!("nothing leads to `{id}`"),
                    Some("lead an outcome to it, or take it out".to_owned()),
                );
            } else if !backward.contains(id) {
                problems.at(name, format!("no way leads from `{id}` to an end"), None);
            }
        }
    }

    /// Every loop passes a state that asks or is bounded: nothing runs in circles by itself.
    fn pauses(&self, problems: &mut Problems) {
        let silent: Vec<&Placed<'_>> = (self.states.iter())
            .filter(|placed| placed.state.ask.is_none() && placed.state.bound.is_none())
            .collect();
        let is_silent = |id: &StateId| silent.iter().any(|placed| placed.state.id == *id);
        for placed in &silent {
            let edges: Vec<_> = self
                .edges()
                .into_iter()
                .filter(|(from, _, to, _)| is_silent(from) && is_silent(to))
                .map(|(from, _, to, _)| (from, to))
                .collect();
            let next =
                edges.iter().filter(|(from, _)| **from == placed.state.id).map(|(_, to)| *to);
            if closure(next, edges.iter().copied()).contains(&placed.state.id) {
                problems.at(
                    placed.name,
                    format!("`{}` is in a loop that asks nobody", placed.name.value),
                    Some("lead the loop through a state with `ask`, or bound it with `at-most` and `else`".to_owned()),
                );
                return;
            }
        }
    }

    /// Whether every way from a start to an end passes a proof.
    fn dominated(
        &self,
        start: &Name,
        ends: &[&StateId],
        what: &str,
        problems: &mut Problems,
    ) -> bool {
        let around = self.around(start, ends, None);
        if let Some(path) = &around {
            problems.at(
                start,
                format!("{what} without a proof: {path}"),
                Some("every way there must pass an outcome that is a proof".to_owned()),
            );
        }
        around.is_none()
    }

    /// A path to one of `ends` that passes no proof, or, where one is given, not `through`.
    fn around(&self, start: &Name, ends: &[&StateId], through: Option<&StateId>) -> Option<String> {
        let edges = self.edges();
        let start = StateId(start.value.clone());
        let mut came: BTreeMap<&StateId, (&StateId, &str)> = BTreeMap::new();
        let mut queue = VecDeque::from([&start]);
        let mut seen = BTreeSet::from([&start]);
        while let Some(at) = queue.pop_front() {
            if ends.contains(&at) {
                let mut path = at.to_string();
                let mut here = at;
                while let Some((from, outcome)) = came.get(here) {
                    path = format!("{from} -{outcome}-> {path}");
                    here = from;
                }
                return Some(path);
            }
            for (from, outcome, to, proof) in &edges {
                let cut = match through {
                    Some(through) => *from == through,
                    None => *proof,
                };
                if *from == at && !cut && seen.insert(to) {
                    came.insert(to, (from, outcome));
                    queue.push_back(to);
                }
            }
        }
        None
    }
}

fn closure<'a>(
    start: impl IntoIterator<Item = &'a StateId>,
    edges: impl IntoIterator<Item = (&'a StateId, &'a StateId)>,
) -> BTreeSet<&'a StateId> {
    let edges: Vec<_> = edges.into_iter().collect();
    let mut reached: BTreeSet<&StateId> = start.into_iter().collect();
    let mut queue: VecDeque<&StateId> = reached.iter().copied().collect();
    while let Some(at) = queue.pop_front() {
        for (_, to) in edges.iter().filter(|(from, _)| *from == at) {
            if reached.insert(to) {
                queue.push_back(to);
            }
        }
    }
    reached
}
