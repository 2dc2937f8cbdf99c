//! Where things stand in a file, apart from what stands there: a remark or an empty line moves half
//! of all lines and changes nothing else.
//!
//! The last bytes of a file are a table of where the positions of each function begin in these bytes,
//! then of the fault's, where there is one: 16 bits each, or 32 where all of them are longer than that
//! can say. What follows are the positions: of each call of a function, then of each touch. A line is
//! how far it is from the one before (the first of a function from 0), since most are near; a call
//! has its column behind it.

use super::At;
use super::read::{Reader, Source};
use super::sink::number;

/// Bytes of an entry of the table.
const NARROW: usize = 2;

/// Bytes of an entry of a table that is too long for narrow ones.
const WIDE: usize = 4;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) struct Position {
    /// From 1.
    pub(in crate::scan) line: u32,
    /// From 1, in characters; none where only the line is known.
    pub(in crate::scan) column: Option<u32>,
}

/// Positions on their way into the bytes of a file.
#[derive(Debug, Default)]
pub(super) struct Positions {
    /// Where the positions of each function begin in `out`.
    starts: Vec<u32>,
    out: Vec<u8>,
    last: u32,
    table: Vec<u8>,
}

impl Positions {
    /// Another file begins.
    pub(super) fn begin(&mut self) {
        self.starts.clear();
        self.out.clear();
        self.table.clear();
    }

    /// What follows is of the next function, or of the fault.
    pub(super) fn part(&mut self) {
        self.starts.push(u32::try_from(self.out.len()).unwrap_or(u32::MAX));
        self.last = 0;
    }

    #[inline]
    pub(super) fn line(&mut self, line: u32) {
        let further = line.wrapping_sub(self.last).cast_signed();
        self.last = line;
        // Small numbers for small steps in either direction.
        number(&mut self.out, (further << 1 ^ further >> 31).cast_unsigned());
    }

    #[inline]
    pub(super) fn place(&mut self, line: u32, column: u32) {
        self.line(line);
        number(&mut self.out, column);
    }

    /// The table, and what stands behind it.
    pub(super) fn finish(&mut self) -> (&[u8], &[u8]) {
        let size = |width: usize| width * self.starts.len();
        let is_narrow = u16::try_from(size(NARROW) + self.out.len()).is_ok();
        let width = if is_narrow { NARROW } else { WIDE };
        let before = u32::try_from(size(width)).unwrap_or(u32::MAX);
        for start in &self.starts {
            self.table.extend_from_slice(&(before + start).to_le_bytes()[..width]);
        }
        (&self.table, &self.out)
    }
}

/// Reads positions in their order.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'f> {
    reader: Reader<'f>,
    line: u32,
}

impl<'f> Cursor<'f> {
    /// Those of a function, or of the fault, which stands behind all functions.
    pub(super) fn of(source: &'f Source<'f>, part: usize) -> Option<Self> {
        let (start, bytes) = (source.positions(), source.after()?);
        let width = if u16::try_from(bytes.len()).is_ok() { NARROW } else { WIDE };
        let entry = bytes.get(width * part..)?.get(..width)?;
        let further = entry.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte));
        let at = At(u32::try_from(start.checked_add(further)?).ok()?);
        Some(Self { reader: source.at(at), line: 0 })
    }

    #[inline]
    pub(super) fn line(&mut self) -> Option<u32> {
        let step = self.reader.number()?;
        self.line = self.line.wrapping_add(step >> 1 ^ (step & 1).wrapping_neg());
        Some(self.line)
    }

    #[inline]
    pub(super) fn place(&mut self) -> Option<(u32, u32)> {
        Some((self.line()?, self.reader.number()?))
    }
}
