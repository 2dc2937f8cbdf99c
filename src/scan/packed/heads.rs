//! What is known of functions and classes at once, as it is held: a program has a hundred thousand
//! of them, so each takes a few words, and is spelled out for who asks.

use super::super::facts::{Kind, Scope};
use super::super::name::Name;
use super::table::Table;
use super::{At, ClassHead, Head, Traits};

/// A function.
#[derive(Debug, Clone, Copy)]
pub(super) struct FunctionRow {
    name: Name,
    parent: Inside,
    names: Row,
    kind: Kind,
    traits: Traits,
}

/// A class.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClassRow {
    name: Name,
    parent: Inside,
    pub(super) bases: At,
    names: Row,
}

/// The names of a scope.
#[derive(Debug, Clone, Copy)]
struct Row {
    first_slot: u32,
    /// Twice how many there are, and one where their table is wide.
    count: u32,
    at: At,
    behind: At,
}

/// A scope: twice its number, and one for a class.
#[derive(Debug, Clone, Copy)]
struct Inside(u32);

impl FunctionRow {
    /// None where there are more functions or names than fit.
    pub(super) fn new(head: Head, names: (Table, At)) -> Option<Self> {
        let Head { name, kind, parent, traits } = head;
        Some(Self { name, parent: Inside::of(parent)?, names: Row::of(names)?, kind, traits })
    }

    pub(super) fn head(&self) -> Head {
        let Self { name, parent, kind, traits, .. } = *self;
        Head { name, kind, parent: parent.scope(), traits }
    }

    pub(super) fn names(&self) -> Table {
        self.names.table()
    }

    /// What stands behind its names.
    pub(super) fn behind(&self) -> At {
        self.names.behind
    }
}

impl ClassRow {
    /// None where there are more classes or names than fit.
    pub(super) fn new(head: ClassHead, bases: At, names: (Table, At)) -> Option<Self> {
        let ClassHead { name, parent } = head;
        Some(Self { name, parent: Inside::of(parent)?, bases, names: Row::of(names)? })
    }

    pub(super) fn head(&self) -> ClassHead {
        ClassHead { name: self.name, parent: self.parent.scope() }
    }

    pub(super) fn names(&self) -> Table {
        self.names.table()
    }

    /// What stands behind its names.
    pub(super) fn behind(&self) -> At {
        self.names.behind
    }
}

impl Row {
    fn of((table, behind): (Table, At)) -> Option<Self> {
        let Table { first_slot, count, at, is_wide } = table;
        let count = count.checked_mul(2)? | u32::from(is_wide);
        Some(Self { first_slot, count, at, behind })
    }

    fn table(self) -> Table {
        let Self { first_slot, count, at, .. } = self;
        Table { first_slot, count: count / 2, at, is_wide: count & 1 != 0 }
    }
}

impl Inside {
    fn of(scope: Scope) -> Option<Self> {
        let (index, class) = match scope {
            Scope::Function(index) => (index, 0),
            Scope::Class(index) => (index, 1),
        };
        Some(Self(u32::try_from(index).ok()?.checked_mul(2)? | class))
    }

    fn scope(self) -> Scope {
        let index = self.0 as usize / 2;
        if self.0 & 1 == 0 { Scope::Function(index) } else { Scope::Class(index) }
    }
}
