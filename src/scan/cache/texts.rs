//! The texts of the names that the facts of one segment use, by number. Most scans that look at any
//! look at a few, so a text is found without those before it.

use super::super::name::Name;
use super::super::packed::Names;
use super::bytes::{Reader, short};

/// How many there are, where each ends (32 bits), and then one text after the other.
pub(super) struct Texts {
    bytes: Vec<u8>,
    count: usize,
}

impl Texts {
    /// None where the bytes are of another make.
    pub(super) fn read(bytes: Vec<u8>) -> Option<Self> {
        let mut reader = Reader { bytes: &bytes, at: 0 };
        let count = reader.short()? as usize;
        reader.some(count.checked_mul(4)?)?;
        Some(Self { bytes, count })
    }

    /// The text of a number.
    pub(super) fn get(&self, number: u32) -> Option<&str> {
        let (ends, texts) = self.bytes.get(4..)?.split_at_checked(4 * self.count)?;
        let (ends, _) = ends.as_chunks::<4>();
        let number = number as usize;
        let end = u32::from_le_bytes(*ends.get(number)?) as usize;
        let start = match number.checked_sub(1) {
            Some(before) => u32::from_le_bytes(ends[before]) as usize,
            None => 0,
        };
        std::str::from_utf8(texts.get(start..end)?).ok()
    }

    /// All of them as names of this process; none where one of them is no text.
    pub(super) fn names(&self) -> Option<Names> {
        let text = |number| self.get(u32::try_from(number).ok()?);
        let all: Option<Vec<Name>> =
            (0..self.count).map(|number| text(number).map(Name::new)).collect();
        all.map(Names::of)
    }
}

/// Texts on their way into a segment.
#[derive(Default)]
pub(super) struct Numbered {
    texts: Vec<u8>,
    ends: Vec<u8>,
    count: u32,
    /// By the number that a name has in this process: one more than its number in the segment.
    numbers: Vec<u32>,
}

impl Numbered {
    /// The number of a name in the segment.
    pub(super) fn number(&mut self, name: Name) -> u32 {
        let index = name.number() as usize;
        if index >= self.numbers.len() {
            self.numbers.resize(index + 1 + index / 2, 0);
        }
        if self.numbers[index] == 0 {
            self.texts.extend(name.text().as_bytes());
            self.ends.extend(short(self.texts.len()));
            self.count += 1;
            self.numbers[index] = self.count;
        }
        self.numbers[index] - 1
    }

    /// How many bytes they take.
    pub(super) fn size(&self) -> usize {
        4 + self.ends.len() + self.texts.len()
    }

    /// What [`Texts::read`] reads.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.size());
        all.extend(self.count.to_le_bytes());
        all.extend(self.ends);
        all.extend(self.texts);
        all
    }
}
