//! The facts of a file as bytes: a tenth of the memory that they take as values, and the form in
//! which they are kept between runs. The linker follows expressions where they stand in the bytes,
//! so what nothing leads to is never looked at, and nothing is unpacked.
//!
//! Bytes are a list of the numbers of names (32 bits each, little-endian), what is known of every
//! function and class at once, the rest of each, part by part, and then where all of that stands in
//! the file. Names are written as places in that list: who gives names other numbers rewrites the list
//! alone. Where things stand is in the last part alone: what moves in a file changes nothing before it.

mod calls;
mod doing;
mod heads;
mod names;
mod node;
mod positions;
mod read;
mod shelf;
mod sink;
mod table;
#[cfg(test)]
mod tests;
mod traits;
mod values;
mod write;

use super::extract;
use super::facts::{Default, Fault, Kind, Scope, Use};
use super::name::Name;
use heads::{ClassRow, FunctionRow};
use names::Shape;
pub(super) use names::{Names, are_same, names_of};
pub(super) use node::{At, Local, Node, Parts, Type};
use positions::Cursor;
pub(super) use positions::Position;
use read::{Reader, Source};
pub(super) use shelf::{Shelf, Spot};
pub(super) use table::Bound;
pub(super) use traits::Traits;
pub(super) use write::Packer;

/// Where the list of names begins.
pub(super) const LIST: usize = 12;

/// Packs of other runs are checked before any of their facts is opened.
const WHOLE: &str = "bytes that were written whole are read whole";

/// One file as the linker sees it.
pub(super) struct File<'a> {
    /// Relative to the repository's root.
    pub(super) path: &'a str,
    /// `from module import *`, each with its leading dots.
    pub(super) stars: Box<[(String, u32)]>,
    /// What could not be read.
    pub(super) fault: Option<Box<Fault>>,
    /// How many slots its bindings have.
    pub(super) slots: u32,
    functions: Box<[FunctionRow]>,
    classes: Box<[ClassRow]>,
    source: Source<'a>,
}

/// What is known of a function at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// Its own name.
    pub(super) name: Name,
    /// What kind of body it has.
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) parent: Scope,
    /// What it is besides.
    pub(super) traits: Traits,
}

/// What is known of a class at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClassHead {
    /// Its own name.
    pub(super) name: Name,
    /// Where it stands.
    pub(super) parent: Scope,
}

/// A function, where its bytes stand.
#[derive(Clone, Copy)]
pub(super) struct Function<'f> {
    /// Whether calling it runs nothing yet.
    pub(super) is_iterated: bool,
    /// Its decorators.
    pub(super) decorators: Parts<'f>,
    /// What it returns, where it is annotated.
    pub(super) returns: Option<At>,
    /// What it returns, as written.
    pub(super) returned: Parts<'f>,
    /// What it yields, as written.
    pub(super) yielded: Parts<'f>,
}

/// What a function takes.
#[derive(Clone, Copy)]
pub(super) struct Signature<'f> {
    /// How many of its parameters can be passed by position.
    pub(super) positional: usize,
    /// Its parameters, positional ones first, `*args` and `**kwargs` last.
    parameters: Parts<'f>,
}

impl<'f> Signature<'f> {
    /// Its parameters, in order.
    pub(super) fn parameters(&self) -> impl Iterator<Item = Parameter> + use<'f> {
        let parameters = self.parameters;
        parameters.map(move |at| parameters.reader().at(at).parameter().expect(WHOLE))
    }
}

/// A parameter of a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    /// Its name.
    pub(super) name: Name,
    /// What it is for a caller that does not pass it.
    pub(super) default: Default,
    /// Its type, where it is annotated.
    pub(super) annotation: Option<At>,
    /// What a framework passes: the call of `f` for `Depends(f)`.
    pub(super) injected: Option<At>,
}

/// What gives a name its meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Binding {
    /// An assignment.
    Value(At),
    /// `import module`, or `from module import name`.
    Import {
        /// Dotted, without leading dots.
        module: Name,
        /// The number of leading dots.
        level: u32,
        /// The imported name, where there is one.
        name: Option<Name>,
    },
    /// A `def`, by its index among the file's functions.
    Function(usize),
    /// A `class`, by its index among the file's classes.
    Class(usize),
    /// A parameter, by its index.
    Parameter(usize),
}

