//! Names that cannot be `None` where a call stands, because a test around it said so. With it a
//! helper that writes only `if path:` is not held against a caller that passes `path=None`.

use ruff_python_ast::{self as ast, Expr as Syntax, Stmt};

use super::super::facts::ELSEWHERE;
use super::super::name::Name;
use super::convert;

/// Names that are not `None` where a test held.
pub(super) fn held(test: &Syntax) -> Vec<Name> {
    match test {
        Syntax::Name(name) => vec![Name::new(&name.id)],
        Syntax::Named(node) => held(&node.target),
        Syntax::BoolOp(node) if node.op == ast::BoolOp::And => {
            node.values.iter().flat_map(held).collect()
        }
        Syntax::UnaryOp(node) if node.op == ast::UnaryOp::Not => failed(&node.operand),
        Syntax::Compare(node) if asks_for_the_thread(node) => vec![Name::new(ELSEWHERE)],
        Syntax::Compare(node) => compared(node, ast::CmpOp::IsNot),
        Syntax::Call(node) if is_instance_test(node) => {
            node.arguments.args.first().map(held).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Names that are not `None` where a test did not hold.
pub(super) fn failed(test: &Syntax) -> Vec<Name> {
    match test {
        Syntax::BoolOp(node) if node.op == ast::BoolOp::Or => {
            node.values.iter().flat_map(failed).collect()
        }
        Syntax::UnaryOp(node) if node.op == ast::UnaryOp::Not => held(&node.operand),
        Syntax::Compare(node) if asks_for_the_thread(node) => vec![Name::new(ELSEWHERE)],
        Syntax::Compare(node) => compared(node, ast::CmpOp::Is),
        _ => Vec::new(),
    }
}

/// Whether a comparison is about the thread that runs.
fn asks_for_the_thread(node: &ast::ExprCompare) -> bool {
    std::iter::once(&*node.left).chain(&*node.comparators).any(|side| {
        let Syntax::Call(call) = side else { return false };
        matches!(
            convert::leaf(&call.func),
            Some("get_ident" | "get_native_id" | "current_thread" | "main_thread")
        )
    })
}

/// Whether a body asks for the loop that runs: it fails where none does.
pub(super) fn asks_for_the_loop(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| {
        let value = match stmt {
            Stmt::Expr(node) => &node.value,
            Stmt::Assign(node) => &node.value,
            Stmt::Return(ast::StmtReturn { value: Some(value), .. }) => value,
            _ => return false,
        };
        let Syntax::Call(call) = &**value else { return false };
        matches!(convert::leaf(&call.func), Some("get_running_loop" | "current_task"))
    })
}

/// Whether what follows a body never runs after it.
pub(super) fn leaves(body: &[Stmt]) -> bool {
    matches!(
        body.last(),
        Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_))
    )
}

fn compared(node: &ast::ExprCompare, operator: ast::CmpOp) -> Vec<Name> {
    match (&*node.left, &*node.ops, &*node.comparators) {
        (Syntax::Name(name), [found], [Syntax::NoneLiteral(_)]) if *found == operator => {
            vec![Name::new(&name.id)]
        }
        _ => Vec::new(),
    }
}

fn is_instance_test(node: &ast::ExprCall) -> bool {
    matches!(&*node.func, Syntax::Name(name) if name.id == "isinstance")
}
