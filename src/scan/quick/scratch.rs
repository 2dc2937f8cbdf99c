//! Lists that are still open: their members are gathered here and copied to the tree's tables when
//! the list ends, so that neighbours in a table belong together.

use super::super::tree::{Argument, Case, Clause, Comprehension, ExprId, Many, Parameter, StmtId};
use super::Parser;
use super::names::Names;

/// Stacks of what is open, used again for file after file.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) exprs: Vec<ExprId>,
    pub(super) stmts: Vec<StmtId>,
    pub(super) positional: Vec<Argument>,
    pub(super) keywords: Vec<Argument>,
    pub(super) items: Vec<(Option<ExprId>, ExprId)>,
    pub(super) generators: Vec<Comprehension>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) clauses: Vec<Clause>,
    pub(super) cases: Vec<Case>,
    /// Columns and characters of each level of indentation but the first.
    pub(super) indents: Vec<(u32, u32)>,
    pub(super) names: Names,
}

impl Scratch {
    /// Empties all but the names.
    pub(super) fn clear(&mut self) {
        self.exprs.clear();
        self.stmts.clear();
        self.positional.clear();
        self.keywords.clear();
        self.items.clear();
        self.generators.clear();
        self.parameters.clear();
        self.clauses.clear();
        self.cases.clear();
        self.indents.clear();
    }
}

/// Moves what stands from `since` on to the end of a table.
#[inline]
pub(super) fn close<T: Copy>(open: &mut Vec<T>, since: usize, table: &mut Vec<T>) -> Many {
    let start = table.len();
    if open.len() > since {
        table.extend_from_slice(&open[since..]);
        open.truncate(since);
    }
    Many { start: start as u32, count: (table.len() - start) as u32 }
}

impl Parser<'_> {
    pub(super) fn lists_since(&mut self, since: usize) -> Many {
        close(&mut self.scratch.exprs, since, &mut self.tree.lists)
    }

    pub(super) fn bodies_since(&mut self, since: usize) -> Many {
        close(&mut self.scratch.stmts, since, &mut self.tree.bodies)
    }

    pub(super) fn items_since(&mut self, since: usize) -> Many {
        close(&mut self.scratch.items, since, &mut self.tree.items)
    }

    pub(super) fn generators_since(&mut self, since: usize) -> Many {
        close(&mut self.scratch.generators, since, &mut self.tree.generators)
    }

    pub(super) fn clauses_since(&mut self, since: usize) -> Many {
        close(&mut self.scratch.clauses, since, &mut self.tree.clauses)
    }

    pub(super) fn cases_since(&mut self, since: usize) -> Many {
        close(&mut self.scratch.cases, since, &mut self.tree.cases)
    }

    /// A list of what is at hand.
    pub(super) fn list(&mut self, exprs: &[ExprId]) -> Many {
        let start = self.tree.lists.len() as u32;
        self.tree.lists.extend_from_slice(exprs);
        Many { start, count: exprs.len() as u32 }
    }
}
