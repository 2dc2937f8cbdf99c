//! Names at hand: most are met again at once, and nearly all are compared as two numbers.

use super::super::name::Name;

/// Seats for names of each kind.
const SEATS: usize = 1 << 13;

/// The names that were met last. Interned names stay, so these do from file to file.
pub(super) struct Names {
    /// Of at most eight bytes, by them.
    short: Box<[(u64, Name); SEATS]>,
    long: Box<[Long; SEATS]>,
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
        Self { short: seats(), long: seats() }
    }
}

/// Empty seats, never on the stack.
fn seats<T: Copy + Default>() -> Box<[T; SEATS]> {
    let seats = vec![T::default(); SEATS].into_boxed_slice();
    seats.try_into().ok().expect("there are as many")
}

impl Names {
    /// The name with these packed bytes, of which there are at most eight, where it is at hand.
    #[inline]
    pub(super) fn short(&self, word: u64) -> Option<Name> {
        let (known, name) = self.short[seat(word)];
        (known == word).then_some(name)
    }

    /// The name of a longer text, where it is at hand.
    #[inline]
    pub(super) fn long(&self, text: &[u8]) -> Option<Name> {
        let (first, last) = ends(text)?;
        let known = &self.long[long_seat(first, last, text.len())];
        // Both ends and the length are all there is of up to sixteen bytes.
        let is_known = (known.first, known.last, known.text.len()) == (first, last, text.len())
            && (text.len() <= 16 || known.text.as_bytes() == text);
        is_known.then_some(known.name)
    }

    /// The name of a text, which is at hand from now on: by its packed bytes, where they are few,
    /// nought where they are not.
    #[inline(never)]
    pub(super) fn met(&mut self, word: u64, text: &str) -> Name {
        let name = Name::new(text);
        if word != 0 {
            self.short[seat(word)] = (word, name);
        } else if let Some((first, last)) = ends(text.as_bytes()) {
            let seat = long_seat(first, last, text.len());
            self.long[seat] = Long { first, last, text: name.text(), name };
        }
        name
    }
}

/// The first and the last eight bytes.
#[inline]
fn ends(text: &[u8]) -> Option<(u64, u64)> {
    let (first, last) = (text.first_chunk()?, text.last_chunk()?);
    Some((u64::from_le_bytes(*first), u64::from_le_bytes(*last)))
}

#[inline]
fn long_seat(first: u64, last: u64, length: usize) -> usize {
    let spread = first.rotate_left(23) ^ last.wrapping_mul(0xff51_afd7_ed55_8ccd);
    seat(spread ^ length as u64)
}

#[inline]
fn seat(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51) as usize % SEATS
}
