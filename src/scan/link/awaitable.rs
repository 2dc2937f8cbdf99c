//! Whether what a plain function gives can be awaited. Where somebody waits for the call of one that
//! gives nothing of the kind, it is not that function which runs: a decorator has put another one in
//! its place, or the object is of another class.

use super::super::facts::Kind;
use super::super::name::Name;
use super::super::packed::{At, Node, Type};
use super::value::{ClassId, FunctionId, Value};
use super::{Place, Program};

/// Builtin types of which no value can be awaited.
const PLAIN: [&str; 9] =
    ["str", "bytes", "int", "float", "bool", "complex", "bytearray", "object", "None"];

/// Bases outside of the program that make nothing awaitable, by their last names.
const PLAIN_BASES: [&str; 9] = [
    "object",
    "ABC",
    "Generic",
    "Protocol",
    "Enum",
    "BaseModel",
    "NamedTuple",
    "Exception",
    "dict",
];

/// What is returned to somebody who awaits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::scan) enum Given {
    /// It cannot be awaited.
    Plain,
    /// Nothing is known.
    Unknown,
    /// It can.
    Awaitable,
}

impl Program<'_> {
    /// Whether what a call of this function gives can be awaited, as far as its code says.
    pub(in crate::scan) fn given(&self, id: FunctionId) -> Given {
        match self.head(id).kind {
            Kind::Async => return Given::Awaitable,
            Kind::Lambda | Kind::Module => return Given::Unknown,
            Kind::Sync => {}
        }
        let function = self.function(id);
        // A generator may be made awaitable by a decorator.
        if function.is_iterated {
            return Given::Unknown;
        }
        let place = self.place(id);
        let given: Vec<_> = function.returned.flat_map(|it| self.given_by(place, it)).collect();
        let surest = given.iter().copied().max().unwrap_or(Given::Plain);
        let always = given.iter().min() == Some(&Given::Awaitable);
        match function.returns {
            // What is written down is often the type of the awaited value.
            Some(returns) if !always => {
                let outside = Place { file: id.file(), scope: self.head(id).parent };
                match self.type_may_be_awaited(outside, returns) {
                    true => surest.max(Given::Unknown),
                    false => Given::Plain,
                }
            }
            _ => surest,
        }
    }

    fn type_may_be_awaited(&self, place: Place, annotation: At) -> bool {
        match self.files[place.file].annotation(annotation) {
            Type::Plain(expr) => match self.node(place.file, expr) {
                Node::Name(name) if PLAIN.contains(&self.files[place.file].name(name).text()) => {
                    false
                }
                Node::None => false,
                _ => {
                    let values = self.eval(place, expr);
                    let is_plain = |value: &Value| match value {
                        Value::Class(class, _) => self.made_to_await(*class) == Given::Plain,
                        _ => false,
                    };
                    values.is_empty() || !values.iter().all(|known| is_plain(&known.value))
                }
            },
            Type::AnyOf(mut parts) => parts.any(|part| self.type_may_be_awaited(place, part)),
            Type::ClassOf(_) | Type::Many(_) | Type::Tuple(_) => false,
            Type::Awaited(_) | Type::Unknown => true,
        }
    }

    /// That for everything that an expression may be.
    fn given_by(&self, place: Place, value: At) -> Vec<Given> {
        if let Node::None | Node::Literal(_) | Node::Display(_) = self.node(place.file, value) {
            return vec![Given::Plain];
        }
        let values = self.eval(place, value);
        if values.is_empty() {
            return vec![Given::Unknown];
        }
        let given = values.iter().map(|known| match &known.value {
            Value::Coroutine(_) | Value::Called(_) => Given::Awaitable,
            Value::Instance(class, _) => self.made_to_await(*class),
            Value::Module(_)
            | Value::Class(..)
            | Value::Many(_)
            | Value::Tuple(_)
            | Value::Display(_) => Given::Plain,
            Value::External(_)
            | Value::Function(_)
            | Value::Method(_)
            | Value::Object(_)
            | Value::Member(..)
            | Value::ContainerMethod(..)
            | Value::Parameter(..) => Given::Unknown,
        });
        given.collect()
    }

    /// Whether objects of a class can be awaited.
    fn made_to_await(&self, class: ClassId) -> Given {
        if self.method(class, Name::new("__await__")).is_some() {
            return Given::Awaitable;
        }
        let is_plain = |base: &Value| match base.external() {
            Some(name) => PLAIN_BASES.contains(&name.rsplit('.').next().unwrap_or_default()),
            None => true,
        };
        let order = self.ancestors(class);
        match order.iter().all(|each| self.bases(*each).iter().all(is_plain)) {
            true => Given::Plain,
            false => Given::Unknown,
        }
    }
}
