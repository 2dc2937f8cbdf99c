//! Format strings: the expressions in them, those in format specifications included.

use super::expressions::Mode;
use super::strings::{Escapes, Opened};
use super::token::Kind;
use super::{Parser, Sure};

impl Parser<'_> {
    /// Reads the format string that the current token opens, and gathers its expressions. The next
    /// token is not read.
    pub(super) fn format(&mut self) -> Sure<()> {
        let opened = self.opened;
        let mut at = self.pos;
        loop {
            match self.bytes.get(at) {
                Some(&byte) if byte == opened.quote => {
                    if !opened.is_triple {
                        self.pos = at + 1;
                        return Ok(());
                    }
                    if matches!(self.bytes[at + 1..], [a, b, ..] if a == byte && b == byte) {
                        self.pos = at + 3;
                        return Ok(());
                    }
                    at += 1;
                }
                Some(b'{') if self.bytes.get(at + 1) == Some(&b'{') => at += 2,
                Some(b'}') if self.bytes.get(at + 1) == Some(&b'}') => at += 2,
                Some(b'{') => at = self.replaced(at + 1, opened)?,
                Some(b'}') | None => return self.doubt(),
                Some(_) => at = self.literal(at, opened)?,
            }
        }
    }

    /// What follows one byte, or one escape, of text.
    fn literal(&mut self, at: usize, opened: Opened) -> Sure<usize> {
        match self.bytes[at] {
            b'\\' if matches!(self.bytes.get(at + 1), Some(b'{' | b'}')) => Ok(at + 1),
            b'\\' if opened.is_raw => self.escape_on_line(at, Escapes::Raw),
            b'\\' => self.escape_on_line(at, Escapes::Text),
            b'\n' if !opened.is_triple => self.doubt(),
            b'\n' => Ok(self.next_line(at + 1)),
            _ => Ok(at + 1),
        }
    }

    /// Reads a replacement field; gives what follows its brace.
    fn replaced(&mut self, at: usize, opened: Opened) -> Sure<usize> {
        self.deeper()?;
        let outer = self.field;
        self.nesting += 1;
        self.field = self.nesting;
        self.pos = at;
        self.advance()?;
        let value = self.expressions(Mode::ANY)?;
        self.scratch.exprs.push(value);
        self.eat(Kind::Equal)?;
        if self.kind == Kind::Exclamation {
            let conversion = self.bytes.get(self.pos..self.pos + 2);
            if !matches!(conversion, Some([b's' | b'r' | b'a', b'}' | b':'])) {
                return self.doubt();
            }
            self.pos += 1;
            self.advance()?;
        }
        let after = match self.kind {
            Kind::RightBrace => self.pos,
            Kind::Colon => {
                let after = self.specification(self.pos, opened)?;
                self.nesting -= 1;
                after
            }
            _ => return self.doubt(),
        };
        self.field = outer;
        self.depth -= 1;
        Ok(after)
    }

    /// Reads a format specification; gives what follows the brace after it.
    fn specification(&mut self, mut at: usize, opened: Opened) -> Sure<usize> {
        loop {
            match self.bytes.get(at) {
                Some(b'}') => return Ok(at + 1),
                Some(b'{') => at = self.replaced(at + 1, opened)?,
                Some(b'\n' | b'\\') | None => return self.doubt(),
                Some(&byte) if byte == opened.quote => return self.doubt(),
                Some(_) => at += 1,
            }
        }
    }
}
