//! The steps from function to function. A large program has a hundred thousand, so they lie in one
//! list, each with the place of the next one of its function. What they say of parameters is mostly
//! the same, so that stands in another, once.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::link::value::{FunctionId, small};
use crate::model::Confidence;

/// A set of parameters, by their indexes as bits; those past the 64th are never in it.
pub(in crate::scan) type Nones = u64;

/// A step from one function into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) struct Edge {
    pub(in crate::scan) to: FunctionId,
    /// The line of the call, from 1.
    pub(in crate::scan) line: u32,
    pub(in crate::scan) terms: Terms,
    pub(in crate::scan) confidence: Confidence,
}

/// What a call says of parameters, as [`Edges`] keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::scan) struct Terms(u32);

/// One thing that a call says of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::scan) enum Term {
    /// It does not run where one of these parameters of the caller is `None`.
    Needs(Nones),
    /// This parameter of the callee is `None`: the set to which it is the only member.
    None(Nones),
    /// It is where this parameter of the caller is: the callee's and the caller's, alike.
    Through(Nones, Nones),
}

/// The steps of a program, by the function from which they lead.
#[derive(Debug, Default)]
pub(in crate::scan) struct Edges {
    all: Vec<Link>,
    /// The first and the last one of each function.
    ends: FxHashMap<FunctionId, (u32, u32)>,
    /// What calls say; nothing has no place here, so numbers are from 1.
    said: Vec<Rc<[Term]>>,
    numbers: FxHashMap<Rc<[Term]>, Terms>,
}

#[derive(Debug)]
struct Link {
    edge: Edge,
    /// The next one of the same function; itself where there is none.
    next: u32,
}

impl Edges {
    /// Those of a function, in the order in which they were added.
    pub(in crate::scan) fn of(&self, from: FunctionId) -> impl Iterator<Item = &Edge> {
        let first = self.ends.get(&from).map(|(first, _)| *first);
        self.places(first).map(|place| &self.all[place as usize].edge)
    }

    fn places(&self, first: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(first, |place| {
            Some(self.all[*place as usize].next).filter(|next| next != place)
        })
    }

    /// All of them, with the function from which they lead.
    pub(in crate::scan) fn all(&self) -> impl Iterator<Item = (FunctionId, &Edge)> {
        self.ends.keys().flat_map(|from| self.of(*from).map(|edge| (*from, edge)))
    }

    /// Adds one. Of two that say the same the surer one stays.
    pub(super) fn add(&mut self, from: FunctionId, edge: Edge) {
        let first = self.ends.get(&from).map(|(first, _)| *first);
        let same = self.places(first).find(|place| {
            let other = &self.all[*place as usize].edge;
            (other.to, other.terms) == (edge.to, edge.terms)
        });
        let Some(same) = same else { return self.push(from, edge) };
        let known = &mut self.all[same as usize].edge;
        if edge.confidence < known.confidence {
            *known = edge;
        }
    }

    fn push(&mut self, from: FunctionId, edge: Edge) {
        let place = small(self.all.len());
        let (_, last) = self.ends.entry(from).or_insert((place, place));
        let before = std::mem::replace(last, place);
        self.all.push(Link { edge, next: place });
        self.all[before as usize].next = place;
    }

    /// Takes those away that lead into these functions.
    pub(super) fn leave_out(&mut self, into: &FxHashSet<FunctionId>) {
        let rest: Vec<(FunctionId, Edge)> = (self.all())
            .filter(|(_, edge)| !into.contains(&edge.to))
            .map(|(from, edge)| (from, *edge))
            .collect();
        self.all.clear();
        self.ends.clear();
        rest.into_iter().for_each(|(from, edge)| self.push(from, edge));
    }

    /// Makes those that lead into these functions no surer than possible.
    pub(super) fn weaken(&mut self, into: &FxHashSet<FunctionId>) {
        let links = self.all.iter_mut().filter(|link| into.contains(&link.edge.to));
        links.for_each(|link| link.edge.confidence = Confidence::Possible);
    }

    /// What a call says, kept.
    pub(super) fn terms(&mut self, said: &[Term]) -> Terms {
        if said.is_empty() {
            return Terms::default();
        }
        if let Some(known) = self.numbers.get(said) {
            return *known;
        }
        let said: Rc<[Term]> = said.into();
        self.said.push(Rc::clone(&said));
        let terms = Terms(small(self.said.len()));
        self.numbers.insert(said, terms);
        terms
    }

    fn said(&self, terms: Terms) -> &[Term] {
        let place = (terms.0 as usize).checked_sub(1);
        place.map_or(&[], |place| &self.said[place])
    }

    /// The parameters of the caller that a step needs.
    pub(in crate::scan) fn needs(&self, edge: &Edge) -> Nones {
        self.said(edge.terms).iter().fold(0, |all, term| match *term {
            Term::Needs(own) => all | own,
            Term::None(_) | Term::Through(..) => all,
        })
    }

    /// The parameters of the callee that are `None` when those of its caller are.
    pub(in crate::scan) fn passed(&self, edge: &Edge, nones: Nones) -> Nones {
        self.said(edge.terms).iter().fold(0, |all, term| match *term {
            Term::None(theirs) => all | theirs,
            Term::Through(theirs, own) if own & nones != 0 => all | theirs,
            Term::Through(..) | Term::Needs(_) => all,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Edge, Edges, FunctionId, Term, Terms};

    fn id(index: usize) -> FunctionId {
        FunctionId::new(0, index)
    }

    fn edge(to: usize, line: u32, confidence: Confidence) -> Edge {
        Edge { to: id(to), line, confidence, terms: Terms::default() }
    }

    fn lines(edges: &Edges, from: usize) -> Vec<u32> {
        edges.of(id(from)).map(|edge| edge.line).collect()
    }

    #[test]
    fn the_steps_of_a_function_keep_their_order_and_the_surest_of_equals_stays() {
        let mut edges = Edges::default();
        edges.add(id(0), edge(7, 1, Confidence::Possible));
        edges.add(id(1), edge(7, 2, Confidence::Definite));
        edges.add(id(0), edge(8, 3, Confidence::Definite));
        edges.add(id(0), edge(7, 4, Confidence::Definite));
        edges.add(id(0), edge(7, 5, Confidence::Definite));
        let terms = edges.terms(&[Term::Needs(1)]);
        edges.add(id(0), Edge { terms, ..edge(7, 6, Confidence::Definite) });
        assert_eq!(lines(&edges, 0), [4, 3, 6]);
        assert_eq!(lines(&edges, 1), [2]);
        assert!(lines(&edges, 2).is_empty());
        edges.leave_out(&[id(7)].into_iter().collect());
        assert_eq!(lines(&edges, 0), [3]);
        assert!(lines(&edges, 1).is_empty());
    }

    #[test]
    fn what_calls_say_alike_is_kept_once_and_said_of_each() {
        let mut edges = Edges::default();
        let said = [Term::Needs(1), Term::None(2), Term::Through(4, 8), Term::Needs(16)];
        let terms = edges.terms(&said);
        assert_eq!(edges.terms(&said), terms);
        assert_ne!(edges.terms(&said[1..]), terms);
        assert_eq!(edges.terms(&[]), Terms::default());
        let edge = Edge { terms, ..edge(7, 1, Confidence::Definite) };
        assert_eq!(edges.needs(&edge), 17);
        assert_eq!((edges.passed(&edge, 0), edges.passed(&edge, 8)), (2, 6));
    }
}
