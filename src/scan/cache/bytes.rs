//! Numbers and texts in the bytes of a pack, little-endian, and the checksum over some of them.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Reads from the front. Gives none past the end and never panics.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn length(&mut self) -> Option<usize> {
        usize::try_from(self.long()?).ok()
    }

    pub(super) fn long(&mut self) -> Option<u64> {
        self.chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }

    pub(super) fn short(&mut self) -> Option<u32> {
        self.chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    pub(super) fn chunk<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let chunk = self.bytes.get(self.at..)?.first_chunk()?;
        self.at += N;
        Some(chunk)
    }

    pub(super) fn some(&mut self, size: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(size)?;
        let some = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(some)
    }
}

pub(super) fn length(of: usize) -> [u8; 8] {
    (of as u64).to_le_bytes()
}

pub(super) fn short(of: usize) -> [u8; 4] {
    u32::try_from(of).expect("a name is shorter than 4 GB").to_le_bytes()
}

pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
