//! Names at hand: most are met again at once, and nearly all are compared as two numbers.

use super::super::name::Name;

/// Seats for names of each kind.
const SEATS: usize = 1 << 13;

/// The names that were met last. Interned names stay, so these do from file to file.
pub(super) struct Names {
    /// Of at most eight bytes, by them.
    short: Box<[(u64, Name)]>,
    long: Box<[Long]>,
}

/// A longer name, with its first and its last eight bytes.
#[derive(Clone, Copy, Default)]
struct Long {
    first: u64,
    last: u64,
    text: &'static str,
    name: Name,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            short: vec![(0, Name::default()); SEATS].into(),
            long: vec![Long::default(); SEATS].into(),
        }
    }
}

impl Names {
    /// The name of a text with these packed bytes, of which there are at most eight.
    #[inline]
    pub(super) fn short(&mut self, word: u64, text: &str) -> Name {
        let seat = &mut self.short[seat(word)];
        if seat.0 != word {
            *seat = (word, Name::new(text));
        }
        seat.1
    }

    /// The name of a longer text.
    #[inline]
    pub(super) fn long(&mut self, text: &str) -> Name {
        let bytes = text.as_bytes();
        let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) else {
            return Name::new(text);
        };
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        let spread = first.rotate_left(23) ^ last.wrapping_mul(0xff51_afd7_ed55_8ccd);
        let seat = &mut self.long[seat(spread ^ bytes.len() as u64)];
        // Both ends and the length are all there is of up to sixteen bytes.
        let is_known = (seat.first, seat.last, seat.text.len()) == (first, last, text.len())
            && (text.len() <= 16 || seat.text == text);
        if !is_known {
            let name = Name::new(text);
            *seat = Long { first, last, text: name.text(), name };
        }
        seat.name
    }
}

#[inline]
fn seat(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51) as usize % SEATS
}
