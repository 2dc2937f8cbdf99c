//! What operators stand between: names, literals, displays, and comprehensions.

use super::super::tree::{Comprehension, Expr, ExprId};
use super::expressions::Mode;
use super::token::{Kind, binds};
use super::{Parser, Sure};

/// What the strings that stand together are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strings {
    Text,
    Bytes,
    Format,
}

impl Parser<'_> {
    /// An expression without operators, attributes and calls.
    pub(super) fn atom(&mut self) -> Sure<ExprId> {
        let start = self.start;
        let expr = match self.kind {
            Kind::Name => Expr::Name(self.name()),
            Kind::Number => Expr::Number,
            Kind::None => Expr::None,
            Kind::True | Kind::False => Expr::Bool,
            Kind::Ellipsis => Expr::Ellipsis,
            Kind::Str | Kind::Bytes | Kind::Format => return self.strings(),
            Kind::LeftParen => return self.parenthesized(),
            Kind::LeftBracket => return self.list_display(),
            Kind::LeftBrace => return self.braced(),
            _ => return self.doubt(),
        };
        self.advance()?;
        Ok(self.node(start, expr))
    }

    /// Strings that stand together.
    pub(super) fn strings(&mut self) -> Sure<ExprId> {
        let start = self.start;
        let since = self.scratch.exprs.len();
        let mut all: Option<Strings> = None;
        loop {
            let this = match self.kind {
                Kind::Str => Strings::Text,
                Kind::Bytes => Strings::Bytes,
                Kind::Format => {
                    self.format()?;
                    Strings::Format
                }
                _ => break,
            };
            all = match (all, this) {
                (None, this) => Some(this),
                (Some(Strings::Bytes), Strings::Bytes) => Some(Strings::Bytes),
                (Some(Strings::Bytes), _) | (_, Strings::Bytes) => return self.doubt(),
                (Some(Strings::Text), Strings::Text) => Some(Strings::Text),
                _ => Some(Strings::Format),
            };
            self.advance()?;
        }
        let expr = match all {
            Some(Strings::Text) => Expr::Str,
            Some(Strings::Bytes) => Expr::Bytes,
            Some(Strings::Format) => Expr::Format(self.lists_since(since)),
            None => return self.doubt(),
        };
        Ok(self.node(start, expr))
    }

    fn parenthesized(&mut self) -> Sure<ExprId> {
        let start = self.start;
        self.advance()?;
        let since = self.scratch.exprs.len();
        if self.eat(Kind::RightParen)? {
            let none = self.lists_since(since);
            return Ok(self.node(start, Expr::Tuple(none)));
        }
        let inside = self.start;
        let first = self.named(Mode::ANY)?;
        match self.kind {
            Kind::RightParen => {
                if let Expr::Starred(_) = self.tree.expr(first) {
                    return self.doubt();
                }
                self.advance()?;
                Ok(first)
            }
            Kind::Comma => {
                self.members(first, Kind::RightParen)?;
                let all = self.lists_since(since);
                Ok(self.node(start, Expr::Tuple(all)))
            }
            Kind::For | Kind::Async => {
                self.element(first, inside)?;
                let generators = self.generators()?;
                self.expect(Kind::RightParen)?;
                Ok(self.node(start, Expr::Generator { elt: first, generators }))
            }
            _ => self.doubt(),
        }
    }

    /// Gathers the members of a display after its first one, up to its end.
    fn members(&mut self, first: ExprId, end: Kind) -> Sure<()> {
        self.scratch.exprs.push(first);
        while self.eat(Kind::Comma)? && self.kind.starts_expression() {
            let next = self.named(Mode::STARRED)?;
            self.scratch.exprs.push(next);
        }
        self.expect(end)
    }

    /// Doubts what cannot be made for each element.
    pub(super) fn element(&self, elt: ExprId, start: usize) -> Sure<()> {
        match self.tree.expr(elt) {
            Expr::Starred(_) | Expr::Yield(_) | Expr::YieldFrom(_) if self.is_bare(elt, start) => {
                self.doubt()
            }
            _ => Ok(()),
        }
    }

    fn list_display(&mut self) -> Sure<ExprId> {
        let start = self.start;
        self.advance()?;
        let since = self.scratch.exprs.len();
        if self.eat(Kind::RightBracket)? {
            let none = self.lists_since(since);
            return Ok(self.node(start, Expr::List(none)));
        }
        let inside = self.start;
        let first = self.named(Mode::STARRED)?;
        if let Kind::For | Kind::Async = self.kind {
            self.element(first, inside)?;
            let generators = self.generators()?;
            self.expect(Kind::RightBracket)?;
            return Ok(self.node(start, Expr::ListComp { elt: first, generators }));
        }
        self.members(first, Kind::RightBracket)?;
        let all = self.lists_since(since);
        Ok(self.node(start, Expr::List(all)))
    }

    fn braced(&mut self) -> Sure<ExprId> {
        let start = self.start;
        self.advance()?;
        let since = self.scratch.items.len();
        if self.eat(Kind::RightBrace)? {
            let none = self.items_since(since);
            return Ok(self.node(start, Expr::Dict(none)));
        }
        if self.kind == Kind::DoubleStar {
            return self.dict(start);
        }
        let inside = self.start;
        let first = self.named(Mode::STARRED)?;
        match self.kind {
            Kind::Colon => {
                if let Expr::Starred(_) | Expr::Named { .. } = self.tree.expr(first)
                    && self.is_bare(first, inside)
                {
                    return self.doubt();
                }
                self.advance()?;
                let value = self.expression(Mode::PLAIN)?;
                if let Kind::For | Kind::Async = self.kind {
                    let generators = self.generators()?;
                    self.expect(Kind::RightBrace)?;
                    return Ok(
                        self.node(start, Expr::DictComp { key: Some(first), value, generators })
                    );
                }
                self.scratch.items.push((Some(first), value));
                if self.kind == Kind::Comma {
                    self.advance()?;
                    return self.rest_of_dict(start, since);
                }
                self.end_of_dict(start, since)
            }
            Kind::For | Kind::Async => {
                self.element(first, inside)?;
                let generators = self.generators()?;
                self.expect(Kind::RightBrace)?;
                Ok(self.node(start, Expr::SetComp { elt: first, generators }))
            }
            _ => {
                let since = self.scratch.exprs.len();
                self.members(first, Kind::RightBrace)?;
                let all = self.lists_since(since);
                Ok(self.node(start, Expr::Set(all)))
            }
        }
    }

    /// A dictionary that starts with `**`.
    fn dict(&mut self, start: usize) -> Sure<ExprId> {
        let since = self.scratch.items.len();
        self.rest_of_dict(start, since)
    }

    fn rest_of_dict(&mut self, start: usize, since: usize) -> Sure<ExprId> {
        loop {
            if self.eat(Kind::DoubleStar)? {
                let value = self.operation(binds::COMPARE, Mode::PLAIN)?;
                self.scratch.items.push((None, value));
            } else if self.kind.starts_expression() {
                let key = self.expression(Mode::PLAIN)?;
                self.expect(Kind::Colon)?;
                let value = self.expression(Mode::PLAIN)?;
                self.scratch.items.push((Some(key), value));
            } else {
                break;
            }
            if !self.eat(Kind::Comma)? {
                break;
            }
        }
        self.end_of_dict(start, since)
    }

    fn end_of_dict(&mut self, start: usize, since: usize) -> Sure<ExprId> {
        self.expect(Kind::RightBrace)?;
        let all = self.items_since(since);
        Ok(self.node(start, Expr::Dict(all)))
    }

    /// The `for … in …` parts of a comprehension.
    pub(super) fn generators(&mut self) -> Sure<super::super::tree::Many> {
        self.deeper()?;
        let since = self.scratch.generators.len();
        loop {
            let is_async = match self.kind {
                Kind::For => false,
                Kind::Async => true,
                _ => break,
            };
            if is_async {
                self.advance()?;
            }
            self.expect(Kind::For)?;
            let target = self.expressions(Mode::TARGET)?;
            self.store(target)?;
            self.expect(Kind::In)?;
            let iter = self.operation(binds::NOTHING, Mode::PLAIN)?;
            let tests = self.scratch.exprs.len();
            while self.eat(Kind::If)? {
                let test = self.operation(binds::NOTHING, Mode::PLAIN)?;
                self.scratch.exprs.push(test);
            }
            let ifs = self.lists_since(tests);
            self.scratch.generators.push(Comprehension { target, iter, ifs, is_async });
        }
        self.depth -= 1;
        Ok(self.generators_since(since))
    }
}
