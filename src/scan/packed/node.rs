//! Expressions and types as the linker meets them: one step at a time, what is inside by where it
//! stands.

use super::super::name::Name;
use super::WHOLE;
use super::read::Reader;

/// Where something stands in the bytes of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) struct At(pub(super) u32);

/// A name, by its place in the list of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) struct Local(pub(super) u32);

/// An expression; `facts::Expr` says what each is.
#[derive(Clone, Copy)]
pub(in crate::scan) enum Node<'f> {
    Name(Local),
    Attr(At, Name),
    Call(At, Option<At>),
    Await(At),
    Enter(At),
    Element(At),
    Part(At, usize),
    Display(Parts<'f>),
    Super,
    Union(Parts<'f>),
    Join(At, At),
    Lambda(usize),
    Literal(Name),
    Typed(At),
    None,
    Unknown,
}

/// A type expression; `facts::Annotation` says what each is.
#[derive(Clone, Copy)]
pub(in crate::scan) enum Type<'f> {
    Plain(At),
    AnyOf(Parts<'f>),
    ClassOf(At),
    Many(At),
    Tuple(Parts<'f>),
    Awaited(At),
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
