//! Expressions as they are written: what findings call a call, and what it is called on.

use super::facts::{Argument, Call, Expr};
use super::name::Name;

impl Expr {
    /// The last name of `a.b.c`.
    pub(super) fn leaf(&self) -> Option<Name> {
        match self {
            Self::Name(name) | Self::Attr(_, name) => Some(*name),
            Self::Element(value) => value.leaf(),
            _ => None,
        }
    }

    /// The dotted name of a chain, calls and indexes left out; what no name stands at the start of
    /// begins with its first attribute.
    pub(super) fn dotted(&self) -> String {
        match self {
            Self::Name(name) => name.to_string(),
            Self::Attr(value, name) => match value.dotted() {
                before if before.is_empty() => name.to_string(),
                before => format!("{before}.{name}"),
            },
            Self::Call(value, _) | Self::Element(value) => value.dotted(),
            Self::Super => "super".to_owned(),
            _ => String::new(),
        }
    }

    /// The last name of what a method is called on.
    fn receiver(&self) -> Option<Name> {
        match self {
            Self::Name(name) | Self::Attr(_, name) => Some(*name),
            Self::Call(value, _) | Self::Element(value) => value.receiver(),
            Self::Super => Some(Name::new("super")),
            _ => None,
        }
    }
}

impl Call {
    /// The called method's or function's last name.
    pub(super) fn leaf(&self) -> Option<Name> {
        self.callee.leaf()
    }

    /// The receiver's last name: `path` in `self.path.open()`.
    pub(super) fn receiver(&self) -> Option<Name> {
        let Expr::Attr(value, _) = &self.callee else { return None };
        value.receiver()
    }

    /// Its name with import aliases expanded, as findings give it; empty when it has none.
    pub(super) fn symbol(&self) -> String {
        let dotted = self.callee.dotted();
        let Some(full) = self.alias else { return dotted };
        let rest = dotted.find('.').map_or("", |at| &dotted[at..]);
        format!("{full}{rest}")
    }
}

impl Argument {
    /// The text of a function that is handed on: `self._write`, `lambda`.
    pub(super) fn text(&self) -> String {
        match &self.written {
            Some(text) => text.to_string(),
            None => handed(&self.value),
        }
    }
}

fn handed(value: &Expr) -> String {
    match value {
        Expr::Lambda(_) => "lambda".to_owned(),
        Expr::Call(callee, first) if callee.leaf().is_some_and(|leaf| leaf == "partial") => {
            first.as_deref().map_or_else(|| "partial".to_owned(), handed)
        }
        other => other.dotted(),
    }
}
