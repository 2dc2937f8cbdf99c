//! Names by their texts. A text of the usual length stands in the seat itself, so that finding it
//! looks at one place of memory.

use super::Name;

/// Seats that are made at first.
const FEW: usize = 1 << 8;

/// A text in three words: its bytes and its length, or that it is long, its length and two hashes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key([u64; 3]);

/// A text's key and its name; the empty name where nobody sits.
pub(super) type Seat = (Key, Name);

/// Where nobody sits.
pub(super) const FREE: Seat = (Key([0; 3]), Name(0));

impl Key {
    /// Longer texts are not in their keys.
    const SHORT: usize = 23;

    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut words = [[0; 8]; 3];
        if let Some(short) = words.as_flattened_mut().get_mut(..bytes.len())
            && bytes.len() <= Self::SHORT
        {
            short.copy_from_slice(bytes);
            words[2][7] = u8::try_from(bytes.len()).expect("it is short");
            return Self(words.map(u64::from_le_bytes));
        }
        let (chunks, rest) = bytes.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let words = chunks.iter().chain([&last]).map(|chunk| u64::from_le_bytes(*chunk));
        let (one, other) = words.fold((1, 2), |(one, other), word| {
            (folded(one ^ word, ONE), folded(other ^ word, OTHER))
        });
        Self([one, other, bytes.len() as u64 | 0xff << 56])
    }

    /// Whether other texts have it, too.
    pub(super) fn is_shared(self) -> bool {
        self.0[2] >> 56 == 0xff
    }

    pub(super) fn hash(self) -> u64 {
        let [one, other, last] = self.0;
        folded(folded(one ^ ONE, other ^ OTHER) ^ last, THIRD)
    }
}

/// Digits of pi, and odd.
const ONE: u64 = 0x2438_6f28_2c6f_d1a9;
const OTHER: u64 = 0x9f31_d008_2efa_98ed;
const THIRD: u64 = 0x4528_21e6_38d0_1377;

/// Both halves of a product.
fn folded(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    let bytes = product.to_le_bytes();
    let (halves, _) = bytes.as_chunks::<8>();
    u64::from_le_bytes(halves[0]) ^ u64::from_le_bytes(halves[1])
}

/// Names by their keys.
pub(super) struct Seats {
    /// A power of two of them, or none.
    all: Vec<Seat>,
    taken: usize,
}

impl Seats {
    pub(super) const fn new() -> Self {
        Self { all: Vec::new(), taken: 0 }
    }

    /// The name of a text, by its key, where it is known.
    pub(super) fn find(&self, key: Key, text: &str) -> Option<Name> {
        let mask = self.all.len().wrapping_sub(1);
        let mut at = place(key, mask);
        loop {
            let (known, name) = *self.all.get(at)?;
            if name == Name(0) {
                return None;
            }
            if known == key && (!key.is_shared() || name.text() == text) {
                return Some(name);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a name that is not known.
    pub(super) fn add(&mut self, key: Key, name: Name) {
        if self.taken * 3 >= self.all.len() * 2 {
            let more = vec![FREE; FEW.max(self.all.len() * 2)];
            let all = std::mem::replace(&mut self.all, more);
            all.into_iter().filter(|seat| *seat != FREE).for_each(|seat| self.seat(seat));
        }
        self.seat((key, name));
        self.taken += 1;
    }

    fn seat(&mut self, seat: Seat) {
        let mask = self.all.len() - 1;
        let mut at = place(seat.0, mask);
        while self.all[at] != FREE {
            at = (at + 1) & mask;
        }
        self.all[at] = seat;
    }
}

/// Where a key would like to sit.
pub(super) fn place(key: Key, mask: usize) -> usize {
    usize::try_from(key.hash() & 0xffff_ffff).unwrap_or_default() & mask
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn texts_of_every_length_have_keys_of_their_own() {
        let text = "abcdefghijklmnopqrstuvwxyz0123456789";
        let mut keys: Vec<Key> = Vec::new();
        for end in 0..=text.len() {
            for ends in ["", "\0", "\0\0", "z"] {
                let key = Key::of(&format!("{}{ends}", &text[..end]));
                let is_again = end == 26 && ends.is_empty();
                assert_eq!(keys.contains(&key), is_again, "{end} {ends:?}");
                keys.push(key);
            }
        }
        assert!(!Key::of(&text[..23]).is_shared());
        assert!(Key::of(&text[..24]).is_shared());
    }
}
