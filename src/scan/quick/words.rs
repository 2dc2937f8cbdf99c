//! Names, keywords, the prefixes of strings, and numbers.

use super::keywords::kind_of;
use super::token::Kind;
use super::{Parser, Sure};

/// Whether a byte goes on with a name.
static GOES_ON: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let each = byte as u8;
        table[byte] = each.is_ascii_alphanumeric() || each == b'_';
        byte += 1;
    }
    table
};

impl Parser<'_> {
    /// A name or a keyword; letters before quotes belong to a string.
    pub(super) fn word_at(&mut self, start: usize) -> Sure<()> {
        let rest = &self.bytes[start..];
        let length =
            rest.iter().position(|&byte| !GOES_ON[usize::from(byte)]).unwrap_or(rest.len());
        let end = start + length;
        self.start = start;
        self.pos = end;
        match rest.get(length) {
            // Full parsers normalise other alphabets.
            Some(0x80..) => return self.doubt(),
            Some(b'"' | b'\'') if length <= 2 => return self.prefixed(start, end),
            _ => {}
        }
        self.known(start, length);
        Ok(())
    }

    fn known(&mut self, start: usize, length: usize) {
        if length > 8 {
            self.word = 0;
            self.kind = Kind::Name;
            return;
        }
        self.word = match self.bytes[start..].first_chunk::<8>() {
            Some(chunk) => u64::from_le_bytes(*chunk) & (u64::MAX >> (64 - 8 * length)),
            None => super::keywords::packed(&self.bytes[start..start + length]),
        };
        self.kind = kind_of(self.word);
    }

    /// A string with letters before its quotes, or a word right before a string.
    fn prefixed(&mut self, start: usize, quote: usize) -> Sure<()> {
        match self.bytes[start..quote].to_ascii_lowercase()[..] {
            [b'b' | b'r' | b'u' | b'f'] | [b'b' | b'f', b'r'] | [b'r', b'b' | b'f'] => {
                self.string(start, quote)
            }
            [b't'] | [b't', b'r'] | [b'r', b't'] => self.doubt(),
            _ => {
                self.known(start, quote - start);
                Ok(())
            }
        }
    }

    /// A number, with a digit or a point before a digit at `start`.
    pub(super) fn number(&mut self, start: usize) -> Sure<()> {
        self.start = start;
        let first = (self.bytes[start], self.bytes.get(start + 1));
        let mut at = match first {
            (b'0', Some(b'x' | b'X')) => self.based(start + 2, u8::is_ascii_hexdigit)?,
            (b'0', Some(b'o' | b'O')) => {
                self.based(start + 2, |digit| matches!(digit, b'0'..=b'7'))?
            }
            (b'0', Some(b'b' | b'B')) => {
                self.based(start + 2, |digit| matches!(digit, b'0' | b'1'))?
            }
            // Leading zeros are allowed in some numbers.
            (b'0', Some(b'0'..=b'9' | b'_')) => return self.doubt(),
            _ => self.decimal(start)?,
        };
        if matches!(self.bytes.get(at), Some(b'j' | b'J')) {
            if matches!(first, (b'0', Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B'))) {
                return self.doubt();
            }
            at += 1;
        }
        // A word right after a number.
        if self.bytes.get(at).is_some_and(|&byte| GOES_ON[usize::from(byte)] || byte >= 0x80) {
            return self.doubt();
        }
        self.kind = Kind::Number;
        self.pos = at;
        Ok(())
    }

    fn based(&self, at: usize, is_digit: impl Fn(&u8) -> bool) -> Sure<usize> {
        let end = self.digits(at, is_digit);
        if end == at { self.doubt() } else { Ok(end) }
    }

    fn decimal(&self, start: usize) -> Sure<usize> {
        let mut at = self.digits(start, u8::is_ascii_digit);
        if self.bytes.get(at) == Some(&b'.') {
            at = self.digits(at + 1, u8::is_ascii_digit);
        }
        if matches!(self.bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            if matches!(self.bytes.get(at), Some(b'+' | b'-')) {
                at += 1;
            }
            let end = self.digits(at, u8::is_ascii_digit);
            return if end == at { self.doubt() } else { Ok(end) };
        }
        Ok(at)
    }

    /// Where digits end, single underscores between them included.
    fn digits(&self, mut at: usize, is_digit: impl Fn(&u8) -> bool) -> usize {
        let begun = at;
        loop {
            match self.bytes.get(at) {
                Some(digit) if is_digit(digit) => at += 1,
                Some(b'_') if at > begun && self.bytes.get(at + 1).is_some_and(&is_digit) => {
                    at += 1
                }
                _ => return at,
            }
        }
    }
}
