//! Parameters that are `None` on a way: what stands behind a test for one is not reached by a
//! caller that does not pass it. And calls that do not fit what they are said to call.

use super::super::facts::{Default, Scope};
use super::super::link::value::{FunctionId, Value};
use super::super::packed::{Argument, Binding, Call, Local, Node};
use super::edges::{Term, Terms};
use super::{Builder, Nones};
use crate::model::Confidence;

impl Builder<'_> {
    /// The parameters of a function that a call in it needs.
    pub(super) fn needs(&self, function: FunctionId, call: &Call<'_>) -> Nones {
        call.guards
            .iter()
            .filter_map(|name| self.own(function, *name))
            .fold(0, |all, one| all | one)
    }

    /// A parameter that nothing else is ever assigned to.
    fn own(&self, function: FunctionId, name: Local) -> Option<Nones> {
        let bound =
            self.program.files[function.file()].bound(Scope::Function(function.index()), name)?;
        match bound.only()? {
            Binding::Parameter(index) => bit(index),
            Binding::Value(_)
            | Binding::Import { .. }
            | Binding::Function(_)
            | Binding::Class(_) => None,
        }
    }

    /// What a call says of parameters that needs these.
    pub(super) fn needing(&mut self, needs: Nones) -> Terms {
        let said = [Term::Needs(needs)];
        self.graph.edges.terms(if needs == 0 { &[] } else { &said })
    }

    /// What a call says of parameters: those of its function that it needs, and those of a callee
    /// that it leaves `None`, or may. And how sure it is that it calls that function at all.
    pub(super) fn terms(
        &mut self,
        function: FunctionId,
        call: &Call<'_>,
        callee: &Value,
        to: FunctionId,
    ) -> (Terms, Confidence) {
        let mut said = std::mem::take(&mut self.said);
        said.clear();
        said.extend(Some(self.needs(function, call)).filter(|needs| *needs != 0).map(Term::Needs));
        let fits = self.passes(function, call, callee, to, &mut said);
        let terms = self.graph.edges.terms(&said);
        self.said = said;
        // What runs where an object is made gets other arguments than its class.
        let is_called = callee.target().is_some();
        let sure = if is_called && !fits { Confidence::Possible } else { Confidence::Definite };
        (terms, sure)
    }

    /// Adds what a call passes to a function; whether that takes all of its arguments.
    fn passes(
        &self,
        function: FunctionId,
        call: &Call<'_>,
        callee: &Value,
        to: FunctionId,
        said: &mut Vec<Term>,
    ) -> bool {
        let arguments = &call.arguments;
        if arguments.iter().any(|argument| argument.keyword == Some(self.specials.unpacked)) {
            return true;
        }
        let (mut taken, mut takes_rest) = (0, false);
        let target = self.program.signature(to);
        let bound = if let Value::Function(_) = callee { 0 } else { 1 };
        for (index, parameter) in target.parameters().enumerate().skip(bound) {
            let Some(theirs) = bit(index) else { return true };
            let by_position = (index < target.positional)
                .then(|| arguments.get(index - bound))
                .flatten()
                .filter(|argument| argument.keyword.is_none());
            let by_name = || arguments.iter().find(|it| it.keyword == Some(parameter.name));
            let Some(Argument { value, .. }) = by_position.or_else(by_name) else {
                match parameter.default {
                    Default::None => said.push(Term::None(theirs)),
                    Default::Rest => takes_rest = true,
                    Default::Other => {}
                }
                continue;
            };
            taken += 1;
            match self.program.node(function.file(), *value) {
                Node::None => said.push(Term::None(theirs)),
                Node::Name(name) => {
                    said.extend(self.own(function, name).map(|own| Term::Through(theirs, own)));
                }
                _ => {}
            }
        }
        takes_rest || taken == arguments.len()
    }
}

fn bit(index: usize) -> Option<Nones> {
    u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index))
}