/// Which call of its function one is: where its bytes are, and how many stand before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Nth {
    at: At,
    before: u32,
}

/// One call.
#[derive(Debug, Clone)]
pub(super) struct Call<'f> {
    /// By which [`File::call`] finds it.
    pub(super) place: Nth,
    /// What is called.
    pub(super) callee: At,
    /// What an import says that the first name of the callee stands for.
    pub(super) alias: Option<Name>,
    /// From 1.
    pub(super) line: u32,
    /// From 1, in characters.
    pub(super) column: u32,
    /// Whether it is awaited.
    pub(super) used: Use,
    /// Its arguments.
    pub(super) arguments: Vec<Argument<'f>>,
    /// How careful the code is, where the call runs in cleanup.
    pub(super) care: Option<super::facts::Care>,
    /// Names that are not `None` wherever the call runs.
    pub(super) guards: Vec<Local>,
}

impl Call<'_> {
    fn blank() -> Self {
        Self {
            place: Nth::default(),
            callee: At(0),
            alias: None,
            line: 0,
            column: 0,
            used: Use::Value,
            arguments: Vec::new(),
            care: None,
            guards: Vec::new(),
        }
    }
}

/// One argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument<'f> {
    /// The keyword; `*` for an unpacked sequence or mapping.
    pub(super) keyword: Option<Name>,
    /// What is passed.
    pub(super) value: At,
    /// As written, for a function that is handed on and is more than names: `self.store().write`.
    pub(super) written: Option<&'f str>,
}

/// The argument at a place, where nothing that is unpacked or named stands before it.
pub(super) fn positional<'a, 'f>(
    arguments: &'a [Argument<'f>],
    at: usize,
) -> Option<&'a Argument<'f>> {
    let upto = arguments.get(..=at)?;
    if upto.iter().all(|argument| argument.keyword.is_none()) { upto.last() } else { None }
}

/// An attribute that is read or a context that is entered: code may run though nothing is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Touch {
    /// Whose.
    pub(super) receiver: At,
    /// Which attribute; `__enter__` for a context, `__iter__` for an iteration.
    pub(super) name: Name,
    /// From 1.
    pub(super) line: u32,
}

impl<'a> File<'a> {
    /// Opens what a [`Packer`] wrote. None where the bytes are of another make.
    pub(super) fn open(path: &'a str, bytes: &'a [u8], names: &'a Names) -> Option<Self> {
        Source::new(bytes, names)?.opened(path)
    }

    /// How many functions there are; function 0 is the module's own code.
    pub(super) fn functions(&self) -> usize {
        self.functions.len()
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.classes.len()
    }

    /// What is known of a function at once.
    pub(super) fn head(&self, index: usize) -> Head {
        self.functions[index].head()
    }

    /// What is known of a class at once.
    pub(super) fn class(&self, index: usize) -> ClassHead {
        self.classes[index].head()
    }

    /// What findings call a function or class: a lambda has the name of the function around it.
    pub(super) fn full_name(&self, scope: Scope) -> String {
        let parent = |scope| match scope {
            Scope::Function(index) => self.head(index).parent,
            Scope::Class(index) => self.class(index).parent,
        };
        let mut own = scope;
        while let Scope::Function(index) = own
            && self.head(index).kind == Kind::Lambda
        {
            own = parent(own);
            while let Scope::Class(_) = own {
                own = parent(own);
            }
        }
        let (mut classes, mut around) = (Vec::new(), own);
        while around != Scope::Function(0) {
            around = parent(around);
            if let Scope::Class(index) = around {
                classes.push(self.class(index).name.text());
            }
        }
        let name = match own {
            Scope::Function(index) => self.head(index).name,
            Scope::Class(index) => self.class(index).name,
        };
        extract::dotted(classes.into_iter().rev(), &name)
    }

