//! What a name says of a call, by its number: most names say nothing, and of those nothing more has
//! to be asked.

use super::Catalogue;
use crate::scan::name::Name;

/// What a name can be to the catalogue, several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::scan) struct Mark(u8);

impl Mark {
    /// A function that offloads.
    pub(in crate::scan) const OFFLOAD: Self = Self(1);
    /// A method that offloads.
    pub(in crate::scan) const OFFLOAD_METHOD: Self = Self(1 << 1);
    /// A method that has the loop call something later.
    pub(in crate::scan) const CALLBACK: Self = Self(1 << 2);
    /// A method that hands what it gets to another thread.
    pub(in crate::scan) const ELSEWHERE_METHOD: Self = Self(1 << 3);
    /// A function that does.
    pub(in crate::scan) const ELSEWHERE: Self = Self(1 << 4);
    /// A builtin that calls what it gets first, where it stands.
    pub(in crate::scan) const CALLER: Self = Self(1 << 5);
    /// One that calls its `key` where it stands.
    pub(in crate::scan) const KEYED: Self = Self(1 << 6);
    /// A method that blocks, of an object of the catalogue.
    pub(in crate::scan) const METHOD: Self = Self(1 << 7);

    /// Either.
    pub(in crate::scan) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether that is among them.
    pub(in crate::scan) fn is(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Builtins that call the function which they get first.
const CALLERS: [&str; 4] = ["map", "filter", "iter", "functools.reduce"];

/// Those that call their `key`.
const KEYED: [&str; 3] = ["sorted", "min", "max"];

/// The marks of every name.
#[derive(Debug, Default)]
pub(in crate::scan) struct Marks(Vec<Mark>);

impl Marks {
    /// What a name is.
    pub(in crate::scan) fn of(&self, name: Name) -> Mark {
        self.0.get(name.number() as usize).copied().unwrap_or_default()
    }

    fn add(&mut self, name: Name, mark: Mark) {
        let index = name.number() as usize;
        if index >= self.0.len() {
            self.0.resize(index + 1, Mark::default());
        }
        self.0[index].0 |= mark.0;
    }
}

impl Catalogue {
    pub(super) fn marked(&self) -> Marks {
        let mut marks = Marks::default();
        self.offloads.keys().for_each(|name| marks.add(*name, Mark::OFFLOAD));
        self.offload_methods.keys().for_each(|name| marks.add(*name, Mark::OFFLOAD_METHOD));
        self.callbacks.keys().for_each(|name| marks.add(*name, Mark::CALLBACK));
        let elsewhere = &self.elsewhere;
        elsewhere.methods.iter().for_each(|name| marks.add(*name, Mark::ELSEWHERE_METHOD));
        elsewhere.functions.iter().for_each(|name| marks.add(*name, Mark::ELSEWHERE));
        CALLERS.iter().for_each(|text| marks.add(Name::new(text), Mark::CALLER));
        KEYED.iter().for_each(|text| marks.add(Name::new(text), Mark::KEYED));
        let methods = self.types.iter().flat_map(|it| it.methods.keys());
        methods.for_each(|name| marks.add(*name, Mark::METHOD));
        marks
    }
}
