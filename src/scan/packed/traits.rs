//! What is known of a function beside its name, its kind and its code.

/// What a function is besides: bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::scan) struct Traits(pub(super) u8);

impl Traits {
    /// Reading it as an attribute runs it.
    pub(in crate::scan) const PROPERTY: Self = Self(1);
    /// It has the loop call something later.
    pub(in crate::scan) const CALLS_BACK: Self = Self(2);
    /// Its first parameter is the class.
    pub(in crate::scan) const OF_CLASS: Self = Self(4);
    /// Its first parameter is one like any other.
    pub(in crate::scan) const STATIC: Self = Self(8);
    /// It runs where an object of its class is made.
    pub(in crate::scan) const BUILDS: Self = Self(64);
    /// It may start a loop.
    pub(in crate::scan) const RUNS: Self = Self(32);
    /// It calls something, or touches it: where it runs, something else may.
    pub(in crate::scan) const ACTS: Self = Self(128);
    /// It has decorators.
    pub(in crate::scan) const DECORATED: Self = Self(16);

    /// Both.
    pub(in crate::scan) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether that is among them.
    pub(in crate::scan) fn are(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
