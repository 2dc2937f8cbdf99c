//! The names of a scope: a table that is searched where it stands, and behind it what is bound.

use super::read::Reader;
use super::{At, Binding, WHOLE};

/// Bytes of an entry of a table, in which all numbers fit in half of them.
pub(super) const NARROW: usize = 4;

/// Bytes of an entry of any other table.
pub(super) const WIDE: usize = 8;

/// Where the names of a scope are: each with its place in the file's list, and how far on what is
/// bound to it stands; by place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) first_slot: u32,
    pub(super) count: u32,
    pub(super) at: At,
    pub(super) is_wide: bool,
}

/// The place of a name, or how far on something stands.
pub(super) fn half(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// Everything that is bound to one name in one scope.
#[derive(Clone, Copy)]
pub(in crate::scan) struct Bound<'f> {
    pub(super) reader: Reader<'f>,
    /// Of so many bytes each.
    pub(super) entries: &'f [u8],
    pub(super) width: usize,
    /// A number in the file that no other name of any scope has.
    pub(in crate::scan) slot: u32,
}

impl<'f> Bound<'f> {
    /// In the order in which they stand.
    pub(in crate::scan) fn all(self) -> impl DoubleEndedIterator<Item = Binding> + use<'f> {
        let read = move |entry: &[u8]| {
            let further = half(&entry[entry.len() / 2..]);
            self.reader.further(further).binding().expect(WHOLE)
        };
        self.entries.chunks_exact(self.width).map(read)
    }

    /// The only one, where it is.
    pub(in crate::scan) fn only(self) -> Option<Binding> {
        if self.entries.len() == self.width { self.all().next() } else { None }
    }
}
