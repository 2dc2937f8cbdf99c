//! The names that packed facts use: numbers, and what they mean where the facts were packed.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::super::name::Name;
use super::LIST;

/// What the numbers of names mean in some bytes.
pub(in crate::scan) struct Names {
    all: Vec<Name>,
    /// The other way round, where the numbers are not those of this process.
    numbers: Option<HashMap<Name, u32, FxBuildHasher>>,
}

impl Names {
    /// Those of this process, as far as they have been given.
    pub(in crate::scan) fn own() -> Self {
        Self { all: Name::all(), numbers: None }
    }

    /// The names of other bytes, each at its number.
    pub(in crate::scan) fn of(all: Vec<Name>) -> Self {
        let numbers = all.iter().zip(0..).map(|(name, number)| (*name, number)).collect();
        Self { all, numbers: Some(numbers) }
    }

    /// The name of a number.
    pub(in crate::scan) fn get(&self, number: u32) -> Option<Name> {
        self.all.get(number as usize).copied()
    }

    /// The number of a name.
    pub(super) fn number(&self, name: Name) -> Option<u32> {
        match &self.numbers {
            Some(numbers) => numbers.get(&name).copied(),
            None => Some(name.number()),
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
