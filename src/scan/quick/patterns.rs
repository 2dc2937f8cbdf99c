//! Patterns: the expressions in them are gathered, the rest only has to be right.

use super::super::tree::{Expr, ExprId};
use super::keywords::packed;
use super::token::Kind;
use super::{Parser, Sure};

/// What a pattern turned out to be, as far as the one around it has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Star,
    /// A name alone.
    Name,
    /// One expression: a literal or a dotted name.
    Value,
    Other,
}

impl Parser<'_> {
    /// What follows `case`.
    pub(super) fn patterns(&mut self) -> Sure<()> {
        let first = self.pattern()?;
        if self.kind != Kind::Comma {
            return if first == Form::Star { self.doubt() } else { Ok(()) };
        }
        while self.eat(Kind::Comma)? && self.starts_pattern() {
            self.pattern()?;
        }
        Ok(())
    }

    fn starts_pattern(&self) -> bool {
        self.kind == Kind::Star || self.kind == Kind::Minus || self.kind.starts_expression()
    }

    /// A pattern with its alternatives and its name.
    fn pattern(&mut self) -> Sure<Form> {
        self.deeper()?;
        let mut form = self.closed()?;
        while self.kind == Kind::BitOr {
            if form == Form::Star {
                return self.doubt();
            }
            self.advance()?;
            if self.closed()? == Form::Star {
                return self.doubt();
            }
            form = Form::Other;
        }
        if self.kind == Kind::As {
            if form == Form::Star {
                return self.doubt();
            }
            self.advance()?;
            self.binding()?;
            form = Form::Other;
        }
        self.depth -= 1;
        Ok(form)
    }

    /// A name that is bound.
    fn binding(&mut self) -> Sure<()> {
        if self.word == packed(b"_") {
            return self.doubt();
        }
        self.identifier()?;
        Ok(())
    }

    fn closed(&mut self) -> Sure<Form> {
        match self.kind {
            Kind::None | Kind::True | Kind::False => {
                self.advance()?;
                self.done()
            }
            Kind::Number | Kind::Minus => {
                let value = self.signed()?;
                self.scratch.exprs.push(value);
                self.done()?;
                Ok(Form::Value)
            }
            Kind::Str | Kind::Bytes => {
                let value = self.strings()?;
                if let Expr::Format(_) = self.tree.expr(value) {
                    return self.doubt();
                }
                self.scratch.exprs.push(value);
                self.done()?;
                Ok(Form::Value)
            }
            Kind::Star => {
                self.advance()?;
                self.identifier()?;
                Ok(Form::Star)
            }
            Kind::LeftParen => self.sequence(Kind::RightParen),
            Kind::LeftBracket => self.sequence(Kind::RightBracket),
            Kind::LeftBrace => self.mapping(),
            Kind::Name => self.value_or_class(),
            _ => self.doubt(),
        }
    }

    /// The end of a pattern that nothing can follow on.
    fn done(&self) -> Sure<Form> {
        match self.kind {
            Kind::LeftParen | Kind::Plus | Kind::Minus => self.doubt(),
            _ => Ok(Form::Other),
        }
    }

    fn signed(&mut self) -> Sure<ExprId> {
        let start = self.start;
        let is_negative = self.eat(Kind::Minus)?;
        let inside = self.start;
        self.expect(Kind::Number)?;
        let value = self.node(inside, Expr::Number);
        Ok(if is_negative { self.node(start, Expr::Unary(value)) } else { value })
    }

    fn sequence(&mut self, end: Kind) -> Sure<Form> {
        self.advance()?;
        let mut first = None;
        let mut has_comma = false;
        while self.starts_pattern() {
            let form = self.pattern()?;
            first.get_or_insert(form);
            if !self.eat(Kind::Comma)? {
                break;
            }
            has_comma = true;
        }
        self.expect(end)?;
        match first {
            Some(Form::Star) if end == Kind::RightParen && !has_comma => self.doubt(),
            _ => self.done(),
        }
    }

    /// Keys come before the values in them.
    fn mapping(&mut self) -> Sure<Form> {
        self.advance()?;
        let since = self.scratch.exprs.len();
        let mut keys = since;
        loop {
            if self.eat(Kind::DoubleStar)? {
                self.binding()?;
                self.eat(Kind::Comma)?;
                break;
            }
            if self.kind == Kind::RightBrace {
                break;
            }
            let constant = match self.kind {
                Kind::None => Some(Expr::None),
                Kind::True | Kind::False => Some(Expr::Bool),
                Kind::Number | Kind::Minus | Kind::Str | Kind::Bytes | Kind::Name => None,
                _ => return self.doubt(),
            };
            if let Some(constant) = constant {
                let at = self.start;
                self.advance()?;
                let value = self.node(at, constant);
                self.scratch.exprs.push(value);
            } else if self.closed()? != Form::Value {
                return self.doubt();
            }
            self.expect(Kind::Colon)?;
            // The key moves to the end of the keys.
            self.scratch.exprs[keys..].rotate_right(1);
            keys += 1;
            if self.pattern()? == Form::Star {
                return self.doubt();
            }
            if !self.eat(Kind::Comma)? {
                break;
            }
        }
        self.expect(Kind::RightBrace)?;
        self.done()
    }

    /// A name to bind, a dotted one to compare with, or a class with its arguments.
    fn value_or_class(&mut self) -> Sure<Form> {
        let start = self.start;
        // It matches all and names nothing.
        let is_wild = self.word == packed(b"_");
        let name = self.identifier()?;
        if !matches!(self.kind, Kind::Dot | Kind::LeftParen) {
            self.done()?;
            return Ok(if is_wild { Form::Other } else { Form::Name });
        }
        let mut value = self.node(start, Expr::Name(name));
        if is_wild && self.kind == Kind::LeftParen {
            return self.doubt();
        }
        while self.eat(Kind::Dot)? {
            let name = self.identifier()?;
            value = self.node(start, Expr::Attr { value, name, is_load: true });
        }
        self.scratch.exprs.push(value);
        if self.kind == Kind::LeftParen {
            self.class_arguments()?;
            return self.done();
        }
        self.done()?;
        Ok(Form::Value)
    }

    fn class_arguments(&mut self) -> Sure<()> {
        self.advance()?;
        let mut has_keyword = false;
        while self.starts_pattern() {
            let form = self.pattern()?;
            if form == Form::Star || has_keyword && self.kind != Kind::Equal {
                return self.doubt();
            }
            if self.kind == Kind::Equal {
                if form != Form::Name {
                    return self.doubt();
                }
                has_keyword = true;
                self.advance()?;
                if self.pattern()? == Form::Star {
                    return self.doubt();
                }
            }
            if !self.eat(Kind::Comma)? {
                break;
            }
        }
        self.expect(Kind::RightParen)
    }
}
