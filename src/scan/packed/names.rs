//! The names that packed facts use: numbers, and what they mean where the facts were packed.

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
        /// The other way round: by the number that a name has in this process, one more than the
        /// number that it has there; 0 for what is not named there.
        numbers: Vec<u32>,
    },
}

impl Names {
    /// The names of other bytes, each at its number.
    pub(in crate::scan) fn of(all: Vec<Name>) -> Self {
        let most = all.iter().map(|name| name.number()).max().unwrap_or_default();
        let mut numbers = vec![0; most as usize + 1];
        for (name, number) in all.iter().zip(1..) {
            numbers[name.number() as usize] = number;
        }
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
            Self::Of { numbers, .. } => numbers.get(name.number() as usize)?.checked_sub(1),
        }
    }
}

/// The numbers of the names that packed facts use, each in four bytes.
pub(in crate::scan) fn names_of(bytes: &[u8]) -> Option<&[[u8; 4]]> {
    let (count, after) = bytes.split_first_chunk::<4>()?;
    let (_, after) = after.split_first_chunk::<4>()?;
    after.as_chunks::<4>().0.get(..u32::from_le_bytes(*count) as usize)
}

/// Whether two files have the same facts, whatever numbers their names have. Each comes with the
/// texts that its numbers stand for.
pub(in crate::scan) fn are_same<'t>(
    one: (&[u8], &dyn Fn(u32) -> Option<&'t str>),
    other: (&[u8], &dyn Fn(u32) -> Option<&'t str>),
) -> bool {
    let split = |bytes| {
        let list = names_of(bytes)?;
        Some((list, bytes.get(LIST + list.as_flattened().len()..)?))
    };
    let (Some((list, rest)), Some((other_list, other_rest))) = (split(one.0), split(other.0))
    else {
        return false;
    };
    let is_same = |(number, other_number): (&[u8; 4], &[u8; 4])| {
        let text = one.1(u32::from_le_bytes(*number));
        text.is_some() && text == other.1(u32::from_le_bytes(*other_number))
    };
    rest == other_rest && list.len() == other_list.len() && list.iter().zip(other_list).all(is_same)
}
