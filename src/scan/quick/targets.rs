//! What values are stored in, and what is deleted.

use super::super::tree::{Expr, ExprId};
use super::{Parser, Sure};

impl Parser<'_> {
    /// Marks an expression, and what is in it, as a target of an assignment.
    pub(super) fn store(&mut self, id: ExprId) -> Sure<()> {
        match &mut self.tree.exprs[id.0 as usize].expr {
            Expr::Name(_) | Expr::Subscript { .. } => Ok(()),
            Expr::Attr { is_load, .. } => {
                *is_load = false;
                Ok(())
            }
            &mut Expr::Starred(value) => self.store(value),
            Expr::List(all) | Expr::Tuple(all) => {
                all.range().try_for_each(|index| self.store(self.tree.lists[index]))
            }
            _ => self.doubt(),
        }
    }

    /// Marks an expression that has to be one target, without others in it.
    pub(super) fn store_one(&mut self, id: ExprId) -> Sure<()> {
        match self.tree.expr(id) {
            Expr::Name(_) | Expr::Subscript { .. } | Expr::Attr { .. } => self.store(id),
            _ => self.doubt(),
        }
    }

    /// Marks an expression, and what is in it, as deleted.
    pub(super) fn delete(&mut self, id: ExprId) -> Sure<()> {
        match self.tree.expr(id) {
            Expr::List(all) | Expr::Tuple(all) => {
                all.range().try_for_each(|index| self.delete(self.tree.lists[index]))
            }
            _ => self.store_one(id),
        }
    }
}
