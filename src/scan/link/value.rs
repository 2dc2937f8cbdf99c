//! What a name may stand for.

use std::rc::Rc;

use super::super::name::Name;
use crate::model::Confidence;

/// A function of the program: the file's index, then the function's index in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::scan) struct FunctionId(pub(in crate::scan) usize, pub(in crate::scan) usize);

/// A class of the program: the file's index, then the class's index in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::scan) struct ClassId(pub(in crate::scan) usize, pub(in crate::scan) usize);

/// Whether an instance may be of a subclass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::scan) enum Exactness {
    /// It was constructed.
    Exact,
    /// It is annotated, or `self`.
    OrSubclass,
}

/// What a name may stand for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::scan) enum Value {
    /// A file of the program.
    Module(usize),
    /// Something outside of the program, by its full name.
    External(Name),
    /// A function that takes all its parameters.
    Function(FunctionId),
    /// A method whose first parameter is bound.
    Method(FunctionId),
    /// A class.
    Class(ClassId),
    /// An object of a class of the program.
    Instance(ClassId, Exactness),
    /// An object of a type outside of the program.
    Object(Name),
    /// An attribute of such an object, by the type's name and its own.
    Member(Name, Name),
    /// A container, an iterator or a context: what is inside.
    Many(Vec<Value>),
    /// A display: what stands at each place.
    Tuple(Vec<Vec<Value>>),
    /// A method of a container.
    ContainerMethod(Box<Value>, Name),
    /// What an `async def` gives before it is awaited.
    Coroutine(Vec<Value>),
    /// Whatever is passed as this parameter.
    Parameter(FunctionId, usize),
}

impl Value {
    /// The full name of something outside of the program.
    pub(in crate::scan) fn external(&self) -> Option<Name> {
        if let Self::External(name) = self { Some(*name) } else { None }
    }

    /// The function that calling the value enters, and how many of its parameters are bound.
    pub(in crate::scan) fn target(&self) -> Option<(FunctionId, usize)> {
        if let Self::Function(id) = self {
            Some((*id, 0))
        } else if let Self::Method(id) = self {
            Some((*id, 1))
        } else {
            None
        }
    }
}

/// A value and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::scan) struct Known {
    pub(in crate::scan) value: Value,
    pub(in crate::scan) confidence: Confidence,
}

impl Known {
    pub(in crate::scan) fn sure(value: Value) -> Self {
        Self { value, confidence: Confidence::Definite }
    }

    /// Another value, as sure.
    pub(in crate::scan) fn map(self, change: impl FnOnce(Value) -> Value) -> Self {
        Self { value: change(self.value), ..self }
    }

    /// The same, no surer than `limit`.
    pub(in crate::scan) fn at_most(mut self, limit: Confidence) -> Self {
        self.confidence = self.confidence.max(limit);
        self
    }
}

/// Everything that something may stand for. Shared, because one answer is asked for many times.
pub(in crate::scan) type Found = Rc<[Known]>;

thread_local! {
    static NOTHING: Found = Rc::new([]);
}

/// No value.
pub(in crate::scan) fn nothing() -> Found {
    NOTHING.with(Rc::clone)
}

/// One value, which is certain.
pub(in crate::scan) fn sure(value: Value) -> Found {
    Rc::new([Known::sure(value)])
}

/// These values.
pub(in crate::scan) fn found(all: Vec<Known>) -> Found {
    if all.is_empty() { nothing() } else { all.into() }
}

/// The same values, none surer than `limit`.
pub(in crate::scan) fn at_most(values: Found, limit: Confidence) -> Found {
    if values.iter().all(|known| known.confidence >= limit) {
        return values;
    }
    values.iter().map(|known| known.clone().at_most(limit)).collect()
}

/// More values than this say nothing.
const LIMIT: usize = 24;

/// Adds values, each once, the surest of equals.
pub(in crate::scan) fn add(to: &mut Vec<Known>, more: impl IntoIterator<Item = Known>) {
    for known in more {
        let room = to.len() < LIMIT;
        match to.iter_mut().find(|other| other.value == known.value) {
            Some(same) => same.confidence = same.confidence.min(known.confidence),
            None if room => to.push(known),
            None => {}
        }
    }
}

/// The values of one that holds others, as sure as it is.
pub(in crate::scan) fn spread(values: &[Value], confidence: Confidence) -> Vec<Known> {
    values.iter().map(|value| Known { value: value.clone(), confidence }).collect()
}
