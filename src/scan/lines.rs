//! Offsets to lines and columns, for offsets that come nearly in order.

use memchr::memchr_iter;

/// Where the lines of a text start.
pub(super) fn starts(text: &str) -> impl Iterator<Item = u32> {
    let after = |at| u32::try_from(at + 1).unwrap_or(u32::MAX);
    std::iter::once(0).chain(memchr_iter(b'\n', text.as_bytes()).map(after))
}

/// The lines of a text, and which was asked for last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'a> {
    /// Where they start.
    starts: &'a [u32],
    /// The line of the last offset, from 0.
    last: usize,
    /// Whether every character is one byte.
    is_ascii: bool,
}

impl<'a> Lines<'a> {
    /// The lines of a text, which start here.
    pub(super) fn new(text: &str, starts: &'a [u32]) -> Self {
        Self { starts, last: 0, is_ascii: text.is_ascii() }
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&mut self, offset: u32) -> u32 {
        const NEAR: usize = 8;
        let starts = &self.starts[self.last..];
        let near = starts.iter().take(NEAR).take_while(|start| **start <= offset).count();
        self.last = match near {
            0 | NEAR => self.starts.partition_point(|start| *start <= offset) - 1,
            near => self.last + near - 1,
        };
        u32::try_from(self.last + 1).unwrap_or(u32::MAX)
    }

    /// The line and the column of an offset, both from 1, the column in characters.
    pub(super) fn position(&mut self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        let start = self.starts[self.last];
        if self.is_ascii {
            return (line, offset - start + 1);
        }
        let before = &text[start as usize..offset as usize];
        (line, u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::Module;
    use super::{Lines, starts};

    #[test]
    fn positions_are_those_of_a_module_in_whatever_order() {
        let long = format!("x = 1\n\n{}\r\n{}\u{e9}y\n", "z".repeat(90), "\n".repeat(40));
        for text in ["", "\n", "a\u{a}b\u{8a}\u{10a}c\n\n", "\u{1f600}a\n\u{e9}\u{e9}b", &long] {
            let module = Module::parse(text.to_owned());
            let starts: Vec<u32> = starts(text).collect();
            let mut lines = Lines::new(text, &starts);
            let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let mixed = offsets.iter().map(|at| (at * 37) % (text.len() + 1));
            let mixed: Vec<usize> = mixed.filter(|at| text.is_char_boundary(*at)).collect();
            for at in offsets.into_iter().chain(mixed) {
                let at = u32::try_from(at).unwrap();
                let (line, column) = module.position(at.into());
                let (own_line, own_column) = lines.position(text, at);
                assert_eq!((own_line as usize, own_column as usize), (line, column), "{at}");
            }
        }
    }
}
