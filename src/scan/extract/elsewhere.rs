//! Code that no loop runs by what stands around it: where a test or an exception says that none does,
//! and behind the start of one, which fails where another runs already.

use super::super::facts::ELSEWHERE;
use super::super::name::Name;
use super::super::tree::{Comparison, Expr as Syntax, ExprId, Many, Stmt, StmtId, Tree};
use super::roles::Role;
use super::{Extractor, guards};

impl Extractor<'_> {
    /// Adds what is known where a test held.
    pub(super) fn hold(&mut self, test: ExprId) {
        guards::held(self.tree, test, &mut self.around.guards);
        if self.says(test, Outcome::Held) {
            self.around.guards.push(Name::new(ELSEWHERE));
        }
    }

    /// Adds what is known where a test did not hold.
    pub(super) fn fail(&mut self, test: ExprId) {
        guards::failed(self.tree, test, &mut self.around.guards);
        if self.says(test, Outcome::Failed) {
            self.around.guards.push(Name::new(ELSEWHERE));
        }
    }

    /// Whether no loop runs where a test came out like this.
    fn says(&self, test: ExprId, outcome: Outcome) -> bool {
        let tree = self.tree;
        match (tree.expr(test), outcome) {
            (Syntax::Not(operand), _) => self.says(operand, outcome.other()),
            (Syntax::Compare { operator, left, comparators }, _) => {
                let none = match outcome {
                    Outcome::Held => Comparison::Is,
                    Outcome::Failed => Comparison::IsNot,
                };
                let is_none =
                    |others: &[ExprId]| matches!(others, [it] if tree.expr(*it) == Syntax::None);
                operator == none && is_none(tree.list(comparators)) && self.is_loop(left)
            }
            (Syntax::And(values), Outcome::Held) | (Syntax::Or(values), Outcome::Failed) => {
                tree.list(values).iter().any(|it| self.says(*it, outcome))
            }
            // One of them is enough for the whole, and which one is not known.
            (Syntax::And(values), Outcome::Failed) | (Syntax::Or(values), Outcome::Held) => {
                tree.list(values).iter().all(|it| self.says(*it, outcome))
            }
            (Syntax::Name(_) | Syntax::Attr { .. } | Syntax::Call { .. }, Outcome::Failed) => {
                self.is_loop(test) || self.is_running(test)
            }
            _ => false,
        }
    }

    /// Whether an expression is the loop that runs, or `None`.
    fn is_loop(&self, expr: ExprId) -> bool {
        match self.tree.expr(expr) {
            Syntax::Name(name) | Syntax::Attr { name, .. } => self.around.loops.contains(&name),
            Syntax::Call { func, .. } => self.tree.role(func).is(Role::RUNNING),
            _ => false,
        }
    }

    /// `loop.is_running()`.
    fn is_running(&self, expr: ExprId) -> bool {
        let Syntax::Call { func, .. } = self.tree.expr(expr) else { return false };
        let Syntax::Attr { value, name, .. } = self.tree.expr(func) else { return false };
        let named = match self.tree.expr(value) {
            Syntax::Call { func, .. } => self.tree.leaf(func),
            _ => self.tree.leaf(value),
        };
        name == "is_running" && named.is_some_and(|leaf| leaf.ends_with("loop"))
    }

    /// Remembers a name that holds the loop that runs, if that is what it gets.
    pub(super) fn remember_loop(&mut self, target: ExprId, value: ExprId) {
        if let Syntax::Name(name) | Syntax::Attr { name, .. } = self.tree.expr(target)
            && asks(self.tree, value)
        {
            self.around.loops.push(name);
        }
    }

    /// Walks the statements of a block. What stands behind one that starts a loop is not reached where
    /// one runs.
    pub(super) fn visit_block(&mut self, body: Many) {
        for stmt in self.tree.body(body) {
            self.visit_stmt(*stmt);
            if starts(self.tree, *stmt) {
                self.around.guards.push(Name::new(ELSEWHERE));
            }
        }
    }
}

/// How a test came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Held,
    Failed,
}

impl Outcome {
    fn other(self) -> Self {
        match self {
            Self::Held => Self::Failed,
            Self::Failed => Self::Held,
        }
    }
}

/// Whether a body asks for the loop that runs: it fails where none does.
pub(super) fn asks_for_the_loop(tree: &Tree, body: Many) -> bool {
    tree.body(body).iter().any(|stmt| value_of(tree, *stmt).is_some_and(|it| asks(tree, it)))
}

fn asks(tree: &Tree, value: ExprId) -> bool {
    matches!(tree.expr(value), Syntax::Call { func, .. } if tree.role(func).is(Role::RUNNING))
}

/// Whether a statement starts a loop, whatever else it does.
fn starts(tree: &Tree, stmt: StmtId) -> bool {
    match *tree.stmt(stmt) {
        Stmt::With { body, .. } => tree.body(body).iter().any(|stmt| starts(tree, *stmt)),
        Stmt::Try { body, handlers, .. } if handlers.count == 0 => {
            tree.body(body).iter().any(|stmt| starts(tree, *stmt))
        }
        _ => {
            let value = value_of(tree, stmt).map(|value| tree.expr(value));
            let Some(Syntax::Call { func, .. }) = value else { return false };
            let role = tree.role(func);
            role.is(Role::RUNNER)
                && match tree.expr(func) {
                    // `subprocess.run` and its like start none.
                    Syntax::Attr { value, .. } => {
                        !role.is(Role::RUN) || tree.role(value).is(Role::LOOP)
                    }
                    _ => false,
                }
        }
    }
}

/// The value that a statement is all about.
fn value_of(tree: &Tree, stmt: StmtId) -> Option<ExprId> {
    match *tree.stmt(stmt) {
        Stmt::Expr(value) | Stmt::Assign { value, .. } | Stmt::Return(Some(value)) => Some(value),
        Stmt::AnnAssign { value, .. } => value,
        _ => None,
    }
}
