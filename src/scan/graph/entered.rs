//! Which functions of the program run when a value is called.

use std::rc::Rc;

use super::super::link::value::{ClassId, FunctionId, Value};
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
}
