//! What a name may stand for.

use std::mem::discriminant;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::rc::Rc;

use super::super::facts::Scope;
use super::super::name::Name;
use super::super::packed::At;
use super::Place;
use crate::model::Confidence;

/// A part of the program by two indexes: its file's, and one more than its own in the file, so that
/// there being none takes no memory.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(in crate::scan) struct $name(u32, NonZeroU32);

        impl $name {
            /// That of this index in the file of that index.
            pub(in crate::scan) fn new(file: usize, index: usize) -> Self {
                Self(small(file), NonZeroU32::MIN.saturating_add(small(index)))
            }

            /// Its file's index.
            pub(in crate::scan) fn file(self) -> usize {
                self.0 as usize
            }

            /// Its index in its file.
            pub(in crate::scan) fn index(self) -> usize {
                self.1.get() as usize - 1
            }
        }
    };
}

id! {
    /// A function of the program.
    FunctionId
}

id! {
    /// A class of the program.
    ClassId
}

/// An expression of the program: where it stands, and in which scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::scan) struct Expression {
    file: u32,
    /// Twice its number, and one for a class.
    scope: u32,
    pub(super) at: At,
}

impl Expression {
    pub(super) fn new(place: Place, at: At) -> Self {
        let scope = match place.scope {
            Scope::Function(index) => 2 * small(index),
            Scope::Class(index) => 2 * small(index) + 1,
        };
        Self { file: small(place.file), scope, at }
    }

    /// Its file and scope.
    pub(super) fn place(self) -> Place {
        let index = self.scope as usize / 2;
        let scope = match self.scope % 2 {
            0 => Scope::Function(index),
            _ => Scope::Class(index),
        };
        Place { file: self.file as usize, scope }
    }
}

/// A number that fits: no program has as many files, functions or names.
pub(in crate::scan) fn small(number: usize) -> u32 {
    u32::try_from(number).expect("a program has fewer than four thousand million parts")
}

/// Whether an instance may be of a subclass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::scan) enum Exactness {
    /// It was constructed.
    Exact,
    /// It is annotated, or `self`.
    OrSubclass,
}

/// The values in a value: a pointer to a `Vec` is half as large as one to a slice, and there are
/// hundreds of thousands of values of which few hold others.
pub(in crate::scan) type Inside = Rc<Vec<Value>>;

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
    /// A class, or one that inherits from it.
    Class(ClassId, Exactness),
    /// An object of a class of the program.
    Instance(ClassId, Exactness),
    /// An object of a type outside of the program.
    Object(Name),
    /// An attribute of such an object, by the type's name and its own.
    Member(Name, Name),
    /// A container, an iterator or a context: what is inside.
    Many(Inside),
    /// What stands at each place.
    Tuple(Rc<Vec<Vec<Value>>>),
    /// A display. What stands at its places is looked at by who asks for it: mostly nobody does.
    Display(Expression),
    /// A method of a container.
    ContainerMethod(Rc<Value>, Name),
    /// What gives this once it is awaited.
    Coroutine(Inside),
    /// What an `async def` gives before it is awaited.
    Called(FunctionId),
    /// Whatever is passed as this parameter.
    Parameter(FunctionId, u32),
}

impl Value {
    /// The full name of something outside of the program.
    pub(in crate::scan) fn external(&self) -> Option<Name> {
        if let Self::External(name) = self { Some(*name) } else { None }
    }

    /// `==`: in sums, values are compared millions of times, nearly all of them such as are told apart
    /// without a call.
    #[inline]
    fn is(&self, other: &Self) -> bool {
        discriminant(self) == discriminant(other)
            && match (self, other) {
                (Self::Function(one), Self::Function(other))
                | (Self::Method(one), Self::Method(other)) => one == other,
                _ => self == other,
            }
    }

    /// Whether it is of the program, so that calling it may run the program's code.
    pub(in crate::scan) fn is_own(&self) -> bool {
        matches!(self, Self::Function(_) | Self::Method(_) | Self::Class(..) | Self::Instance(..))
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

/// Everything that something may stand for. One answer is asked for many times, and nearly every one
/// is a single value.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::scan) enum Found {
    Nothing,
    One(Known),
    Several(Rc<[Known]>),
}

impl Deref for Found {
    type Target = [Known];

    fn deref(&self) -> &[Known] {
        match self {
            Self::Nothing => &[],
            Self::One(known) => std::slice::from_ref(known),
            Self::Several(all) => all,
        }
    }
}

impl FromIterator<Known> for Found {
    fn from_iter<I: IntoIterator<Item = Known>>(all: I) -> Self {
        let mut all = all.into_iter();
        let Some(first) = all.next() else { return Self::Nothing };
        match all.next() {
            None => Self::One(first),
            Some(second) => Self::Several([first, second].into_iter().chain(all).collect()),
        }
    }
}

/// No value.
pub(in crate::scan) fn nothing() -> Found {
    Found::Nothing
}

/// One value, which is certain.
pub(in crate::scan) fn sure(value: Value) -> Found {
    Found::One(Known::sure(value))
}

/// The same values, none surer than `limit`.
pub(in crate::scan) fn at_most(values: Found, limit: Confidence) -> Found {
    if values.iter().all(|known| known.confidence >= limit) {
        return values;
    }
    values.iter().map(|known| known.clone().at_most(limit)).collect()
}

/// More values than this say nothing.
const LIMIT: usize = 64;

/// Values from several places, each once, the surest of equals. One alone takes no memory.
#[derive(Default)]
pub(in crate::scan) struct Sum {
    first: Option<Known>,
    more: Vec<Known>,
}

impl Extend<Known> for Sum {
    fn extend<I: IntoIterator<Item = Known>>(&mut self, all: I) {
        for known in all {
            let Some(first) = &mut self.first else {
                self.first = Some(known);
                continue;
            };
            let has_room = self.more.len() + 1 < LIMIT;
            let mut others = std::iter::once(first).chain(&mut self.more);
            match others.find(|other| other.value.is(&known.value)) {
                Some(same) => same.confidence = same.confidence.min(known.confidence),
                None if has_room => self.more.push(known),
                None => {}
            }
        }
    }
}

impl Sum {
    /// Adds what was found.
    pub(in crate::scan) fn add(&mut self, found: &Found) {
        self.extend(found.iter().cloned());
    }

    /// Whether there is none yet.
    pub(in crate::scan) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// All of them.
    pub(in crate::scan) fn found(self) -> Found {
        match self.first {
            None => Found::Nothing,
            Some(only) if self.more.is_empty() => Found::One(only),
            Some(first) => Found::Several(std::iter::once(first).chain(self.more).collect()),
        }
    }
}

/// The values of one that holds others, as sure as it is.
pub(in crate::scan) fn spread(
    values: &[Value],
    confidence: Confidence,
) -> impl Iterator<Item = Known> {
    values.iter().map(move |value| Known { value: value.clone(), confidence })
}
