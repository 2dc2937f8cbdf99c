//! `match`, where it is no name.

use super::super::tree::{Case, Expr, ExprId, Stmt};
use super::expressions::Mode;
use super::keywords::packed;
use super::token::Kind;
use super::{Parser, Sure};

impl Parser<'_> {
    /// The statement that starts with the name `match`, where it is more than that: then nothing
    /// but a colon and the end of the line follows the subject.
    pub(super) fn match_(&mut self) -> Sure<Option<Stmt>> {
        let trial = self.trial();
        self.advance()?;
        let is_sure = match self.kind {
            Kind::LeftParen | Kind::LeftBracket | Kind::Minus | Kind::Plus | Kind::Star => false,
            // `match not in x`.
            Kind::Not => return self.doubt(),
            kind if kind.starts_expression() => true,
            _ => {
                self.take_back(&trial);
                return Ok(None);
            }
        };
        let subject = self.subject()?;
        if self.kind == Kind::Colon {
            self.advance()?;
            if self.kind == Kind::Newline {
                return self.cases(subject).map(Some);
            }
        }
        if is_sure {
            return self.doubt();
        }
        self.take_back(&trial);
        Ok(None)
    }

    fn subject(&mut self) -> Sure<ExprId> {
        let start = self.start;
        let first = self.named(Mode::STARRED)?;
        if self.kind != Kind::Comma {
            return match self.tree.expr(first) {
                Expr::Starred(_) => self.doubt(),
                _ => Ok(first),
            };
        }
        let since = self.scratch.exprs.len();
        self.scratch.exprs.push(first);
        while self.eat(Kind::Comma)? && self.kind.starts_expression() {
            let next = self.named(Mode::STARRED)?;
            self.scratch.exprs.push(next);
        }
        let all = self.lists_since(since);
        Ok(self.node(start, Expr::Tuple(all)))
    }

    fn cases(&mut self, subject: ExprId) -> Sure<Stmt> {
        self.deeper()?;
        self.advance()?;
        self.expect(Kind::Indent)?;
        let since = self.scratch.cases.len();
        while self.kind != Kind::Dedent {
            if self.kind != Kind::Name || self.word != packed(b"case") {
                return self.doubt();
            }
            self.advance()?;
            let exprs = self.scratch.exprs.len();
            self.patterns()?;
            let pattern = self.lists_since(exprs);
            let has_guard = self.eat(Kind::If)?;
            let guard = if has_guard { Some(self.named(Mode::PLAIN)?) } else { None };
            let body = self.body()?;
            self.scratch.cases.push(Case { pattern, guard, body });
        }
        self.advance()?;
        self.depth -= 1;
        Ok(Stmt::Match { subject, cases: self.cases_since(since) })
    }
}
