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

/// A longer name. Two of them are a line of the processor's memory.
#[derive(Clone, Copy, Default)]
struct Long {
    parts: Parts,
    length: u32,
    name: Name,
}

/// The first eight bytes of a text, the next eight, where it has as many, and the last: with its length
/// all there is of up to 24 bytes, which are nearly all names.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Parts([u64; 3]);

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
        let parts = Parts::of(text)?;
        let [one, other] = &self.long[parts.pair(text.len())];
        if one.is(parts, text) {
            return Some(one.name);
        }
        other.is(parts, text).then_some(other.name)
    }

    /// The name of a text, which is at hand from now on: by its packed bytes, where they are few,
    /// nought where they are not.
    #[inline(never)]
    pub(super) fn met(&mut self, word: u64, text: &str) -> Name {
        let name = Name::new(text);
        if word != 0 {
            let seats = &mut self.short[pair(word)];
            *seats = [(word, name), seats[0]];
        } else if let Some(parts) = Parts::of(text.as_bytes()) {
            let seats = &mut self.long[parts.pair(text.len())];
            *seats = [Long { parts, length: text.len() as u32, name }, seats[0]];
        }
        name
    }
}

impl Long {
    /// Whether it is the name of a text that has these parts.
    #[inline]
    fn is(&self, parts: Parts, text: &[u8]) -> bool {
        self.parts == parts
            && self.length as usize == text.len()
            && (text.len() <= 24 || self.name.text().as_bytes() == text)
    }
}

impl Parts {
    /// None where there are fewer than eight bytes.
    #[inline]
    fn of(text: &[u8]) -> Option<Self> {
        let middle =
            text[8.min(text.len())..].first_chunk().map_or(0, |it| u64::from_le_bytes(*it));
        let (first, last) = (text.first_chunk()?, text.last_chunk()?);
        Some(Self([u64::from_le_bytes(*first), middle, u64::from_le_bytes(*last)]))
    }

    /// Where a text with these parts sits that is so long.
    #[inline]
    fn pair(self, length: usize) -> usize {
        let [first, middle, last] = self.0;
        let spread = first.rotate_left(23) ^ last.wrapping_mul(0xff51_afd7_ed55_8ccd);
        pair(spread ^ middle.rotate_left(41) ^ length as u64)
    }
}

#[inline]
fn pair(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51) as usize % PAIRS
}

#[cfg(test)]
mod tests {
    use super::{Long, Names, Parts};

    #[test]
    fn names_of_every_length_are_told_apart() {
        let mut names = Names::default();
        let texts: Vec<String> = (8..40).map(|length| "n".repeat(length)).collect();
        for text in &texts {
            let name = names.met(0, text);
            assert_eq!(names.long(text.as_bytes()), Some(name));
        }
        // Two that begin and end alike differ in the middle, or in their lengths alone.
        let long = |text: &str| Long {
            parts: Parts::of(text.as_bytes()).unwrap(),
            length: text.len() as u32,
            name: names.long(text.as_bytes()).unwrap_or_default(),
        };
        for one in &texts {
            for other in &texts {
                let parts = Parts::of(other.as_bytes()).unwrap();
                assert_eq!(long(one).is(parts, other.as_bytes()), one == other, "{one} {other}");
            }
        }
        assert!(Parts::of(b"seven__").is_none());
        let middle = |text: &[u8]| Parts::of(text).unwrap().0[1];
        assert_ne!(middle(b"beginning_one_ending"), middle(b"beginning_two_ending"));
    }
}
