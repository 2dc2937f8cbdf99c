//! Which statement comes, and bodies of statements.

use super::super::tree::{Many, Stmt};
use super::expressions::Mode;
use super::keywords::packed;
use super::token::Kind;
use super::{Parser, Sure};

impl Parser<'_> {
    /// One compound statement, or the simple ones of a line.
    pub(super) fn statement(&mut self) -> Sure<()> {
        let stmt = match self.kind {
            Kind::If => self.if_()?,
            Kind::For => self.for_(false)?,
            Kind::While => self.while_()?,
            Kind::Def => self.function(Many::default(), false)?,
            Kind::Class => self.class(Many::default())?,
            Kind::Try => self.try_()?,
            Kind::With => self.with(false)?,
            Kind::At => self.decorated()?,
            Kind::Async => self.async_()?,
            Kind::Name if self.word == packed(b"match") => match self.match_()? {
                Some(stmt) => stmt,
                None => return self.simple_line(),
            },
            _ => return self.simple_line(),
        };
        self.put(stmt);
        Ok(())
    }

    /// What follows a colon: a block, or simple statements on the same line.
    pub(super) fn body(&mut self) -> Sure<Many> {
        self.expect(Kind::Colon)?;
        let since = self.scratch.stmts.len();
        if self.kind != Kind::Newline {
            self.simple_line()?;
            return Ok(self.bodies_since(since));
        }
        self.deeper()?;
        self.advance()?;
        self.expect(Kind::Indent)?;
        while self.kind != Kind::Dedent {
            self.statement()?;
        }
        self.advance()?;
        self.depth -= 1;
        Ok(self.bodies_since(since))
    }

    /// The body after `else`, where there is one.
    pub(super) fn orelse(&mut self) -> Sure<Many> {
        if self.eat(Kind::Else)? { self.body() } else { Ok(Many::default()) }
    }

    fn async_(&mut self) -> Sure<Stmt> {
        self.advance()?;
        match self.kind {
            Kind::Def => self.function(Many::default(), true),
            Kind::With => self.with(true),
            Kind::For => self.for_(true),
            _ => self.doubt(),
        }
    }

    fn decorated(&mut self) -> Sure<Stmt> {
        let since = self.scratch.exprs.len();
        while self.eat(Kind::At)? {
            let decorator = self.named(Mode::PLAIN)?;
            self.scratch.exprs.push(decorator);
            self.expect(Kind::Newline)?;
        }
        let decorators = self.lists_since(since);
        match self.kind {
            Kind::Def => self.function(decorators, false),
            Kind::Class => self.class(decorators),
            Kind::Async => {
                self.advance()?;
                if self.kind == Kind::Def { self.function(decorators, true) } else { self.doubt() }
            }
            _ => self.doubt(),
        }
    }
}
