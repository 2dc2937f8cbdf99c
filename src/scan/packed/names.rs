//! The names that packed facts use: numbers, and what they mean where the facts were packed.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::super::name::Name;
use super::LIST;

/// What the numbers of names mean in some bytes.
pub(in crate::scan) enum Names {
    /// They are those of this process.
    Own,
    /// They are those of another one.
    Of {
        /// Each name at its number.
        all: Vec<Name>,
        /// The other way round.
        numbers: HashMap<Name, u32, FxBuildHasher>,
    },
}

impl Names {
    /// The names of other bytes, each at its number.
    pub(in crate::scan) fn of(all: Vec<Name>) -> Self {
        let numbers = all.iter().zip(0..).map(|(name, number)| (*name, number)).collect();
        Self::Of { all, numbers }
    }

    /// The name of a number.
    pub(in crate::scan) fn get(&self, number: u32) -> Option<Name> {
        match self {
            Self::Own => Some(Name::numbered(number)),
            Self::Of { all, .. } => all.get(number as usize).copied(),
        }
    }

    /// The number of a name.
    pub(super) fn number(&self, name: Name) -> Option<u32> {
        match self {
            Self::Own => Some(name.number()),
            Self::Of { numbers, .. } => numbers.get(&name).copied(),
        }
    }
}

/// The numbers of the names that packed facts use, each in four bytes.
pub(in crate::scan) fn names_of(bytes: &[u8]) -> Option<&[[u8; 4]]> {
    let (count, after) = bytes.split_first_chunk::<4>()?;
    let (_, after) = after.split_first_chunk::<4>()?;
    after.as_chunks::<4>().0.get(..u32::from_le_bytes(*count) as usize)
}

/// Whether two files have the same facts, whatever numbers their names have. Each comes with what
/// its numbers mean.
pub(in crate::scan) fn are_same(one: (&[u8], &Names), other: (&[u8], &Names)) -> bool {
    let split = |(bytes, names): (&[u8], &Names)| {
        let list = names_of(bytes)?;
        let rest = bytes.get(LIST + list.as_flattened().len()..)?.to_vec();
        let name = |number: &[u8; 4]| names.get(u32::from_le_bytes(*number));
        let names: Option<Vec<Name>> = list.iter().map(name).collect();
        Some((names?, rest))
    };
    let (one, other) = (split(one), split(other));
    one.is_some() && one == other
}
