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
    pub(super) at: At,
    names: Slots,
    /// How far behind the start of its part its names are.
    further: u8,
    kind: Kind,
    traits: Traits,
}

/// A class.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClassRow {
    name: Name,
    parent: Inside,
    pub(super) at: At,
    pub(super) bases: At,
    names: Slots,
    further: u8,
}

/// A scope: twice its number, and one for a class.
#[derive(Debug, Clone, Copy)]
struct Inside(u32);

/// Which slots the names of a scope have: the first, and twice how many there are, and one where
/// their table is wide.
#[derive(Debug, Clone, Copy)]
struct Slots(u32, u32);

impl FunctionRow {
    /// None where its part does not begin with its names.
    pub(super) fn new(head: Head, at: At, names: Table) -> Option<Self> {
        let Head { name, kind, parent, traits } = head;
        let (names, further) = held(at, names)?;
        Some(Self { name, parent: Inside::of(parent)?, at, names, further, kind, traits })
    }

    pub(super) fn head(&self) -> Head {
        let Self { name, parent, kind, traits, .. } = *self;
        Head { name, kind, parent: parent.scope(), traits }
    }

    pub(super) fn names(&self) -> Table {
        table(self.at, self.names, self.further)
    }
}

impl ClassRow {
    /// None where its part does not begin with its names.
    pub(super) fn new(head: ClassHead, at: At, bases: At, names: Table) -> Option<Self> {
        let ClassHead { name, parent } = head;
        let (names, further) = held(at, names)?;
        Some(Self { name, parent: Inside::of(parent)?, at, bases, names, further })
    }

    pub(super) fn head(&self) -> ClassHead {
        ClassHead { name: self.name, parent: self.parent.scope() }
    }

    pub(super) fn names(&self) -> Table {
        table(self.at, self.names, self.further)
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

fn held(at: At, names: Table) -> Option<(Slots, u8)> {
    let further = u8::try_from(names.at.0.checked_sub(at.0)?).ok()?;
    let count = names.count.checked_mul(2)? | u32::from(names.is_wide);
    Some((Slots(names.first_slot, count), further))
}

fn table(at: At, Slots(first_slot, count): Slots, further: u8) -> Table {
    let at = At(at.0 + u32::from(further));
    Table { first_slot, count: count / 2, at, is_wide: count & 1 != 0 }
}
