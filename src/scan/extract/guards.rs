//! Names that cannot be `None` where a call stands, because a test around it said so. With it a
//! helper that writes only `if path:` is not held against a caller that passes `path=None`.

use super::super::facts::ELSEWHERE;
use super::super::name::Name;
use super::super::tree::{Comparison, Expr as Syntax, ExprId, Many, Stmt, Tree};
use super::roles::Role;

/// Adds the names that are not `None` where a test held.
pub(super) fn held(tree: &Tree, test: ExprId, names: &mut Vec<Name>) {
    match tree.expr(test) {
        Syntax::Name(name) => names.push(name),
        Syntax::Named { target, .. } => held(tree, target, names),
        Syntax::And(values) => tree.list(values).iter().for_each(|it| held(tree, *it, names)),
        Syntax::Not(operand) => failed(tree, operand, names),
        Syntax::Compare { operator, left, comparators } => {
            compared(tree, operator == Comparison::IsNot, left, comparators, names);
        }
        Syntax::Call { func, arguments, positional } => {
            let is_test = matches!(
                tree.expr(func),
                Syntax::Name(name) if Role::of(name).is(Role::IS_INSTANCE)
            );
            if is_test && positional > 0 {
                held(tree, tree.arguments[arguments.start as usize].value, names);
            }
        }
        _ => {}
    }
}

/// Adds the names that are not `None` where a test did not hold.
pub(super) fn failed(tree: &Tree, test: ExprId, names: &mut Vec<Name>) {
    match tree.expr(test) {
        Syntax::Or(values) => tree.list(values).iter().for_each(|it| failed(tree, *it, names)),
        Syntax::Not(operand) => held(tree, operand, names),
        Syntax::Compare { operator, left, comparators } => {
            compared(tree, operator == Comparison::Is, left, comparators, names);
        }
        _ => {}
    }
}

/// What a comparison says of a name, if it is one with `None` that says so at all.
fn compared(tree: &Tree, says_so: bool, left: ExprId, comparators: Many, names: &mut Vec<Name>) {
    let others = tree.list(comparators);
    // Whether it is about the thread that runs.
    let asks_for_the_thread = |side: ExprId| matches!(tree.expr(side), Syntax::Call { func, .. } if tree.role(func).is(Role::THREAD));
    if asks_for_the_thread(left) || others.iter().any(|other| asks_for_the_thread(*other)) {
        names.push(Name::new(ELSEWHERE));
    } else if says_so
        && let (Syntax::Name(name), [other]) = (tree.expr(left), others)
        && tree.expr(*other) == Syntax::None
    {
        names.push(name);
    }
}

/// Whether what follows a body never runs after it.
pub(super) fn leaves(tree: &Tree, body: Many) -> bool {
    tree.body(body).last().is_some_and(|stmt| {
        matches!(tree.stmt(*stmt), Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue | Stmt::Break)
    })
}
