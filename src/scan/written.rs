//! Expressions as they are written: what findings call a call, and what it is called on.

use super::name::Name;
use super::packed::{Argument, At, Call, File, Node};

impl File<'_> {
    /// The last name of `a.b.c`.
    pub(super) fn leaf(&self, value: At) -> Option<Name> {
        match self.node(value) {
            Node::Name(name) => Some(self.name(name)),
            Node::Attr(_, name) => Some(name),
            Node::Element(value) => self.leaf(value),
            _ => None,
        }
    }

    /// The dotted name of a chain, calls and indexes left out; what no name stands at the start of
    /// begins with its first attribute.
    fn dotted(&self, value: At) -> String {
        match self.node(value) {
            Node::Name(name) => self.name(name).to_string(),
            Node::Attr(value, name) => match self.dotted(value) {
                before if before.is_empty() => name.to_string(),
                before => format!("{before}.{name}"),
            },
            Node::Call(value, _) | Node::Element(value) => self.dotted(value),
            Node::Super => "super".to_owned(),
            _ => String::new(),
        }
    }

    /// The last name of what a method is called on.
    fn receiver(&self, value: At) -> Option<Name> {
        match self.node(value) {
            Node::Name(name) => Some(self.name(name)),
            Node::Attr(_, name) => Some(name),
            Node::Call(value, _) | Node::Element(value) => self.receiver(value),
            Node::Super => Some(Name::new("super")),
            _ => None,
        }
    }

    /// Whether two chains of names, calls and indexes are the same, arguments left out.
    pub(super) fn are_alike(&self, one: At, other: At) -> bool {
        match (self.node(one), self.node(other)) {
            (Node::Name(one), Node::Name(other)) => one == other,
            (Node::Attr(one, name), Node::Attr(other, same)) => {
                name == same && self.are_alike(one, other)
            }
            (Node::Call(one, _), Node::Call(other, _))
            | (Node::Element(one), Node::Element(other))
            | (Node::Await(one), Node::Await(other)) => self.are_alike(one, other),
            _ => false,
        }
    }

    fn handed(&self, value: At) -> String {
        match self.node(value) {
            Node::Lambda(_) => "lambda".to_owned(),
            Node::Call(callee, first) if self.leaf(callee).is_some_and(|it| it == "partial") => {
                first.map_or_else(|| "partial".to_owned(), |first| self.handed(first))
            }
            _ => self.dotted(value),
        }
    }
}

impl Call<'_> {
    /// The called method's or function's last name.
    pub(super) fn leaf(&self, file: &File<'_>) -> Option<Name> {
        file.leaf(self.callee)
    }

    /// The receiver's last name: `path` in `self.path.open()`.
    pub(super) fn receiver(&self, file: &File<'_>) -> Option<Name> {
        let Node::Attr(value, _) = file.node(self.callee) else { return None };
        file.receiver(value)
    }

    /// Its name with import aliases expanded, as findings give it; empty when it has none.
    pub(super) fn symbol(&self, file: &File<'_>) -> String {
        let dotted = file.dotted(self.callee);
        let Some(full) = self.alias else { return dotted };
        let rest = dotted.find('.').map_or("", |at| &dotted[at..]);
        format!("{full}{rest}")
    }
}

impl Argument<'_> {
    /// The text of a function that is handed on: `self._write`, `lambda`.
    pub(super) fn text(&self, file: &File<'_>) -> String {
        self.written.map_or_else(|| file.handed(self.value), str::to_owned)
    }
}
