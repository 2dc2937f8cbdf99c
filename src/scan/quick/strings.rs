//! String literals: where they end, and whether their escapes are right.

use memchr::{memchr_iter, memchr2};

use super::eights::string_stops;
use super::token::Kind;
use super::{Parser, Sure};

/// How a format string was opened.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Opened {
    pub(super) quote: u8,
    pub(super) is_triple: bool,
    pub(super) is_raw: bool,
}

/// What escapes mean in a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Raw,
    Text,
    Bytes,
}

impl Parser<'_> {
    /// The string that starts with a prefix, or none, and has its first quote at `at`.
    #[inline(never)]
    pub(super) fn string(&mut self, start: usize, at: usize) -> Sure<()> {
        self.start = start;
        let prefix = &self.bytes[start..at];
        let has = |letter: u8| {
            !prefix.is_empty() && prefix.iter().any(|byte| byte.to_ascii_lowercase() == letter)
        };
        let escapes = match (has(b'r'), has(b'b')) {
            (true, _) => Escapes::Raw,
            (false, true) => Escapes::Bytes,
            (false, false) => Escapes::Text,
        };
        let (is_format, is_bytes) = (has(b'f'), has(b'b'));
        let quote = self.bytes[at];
        let is_triple = matches!(self.bytes[at + 1..], [a, b, ..] if a == quote && b == quote);
        let inside = if is_triple { at + 3 } else { at + 1 };
        if is_format {
            self.opened = Opened { quote, is_triple, is_raw: escapes == Escapes::Raw };
            self.kind = Kind::Format;
            self.pos = inside;
            return Ok(());
        }
        self.pos = if is_triple {
            self.triple(inside, quote, escapes)?
        } else {
            self.single(inside, quote, escapes)?
        };
        if is_bytes && !self.bytes[inside..self.pos].is_ascii() {
            return self.doubt();
        }
        self.kind = if is_bytes { Kind::Bytes } else { Kind::Str };
        Ok(())
    }

    fn single(&mut self, mut at: usize, quote: u8, escapes: Escapes) -> Sure<usize> {
        loop {
            if let Some(chunk) = self.bytes.get(at..).and_then(|rest| rest.first_chunk()) {
                let stops = string_stops(u64::from_le_bytes(*chunk), quote);
                at += stops.trailing_zeros() as usize / 8;
                if stops == 0 {
                    continue;
                }
            }
            let Some(&byte) = self.bytes.get(at) else { return self.doubt() };
            match byte {
                b'\\' => at = self.escape_on_line(at, escapes)?,
                b'\n' => return self.doubt(),
                _ if byte == quote => return Ok(at + 1),
                _ => at += 1,
            }
        }
    }

    fn triple(&mut self, start: usize, quote: u8, escapes: Escapes) -> Sure<usize> {
        let mut at = start;
        loop {
            let Some(length) = self.bytes.get(at..).and_then(|rest| memchr2(quote, b'\\', rest))
            else {
                return self.doubt();
            };
            at += length;
            if self.bytes[at] == b'\\' {
                at = self.escape(at, escapes)?;
            } else if matches!(self.bytes[at + 1..], [a, b, ..] if a == quote && b == quote) {
                let after = |end| (start + end + 1) as u32;
                let ends = memchr_iter(b'\n', &self.bytes[start..at]);
                self.tree.lines.extend(ends.map(after));
                return Ok(at + 3);
            } else {
                at += 1;
            }
        }
    }

    /// What follows the escape at `at`, which may join a line to this one.
    pub(super) fn escape_on_line(&mut self, at: usize, escapes: Escapes) -> Sure<usize> {
        let after = self.escape(at, escapes)?;
        if self.bytes.get(after - 1) == Some(&b'\n') {
            self.next_line(after);
        }
        Ok(after)
    }

    /// What follows the escape at `at`.
    fn escape(&self, at: usize, escapes: Escapes) -> Sure<usize> {
        let Some(&escaped) = self.bytes.get(at + 1) else { return self.doubt() };
        let digits = match (escaped, escapes) {
            (b'\r', _) => return Ok(at + 3),
            (_, Escapes::Raw) => return Ok(at + 2),
            (b'x', _) => 2,
            (b'u', Escapes::Text) => 4,
            (b'U', Escapes::Text) => 8,
            // Names of characters are not known here.
            (b'N', Escapes::Text) => return self.doubt(),
            _ => return Ok(at + 2),
        };
        let after = at + 2 + digits;
        let number = self.text.get(at + 2..after).filter(|digits| !digits.starts_with('+'));
        match number.map(|digits| u32::from_str_radix(digits, 16)) {
            Some(Ok(0..=0x10_ffff)) => Ok(after),
            _ => self.doubt(),
        }
    }
}
