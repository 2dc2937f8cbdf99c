//! Parameters that are `None` on a way: what stands behind a test for one is not reached by a
//! caller that does not pass it.

use super::super::facts::{Default, Scope};
use super::super::link::value::{FunctionId, Value};
use super::super::packed::{Argument, Binding, Call, Local, Node};
use super::{Builder, Nones, Passing};

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

    /// The parameters of a callee that this call leaves `None`, or may.
    pub(super) fn passes(
        &self,
        function: FunctionId,
        call: &Call<'_>,
        callee: &Value,
        to: FunctionId,
    ) -> Vec<Passing> {
        let arguments = &call.arguments;
        if arguments.iter().any(|argument| argument.keyword.as_deref() == Some("*")) {
            return Vec::new();
        }
        let target = self.program.function(to);
        let bound = if let Value::Function(_) = callee { 0 } else { 1 };
        let mut passes = Vec::new();
        for (index, parameter) in target.parameters().enumerate().skip(bound) {
            let Some(theirs) = bit(index) else { break };
            let by_position = (index < target.positional)
                .then(|| arguments.get(index - bound))
                .flatten()
                .filter(|argument| argument.keyword.is_none());
            let by_name = || arguments.iter().find(|it| it.keyword == Some(parameter.name));
            let Some(Argument { value, .. }) = by_position.or_else(by_name) else {
                if parameter.default == Default::None {
                    passes.push(Passing::None(theirs));
                }
                continue;
            };
            match self.program.node(function.file(), *value) {
                Node::None => passes.push(Passing::None(theirs)),
                Node::Name(name) => {
                    passes
                        .extend(self.own(function, name).map(|own| Passing::Through(theirs, own)));
                }
                _ => {}
            }
        }
        passes
    }
}

fn bit(index: usize) -> Option<Nones> {
    u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index))
}
