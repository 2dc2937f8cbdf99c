//! Which functions of the program run when a value is called.

use std::rc::Rc;

use super::super::facts::Scope;
use super::super::link::value::{ClassId, FunctionId, Value};
use super::super::name::Name;
use super::super::packed::{Binding, Call, Node};
use super::Builder;

/// They, one after the other.
pub(super) enum Entered {
    /// At most one.
    One(Option<FunctionId>),
    /// What runs where an object is made, and how many of them came already.
    Built(Rc<[FunctionId]>, usize),
}

impl Iterator for Entered {
    type Item = FunctionId;

    fn next(&mut self) -> Option<FunctionId> {
        match self {
            Self::One(one) => one.take(),
            Self::Built(all, at) => {
                *at += 1;
                all.get(*at - 1).copied()
            }
        }
    }
}

impl Builder<'_> {
    /// The functions that run when a value is called.
    #[inline]
    pub(super) fn entered(&self, value: &Value) -> Entered {
        match value {
            Value::Function(id) | Value::Method(id) => Entered::One(Some(*id)),
            Value::Class(class, _) => Entered::Built(self.built(*class), 0),
            Value::Instance(class, _) => {
                Entered::One(self.program.method(*class, self.specials.call))
            }
            Value::Module(_)
            | Value::External(_)
            | Value::Object(_)
            | Value::Member(..)
            | Value::Many(_)
            | Value::Tuple(_)
            | Value::Display(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Called(_)
            | Value::Parameter(..) => Entered::One(None),
        }
    }

    /// What runs where an object of a class is made.
    fn built(&self, class: ClassId) -> Rc<[FunctionId]> {
        if let Some(known) = self.built.borrow().get(&class) {
            return Rc::clone(known);
        }
        let names = self.specials.construct.iter();
        let named = names.filter_map(|name| self.program.method(class, *name));
        let all: Rc<[FunctionId]> = named.chain(self.program.builders(class)).collect();
        self.built.borrow_mut().insert(class, Rc::clone(&all));
        all
    }

    /// Whether a method cannot be what a call of a method of `self` enters: its class has another one in
    /// place of the one that calls, which never runs for such an object.
    pub(super) fn is_replaced(
        &self,
        function: FunctionId,
        call: &Call<'_>,
        callee: &Value,
    ) -> bool {
        let program = self.program;
        let file = &program.files[function.file()];
        let (Value::Method(id), Node::Attr(receiver, _)) = (callee, file.node(call.callee)) else {
            return false;
        };
        let Node::Name(receiver) = file.node(receiver) else { return false };
        let (Some(class), Some(owner)) = (program.owner(function), program.owner(*id)) else {
            return false;
        };
        let name = program.head(function).name;
        let is_self = || {
            let bound = file.bound(Scope::Function(function.index()), receiver);
            bound.and_then(|bound| bound.only()) == Some(Binding::Parameter(0))
        };
        owner != class
            && program.ancestors(owner).contains(&class)
            && is_self()
            && program
                .method(owner, name)
                .is_some_and(|own| own != function && !self.calls_any(own, |leaf| leaf == name))
    }

    /// Whether a function calls anything of such a name.
    pub(super) fn calls_any(&self, function: FunctionId, is_it: impl Fn(Name) -> bool) -> bool {
        let file = &self.program.files[function.file()];
        let mut found = false;
        file.calls(function.index(), |call| found |= call.leaf(file).is_some_and(&is_it));
        found
    }
}
