//! Which functions call what they are given, and when: at once, or in a function inside them that may
//! run later, in a thread, or never.

use rustc_hash::FxHashMap;

use super::super::link::value::FunctionId;
use super::handed::plain;
use super::later::{Parameter, Passed};
use super::{Builder, Edge};
use crate::model::Confidence;

/// Functions that are handed on, by what is handed on.
type Handed<'p> = FxHashMap<FunctionId, Vec<&'p Passed>>;

/// Steps that are followed from a function to one inside it.
const STEPS: usize = 16;

impl Builder<'_> {
    /// Notes that a function calls what is passed as a parameter, its own or that of one around it.
    pub(super) fn invokes(&mut self, function: FunctionId, parameter: Parameter) {
        if parameter.0 == function {
            self.invoke(parameter, Confidence::Definite);
        } else {
            self.inner.push((function, parameter));
        }
    }

    /// Says how sure it is that a parameter is called where its function is; whether that is news.
    fn invoke(&mut self, parameter: Parameter, sure: Confidence) -> bool {
        let known = self.invoked.get(&parameter).is_some_and(|known| *known <= sure);
        if !known {
            self.invoked.insert(parameter, sure);
        }
        !known
    }

    /// Steps into functions that are passed to whoever calls them.
    pub(super) fn hand_on(&mut self) {
        let mut relays = std::mem::take(&mut self.relays);
        relays.retain(|relay| !self.offloading.contains(&(relay.from, relay.place)));
        let mut passed = std::mem::take(&mut self.passed);
        passed.retain(|pass| !self.offloading.contains(&(pass.from, pass.place)));
        let inner = std::mem::take(&mut self.inner);
        let mut handed: Handed<'_> = inner.iter().map(|(id, _)| (*id, Vec::new())).collect();
        let relayed = relays.iter().filter(|relay| relay.from != relay.own.0);
        handed.extend(relayed.map(|relay| (relay.from, Vec::new())));
        for pass in &passed {
            if let Some(all) = handed.get_mut(&pass.id) {
                all.push(pass);
            }
        }
        loop {
            let mut is_news = false;
            for (function, parameter) in &inner {
                let sure = self.runs_inside(parameter.0, *function, &handed);
                is_news |= self.invoke(*parameter, sure);
            }
            for relay in &relays {
                if let Some(sure) = self.invoked.get(&relay.target).copied() {
                    let sure = sure.max(self.runs_inside(relay.own.0, relay.from, &handed));
                    is_news |= self.invoke(relay.own, sure);
                }
            }
            if !is_news {
                break;
            }
        }
        for pass in &passed {
            if let Some(sure) = self.is_run(pass) {
                let edge = plain(pass.id, sure, pass.line);
                self.connect(pass.from, Edge { terms: pass.terms, ..edge });
            }
        }
    }

    /// How sure it is that a function which is handed on is run there.
    fn is_run(&self, pass: &Passed) -> Option<Confidence> {
        match pass.target {
            None => Some(pass.confidence),
            Some(target) => Some(pass.confidence.max(*self.invoked.get(&target)?)),
        }
    }

    /// How sure it is that a function inside another runs where that is called: it is called there or
    /// handed to who calls it; one that is given back most likely runs soon.
    fn runs_inside(&self, outer: FunctionId, inner: FunctionId, handed: &Handed<'_>) -> Confidence {
        if inner == outer || self.leads(outer, inner) {
            return Confidence::Definite;
        }
        let given = self.program.result(outer);
        let is_given =
            given.iter().any(|known| known.value.target().is_some_and(|it| it.0 == inner));
        let given = is_given.then_some(Confidence::Probable);
        let handed = handed.get(&inner).into_iter().flatten().filter_map(|pass| self.is_run(pass));
        handed.chain(given).min().unwrap_or(Confidence::Possible)
    }

    /// Whether calls alone lead from a function to one inside it.
    fn leads(&self, outer: FunctionId, inner: FunctionId) -> bool {
        let mut seen = vec![outer];
        let mut at = 0;
        while let Some(&from) = seen.get(at).filter(|_| at < STEPS) {
            at += 1;
            for edge in self.graph.edges.of(from).filter(|edge| edge.to.file() == outer.file()) {
                if edge.to == inner {
                    return true;
                }
                if !seen.contains(&edge.to) {
                    seen.push(edge.to);
                }
            }
        }
        false
    }
}