    /// The bases of a class, as written.
    pub(super) fn bases(&self, index: usize) -> Parts<'_> {
        self.source.at(self.classes[index].bases).parts().expect(WHOLE)
    }

    /// What a function takes.
    pub(super) fn signature(&self, index: usize) -> Signature<'_> {
        self.source.at(self.functions[index].behind()).signature().expect(WHOLE)
    }

    /// Everything about a function but its names, what it takes and what it does.
    pub(super) fn function(&self, index: usize) -> Function<'_> {
        self.source.at(self.functions[index].behind()).function().expect(WHOLE)
    }

    /// What is bound to a name in exactly this scope.
    pub(super) fn bound(&self, scope: Scope, name: Local) -> Option<Bound<'_>> {
        let table = match scope {
            Scope::Function(index) => self.functions[index].names(),
            Scope::Class(index) => self.classes[index].names(),
        };
        self.source.at(table.at).bound(table, name)
    }

    /// The first slot of what is bound in a function, and how many there are.
    pub(super) fn slots_of(&self, index: usize) -> (u32, u32) {
        let table = self.functions[index].names();
        (table.first_slot, table.count)
    }

    /// Has each call of a function looked at, in order.
    pub(super) fn calls<'f>(&'f self, index: usize, look: impl FnMut(&Call<'f>)) {
        let (calls, _) = self.doing(index);
        calls.each_call(self.cursor(index), look).expect(WHOLE);
    }

    /// What a function touches by names that are wanted, in order.
    pub(super) fn touches<W: Fn(Name) -> bool>(
        &self,
        index: usize,
        wanted: W,
    ) -> impl Iterator<Item = Touch> + use<'_, 'a, W> {
        let (calls, touches) = self.doing(index);
        touches.each_touch(calls, self.cursor(index), wanted).expect(WHOLE)
    }

    fn doing(&self, index: usize) -> (Reader<'_>, Reader<'_>) {
        self.source.at(self.functions[index].behind()).doing().expect(WHOLE)
    }

    fn cursor(&self, index: usize) -> Cursor<'_> {
        Cursor::of(&self.source, index).expect(WHOLE)
    }

    /// The call of a function at a place of it.
    pub(super) fn call(&self, index: usize, place: Nth) -> Call<'_> {
        self.source.at(place.at).call(self.cursor(index), place).expect(WHOLE)
    }

    /// The call at a place of a function, but for its line and column, which take a way to find.
    pub(super) fn bare_call(&self, place: Nth) -> Call<'_> {
        self.source.at(place.at).bare_call(place).expect(WHOLE)
    }

    /// Where everything stands that has a place, in an order that is the same for every file that
    /// says the same.
    pub(super) fn positions(&self) -> Vec<Position> {
        let mut all = Vec::new();
        for index in 0..self.functions() {
            let (calls, touches) = self.doing(index);
            let mut cursor = self.cursor(index);
            calls.positions(&mut cursor, |position| all.push(position)).expect(WHOLE);
            let touches = touches.lines(cursor).expect(WHOLE);
            all.extend(touches.map(|line| Position { line, column: None }));
        }
        all.extend(self.fault.iter().map(|fault| {
            let number = |of| u32::try_from(of).expect("it was read as such");
            Position { line: number(fault.line), column: Some(number(fault.column)) }
        }));
        all
    }

    /// `self.name = value` in the methods of a class: the name, the method's index, the value.
    pub(super) fn attributes(&self, index: usize) -> impl Iterator<Item = (Local, usize, At)> {
        let attributes = self.source.at(self.classes[index].behind()).parts().expect(WHOLE);
        attributes.map(|at| self.source.at(at).attribute().expect(WHOLE))
    }

    /// What an expression is.
    pub(super) fn node(&self, at: At) -> Node<'_> {
        self.source.at(at).node().expect(WHOLE)
    }

    /// What a type expression is.
    pub(super) fn annotation(&self, at: At) -> Type<'_> {
        self.source.at(at).annotation().expect(WHOLE)
    }

    /// The name at a place of the file's list.
    pub(super) fn name(&self, local: Local) -> Name {
        self.source.name(local).expect(WHOLE)
    }

    /// Every name that the file says.
    pub(super) fn says(&self) -> impl Iterator<Item = Name> {
        self.source.says()
    }

    /// Where a name stands in the file's list, where the file says it at all.
    pub(super) fn local(&self, name: Name) -> Option<Local> {
        self.source.local(name)
    }
}
