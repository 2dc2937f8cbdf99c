//! Statements with bodies.

use super::super::tree::{Clause, Function, Many, Stmt};
use super::calls::Taker;
use super::expressions::Mode;
use super::parameters::Owner;
use super::token::Kind;
use super::{Parser, Sure};

impl Parser<'_> {
    pub(super) fn if_(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let test = self.named(Mode::PLAIN)?;
        let body = self.body()?;
        let since = self.scratch.clauses.len();
        while self.eat(Kind::Elif)? {
            let test = self.named(Mode::PLAIN)?;
            let body = self.body()?;
            self.scratch.clauses.push(Clause { test: Some(test), body });
        }
        if self.eat(Kind::Else)? {
            let body = self.body()?;
            self.scratch.clauses.push(Clause { test: None, body });
        }
        Ok(Stmt::If { test, body, clauses: self.clauses_since(since) })
    }

    pub(super) fn for_(&mut self, is_async: bool) -> Sure<Stmt> {
        self.advance()?;
        let target = self.expressions(Mode::TARGET)?;
        self.store(target)?;
        self.expect(Kind::In)?;
        let iter = self.expressions(Mode::STARRED)?;
        let body = self.body()?;
        let orelse = self.orelse()?;
        Ok(Stmt::For { target, iter, body, orelse, is_async })
    }

    pub(super) fn while_(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let test = self.named(Mode::PLAIN)?;
        let body = self.body()?;
        let orelse = self.orelse()?;
        Ok(Stmt::While { test, body, orelse })
    }

    pub(super) fn try_(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let body = self.body()?;
        let since = self.scratch.clauses.len();
        let mut groups = None;
        while self.eat(Kind::Except)? {
            let is_group = self.eat(Kind::Star)?;
            if groups.is_some_and(|groups| groups != is_group) {
                return self.doubt();
            }
            groups = Some(is_group);
            let test = if self.kind == Kind::Colon && !is_group {
                None
            } else {
                let caught = self.expression(Mode::PLAIN)?;
                if self.eat(Kind::As)? {
                    self.identifier()?;
                }
                Some(caught)
            };
            let body = self.body()?;
            self.scratch.clauses.push(Clause { test, body });
        }
        let handlers = self.clauses_since(since);
        let orelse = if handlers.count > 0 { self.orelse()? } else { Many::default() };
        let has_end = self.eat(Kind::Finally)?;
        let finalbody = if has_end { self.body()? } else { Many::default() };
        if handlers.count == 0 && !has_end {
            return self.doubt();
        }
        Ok(Stmt::Try { body, handlers, orelse, finalbody })
    }

    pub(super) fn function(&mut self, decorators: Many, is_async: bool) -> Sure<Stmt> {
        self.advance()?;
        let name = self.identifier()?;
        let since = self.scratch.exprs.len();
        self.type_parameters()?;
        // They are no part of the tree.
        self.scratch.exprs.truncate(since);
        self.expect(Kind::LeftParen)?;
        let parameters = self.parameters(Owner::Function)?;
        self.expect(Kind::RightParen)?;
        let returns =
            if self.eat(Kind::Arrow)? { Some(self.expression(Mode::PLAIN)?) } else { None };
        let body = self.body()?;
        let function = Function { name, decorators, parameters, returns, body, is_async };
        Ok(Stmt::Function(function))
    }

    pub(super) fn class(&mut self, decorators: Many) -> Sure<Stmt> {
        self.advance()?;
        let name = self.identifier()?;
        let since = self.scratch.exprs.len();
        self.type_parameters()?;
        // They are no part of the tree.
        self.scratch.exprs.truncate(since);
        if self.kind == Kind::LeftParen {
            let (arguments, positional) = self.arguments(Taker::Class)?;
            let bases = &self.tree.arguments[arguments.range()][..positional as usize];
            self.scratch.exprs.extend(bases.iter().map(|base| base.value));
        }
        let bases = self.lists_since(since);
        let body = self.body()?;
        Ok(Stmt::Class { name, decorators, bases, body })
    }
}
