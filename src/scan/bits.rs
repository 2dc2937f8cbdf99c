//! Sets of small numbers that are asked for again and again: a bit for each.

/// Such a set.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Adds a number; whether that is news.
    pub(super) fn insert(&mut self, number: usize) -> bool {
        let (word, bit) = seat(number);
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        let is_news = self.0[word] & bit == 0;
        self.0[word] |= bit;
        is_news
    }

    /// Whether a number is in it.
    #[inline]
    pub(super) fn has(&self, number: usize) -> bool {
        let (word, bit) = seat(number);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

/// The word of a number, and its bit there.
fn seat(number: usize) -> (usize, u64) {
    (number / u64::BITS as usize, 1 << (number % u64::BITS as usize))
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn what_was_put_in_is_in_and_nothing_else() {
        let mut bits = Bits::default();
        assert!(bits.insert(3) && bits.insert(64) && bits.insert(1000) && !bits.insert(64));
        let all: Vec<usize> = (0..2000).filter(|number| bits.has(*number)).collect();
        assert_eq!(all, [3, 64, 1000]);
    }
}
