//! Text to tokens, one at a time. What is between them, line ends in brackets included, is skipped.

use memchr::memchr;

use super::token::Kind;
use super::{Parser, Sure};

/// Where the lexer is in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Inside,
    /// Before a line whose indentation counts.
    Fresh,
    /// So many levels of indentation are still to be closed.
    Closing(u32),
    /// After the last line.
    Over(u32),
}

/// Whether a carriage return stands without a line feed after it.
pub(super) fn has_lone_return(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

impl Parser<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Makes the next token the current one.
    #[inline]
    pub(super) fn advance(&mut self) -> Sure<()> {
        self.before = self.pos;
        match self.line {
            Line::Inside => self.token(self.pos),
            Line::Fresh | Line::Closing(_) | Line::Over(_) => self.edge(),
        }
    }

    /// The current token.
    #[inline]
    fn is(&mut self, kind: Kind, start: usize, end: usize) -> Sure<()> {
        self.kind = kind;
        self.start = start;
        self.pos = end;
        Ok(())
    }

    /// An operator, or its form with `=` after it.
    #[inline]
    fn or_augmented(&mut self, kind: Kind, start: usize, end: usize) -> Sure<()> {
        if self.byte(end) == b'=' {
            self.is(Kind::Augmented, start, end + 1)
        } else {
            self.is(kind, start, end)
        }
    }

    /// The token at a place, or after what is between tokens there.
    fn token(&mut self, at: usize) -> Sure<()> {
        // One space is by far the most that stands between tokens.
        let at = at + usize::from(self.bytes.get(at) == Some(&b' '));
        let Some(&byte) = self.bytes.get(at) else { return self.end(at) };
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word_at(at),
            b'(' => self.opening(Kind::LeftParen, at),
            b')' => self.closing(Kind::RightParen, at),
            b'.' => self.dot(at),
            b',' => self.is(Kind::Comma, at, at + 1),
            b'\n' if self.nesting == 0 => self.newline(at),
            b' ' | b'\t' | b'\x0c' | b'\r' | b'\n' | b'#' | b'\\' => self.later_token(at),
            b'"' | b'\'' => self.string(at, at),
            b'=' if self.byte(at + 1) == b'=' => self.is(Kind::Compare, at, at + 2),
            b'=' => self.is(Kind::Equal, at, at + 1),
            b':' if self.byte(at + 1) == b'=' && !self.is_in_field() => {
                self.is(Kind::Walrus, at, at + 2)
            }
            b':' => self.is(Kind::Colon, at, at + 1),
            b'[' => self.opening(Kind::LeftBracket, at),
            b']' => self.closing(Kind::RightBracket, at),
            b'{' => self.opening(Kind::LeftBrace, at),
            b'}' => self.closing(Kind::RightBrace, at),
            b'0'..=b'9' => self.number(at),
            _ => self.operator(byte, at),
        }
    }

    /// The token after all that is between tokens at a place.
    #[inline(never)]
    fn later_token(&mut self, mut at: usize) -> Sure<()> {
        while let Some(byte) = self.bytes.get(at) {
            at = match byte {
                b' ' => at + self.spaces(at) as usize,
                b'\t' | b'\x0c' | b'\r' => at + 1,
                b'\n' if self.nesting > 0 => self.next_line(at + 1),
                b'#' => self.comment(at)?,
                b'\\' => self.continuation(at)?,
                _ => break,
            };
        }
        self.token(at)
    }

    #[inline(never)]
    fn operator(&mut self, byte: u8, at: usize) -> Sure<()> {
        let next = self.byte(at + 1);
        match (byte, next) {
            (b'-', b'>') => self.is(Kind::Arrow, at, at + 2),
            (b'!', b'=') => self.is(Kind::Compare, at, at + 2),
            (b'*', b'*') => self.or_augmented(Kind::DoubleStar, at, at + 2),
            (b'/', b'/') => self.or_augmented(Kind::DoubleSlash, at, at + 2),
            (b'<', b'<') | (b'>', b'>') => self.or_augmented(Kind::Shift, at, at + 2),
            (b'<' | b'>', b'=') => self.is(Kind::Compare, at, at + 2),
            (b'<' | b'>', _) => self.is(Kind::Compare, at, at + 1),
            (b'+', _) => self.or_augmented(Kind::Plus, at, at + 1),
            (b'-', _) => self.or_augmented(Kind::Minus, at, at + 1),
            (b'*', _) => self.or_augmented(Kind::Star, at, at + 1),
            (b'/', _) => self.or_augmented(Kind::Slash, at, at + 1),
            (b'%', _) => self.or_augmented(Kind::Percent, at, at + 1),
            (b'@', _) => self.or_augmented(Kind::At, at, at + 1),
            (b'|', _) => self.or_augmented(Kind::BitOr, at, at + 1),
            (b'&', _) => self.or_augmented(Kind::BitAnd, at, at + 1),
            (b'^', _) => self.or_augmented(Kind::BitXor, at, at + 1),
            (b'~', _) => self.is(Kind::Tilde, at, at + 1),
            (b';', _) => self.is(Kind::Semicolon, at, at + 1),
            (b'!', _) => self.is(Kind::Exclamation, at, at + 1),
            _ => {
                self.start = at;
                self.doubt()
            }
        }
    }

    /// Whether a colon here would end a replacement field.
    pub(super) fn is_in_field(&self) -> bool {
        self.field > 0 && self.field == self.nesting
    }

    fn opening(&mut self, kind: Kind, at: usize) -> Sure<()> {
        self.nesting += 1;
        self.is(kind, at, at + 1)
    }

    fn closing(&mut self, kind: Kind, at: usize) -> Sure<()> {
        self.nesting = self.nesting.saturating_sub(1);
        self.is(kind, at, at + 1)
    }

    fn dot(&mut self, at: usize) -> Sure<()> {
        match (self.byte(at + 1), self.byte(at + 2)) {
            (b'0'..=b'9', _) => self.number(at),
            (b'.', b'.') => self.is(Kind::Ellipsis, at, at + 3),
            _ => self.is(Kind::Dot, at, at + 1),
        }
    }

    /// The end of a line that holds a statement.
    #[inline(never)]
    fn newline(&mut self, at: usize) -> Sure<()> {
        self.next_line(at + 1);
        self.line = Line::Fresh;
        self.is(Kind::Newline, at, at + 1)
    }

    /// Remembers that a line starts here.
    #[inline]
    pub(super) fn next_line(&mut self, at: usize) -> usize {
        self.tree.lines.push(at as u32);
        at
    }

    /// The start of the line that a backslash joins to this one.
    fn continuation(&mut self, at: usize) -> Sure<usize> {
        let after = match (self.byte(at + 1), self.byte(at + 2)) {
            (b'\n', _) => at + 2,
            (b'\r', b'\n') => at + 3,
            _ => return self.doubt(),
        };
        if after >= self.bytes.len() || self.field > 0 {
            return self.doubt();
        }
        Ok(self.next_line(after))
    }

    /// Where the line of a comment ends.
    fn comment(&self, at: usize) -> Sure<usize> {
        if self.field > 0 {
            return self.doubt();
        }
        Ok(memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |length| at + length))
    }

    /// The end of the text, which ends its last line and closes all blocks.
    fn end(&mut self, at: usize) -> Sure<()> {
        if self.nesting > 0 {
            return self.doubt();
        }
        self.line = Line::Fresh;
        self.is(Kind::Newline, at, at)
    }

    #[inline(never)]
    fn edge(&mut self) -> Sure<()> {
        match self.line {
            Line::Inside => self.token(self.pos),
            Line::Fresh => self.indentation(self.pos),
            Line::Closing(0) => {
                self.line = Line::Inside;
                self.token(self.pos)
            }
            Line::Closing(levels) => {
                self.line = Line::Closing(levels - 1);
                self.is(Kind::Dedent, self.pos, self.pos)
            }
            Line::Over(0) => self.is(Kind::End, self.pos, self.pos),
            Line::Over(levels) => {
                self.line = Line::Over(levels - 1);
                self.is(Kind::Dedent, self.pos, self.pos)
            }
        }
    }

    /// The start of the next line that is not blank.
    fn indentation(&mut self, mut at: usize) -> Sure<()> {
        // A tab reaches the next even column, so that mixtures whose order depends on a tab's width
        // differ in columns and in characters.
        let (mut column, mut characters) = (0, 0);
        loop {
            let Some(&byte) = self.bytes.get(at) else {
                self.line = Line::Over(self.scratch.indents.len() as u32);
                self.scratch.indents.clear();
                self.pos = at;
                return self.edge();
            };
            match byte {
                b' ' => {
                    let spaces = self.spaces(at);
                    column += spaces;
                    characters += spaces;
                    at += spaces as usize;
                    continue;
                }
                b'\t' => {
                    column += 2 - column % 2;
                    characters += 1;
                }
                b'\n' => {
                    (column, characters) = (0, 0);
                    self.next_line(at + 1);
                }
                b'\x0c' => (column, characters) = (0, 0),
                b'\r' => {}
                b'#' => {
                    at = self.comment(at)?;
                    continue;
                }
                _ => break,
            }
            at += 1;
        }
        if self.byte(at) == b'\\' {
            self.start = at;
            return self.doubt();
        }
        let (columns, count) = self.scratch.indents.last().copied().unwrap_or_default();
        if (columns, count) == (column, characters) {
            self.line = Line::Inside;
            return self.token(at);
        }
        if column > columns && characters > count {
            self.scratch.indents.push((column, characters));
            self.line = Line::Inside;
            return self.is(Kind::Indent, at, at);
        }
        self.dedent(at, column, characters)
    }

    /// How many spaces stand here, one at least; there may be more after many.
    fn spaces(&self, at: usize) -> u32 {
        const SPACES: u64 = 0x2020_2020_2020_2020;
        match self.bytes[at..].first_chunk() {
            Some(chunk) => match (u64::from_le_bytes(*chunk) ^ SPACES).trailing_zeros() / 8 {
                0 => 1,
                spaces => spaces,
            },
            None => 1,
        }
    }

    fn dedent(&mut self, at: usize, column: u32, characters: u32) -> Sure<()> {
        let mut levels = 0;
        loop {
            let (columns, count) = self.scratch.indents.last().copied().unwrap_or_default();
            if (columns, count) == (column, characters) {
                self.line = Line::Closing(levels);
                self.pos = at;
                return self.edge();
            }
            if columns <= column || count <= characters {
                self.start = at;
                return self.doubt();
            }
            self.scratch.indents.pop();
            levels += 1;
        }
    }
}
