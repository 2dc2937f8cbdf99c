//! The parameters of functions and of lambdas.

use super::super::tree::{Expr, ExprId, Parameter, Parameters};
use super::expressions::Mode;
use super::scratch::close;
use super::token::Kind;
use super::{Parser, Sure};

/// Whose parameters they are: a lambda's have no annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Function,
    Lambda,
}

/// What separators so far leave allowed.
#[derive(Default)]
struct Order {
    has_default: bool,
    has_slash: bool,
    /// Nothing came yet after a `*` alone.
    star_waits: bool,
    variable: Option<Parameter>,
    named: Option<Parameter>,
    /// How many can be passed by position.
    positional: Option<u32>,
}

impl Parser<'_> {
    pub(super) fn lambda(&mut self) -> Sure<ExprId> {
        // The colon would end the field.
        if self.is_in_field() {
            return self.doubt();
        }
        self.deeper()?;
        let start = self.start;
        self.advance()?;
        let parameters = match self.kind {
            Kind::Colon => None,
            _ => Some(self.parameters(Owner::Lambda)?),
        };
        self.expect(Kind::Colon)?;
        let body = self.expression(Mode::PLAIN)?;
        self.depth -= 1;
        Ok(self.node(start, Expr::Lambda { parameters, body }))
    }

    /// Parameters, without parentheses around them.
    pub(super) fn parameters(&mut self, owner: Owner) -> Sure<Parameters> {
        let since = self.scratch.parameters.len();
        let mut order = Order::default();
        loop {
            match self.kind {
                Kind::Name | Kind::Star | Kind::Slash if order.named.is_some() => {
                    return self.doubt();
                }
                Kind::Name => self.parameter(owner, &mut order)?,
                Kind::Star => self.star(owner, since, &mut order)?,
                Kind::DoubleStar => {
                    if order.named.is_some() || order.star_waits {
                        return self.doubt();
                    }
                    self.advance()?;
                    order.named = Some(self.variadic(owner, Mode::PLAIN)?);
                }
                Kind::Slash => {
                    let is_first = self.scratch.parameters.len() == since;
                    if is_first || order.has_slash || order.positional.is_some() {
                        return self.doubt();
                    }
                    order.has_slash = true;
                    self.advance()?;
                }
                _ => break,
            }
            if !self.eat(Kind::Comma)? {
                break;
            }
        }
        if order.star_waits {
            return self.doubt();
        }
        let given = (self.scratch.parameters.len() - since) as u32;
        self.scratch.parameters.extend(order.variable);
        self.scratch.parameters.extend(order.named);
        let all = close(&mut self.scratch.parameters, since, &mut self.tree.parameters);
        Ok(Parameters {
            all,
            positional: order.positional.unwrap_or(given),
            variadic: all.count - given,
        })
    }

    fn parameter(&mut self, owner: Owner, order: &mut Order) -> Sure<()> {
        let name = self.identifier()?;
        let annotation = self.annotation(owner, Mode::PLAIN)?;
        let default = match self.kind {
            Kind::Equal => {
                self.advance()?;
                Some(self.expression(Mode::PLAIN)?)
            }
            _ => None,
        };
        if default.is_none() && order.has_default && order.positional.is_none() {
            return self.doubt();
        }
        order.has_default |= default.is_some();
        order.star_waits = false;
        self.scratch.parameters.push(Parameter { name, annotation, default });
        Ok(())
    }

    /// `*`, alone or before a name.
    fn star(&mut self, owner: Owner, since: usize, order: &mut Order) -> Sure<()> {
        if order.positional.is_some() {
            return self.doubt();
        }
        order.positional = Some((self.scratch.parameters.len() - since) as u32);
        self.advance()?;
        if self.kind == Kind::Name {
            order.variable = Some(self.variadic(owner, Mode::STARRED)?);
        } else {
            order.star_waits = true;
        }
        Ok(())
    }

    /// What follows `*` or `**`; a default is left to be odd.
    fn variadic(&mut self, owner: Owner, mode: Mode) -> Sure<Parameter> {
        let name = self.identifier()?;
        let annotation = self.annotation(owner, mode)?;
        Ok(Parameter { name, annotation, default: None })
    }

    fn annotation(&mut self, owner: Owner, mode: Mode) -> Sure<Option<ExprId>> {
        if owner == Owner::Lambda || !self.eat(Kind::Colon)? {
            return Ok(None);
        }
        Ok(Some(self.expression(mode)?))
    }

    /// `[T: bound = default, *Ts, **P]` after a name, where it is there; gathers the expressions.
    pub(super) fn type_parameters(&mut self) -> Sure<()> {
        if !self.eat(Kind::LeftBracket)? {
            return Ok(());
        }
        loop {
            let kind = self.kind;
            if let Kind::Star | Kind::DoubleStar = kind {
                self.advance()?;
            }
            self.identifier()?;
            if kind == Kind::Name && self.eat(Kind::Colon)? {
                let bound = self.expression(Mode::PLAIN)?;
                self.scratch.exprs.push(bound);
            }
            if self.eat(Kind::Equal)? {
                let mode = if kind == Kind::Star { Mode::STARRED } else { Mode::PLAIN };
                let default = self.expression(mode)?;
                self.scratch.exprs.push(default);
            }
            if !self.eat(Kind::Comma)? || self.kind == Kind::RightBracket {
                return self.expect(Kind::RightBracket);
            }
        }
    }
}
