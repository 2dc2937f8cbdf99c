//! The names of a scope: a table that is searched where it stands, and behind it what is bound.

use super::read::Reader;
use super::{At, Binding, Local, WHOLE};

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

/// The place of a name, or how far on something stands: half of an entry.
#[inline]
pub(super) fn half(bytes: &[u8]) -> u32 {
    match bytes.as_array() {
        Some(narrow) => u16::from_le_bytes(*narrow).into(),
        None => bytes.as_array().copied().map_or(0, u32::from_le_bytes),
    }
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

impl<'f> Reader<'f> {
    /// Where the names of a part are, which stand first, and what stands behind them.
    pub(super) fn table(mut self) -> Option<(Table, At)> {
        let (first_slot, count, size) = (self.number()?, self.number()?, self.size()?);
        let (count, is_wide) = (count >> 1, count & 1 != 0);
        let at = self.here()?;
        let width = if is_wide { WIDE } else { NARROW };
        self.take((count as usize).checked_mul(width)?)?;
        self.take(size)?;
        Some((Table { first_slot, count, at, is_wide }, self.here()?))
    }

    /// What is bound to the name in a table.
    pub(super) fn bound(&self, table: Table, name: Local) -> Option<Bound<'f>> {
        match table.is_wide {
            true => self.bound_in::<WIDE>(table, name),
            false => self.bound_in::<NARROW>(table, name),
        }
    }

    fn bound_in<const N: usize>(&self, table: Table, name: Local) -> Option<Bound<'f>> {
        let mut reader = self.at(table.at);
        let (entries, _) = reader.take(N * table.count as usize)?.as_chunks::<N>();
        let place = |entry: &[u8; N]| half(&entry[..N / 2]);
        let first = entries.partition_point(|entry| place(entry) < name.0);
        let after = &entries[first..];
        let count = after.iter().take_while(|entry| place(entry) == name.0).count();
        let slot = table.first_slot + u32::try_from(first).expect("a file is shorter than 4 GB");
        let entries = after[..count].as_flattened();
        (count > 0).then_some(Bound { reader, entries, width: N, slot })
    }
}
