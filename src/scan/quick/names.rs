//! Names at hand: most are met again at once, and nearly all are compared as two numbers.

use super::super::name::Name;

/// Pairs of seats for names of each kind. A name that sits down takes the first seat of its pair, and
/// who sat there moves on to the second: two names that would share a seat do not drive each other
/// away again and again.
const PAIRS: usize = 1 << 13;

/// The names that were met last. Interned names stay, so these do from file to file.
pub(super) struct Names {
    /// Of at most eight bytes, by them.
    short: Box<[[(u64, Name); 2]; PAIRS]>,
    long: Box<[[Long; 2]; PAIRS]>,
}

/// A longer name, with its first and its last eight bytes.
#[derive(Clone, Copy, Default)]
struct Long {
    first: u64,
    last: u64,
    length: u32,
    name: Name,
}

impl Default for Names {
    fn default() -> Self {
        Self { short: seats(), long: seats() }
    }
}

/// Empty seats, never on the stack.
fn seats<T: Copy + Default>() -> Box<[[T; 2]; PAIRS]> {
    let seats = vec![[T::default(); 2]; PAIRS].into_boxed_slice();
    seats.try_into().ok().expect("there are as many")
}

impl Names {
    /// The name with these packed bytes, of which there are at most eight, where it is at hand.
    #[inline]
    pub(super) fn short(&self, word: u64) -> Option<Name> {
        let [(first, name), (second, other)] = self.short[pair(word)];
        if first == word {
            return Some(name);
        }
        (second == word).then_some(other)
    }

    /// The name of a longer text, where it is at hand.
    #[inline]
    pub(super) fn long(&self, text: &[u8]) -> Option<Name> {
        let (first, last) = ends(text)?;
        let length = text.len() as u32;
        let of = |known: &&Long| {
            // Both ends and the length are all there is of up to sixteen bytes.
            (known.first, known.last, known.length) == (first, last, length)
                && (length <= 16 || known.name.text().as_bytes() == text)
        };
        let [one, other] = &self.long[long_pair(first, last, text.len())];
        Some(one).filter(of).or(Some(other).filter(of)).map(|known| known.name)
    }

    /// The name of a text, which is at hand from now on: by its packed bytes, where they are few,
    /// nought where they are not.
    #[inline(never)]
    pub(super) fn met(&mut self, word: u64, text: &str) -> Name {
        let name = Name::new(text);
        if word != 0 {
            let seats = &mut self.short[pair(word)];
            *seats = [(word, name), seats[0]];
        } else if let Some((first, last)) = ends(text.as_bytes()) {
            let seats = &mut self.long[long_pair(first, last, text.len())];
            *seats = [Long { first, last, length: text.len() as u32, name }, seats[0]];
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
fn long_pair(first: u64, last: u64, length: usize) -> usize {
    let spread = first.rotate_left(23) ^ last.wrapping_mul(0xff51_afd7_ed55_8ccd);
    pair(spread ^ length as u64)
}

#[inline]
fn pair(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51) as usize % PAIRS
}
