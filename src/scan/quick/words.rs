//! Names, keywords, the prefixes of strings, and numbers.

use super::eights::outside_words;
use super::keywords::{kind_of, packed};
use super::token::Kind;
use super::{Parser, Sure};

/// Whether a byte goes on with a name.
const fn goes_on(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Parser<'_> {
    /// A name or a keyword; letters before quotes belong to a string.
    #[inline(never)]
    pub(super) fn word_at(&mut self, start: usize) -> Sure<()> {
        let chunk = self.bytes.get(start..).and_then(|rest| rest.first_chunk::<8>());
        let Some(chunk) = chunk else { return self.last_word(start) };
        let first = u64::from_le_bytes(*chunk);
        let stops = outside_words(first);
        if stops == 0 {
            return self.long_word(start, first);
        }
        let bits = stops.trailing_zeros() & !7;
        self.is_word(start, start + bits as usize / 8, first & ((1 << bits) - 1))
    }

    /// A word of at least eight bytes, which start with these.
    #[inline(never)]
    fn long_word(&mut self, start: usize, first: u64) -> Sure<()> {
        let mut end = start + 8;
        let end = loop {
            let chunk = self.bytes.get(end..).and_then(|rest| rest.first_chunk::<8>());
            let Some(chunk) = chunk else { break self.end_of_word(end) };
            let stops = outside_words(u64::from_le_bytes(*chunk));
            if stops != 0 {
                break end + stops.trailing_zeros() as usize / 8;
            }
            end += 8;
        };
        self.is_word(start, end, if end == start + 8 { first } else { 0 })
    }

    /// A word near the end of the text.
    #[cold]
    fn last_word(&mut self, start: usize) -> Sure<()> {
        let end = self.end_of_word(start);
        self.is_word(start, end, packed(&self.bytes[start..end]))
    }

    #[cold]
    fn end_of_word(&self, at: usize) -> usize {
        at + self.bytes[at..].iter().take_while(|&&byte| goes_on(byte)).count()
    }

    /// A word with these packed bytes; nought where there are more than eight.
    fn is_word(&mut self, start: usize, end: usize, word: u64) -> Sure<()> {
        self.start = start;
        self.pos = end;
        self.word = word;
        self.kind = if word == 0 { Kind::Name } else { kind_of(word) };
        // Where a letter of another alphabet follows, the next token is odd: the full parser would
        // normalise the name.
        if end - start <= 2 && matches!(self.bytes.get(end), Some(b'"' | b'\'')) {
            return self.prefixed(start, end);
        }
        Ok(())
    }

    /// A string with letters before its quotes, or a word right before a string.
    #[inline(never)]
    fn prefixed(&mut self, start: usize, quote: usize) -> Sure<()> {
        match self.bytes[start..quote].to_ascii_lowercase()[..] {
            [b'b' | b'r' | b'u' | b'f'] | [b'b' | b'f', b'r'] | [b'r', b'b' | b'f'] => {
                self.string(start, quote)
            }
            [b't'] | [b't', b'r'] | [b'r', b't'] => self.doubt(),
            _ => Ok(()),
        }
    }

    /// A number, with a digit or a point before a digit at `start`.
    #[inline(never)]
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
            _ => self.decimal(start)?,
        };
        if matches!(self.bytes.get(at), Some(b'j' | b'J')) {
            if matches!(first, (b'0', Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B'))) {
                return self.doubt();
            }
            at += 1;
        }
        // A word right after a number.
        if self.bytes.get(at).is_some_and(|&byte| goes_on(byte) || byte >= 0x80) {
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
        let whole = &self.bytes[start..at];
        // Leading zeros are allowed in some numbers.
        if whole.first() == Some(&b'0') && whole.iter().any(|digit| matches!(digit, b'1'..=b'9')) {
            return self.doubt();
        }
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
