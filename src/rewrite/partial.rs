//! `functools.partial(f, …)` as the thing that is offloaded.

use ruff_python_ast::{Expr, ExprCall};

use super::names::Names;

/// The call and its function, when the expression is a `partial` of a function that is named
/// without a `*` or a keyword.
pub(super) fn partial<'a>(expr: &'a Expr, names: &Names) -> Option<(&'a ExprCall, &'a Expr)> {
    let Expr::Call(call) = expr else { return None };
    let function = call.arguments.args.first().filter(|first| !first.is_starred_expr())?;
    (names.resolve(&call.func).as_deref() == Some("functools.partial")).then_some((call, function))
}
