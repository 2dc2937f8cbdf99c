//! What the walk finds in a file, by its places in the tree: which function each call, name and
//! value belongs to. What an expression means is not written down here but read from the tree when
//! the facts are packed, so nothing is built that is used once.

use rustc_hash::FxHashMap;

use super::super::facts::{Body, Care, Kind, Scope, Use};
use super::super::name::Name;
use super::super::tree::{ExprId, Many, Parameters};

/// Everything about one file. Kept between files: emptied, the tables keep their memory.
#[derive(Debug, Default)]
pub(in crate::scan) struct Found {
    /// Function 0 is the module's own code.
    pub(in crate::scan) functions: Vec<Function>,
    /// In the order in which they stand.
    pub(in crate::scan) classes: Vec<Class>,
    /// `from module import *`, each with its leading dots.
    pub(in crate::scan) stars: Vec<(Name, u32)>,
    /// Lambdas by their nodes: the index among the functions.
    pub(in crate::scan) lambdas: FxHashMap<ExprId, u32>,
    pub(in crate::scan) calls: Piles<Call>,
    pub(in crate::scan) touches: Piles<Touch>,
    pub(in crate::scan) bindings: Piles<(Name, Binding)>,
    /// What functions return and yield.
    pub(in crate::scan) given: Piles<ExprId>,
    pub(in crate::scan) attributes: Piles<Attribute>,
    /// Names that are not `None`, together for each call.
    pub(in crate::scan) guards: Vec<Name>,
    /// Parts of what is unpacked.
    pub(in crate::scan) parts: Vec<(Value, u32)>,
}

/// A function, a lambda, or the module's own code.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Function {
    pub(in crate::scan) name: Name,
    pub(in crate::scan) kind: Kind,
    pub(in crate::scan) parent: Scope,
    pub(in crate::scan) decorators: Many,
    pub(in crate::scan) parameters: Parameters,
    pub(in crate::scan) returns: Option<ExprId>,
    pub(in crate::scan) returned: Pile,
    pub(in crate::scan) yielded: Pile,
    pub(in crate::scan) body: Body,
    pub(in crate::scan) bindings: Pile,
    pub(in crate::scan) calls: Pile,
    pub(in crate::scan) touches: Pile,
}

/// A class.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Class {
    pub(in crate::scan) name: Name,
    pub(in crate::scan) parent: Scope,
    pub(in crate::scan) bases: Many,
    pub(in crate::scan) members: Pile,
    pub(in crate::scan) attributes: Pile,
}

/// What gives a name its meaning.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) enum Binding {
    /// An assignment.
    Value(Value),
    /// `import module`, or `from module import name`.
    Import {
        module: Name,
        level: u32,
        name: Option<Name>,
    },
    Function(u32),
    Class(u32),
    Parameter(u32),
}

/// What is bound: an expression of the tree, or what is taken from one.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) enum Value {
    Of(ExprId),
    /// What `with value as name` binds.
    Entered(ExprId),
    /// What `async with value as name` binds.
    EnteredAsync(ExprId),
    /// What iterating gives.
    Element(ExprId),
    /// A value of the type that an annotation names.
    Typed(ExprId),
    /// A container that this was put into.
    Holding(ExprId),
    /// Its place among the parts.
    Part(u32),
}

/// `self.name = value` in a method.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Attribute {
    pub(in crate::scan) name: Name,
    /// The method's index among the functions.
    pub(in crate::scan) method: u32,
    pub(in crate::scan) value: Value,
}

/// A call.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Call {
    pub(in crate::scan) node: ExprId,
    /// What an import says that the first name of the callee stands for.
    pub(in crate::scan) alias: Option<Name>,
    pub(in crate::scan) used: Use,
    pub(in crate::scan) care: Option<Care>,
    /// In `guards`.
    pub(in crate::scan) guards: Many,
}

/// An attribute that is read, a context that is entered, a value that is iterated. One may follow
/// another of its kind.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Touch {
    pub(in crate::scan) receiver: ExprId,
    pub(in crate::scan) name: Name,
    /// Where it stands.
    pub(in crate::scan) at: u32,
}

/// Things of one kind of the whole file, of which each belongs to one function or class, and where
/// the next of the same one is.
#[derive(Debug)]
pub(in crate::scan) struct Piles<T>(Vec<(T, u32)>);

/// What belongs to one function or class.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::scan) struct Pile {
    first: u32,
    last: u32,
    pub(in crate::scan) count: u32,
}

impl Pile {
    /// The place of what came last.
    pub(super) fn last(self) -> Option<u32> {
        (self.count > 0).then_some(self.last)
    }
}

impl<T> Piles<T> {
    /// Adds one to a pile.
    pub(super) fn push(&mut self, pile: &mut Pile, item: T) {
        let place = super::index(self.0.len());
        self.0.push((item, 0));
        if pile.count == 0 {
            pile.first = place;
        } else {
            self.0[pile.last as usize].1 = place;
        }
        pile.last = place;
        pile.count += 1;
    }

    /// The one at a place.
    pub(super) fn at(&mut self, place: u32) -> &mut T {
        &mut self.0[place as usize].0
    }

    /// Everything on a pile, in the order in which it came.
    pub(in crate::scan) fn of(&self, pile: Pile) -> impl Iterator<Item = &T> {
        let mut next = pile.first;
        (0..pile.count).map(move |_| {
            let (item, after) = &self.0[next as usize];
            next = *after;
            item
        })
    }
}

impl<T> Default for Piles<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl Found {
    /// Empties the tables and keeps their memory.
    pub(in crate::scan) fn clear(&mut self) {
        self.functions.clear();
        self.classes.clear();
        self.stars.clear();
        self.lambdas.clear();
        self.calls.0.clear();
        self.touches.0.clear();
        self.bindings.0.clear();
        self.given.0.clear();
        self.attributes.0.clear();
        self.guards.clear();
        self.parts.clear();
    }
}
