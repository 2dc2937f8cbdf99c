//! Where packed bytes are written: numbers of seven bits to a byte, names as places in a list.

use super::super::name::Name;

/// Bytes of one file, and the names in them.
#[derive(Debug, Default)]
pub(super) struct Sink {
    pub(super) out: Vec<u8>,
    /// By a name's number: the file that it was last written in, and its place in the list there.
    seen: Vec<(u32, u32)>,
    file: u32,
    /// The numbers of the file's names, each in four bytes.
    pub(super) list: Vec<u8>,
}

impl Sink {
    /// Another file begins.
    pub(super) fn begin(&mut self) {
        self.out.clear();
        self.list.clear();
        self.file = self.file.wrapping_add(1);
        if self.file == 0 {
            (self.seen, self.file) = (Vec::new(), 1);
        }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(super) fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.byte(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.byte(number.to_le_bytes()[0]);
    }

    pub(super) fn size(&mut self, size: usize) {
        self.number(u32::try_from(size).expect("a file is shorter than 4 GB"));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.size(text.len());
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn name(&mut self, name: Name) {
        let place = self.place(name);
        self.number(place);
    }

    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Puts a number in front of what was written from a place on.
    pub(super) fn in_front(&mut self, start: usize, number: usize) {
        let before = self.out.len();
        self.size(number);
        let length = self.out.len() - before;
        self.out[start..].rotate_right(length);
    }

    fn place(&mut self, name: Name) -> u32 {
        let number = name.number();
        let index = number as usize;
        if index >= self.seen.len() {
            self.seen.resize(index.next_power_of_two().max(1 << 12) + 1, (0, 0));
        }
        let (file, place) = &mut self.seen[index];
        if *file != self.file {
            *file = self.file;
            *place = u32::try_from(self.list.len() / 4).unwrap_or(u32::MAX);
            self.list.extend_from_slice(&number.to_le_bytes());
        }
        *place
    }
}
