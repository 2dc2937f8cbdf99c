//! What follows an operand: attributes, calls, subscripts.

use super::super::tree::{Argument, Expr, ExprId, Keyword, Many};
use super::expressions::{LONGEST, Mode};
use super::scratch::close;
use super::token::Kind;
use super::{Parser, Sure};

/// Whose arguments they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taker {
    Call,
    Class,
}

/// What unpacking and naming so far leave allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Positions,
    Names,
    Unpacked,
}

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Sure<ExprId> {
        let start = self.start;
        let mut value = self.atom()?;
        let mut turns = 0;
        loop {
            let expr = match self.kind {
                Kind::Dot => {
                    self.advance()?;
                    let name = self.identifier()?;
                    Expr::Attr { value, name, is_load: true }
                }
                Kind::LeftParen => {
                    let (arguments, positional) = self.arguments(Taker::Call)?;
                    Expr::Call { func: value, arguments, positional }
                }
                Kind::LeftBracket => {
                    let slice = self.subscript()?;
                    Expr::Subscript { value, slice }
                }
                _ => return Ok(value),
            };
            turns += 1;
            if turns > LONGEST {
                return self.doubt();
            }
            value = self.node(start, expr);
        }
    }

    /// Arguments in parentheses, and how many of them are by position.
    pub(super) fn arguments(&mut self, taker: Taker) -> Sure<(Many, u32)> {
        self.advance()?;
        let positional = self.scratch.positional.len();
        let keywords = self.scratch.keywords.len();
        let mut seen = Seen::Positions;
        while self.kind != Kind::RightParen {
            let start = self.start;
            self.argument(&mut seen)?;
            if let Kind::For | Kind::Async = self.kind {
                let is_alone = self.scratch.positional.len() == positional + 1
                    && self.scratch.keywords.len() == keywords;
                if !is_alone || taker == Taker::Class {
                    return self.doubt();
                }
                self.bare_generator(start)?;
                break;
            }
            if self.kind != Kind::Comma {
                break;
            }
            self.advance()?;
        }
        self.expect(Kind::RightParen)?;
        let (scratch, table) = (&mut *self.scratch, &mut self.tree.arguments);
        let by_position = close(&mut scratch.positional, positional, table);
        let by_name = close(&mut scratch.keywords, keywords, table);
        let count = by_position.count + by_name.count;
        Ok((Many { start: by_position.start, count }, by_position.count))
    }

    fn argument(&mut self, seen: &mut Seen) -> Sure<()> {
        if self.kind == Kind::Name && self.names_an_argument() {
            let name = self.identifier()?;
            return self.keyword(Keyword::Named(name), seen);
        }
        if self.kind == Kind::DoubleStar {
            *seen = Seen::Unpacked;
            return self.keyword(Keyword::Unpacked, seen);
        }
        let start = self.start;
        let value = self.named(Mode::LOOSE)?;
        if self.kind == Kind::Equal {
            let Expr::Name(name) = self.tree.expr(value) else { return self.doubt() };
            // The name's node was the last one to be made.
            if !self.is_bare(value, start) || self.tree.exprs.pop().is_none() {
                return self.doubt();
            }
            return self.keyword(Keyword::Named(name), seen);
        }
        let is_starred =
            matches!(self.tree.expr(value), Expr::Starred(_)) && self.is_bare(value, start);
        match seen {
            Seen::Positions => {}
            Seen::Names if is_starred => {}
            Seen::Names | Seen::Unpacked => return self.doubt(),
        }
        self.scratch.positional.push(Argument { keyword: Keyword::Position, value });
        Ok(())
    }

    /// Whether `=` follows the current name at once.
    fn names_an_argument(&self) -> bool {
        matches!(self.bytes[self.pos..], [b'=', next, ..] if next != b'=')
    }

    /// A value after `name=` or `**`.
    fn keyword(&mut self, keyword: Keyword, seen: &mut Seen) -> Sure<()> {
        if *seen == Seen::Positions {
            *seen = Seen::Names;
        }
        self.advance()?;
        let value = self.expression(Mode::PLAIN)?;
        if let Kind::For | Kind::Async = self.kind {
            return self.doubt();
        }
        self.scratch.keywords.push(Argument { keyword, value });
        Ok(())
    }

    /// The generator whose element is the only argument so far.
    fn bare_generator(&mut self, start: usize) -> Sure<()> {
        let Some(Argument { value: elt, .. }) = self.scratch.positional.pop() else {
            return self.doubt();
        };
        if let Expr::Starred(_) = self.tree.expr(elt) {
            return self.doubt();
        }
        let generators = self.generators()?;
        let value = self.node(start, Expr::Generator { elt, generators });
        self.scratch.positional.push(Argument { keyword: Keyword::Position, value });
        Ok(())
    }

    /// What stands in brackets after an operand.
    fn subscript(&mut self) -> Sure<ExprId> {
        self.advance()?;
        let start = self.start;
        let first = self.slice()?;
        let slice = if self.kind == Kind::Comma {
            let since = self.scratch.exprs.len();
            self.scratch.exprs.push(first);
            while self.eat(Kind::Comma)?
                && (self.kind == Kind::Colon || self.kind.starts_expression())
            {
                let next = self.slice()?;
                self.scratch.exprs.push(next);
            }
            let all = self.lists_since(since);
            self.node(start, Expr::Tuple(all))
        } else if let Expr::Starred(_) = self.tree.expr(first) {
            let alone = self.list(&[first]);
            self.node(start, Expr::Tuple(alone))
        } else {
            first
        };
        self.expect(Kind::RightBracket)?;
        Ok(slice)
    }

    fn slice(&mut self) -> Sure<ExprId> {
        let start = self.start;
        let since = self.scratch.exprs.len();
        if self.kind != Kind::Colon {
            let lower = self.named(Mode::LOOSE)?;
            if self.kind != Kind::Colon {
                return Ok(lower);
            }
            if let Expr::Starred(_) | Expr::Named { .. } = self.tree.expr(lower)
                && self.is_bare(lower, start)
            {
                return self.doubt();
            }
            self.scratch.exprs.push(lower);
        }
        self.advance()?;
        if self.kind.starts_expression() {
            let upper = self.expression(Mode::PLAIN)?;
            self.scratch.exprs.push(upper);
        }
        if self.eat(Kind::Colon)? && self.kind.starts_expression() {
            let step = self.expression(Mode::PLAIN)?;
            self.scratch.exprs.push(step);
        }
        let parts = self.lists_since(since);
        Ok(self.node(start, Expr::Slice(parts)))
    }
}
