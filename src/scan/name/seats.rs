//! Names by their texts. A hash and a number for each, and the text only to make sure.

use super::Name;

/// Seats that are made at first.
const FEW: usize = 1 << 10;

/// Names by the hashes of their texts.
pub(super) struct Seats {
    /// Half of a hash and a name; the empty name where nobody sits. A power of two of them.
    all: Vec<(u32, Name)>,
    taken: usize,
}

impl Seats {
    pub(super) const fn new() -> Self {
        Self { all: Vec::new(), taken: 0 }
    }

    /// The name of a text with this hash, where it is known.
    pub(super) fn find(&self, hash: u64, text: &str) -> Option<Name> {
        let tag = tag(hash);
        let mask = self.all.len().wrapping_sub(1);
        let mut at = tag as usize & mask;
        loop {
            let (known, name) = *self.all.get(at)?;
            if name == Name(0) {
                return None;
            }
            if known == tag && name.text() == text {
                return Some(name);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a name that is not known.
    pub(super) fn add(&mut self, hash: u64, name: Name) {
        if self.taken * 3 >= self.all.len() * 2 {
            let more = vec![(0, Name(0)); FEW.max(self.all.len() * 2)];
            let all = std::mem::replace(&mut self.all, more);
            all.into_iter().filter(|(_, name)| *name != Name(0)).for_each(|it| self.seat(it));
        }
        self.seat((tag(hash), name));
        self.taken += 1;
    }

    fn seat(&mut self, (tag, name): (u32, Name)) {
        let mask = self.all.len() - 1;
        let mut at = tag as usize & mask;
        while self.all[at].1 != Name(0) {
            at = (at + 1) & mask;
        }
        self.all[at] = (tag, name);
    }
}

/// The lower half, in which this hash mixes better.
fn tag(hash: u64) -> u32 {
    u32::try_from(hash & u64::from(u32::MAX)).expect("32 bits")
}
