//! Where packed bytes are written: numbers of seven bits to a byte, names as places in a list.

use super::super::name::Name;

/// Bytes of one file, and the names in them.
#[derive(Debug, Default)]
pub(super) struct Sink {
    pub(super) out: Vec<u8>,
    /// By a name's number: its place in the list of the file that it was last written in, counted
    /// on from file to file.
    seen: Vec<u32>,
    /// What places of this file are counted from.
    base: u32,
    /// The numbers of the file's names, each in four bytes.
    pub(super) list: Vec<u8>,
}

impl Sink {
    /// Another file begins.
    pub(super) fn begin(&mut self) {
        // A place of nought is none.
        let names = u32::try_from(self.list.len() / 4).unwrap_or(u32::MAX).max(1);
        self.base =
            self.base.checked_add(names).filter(|base| *base < u32::MAX / 2).unwrap_or_else(|| {
                self.seen.clear();
                1
            });
        self.out.clear();
        self.list.clear();
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    #[inline]
    pub(super) fn number(&mut self, of: u32) {
        number(&mut self.out, of);
    }

    #[inline]
    pub(super) fn size(&mut self, size: usize) {
        self.number(u32::try_from(size).expect("a file is shorter than 4 GB"));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.size(text.len());
        self.out.extend_from_slice(text.as_bytes());
    }

    #[inline]
    pub(super) fn name(&mut self, name: Name) {
        let place = self.place(name);
        self.number(place);
    }

    #[inline]
    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Leaves room for a number that is known later; what follows begins at the place.
    #[inline]
    pub(super) fn leave(&mut self) -> usize {
        self.out.push(0);
        self.out.len()
    }

    /// Writes the number for which room was left in front of a place; where what follows begins now.
    #[inline]
    pub(super) fn fill(&mut self, place: usize, number: usize) -> usize {
        if let Ok(small @ ..0x80) = u8::try_from(number) {
            self.out[place - 1] = small;
            return place;
        }
        self.make_room(place, number)
    }

    /// Writes a number that needs more room than was left.
    fn make_room(&mut self, place: usize, number: usize) -> usize {
        let end = self.out.len();
        self.size(number);
        let length = self.out.len() - end;
        self.out[place..].rotate_right(length);
        self.out.remove(place - 1);
        place - 1 + length
    }

    /// The place of a name in the file's list.
    #[inline]
    pub(super) fn place(&mut self, name: Name) -> u32 {
        let seen = self.seen.get(name.number() as usize);
        match seen.and_then(|seen| seen.checked_sub(self.base)) {
            Some(place) => place,
            None => self.listed(name),
        }
    }

    /// Adds a name to the file's list.
    fn listed(&mut self, name: Name) -> u32 {
        let number = name.number();
        let index = number as usize;
        if index >= self.seen.len() {
            // Few of the places are looked at before there are more names: the system gives no
            // memory for the rest.
            let mut more = vec![0; 2 * index.next_power_of_two().max(1 << 12)];
            more[..self.seen.len()].copy_from_slice(&self.seen);
            self.seen = more;
        }
        let place = u32::try_from(self.list.len() / 4).unwrap_or(u32::MAX);
        self.seen[index] = self.base.saturating_add(place);
        self.list.extend_from_slice(&number.to_le_bytes());
        place
    }
}

/// Writes a number.
#[inline]
pub(super) fn number(out: &mut Vec<u8>, number: u32) {
    let [low, high, ..] = number.to_le_bytes();
    match number {
        0..0x80 => out.push(low),
        0x80..0x4000 => out.extend_from_slice(&[low | 0x80, high << 1 | low >> 7]),
        _ => long_number(out, number),
    }
}

fn long_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}
