//! Names by the hashes of their texts. A seat is one word, so that a table of all names of a large
//! program stays small: the texts themselves are looked at only where the hashes are equal.

use super::Name;

/// Seats that are made at first.
const FEW: usize = 1 << 6;

/// A hash and the number of a name; nought where nobody sits, since the empty name is in no table.
type Seat = u64;

/// Names by their hashes.
pub(super) struct Seats {
    /// A power of two of them, or none.
    all: Vec<Seat>,
    taken: usize,
}

impl Seats {
    pub(super) const fn new() -> Self {
        Self { all: Vec::new(), taken: 0 }
    }

    /// The name of a text, by the text's hash, where it is known.
    pub(super) fn find(&self, hash: u32, text: &str) -> Option<Name> {
        let mask = self.all.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            let seat = *self.all.get(at)?;
            if seat == 0 {
                return None;
            }
            if hash_of(seat) == hash && name_of(seat).text() == text {
                return Some(name_of(seat));
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a name that is not known, which is not the empty one.
    pub(super) fn add(&mut self, hash: u32, name: Name) {
        if self.taken * 4 >= self.all.len() * 3 {
            let more = vec![0; FEW.max(self.all.len() * 2)];
            let all = std::mem::replace(&mut self.all, more);
            all.into_iter().filter(|seat| *seat != 0).for_each(|seat| self.seat(seat));
        }
        self.seat(u64::from(hash) << 32 | u64::from(name.number()));
        self.taken += 1;
    }

    fn seat(&mut self, seat: Seat) {
        let mask = self.all.len() - 1;
        let mut at = hash_of(seat) as usize & mask;
        while self.all[at] != 0 {
            at = (at + 1) & mask;
        }
        self.all[at] = seat;
    }
}

fn hash_of(seat: Seat) -> u32 {
    (seat >> 32) as u32
}

fn name_of(seat: Seat) -> Name {
    Name(seat as u32)
}

#[cfg(test)]
mod tests {
    use super::{Name, Seats};

    #[test]
    fn texts_of_one_hash_are_told_apart() {
        let names: Vec<Name> = (0..200).map(|n| Name::new(&format!("seat {n}"))).collect();
        let mut seats = Seats::new();
        for name in &names {
            assert_eq!(seats.find(7, name), None);
            seats.add(7, *name);
        }
        for name in names {
            assert_eq!(seats.find(7, &name), Some(name));
            assert_eq!(seats.find(8, &name), None);
        }
    }
}
