//! Names at hand: most are met again at once, and a short one is compared as a number.

use super::super::name::Name;

const SEATS: usize = 1 << 12;

/// The names that were met last. Interned names stay, so these do from file to file.
pub(super) struct Names {
    /// By their packed bytes.
    short: Box<[(u64, Name)]>,
    long: Box<[Name]>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            short: vec![(0, Name::default()); SEATS].into(),
            long: vec![Name::default(); SEATS].into(),
        }
    }
}

impl Names {
    /// The name of this text, which has the packed bytes `word` where they are at most eight.
    #[inline]
    pub(super) fn name(&mut self, word: u64, text: &str) -> Name {
        if word != 0 {
            let seat = &mut self.short[seat(word)];
            if seat.0 != word {
                *seat = (word, Name::new(text));
            }
            return seat.1;
        }
        let seat = &mut self.long[seat(mixed(text.as_bytes()))];
        if *seat != *text {
            *seat = Name::new(text);
        }
        *seat
    }
}

fn seat(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52) as usize % SEATS
}

/// The first and the last eight bytes of a longer text, in one number.
fn mixed(text: &[u8]) -> u64 {
    let first = text.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
    let last = text.last_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
    first.rotate_left(23) ^ last.wrapping_mul(0xff51_afd7_ed55_8ccd) ^ text.len() as u64
}
