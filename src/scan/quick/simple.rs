//! Statements on one line.

use super::super::name::Name;
use super::super::tree::{Alias, Expr, Many, Stmt};
use super::expressions::Mode;
use super::keywords::packed;
use super::token::Kind;
use super::{Parser, Sure};

impl Parser<'_> {
    /// Statements with semicolons between them, and the end of their line.
    pub(super) fn simple_line(&mut self) -> Sure<()> {
        loop {
            self.simple()?;
            if self.eat(Kind::Newline)? {
                return Ok(());
            }
            self.expect(Kind::Semicolon)?;
            if self.eat(Kind::Newline)? {
                return Ok(());
            }
            if self.kind == Kind::Name && self.word == packed(b"match") {
                return self.doubt();
            }
        }
    }

    fn simple(&mut self) -> Sure<()> {
        let kind = self.kind;
        let stmt = match kind {
            Kind::Return => {
                self.advance()?;
                let has_value = self.kind.starts_expression();
                Stmt::Return(if has_value { Some(self.expressions(Mode::STARRED)?) } else { None })
            }
            Kind::Import => self.import()?,
            Kind::From => self.import_from()?,
            Kind::Pass | Kind::Continue | Kind::Break => {
                self.advance()?;
                match kind {
                    Kind::Continue => Stmt::Continue,
                    Kind::Break => Stmt::Break,
                    _ => Stmt::Other(self.list(&[])),
                }
            }
            Kind::Raise => self.raise()?,
            Kind::Del => self.del()?,
            Kind::Assert => self.assert()?,
            Kind::Global => Stmt::Global(self.outer_names()?),
            Kind::Nonlocal => Stmt::Nonlocal(self.outer_names()?),
            Kind::Name if self.word == packed(b"type") => return self.type_or_expression(),
            _ => return self.assignment_or_expression(),
        };
        self.put(stmt);
        Ok(())
    }

    fn assignment_or_expression(&mut self) -> Sure<()> {
        let first = self.expressions(Mode::ANY)?;
        let stmt = match self.kind {
            Kind::Equal => {
                let since = self.scratch.exprs.len();
                let mut value = first;
                while self.eat(Kind::Equal)? {
                    self.store(value)?;
                    self.scratch.exprs.push(value);
                    value = self.expressions(Mode::ANY)?;
                }
                Stmt::Assign { targets: self.lists_since(since), value }
            }
            Kind::Colon => {
                self.store_one(first)?;
                self.advance()?;
                let annotation = self.expression(Mode::PLAIN)?;
                let has_value = self.eat(Kind::Equal)?;
                let value = if has_value { Some(self.expressions(Mode::ANY)?) } else { None };
                Stmt::AnnAssign { target: first, annotation, value }
            }
            Kind::Augmented => {
                self.store_one(first)?;
                self.advance()?;
                let value = self.expressions(Mode::ANY)?;
                Stmt::Other(self.list(&[value, first]))
            }
            _ => Stmt::Expr(first),
        };
        self.put(stmt);
        Ok(())
    }

    /// `type X = y`, or something with the name `type` in it.
    fn type_or_expression(&mut self) -> Sure<()> {
        let next = self.bytes[self.pos..].iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        if !matches!(next, Some(b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'\\')) {
            return self.assignment_or_expression();
        }
        // `type in x` and the like are rare, too.
        self.advance()?;
        let start = self.start;
        let name = self.identifier()?;
        let name = self.node(start, Expr::Name(name));
        let since = self.scratch.exprs.len();
        // What is assigned comes before the parameters in the order of walking.
        self.scratch.exprs.push(name);
        self.type_parameters()?;
        self.expect(Kind::Equal)?;
        self.scratch.exprs[since] = self.expression(Mode::PLAIN)?;
        self.scratch.exprs.push(name);
        let stmt = Stmt::Other(self.lists_since(since));
        self.put(stmt);
        Ok(())
    }

    fn raise(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let since = self.scratch.exprs.len();
        if self.kind != Kind::Newline {
            let raised = self.expression(Mode::PLAIN)?;
            self.scratch.exprs.push(raised);
            if self.eat(Kind::From)? {
                let cause = self.expression(Mode::PLAIN)?;
                self.scratch.exprs.push(cause);
            }
        }
        Ok(Stmt::Raise(self.lists_since(since)))
    }

    fn del(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let since = self.scratch.exprs.len();
        loop {
            let target = self.expression(Mode::PLAIN)?;
            self.delete(target)?;
            self.scratch.exprs.push(target);
            if !self.eat(Kind::Comma)? || !self.kind.starts_expression() {
                return Ok(Stmt::Other(self.lists_since(since)));
            }
        }
    }

    fn assert(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let test = self.expression(Mode::PLAIN)?;
        if self.eat(Kind::Comma)? {
            let message = self.expression(Mode::PLAIN)?;
            return Ok(Stmt::Other(self.list(&[test, message])));
        }
        Ok(Stmt::Other(self.list(&[test])))
    }

    fn outer_names(&mut self) -> Sure<Many> {
        self.advance()?;
        let start = self.tree.names.len();
        loop {
            let name = self.identifier()?;
            self.tree.names.push(name);
            if !self.eat(Kind::Comma)? {
                return Ok(self.since(start, self.tree.names.len()));
            }
        }
    }

    fn since(&self, start: usize, end: usize) -> Many {
        Many { start: start as u32, count: (end - start) as u32 }
    }

    fn import(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let start = self.tree.aliases.len();
        loop {
            let name = self.dotted()?;
            self.alias(name)?;
            if !self.eat(Kind::Comma)? {
                return Ok(Stmt::Import(self.since(start, self.tree.aliases.len())));
            }
        }
    }

    fn import_from(&mut self) -> Sure<Stmt> {
        self.advance()?;
        let mut level = 0;
        loop {
            level += match self.kind {
                Kind::Dot => 1,
                Kind::Ellipsis => 3,
                _ => break,
            };
            self.advance()?;
        }
        let module = match self.kind {
            Kind::Import if level > 0 => None,
            _ => Some(self.dotted()?),
        };
        self.expect(Kind::Import)?;
        let start = self.tree.aliases.len();
        if self.eat(Kind::Star)? {
            self.tree.aliases.push(Alias { name: Name::new("*"), local: None });
        } else {
            let in_parens = self.eat(Kind::LeftParen)?;
            loop {
                let name = self.identifier()?;
                self.alias(name)?;
                if !self.eat(Kind::Comma)? || in_parens && self.kind == Kind::RightParen {
                    break;
                }
            }
            if in_parens {
                self.expect(Kind::RightParen)?;
            }
        }
        let names = self.since(start, self.tree.aliases.len());
        Ok(Stmt::ImportFrom { module, level, names })
    }

    fn alias(&mut self, name: Name) -> Sure<()> {
        let local = if self.eat(Kind::As)? { Some(self.identifier()?) } else { None };
        self.tree.aliases.push(Alias { name, local });
        Ok(())
    }

    /// A dotted name without space in it.
    fn dotted(&mut self) -> Sure<Name> {
        let start = self.start;
        let first = self.identifier()?;
        let first_end = self.before;
        let mut end = first_end;
        while self.kind == Kind::Dot {
            self.advance()?;
            if self.start != end + 1 || self.kind != Kind::Name {
                return self.doubt();
            }
            end = self.pos;
            self.advance()?;
        }
        if end == first_end {
            return Ok(first);
        }
        Ok(self.long_name(start, end))
    }
}
