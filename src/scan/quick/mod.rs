//! Text to a [`Tree`] in one pass, without a node on the heap. It knows the syntax that nearly all
//! code is written in; whatever is odd, rare, deep or wrong is a [`Doubt`], and then the full parser
//! is asked. What is accepted here, the full parser accepts without an error and reads alike.

mod atoms;
mod calls;
mod compound;
mod contexts;
mod eights;
mod expressions;
mod formats;
mod keywords;
mod lexer;
mod matches;
mod names;
mod parameters;
mod patterns;
mod scratch;
mod simple;
mod statements;
mod strings;
mod targets;
mod token;
mod trial;
mod words;

#[cfg(test)]
mod tests;

use std::cell::RefCell;

use super::name::Name;
use super::tree::{Expr, ExprId, Node, Stmt, StmtId, Tree};

use lexer::Line;
use scratch::Scratch;
use strings::Opened;
use token::Kind;

/// Deeper nesting than this is left to the full parser.
const DEEPEST: u32 = 100;

/// This parser is not sure; the full parser has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doubt {
    /// Where it arose, in bytes: near what is odd.
    pub(super) at: u32,
}

type Sure<T> = Result<T, Doubt>;

thread_local! {
    /// None where this thread has not parsed yet, or has left.
    static SCRATCH: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

/// Fills the tables from a file's text.
///
/// # Errors
/// Where the text is not sure to be right; the tables hold nothing of use then.
pub(super) fn parse(text: &str, tree: &mut Tree) -> Result<(), Doubt> {
    tree.clear();
    if u32::try_from(text.len()).is_err() || lexer::has_lone_return(text.as_bytes()) {
        return Err(Doubt { at: 0 });
    }
    SCRATCH.with_borrow_mut(|scratch| {
        let scratch = scratch.get_or_insert_default();
        scratch.clear();
        Parser::new(text, tree, scratch).module()
    })
}

/// Frees what this thread has at hand.
pub(super) fn leave() {
    SCRATCH.take();
}

/// The state of lexing and parsing: there is always one current token.
struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    tree: &'t mut Tree,
    scratch: &'t mut Scratch,
    kind: Kind,
    /// Where the current token starts and ends.
    start: usize,
    pos: usize,
    /// Where the token before it ended.
    before: usize,
    /// The current name's bytes, where they are few.
    word: u64,
    /// The current format string.
    opened: Opened,
    /// Open brackets.
    nesting: u32,
    /// The nesting in which a colon ends a replacement field; 0 outside of one.
    field: u32,
    line: Line,
    /// Levels of nested syntax.
    depth: u32,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, tree: &'t mut Tree, scratch: &'t mut Scratch) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            tree,
            scratch,
            kind: Kind::Newline,
            start: 0,
            // A byte order mark.
            pos: if text.starts_with('\u{feff}') { 3 } else { 0 },
            before: 0,
            word: 0,
            opened: Opened::default(),
            nesting: 0,
            field: 0,
            line: Line::Fresh,
            depth: 0,
        }
    }

    fn module(&mut self) -> Sure<()> {
        self.tree.lines.push(0);
        self.advance()?;
        while self.kind != Kind::End {
            self.statement()?;
        }
        self.tree.body = self.bodies_since(0);
        Ok(())
    }

    #[cold]
    fn doubt<T>(&self) -> Sure<T> {
        Err(Doubt { at: self.start as u32 })
    }

    /// One level more of nested syntax.
    fn deeper(&mut self) -> Sure<()> {
        self.depth += 1;
        if self.depth > DEEPEST { self.doubt() } else { Ok(()) }
    }

    /// Takes a token that has to be here.
    fn expect(&mut self, kind: Kind) -> Sure<()> {
        if self.kind == kind { self.advance() } else { self.doubt() }
    }

    /// Takes a token where it is here.
    fn eat(&mut self, kind: Kind) -> Sure<bool> {
        let is_here = self.kind == kind;
        if is_here {
            self.advance()?;
        }
        Ok(is_here)
    }

    /// Takes a name.
    fn identifier(&mut self) -> Sure<Name> {
        if self.kind != Kind::Name {
            return self.doubt();
        }
        let name = self.name();
        self.advance()?;
        Ok(name)
    }

    /// The current name.
    fn name(&mut self) -> Name {
        if self.word == 0 {
            return self.long_name(self.start, self.pos);
        }
        match self.scratch.names.short(self.word) {
            Some(name) => name,
            None => self.new_name(),
        }
    }

    #[cold]
    fn new_name(&mut self) -> Name {
        self.scratch.names.met(self.word, &self.text[self.start..self.pos])
    }

    /// The name that stands here, of more than eight bytes or with dots.
    fn long_name(&mut self, start: usize, end: usize) -> Name {
        let known = self.scratch.names.long(&self.bytes[start..end]);
        known.unwrap_or_else(|| self.scratch.names.met(0, &self.text[start..end]))
    }

    /// Adds an expression that ends with the token before the current one.
    fn node(&mut self, start: usize, expr: Expr) -> ExprId {
        let id = ExprId(self.tree.exprs.len() as u32);
        self.tree.exprs.push(Node { start: start as u32, end: self.before as u32, expr });
        id
    }

    /// Adds a statement to the body that is being read.
    fn put(&mut self, stmt: Stmt) {
        let id = StmtId(self.tree.stmts.len() as u32);
        self.tree.stmts.push(stmt);
        self.scratch.stmts.push(id);
    }

    /// Whether an expression that was read from a place on starts there, so that no parentheses are
    /// around it.
    fn is_bare(&self, id: ExprId, start: usize) -> bool {
        self.tree.exprs[id.0 as usize].start as usize == start
    }
}
