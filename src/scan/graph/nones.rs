//! Parameters that are `None` on a way: what stands behind a test for one is not reached by a
//! caller that does not pass it.

use super::super::facts::{Argument, Binding, Call, Default, Expr};
use super::super::link::value::{FunctionId, Value};
use super::super::name::Name;
use super::{Builder, Nones, Passing};

impl Builder<'_> {
    /// The parameters of a function that a call in it needs.
    pub(super) fn needs(&self, function: FunctionId, call: &Call) -> Nones {
        call.guards
            .iter()
            .filter_map(|name| self.own(function, *name))
            .fold(0, |all, one| all | one)
    }

    /// A parameter that nothing else is ever assigned to.
    fn own(&self, function: FunctionId, name: Name) -> Option<Nones> {
        let mut bindings = self.program.function(function).bindings.get(name);
        match (bindings.next(), bindings.next()) {
            (Some(Binding::Parameter(index)), None) => bit(*index),
            _ => None,
        }
    }

    /// The parameters of a callee that this call leaves `None`, or may.
    pub(super) fn passes(
        &self,
        function: FunctionId,
        call: &Call,
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
        for (index, parameter) in target.parameters.iter().enumerate().skip(bound) {
            let Some(theirs) = bit(index) else { break };
            let by_position = (index < target.positional)
                .then(|| arguments.get(index - bound))
                .flatten()
                .filter(|argument| argument.keyword.is_none());
            let by_name = || arguments.iter().find(|it| it.keyword == Some(parameter.name));
            match by_position.or_else(by_name) {
                None if parameter.default == Default::None => passes.push(Passing::None(theirs)),
                None => {}
                Some(Argument { value: Expr::None, .. }) => passes.push(Passing::None(theirs)),
                Some(Argument { value: Expr::Name(name), .. }) => {
                    passes
                        .extend(self.own(function, *name).map(|own| Passing::Through(theirs, own)));
                }
                Some(_) => {}
            }
        }
        passes
    }
}

fn bit(index: usize) -> Option<Nones> {
    u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index))
}
