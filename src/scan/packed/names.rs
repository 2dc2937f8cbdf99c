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

/// What a file says, wherever it stands there: its bytes without positions.
#[derive(Clone, Copy)]
pub(in crate::scan) struct Shape<'a> {
    /// The numbers of the names, each in four bytes.
    pub(super) list: &'a [[u8; 4]],
    /// What stands behind these.
    pub(super) rest: &'a [u8],
}

impl<'a> Shape<'a> {
    /// That of packed facts; none where they are of another make.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let (sizes, after) = bytes.split_first_chunk::<LIST>()?;
        let [names, heads, own] = *sizes.as_chunks::<4>().0 else { return None };
        let size = |of| u32::from_le_bytes(of) as usize;
        let list = after.as_chunks::<4>().0.get(..size(names))?;
        let rest = after.get(list.as_flattened().len()..)?;
        Some(Self { list, rest: rest.get(..size(heads).checked_add(size(own))?)? })
    }
}

/// The numbers of the names that packed facts use, each in four bytes.
pub(in crate::scan) fn names_of(bytes: &[u8]) -> Option<&[[u8; 4]]> {
    Shape::of(bytes).map(|shape| shape.list)
}

/// Whether two files say the same, wherever it stands there and whatever numbers their names have.
/// Each comes with the texts that its numbers stand for.
pub(in crate::scan) fn are_same<'t>(
    one: (&[u8], &dyn Fn(u32) -> Option<&'t str>),
    other: (&[u8], &dyn Fn(u32) -> Option<&'t str>),
) -> bool {
    let (Some(shape), Some(like)) = (Shape::of(one.0), Shape::of(other.0)) else { return false };
    let is_same = |(number, other_number): (&[u8; 4], &[u8; 4])| {
        let text = one.1(u32::from_le_bytes(*number));
        text.is_some() && text == other.1(u32::from_le_bytes(*other_number))
    };
    shape.rest == like.rest
        && shape.list.len() == like.list.len()
        && shape.list.iter().zip(like.list).all(is_same)
}
