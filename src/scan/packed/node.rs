//! Expressions and types as the linker meets them: one step at a time, what is inside by where it
//! stands.

use super::super::name::Name;
use super::WHOLE;
use super::read::Reader;

/// Where something stands in the bytes of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(in crate::scan) struct At(pub(super) u32);

impl At {
    /// As a number that nothing else in the file has.
    pub(in crate::scan) fn number(self) -> u32 {
        self.0
    }
}

/// A name, by its place in the list of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) struct Local(pub(super) u32);

/// An expression as far as the linker can follow it.
#[derive(Clone, Copy)]
pub(in crate::scan) enum Node<'f> {
    /// A name, looked up where it stands.
    Name(Local),
    /// `value.name`.
    Attr(At, Name),
    /// `callee(first, …)`: the callee and its first positional argument.
    Call(At, Option<At>),
    /// `await value`.
    Await(At),
    /// What `with value as name` binds.
    Enter(At),
    /// What iterating over or indexing a value gives.
    Element(At),
    /// One part of a tuple that is unpacked.
    Part(At, usize),
    /// A display of values: `[a, b]`, `(a, b)`.
    Display(Parts<'f>),
    /// `super()`.
    Super,
    /// Any of these.
    Union(Parts<'f>),
    /// `left / right`.
    Join(At, At),
    /// A lambda, by its index among the file's functions.
    Lambda(usize),
    /// A literal of a builtin type: `str`, `int`, `dict`.
    Literal(Name),
    /// A type as an annotation gives it: a value of that type.
    Typed(At),
    /// `None`.
    None,
    /// Nothing is known.
    Unknown,
}

/// A type expression.
#[derive(Clone, Copy)]
pub(in crate::scan) enum Type<'f> {
    /// A type by its name.
    Plain(At),
    /// `X | Y`, `Optional[X]`, `Union[X, Y]`.
    AnyOf(Parts<'f>),
    /// `type[X]`.
    ClassOf(At),
    /// `list[X]`, `Iterator[X]`, the values of `dict[K, X]`.
    Many(At),
    /// `tuple[X, Y]`.
    Tuple(Parts<'f>),
    /// `Awaitable[X]`, `Coroutine[_, _, X]`.
    Awaited(At),
    /// Not understood.
    Unknown,
}

/// Several that stand one after the other, each with its length in front.
#[derive(Clone, Copy)]
pub(in crate::scan) struct Parts<'f> {
    pub(super) next: Reader<'f>,
    pub(super) left: usize,
}

impl<'f> Parts<'f> {
    /// A reader of the bytes in which they stand.
    pub(super) fn reader(&self) -> Reader<'f> {
        self.next
    }
}

impl Iterator for Parts<'_> {
    type Item = At;

    fn next(&mut self) -> Option<At> {
        self.left = self.left.checked_sub(1)?;
        Some(self.next.sized().expect(WHOLE))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}
