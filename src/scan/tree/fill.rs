//! How the tables are filled: what stands in something first, and then what it is in.

use super::{Expr, ExprId, Many, Node, Stmt, StmtId, Tree};

impl Tree {
    /// Adds an expression.
    pub(in crate::scan) fn add(&mut self, expr: Expr, start: u32, end: u32) -> ExprId {
        let id = ExprId(number(self.exprs.len()));
        self.exprs.push(Node { start, end, expr });
        id
    }

    /// Adds a statement.
    pub(in crate::scan) fn add_stmt(&mut self, stmt: Stmt) -> StmtId {
        let id = StmtId(number(self.stmts.len()));
        self.stmts.push(stmt);
        id
    }
}

/// Adds neighbours to one of the tables. What stands in them is there already.
pub(in crate::scan) fn append<T>(table: &mut Vec<T>, all: impl IntoIterator<Item = T>) -> Many {
    let start = table.len();
    table.extend(all);
    Many { start: number(start), count: number(table.len() - start) }
}

pub(super) fn number(of: usize) -> u32 {
    u32::try_from(of).expect("a file is shorter than 4 GB")
}
