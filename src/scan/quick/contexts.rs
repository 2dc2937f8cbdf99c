//! `with`, whose first parenthesis can be around all its items or around an expression.

use super::super::tree::{Expr, ExprId, Many, Stmt, WithItem};
use super::expressions::Mode;
use super::token::Kind;
use super::{Parser, Sure};

impl Parser<'_> {
    pub(super) fn with(&mut self, is_async: bool) -> Sure<Stmt> {
        self.advance()?;
        let start = self.tree.withs.len();
        if self.kind != Kind::LeftParen || !self.items_in_parens()? {
            loop {
                let context = self.expression(Mode::PLAIN)?;
                self.item(context)?;
                if !self.eat(Kind::Comma)? {
                    break;
                }
            }
        }
        let count = (self.tree.withs.len() - start) as u32;
        let items = Many { start: start as u32, count };
        let body = self.body()?;
        Ok(Stmt::With { items, body, is_async })
    }

    fn item(&mut self, context: ExprId) -> Sure<bool> {
        let has_target = self.eat(Kind::As)?;
        let target = if has_target {
            let target = self.expression(Mode::LOOSE)?;
            self.store(target)?;
            Some(target)
        } else {
            None
        };
        self.tree.withs.push(WithItem { context, target });
        Ok(has_target)
    }

    /// Whether the parentheses after `with` are around its items, which are read then.
    fn items_in_parens(&mut self) -> Sure<bool> {
        let trial = self.trial();
        self.advance()?;
        let (mut has_target, mut is_odd) = (false, false);
        while self.kind.starts_expression() {
            let start = self.start;
            let context = self.named(Mode::ANY)?;
            is_odd |= self.is_odd_context(context, start);
            has_target |= self.item(context)?;
            if !self.eat(Kind::Comma)? {
                break;
            }
        }
        if has_target {
            if is_odd {
                return self.doubt();
            }
            self.expect(Kind::RightParen)?;
            return Ok(true);
        }
        let is_any = self.tree.withs.len() > trial.withs;
        if self.kind == Kind::RightParen && is_any && !is_odd {
            self.advance()?;
            if self.kind == Kind::Colon {
                return Ok(true);
            }
        }
        self.take_back(&trial);
        Ok(false)
    }

    fn is_odd_context(&self, context: ExprId, start: usize) -> bool {
        matches!(
            self.tree.expr(context),
            Expr::Named { .. } | Expr::Starred(_) | Expr::Yield(_) | Expr::YieldFrom(_)
        ) && self.is_bare(context, start)
    }
}
