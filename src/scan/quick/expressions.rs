//! Expressions, by how tightly their operators bind.

use super::super::tree::{Comparison, Expr, ExprId, Operator};
use super::token::{Kind, binds};
use super::{Parser, Sure};

/// Operators at one level that nest to the left, and attributes and calls of each other.
pub(super) const LONGEST: u32 = 100;

/// What an expression may be where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode(u8);

impl Mode {
    /// A plain expression.
    pub(super) const PLAIN: Self = Self(0);
    /// `*x | y` too.
    pub(super) const STARRED: Self = Self(Self::STAR | Self::TIGHT);
    /// `*x if y else z` too.
    pub(super) const LOOSE: Self = Self(Self::STAR);
    /// `*x` and `yield` too.
    pub(super) const ANY: Self = Self(Self::STAR | Self::TIGHT | Self::YIELD);
    /// What stands before the `in` of a loop.
    pub(super) const TARGET: Self = Self(Self::STAR | Self::BEFORE_IN);

    const STAR: u8 = 1;
    const TIGHT: u8 = 2;
    const YIELD: u8 = 4;
    const BEFORE_IN: u8 = 8;

    const fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    const fn without(self, flag: u8) -> Self {
        Self(self.0 & !flag)
    }
}

impl Parser<'_> {
    /// One expression, or several as a tuple.
    pub(super) fn expressions(&mut self, mode: Mode) -> Sure<ExprId> {
        let start = self.start;
        let first = self.expression(mode)?;
        if self.kind != Kind::Comma {
            return Ok(first);
        }
        let since = self.scratch.exprs.len();
        self.scratch.exprs.push(first);
        let mode = mode.without(Mode::YIELD);
        while self.eat(Kind::Comma)? && self.kind.starts_expression() {
            let next = self.expression(mode)?;
            self.scratch.exprs.push(next);
        }
        let all = self.lists_since(since);
        Ok(self.node(start, Expr::Tuple(all)))
    }

    /// An expression, or `name := value`.
    pub(super) fn named(&mut self, mode: Mode) -> Sure<ExprId> {
        let start = self.start;
        let target = self.expression(mode)?;
        if self.kind != Kind::Walrus {
            return Ok(target);
        }
        let Expr::Name(_) = self.tree.expr(target) else { return self.doubt() };
        self.advance()?;
        let value = self.expression(Mode::PLAIN)?;
        Ok(self.node(start, Expr::Named { target, value }))
    }

    /// An expression that is no tuple and gives no name.
    #[inline]
    pub(super) fn expression(&mut self, mode: Mode) -> Sure<ExprId> {
        let start = self.start;
        match self.kind {
            Kind::Lambda => self.lambda(),
            Kind::Star => self.starred(mode),
            Kind::Yield => self.yielded(mode),
            _ => {
                let body = self.operation(binds::NOTHING, mode)?;
                if self.kind == Kind::If { self.conditional(start, body) } else { Ok(body) }
            }
        }
    }

    /// What goes on with `if` after an expression.
    #[inline(never)]
    fn conditional(&mut self, start: usize, body: ExprId) -> Sure<ExprId> {
        self.advance()?;
        let test = self.operation(binds::NOTHING, Mode::PLAIN)?;
        self.expect(Kind::Else)?;
        self.deeper()?;
        let orelse = self.expression(Mode::PLAIN)?;
        self.depth -= 1;
        Ok(self.node(start, Expr::If { test, body, orelse }))
    }

    fn starred(&mut self, mode: Mode) -> Sure<ExprId> {
        if !mode.has(Mode::STAR) {
            return self.doubt();
        }
        let start = self.start;
        self.advance()?;
        let value = if mode.has(Mode::TIGHT) {
            self.operation(binds::COMPARE, Mode::PLAIN)?
        } else {
            self.expression(mode.without(Mode::STAR))?
        };
        Ok(self.node(start, Expr::Starred(value)))
    }

    fn yielded(&mut self, mode: Mode) -> Sure<ExprId> {
        if !mode.has(Mode::YIELD) {
            return self.doubt();
        }
        let start = self.start;
        self.advance()?;
        let expr = if self.eat(Kind::From)? {
            Expr::YieldFrom(self.expression(Mode::PLAIN)?)
        } else if self.kind.starts_expression() {
            Expr::Yield(Some(self.expressions(Mode::STARRED)?))
        } else {
            Expr::Yield(None)
        };
        // What could go on with the expression belongs to what is yielded.
        match self.kind {
            Kind::RightParen
            | Kind::RightBrace
            | Kind::Newline
            | Kind::Semicolon
            | Kind::Colon
            | Kind::Exclamation => Ok(self.node(start, expr)),
            _ => self.doubt(),
        }
    }

    /// Operands with operators that bind more tightly than the one before.
    pub(super) fn operation(&mut self, above: u8, mode: Mode) -> Sure<ExprId> {
        self.deeper()?;
        let start = self.start;
        let mut left = self.operand(above, mode)?;
        let mut turns = 0;
        loop {
            let tight = self.kind.binds();
            if tight <= above && !(tight == binds::POWER && above == binds::POWER)
                || self.kind == Kind::In && mode.has(Mode::BEFORE_IN)
            {
                self.depth -= 1;
                return Ok(left);
            }
            turns += 1;
            if turns > LONGEST {
                return self.doubt();
            }
            left = match tight {
                binds::OR | binds::AND => self.choice(left, start, tight, mode)?,
                binds::COMPARE => self.comparison(left, start, mode)?,
                _ => {
                    let operator = match self.kind {
                        Kind::Slash => Operator::Div,
                        Kind::Percent => Operator::Mod,
                        Kind::Plus => Operator::Add,
                        Kind::BitOr => Operator::BitOr,
                        _ => Operator::Other,
                    };
                    self.advance()?;
                    let right = self.operation(tight, mode)?;
                    self.node(start, Expr::Binary { operator, left, right })
                }
            };
        }
    }

    fn operand(&mut self, above: u8, mode: Mode) -> Sure<ExprId> {
        let start = self.start;
        match self.kind {
            Kind::Not if above <= binds::NOT => {
                self.advance()?;
                let value = self.operation(binds::NOT, mode)?;
                Ok(self.node(start, Expr::Not(value)))
            }
            Kind::Minus | Kind::Plus | Kind::Tilde if above <= binds::POWER => {
                self.advance()?;
                let value = self.operation(binds::SIGN, mode)?;
                Ok(self.node(start, Expr::Unary(value)))
            }
            Kind::Await if above < binds::AWAIT => {
                self.advance()?;
                let value = self.operation(binds::AWAIT, Mode::PLAIN)?;
                Ok(self.node(start, Expr::Await(value)))
            }
            _ => self.primary(),
        }
    }

    /// What goes on after the first operand of `and` or `or`.
    fn choice(&mut self, left: ExprId, start: usize, tight: u8, mode: Mode) -> Sure<ExprId> {
        let kind = self.kind;
        let since = self.scratch.exprs.len();
        self.scratch.exprs.push(left);
        while self.eat(kind)? {
            let next = self.operation(tight, mode)?;
            self.scratch.exprs.push(next);
        }
        let all = self.lists_since(since);
        let expr = if kind == Kind::And { Expr::And(all) } else { Expr::Or(all) };
        Ok(self.node(start, expr))
    }

    fn comparison(&mut self, left: ExprId, start: usize, mode: Mode) -> Sure<ExprId> {
        let since = self.scratch.exprs.len();
        let mut operator = self.comparing()?;
        loop {
            let next = self.operation(binds::COMPARE, mode)?;
            self.scratch.exprs.push(next);
            if self.kind.binds() != binds::COMPARE
                || self.kind == Kind::In && mode.has(Mode::BEFORE_IN)
            {
                break;
            }
            self.comparing()?;
            operator = Comparison::Other;
        }
        let comparators = self.lists_since(since);
        Ok(self.node(start, Expr::Compare { operator, left, comparators }))
    }

    /// Takes a comparison's operator, of one token or two.
    fn comparing(&mut self) -> Sure<Comparison> {
        let kind = self.kind;
        self.advance()?;
        match kind {
            Kind::Is if self.eat(Kind::Not)? => Ok(Comparison::IsNot),
            Kind::Is => Ok(Comparison::Is),
            Kind::Not => {
                self.expect(Kind::In)?;
                Ok(Comparison::Other)
            }
            _ => Ok(Comparison::Other),
        }
    }
}
