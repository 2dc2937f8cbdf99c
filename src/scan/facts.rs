//! What one file says, and nothing that needs another file: functions, classes, names, calls.
//! Facts are plain data, so they can be computed in parallel and kept as bytes (`packed`), also
//! between runs; the linker gives them their meaning.

use super::name::Name;

/// An expression as far as the linker can follow it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// A name, looked up where it stands.
    Name(Name),
    /// `value.name`.
    Attr(Box<Expr>, Name),
    /// `callee(first, …)`: the callee and its first positional argument.
    Call(Box<Expr>, Option<Box<Expr>>),
    /// `await value`.
    Await(Box<Expr>),
    /// What `with value as name` binds.
    Enter(Box<Expr>),
    /// What iterating over or indexing a value gives.
    Element(Box<Expr>),
    /// One part of a tuple that is unpacked.
    Part(Box<Expr>, usize),
    /// A display of values: `[a, b]`, `(a, b)`.
    Display(Vec<Expr>),
    /// `super()`.
    Super,
    /// Any of these.
    Union(Vec<Expr>),
    /// `left / right`.
    Join(Box<Expr>, Box<Expr>),
    /// A lambda, by its index among the file's functions.
    Lambda(usize),
    /// A literal of a builtin type: `str`, `int`, `dict`.
    Literal(Name),
    /// A type as an annotation gives it: a value of that type.
    Typed(Box<Annotation>),
    /// `None`.
    None,
    /// Nothing is known.
    Unknown,
}

/// A type expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Annotation {
    /// A type by its name.
    Plain(Expr),
    /// `X | Y`, `Optional[X]`, `Union[X, Y]`.
    AnyOf(Vec<Annotation>),
    /// `type[X]`.
    ClassOf(Box<Annotation>),
    /// `list[X]`, `Iterator[X]`, the values of `dict[K, X]`.
    Many(Box<Annotation>),
    /// `tuple[X, Y]`.
    Tuple(Vec<Annotation>),
    /// `Awaitable[X]`, `Coroutine[_, _, X]`.
    Awaited(Box<Annotation>),
    /// Not understood.
    Unknown,
}

/// What gives a name its meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Binding {
    /// An assignment.
    Value(Expr),
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

/// Names and everything that is bound to them, whatever the order.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
pub(super) struct Bindings(Vec<(Name, Binding)>);

impl From<Vec<(Name, Binding)>> for Bindings {
    fn from(all: Vec<(Name, Binding)>) -> Self {
        let mut bindings = Self(all);
        bindings.finish();
        bindings
    }
}

impl Bindings {
    /// Orders them for looking up; what is bound to one name keeps its order.
    fn finish(&mut self) {
        if !self.0.is_sorted_by_key(|(name, _)| name.place()) {
            self.0.sort_by_key(|(name, _)| name.place());
        }
        self.0.shrink_to_fit();
    }

    /// All of them, as they are kept.
    #[cfg(test)]
    pub(super) fn all(&self) -> &[(Name, Binding)] {
        &self.0
    }

    /// Everything that is bound to a name.
    pub(super) fn get(&self, name: Name) -> impl DoubleEndedIterator<Item = &Binding> + Clone {
        let start = self.0.partition_point(|(other, _)| other.place() < name.place());
        let after = &self.0[start..];
        let end = after.iter().take_while(|(other, _)| *other == name).count();
        after[..end].iter().map(|(_, binding)| binding)
    }

    /// Whether anything is bound to a name.
    pub(super) fn contains(&self, name: Name) -> bool {
        self.0.binary_search_by_key(&name.place(), |(other, _)| other.place()).is_ok()
    }
}

/// Where a name is looked up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::scan) enum Scope {
    /// A function's body, by index; function 0 is the module.
    Function(usize),
    /// A class body, by index.
    Class(usize),
}

/// What kind of body a function has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) enum Kind {
    /// The top of the file.
    Module,
    /// `def`.
    Sync,
    /// `async def`.
    Async,
    /// `lambda`.
    Lambda,
}

/// When a function's body runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) enum Body {
    /// When it is called.
    Called,
    /// When what it gives is iterated: it is a generator.
    Iterated,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type, where it is annotated.
    pub annotation: Option<Annotation>,
    /// Whether it is `None` for a caller that does not pass it.
    pub default: Default,
    /// What a framework passes: the call of `f` for `Depends(f)`.
    pub injected: Option<Expr>,
}

/// What a parameter is for a caller that does not pass it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Default {
    /// `None`.
    None,
    /// Something else, or nothing.
    Other,
}

/// One function, or the module's own code.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Function {
    /// Its own name.
    pub name: Name,
    /// The name that findings give: the classes around it and its own name. A lambda has the
    /// name of the function around it.
    pub dotted: Name,
    /// What kind of body it has.
    pub kind: Kind,
    /// Where it stands.
    pub parent: Scope,
    /// The line of its `def`, from 1.
    pub line: u32,
    /// Its decorators.
    pub decorators: Vec<Expr>,
    /// Its parameters, positional ones first, `*args` and `**kwargs` last.
    pub parameters: Vec<Parameter>,
    /// How many of them can be passed by position.
    pub positional: usize,
    /// What it returns, where it is annotated.
    pub returns: Option<Annotation>,
    /// What it returns, as written.
    pub returned: Vec<Expr>,
    /// What it yields, as written.
    pub yielded: Vec<Expr>,
    /// Whether calling it runs nothing yet.
    pub body: Body,
    /// Its local names.
    pub bindings: Bindings,
}

impl Function {
    /// Whether a decorator has one of these full or last names; one that is called counts as its
    /// callee.
    pub(super) fn is_decorated(&self, names: &[&str]) -> bool {
        self.decorators.iter().any(|decorator| {
            let named = if let Expr::Call(callee, _) = decorator { callee } else { decorator };
            matches!(named, Expr::Name(name) | Expr::Attr(_, name) if names.contains(&name.text()))
        })
    }
}

/// Whether somebody waits for what a call gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Its result is a value.
    Value,
    /// Its result is awaited, entered by `async with`, or iterated by `async for`.
    Awaited,
    /// Its result is handed to a response that iterates it in a thread.
    Streamed,
}

/// Among the guards of a call: the code has asked which thread it is in, or runs because no loop does.
pub(super) const ELSEWHERE: &str = "<another thread>";

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// What is called.
    pub callee: Expr,
    /// What an import says that the first name of the callee stands for.
    pub alias: Option<Name>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// Whether it is awaited.
    pub used: Use,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// How careful the code is, where the call runs in cleanup.
    pub care: Option<Care>,
    /// Names that are not `None` wherever the call runs.
    pub guards: Vec<Name>,
}

/// How careful cleanup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, std::default::Default)]
pub(super) struct Care {
    /// Its time is limited.
    pub bounded: bool,
    /// Its failures are caught.
    pub caught: bool,
}

/// One argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Argument {
    /// The keyword; `*` for an unpacked sequence or mapping.
    pub keyword: Option<Name>,
    /// What is passed.
    pub value: Expr,
    /// As written, for a function that is handed on and is more than names: `self.store().write`.
    pub written: Option<Box<str>>,
}

/// An attribute that is read or a context that is entered: code may run though nothing is called.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Touch {
    /// Whose.
    pub receiver: Expr,
    /// Which attribute; `__enter__` for a context, `__iter__` for an iteration.
    pub name: Name,
    /// From 1.
    pub line: u32,
}

/// Why a file could not be read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// One sentence.
    pub message: String,
    /// The source line, trimmed.
    pub code: String,
}
