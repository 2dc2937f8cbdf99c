//! Where the facts of many files lie: one behind the other in few large pieces of memory, each of
//! which the system gives at once.

/// Bytes of the first piece; each has twice as many as the one before, up to [`LARGEST`].
const FIRST: usize = 32 << 10;

/// Bytes of a piece, where what it is made for is not larger.
const LARGEST: usize = 512 << 10;

/// Facts in the order in which they were put.
#[derive(Debug, Default)]
pub(in crate::scan) struct Shelf {
    pieces: Vec<Vec<u8>>,
}

/// Where the facts of a file lie.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Spot {
    piece: u32,
    start: u32,
    size: u32,
}

impl Shelf {
    /// Puts bytes that belong together, part by part, behind all that is here.
    pub(super) fn put<const N: usize>(&mut self, parts: [&[u8]; N]) -> Spot {
        let size = parts.iter().map(|part| part.len()).sum();
        if self.pieces.last().is_none_or(|last| last.capacity() - last.len() < size) {
            let room = LARGEST.min(FIRST << self.pieces.len().min(8));
            self.pieces.push(Vec::with_capacity(room.max(size)));
        }
        let piece = self.pieces.len() - 1;
        let last = &mut self.pieces[piece];
        let spot = Spot { piece: short(piece), start: short(last.len()), size: short(size) };
        parts.iter().for_each(|part| last.extend_from_slice(part));
        spot
    }

    /// The bytes at a spot.
    pub(in crate::scan) fn at(&self, spot: Spot) -> &[u8] {
        &self.pieces[spot.piece as usize][spot.start as usize..][..spot.size as usize]
    }

    /// Takes over what lies on another shelf; by how many pieces its spots move on.
    pub(in crate::scan) fn append(&mut self, other: Self) -> u32 {
        let before = short(self.pieces.len());
        self.pieces.extend(other.pieces);
        before
    }
}

impl Spot {
    /// The same after [`Shelf::append`].
    pub(in crate::scan) fn moved(self, pieces: u32) -> Self {
        Self { piece: self.piece + pieces, ..self }
    }
}

fn short(of: usize) -> u32 {
    u32::try_from(of).expect("a file is shorter than 4 GB")
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LARGEST, Shelf};

    #[test]
    fn what_was_put_lies_at_its_spot_on_whatever_shelf() {
        let (small, large) = (vec![1; FIRST / 2], vec![2; LARGEST + 1]);
        let (mut one, mut other) = (Shelf::default(), Shelf::default());
        one.put([&[7], &[], &[], &[]]);
        let spots: Vec<_> = [&small, &small, &large, &small]
            .map(|bytes| other.put([&[3], bytes, &[], &[4]]))
            .into_iter()
            .chain([other.put([&[], &[], &[], &[]])])
            .collect();
        let pieces = one.append(other);
        let found: Vec<&[u8]> = spots.iter().map(|spot| one.at(spot.moved(pieces))).collect();
        let whole = |bytes: &[u8]| [&[3], bytes, &[4]].concat();
        let (small, large) = (whole(&small), whole(&large));
        assert_eq!(found, [&small[..], &small, &large, &small, &[]]);
    }
}
