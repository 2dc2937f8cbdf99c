//! What parameters hold of which nothing is written down: what the calls pass that lead there. Which
//! ones these are shows while calls are looked at, so it is told here by who looks.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::super::facts::{Default, Scope};
use super::super::packed::{At, Binding, Local, Node};
use super::made::THINGS;
use super::value::{Found, FunctionId, Sum, Value, at_most, small};
use super::{Place, Program};
use crate::model::Confidence;

/// How many names may stand between a parameter and what rests on it.
const NAMES: usize = 4;

/// A parameter, by its function and its index.
type Parameter = (FunctionId, u32);

/// What is known so far.
#[derive(Debug, std::default::Default)]
pub(super) struct Given(RefCell<FxHashMap<Parameter, Found>>);

impl Program<'_> {
    /// What was said of a parameter.
    pub(in crate::scan) fn given_to(&self, parameter: Parameter) -> Option<Found> {
        self.given.0.borrow().get(&parameter).cloned()
    }

    /// Says what some calls pass as a parameter, beside what was said before; too many things say
    /// nothing. Whether that says more; then what its function makes of it is found out again.
    pub(in crate::scan) fn give(&self, parameter: Parameter, mut values: Sum) -> bool {
        let before = self.given_to(parameter);
        before.iter().for_each(|before| values.add(before));
        let values = at_most(values.found(), Confidence::Probable);
        if values.len() > THINGS || before.map_or(values.is_empty(), |before| before == values) {
            return false;
        }
        self.given.0.borrow_mut().insert(parameter, values);
        self.forget(parameter.0);
        true
    }

    /// Has what the names of a function stand for found out again.
    pub(in crate::scan) fn forget(&self, id: FunctionId) {
        let (first, count) = self.files[id.file()].slots_of(id.index());
        let first = self.starts[id.file()].slots + first as usize;
        self.slots.forget(first..first + count as usize);
    }

    /// What an argument is, as far as anything is known of such things.
    pub(in crate::scan) fn argument(&self, place: Place, argument: At) -> Found {
        let values = self.eval(place, argument);
        values.iter().filter(|known| self.leads_on(&known.value)).cloned().collect()
    }

    /// Whether anything is known of a value, or of one that it holds.
    fn leads_on(&self, value: &Value) -> bool {
        let is_known = |value: &Value| self.is_known(value);
        match value {
            Value::Many(inside) | Value::Coroutine(inside) => inside.iter().any(is_known),
            Value::Tuple(parts) => parts.iter().flatten().any(is_known),
            Value::Display(display) => self.parts_of(*display).any(|part| {
                let values = self.displayed(part, Confidence::Probable);
                values.iter().any(|known| is_known(&known.value))
            }),
            plain => is_known(plain),
        }
    }

    /// Whether it is known what can be asked of a value that holds no others.
    fn is_known(&self, value: &Value) -> bool {
        match value {
            Value::Object(name) => self.catalogue.object(*name).is_some(),
            Value::Module(_)
            | Value::External(_)
            | Value::Function(_)
            | Value::Method(_)
            | Value::Class(..)
            | Value::Instance(..)
            | Value::Member(..)
            | Value::Called(_) => true,
            Value::Many(_)
            | Value::Coroutine(_)
            | Value::Tuple(_)
            | Value::Display(_)
            | Value::ContainerMethod(..)
            | Value::Parameter(..) => false,
        }
    }

    /// The parameter on which an expression rests, where nothing is written down of what that holds.
    pub(in crate::scan) fn origin(&self, place: Place, expr: At) -> Option<Parameter> {
        let parameter = self.rests_on(place, expr, NAMES)?;
        let (id, index) = parameter;
        let index = index as usize;
        if index == 0 && self.receiver(id).is_some() {
            return None;
        }
        let takes_one = self.signature(id).parameters().nth(index)?.default != Default::Rest;
        let is_silent = || {
            let written = self.parameter(id, index);
            self.given_to(parameter).is_some()
                || written.iter().all(|known| matches!(known.value, Value::Parameter(..)))
        };
        (takes_one && is_silent()).then_some(parameter)
    }

    fn rests_on(&self, place: Place, expr: At, names: usize) -> Option<Parameter> {
        match self.node(place.file, expr) {
            Node::Name(name) => self.names_of(place, name, names.checked_sub(1)?),
            Node::Attr(value, _)
            | Node::Call(value, _)
            | Node::Await(value)
            | Node::Enter(value)
            | Node::Element(value)
            | Node::Part(value, _) => self.rests_on(place, value, names),
            _ => None,
        }
    }

    fn names_of(&self, place: Place, name: Local, names: usize) -> Option<Parameter> {
        let (scope, bound) = self.bound_around(place, name)?;
        let parameter = bound.all().find_map(|binding| match (binding, scope) {
            (Binding::Parameter(index), Scope::Function(function)) => {
                Some((FunctionId::new(place.file, function), small(index)))
            }
            _ => None,
        });
        parameter.or_else(|| match bound.all().next()? {
            Binding::Value(value) => self.rests_on(Place { scope, ..place }, value, names),
            _ => None,
        })
    }
}
