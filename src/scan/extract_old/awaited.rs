//! Which calls somebody waits for. A call whose result is awaited gives an awaitable, so it is no
//! blocking call, whatever it is named.

use ruff_python_ast::Expr as Syntax;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::convert::leaf;

/// Functions of asyncio and its kin that take awaitables.
const TAKERS: [&str; 14] = [
    "wait_for",
    "gather",
    "shield",
    "create_task",
    "ensure_future",
    "run_coroutine_threadsafe",
    "run_until_complete",
    "as_completed",
    "wait",
    "run",
    "start_soon",
    "aclosing",
    "enter_async_context",
    "async_to_sync",
];

/// Marks the calls whose result is awaited when `syntax` is.
pub(super) fn mark(syntax: &Syntax, marked: &mut FxHashSet<TextRange>) {
    match syntax {
        Syntax::Call(node) => {
            marked.insert(node.range());
            if takes_awaitables(syntax) {
                for argument in &node.arguments.args {
                    mark(argument, marked);
                }
            }
        }
        Syntax::Starred(node) => mark(&node.value, marked),
        Syntax::Named(node) => mark(&node.value, marked),
        Syntax::If(node) => {
            mark(&node.body, marked);
            mark(&node.orelse, marked);
        }
        Syntax::BoolOp(node) => node.values.iter().for_each(|value| mark(value, marked)),
        Syntax::List(node) => node.elts.iter().for_each(|value| mark(value, marked)),
        Syntax::Tuple(node) => node.elts.iter().for_each(|value| mark(value, marked)),
        Syntax::Set(node) => node.elts.iter().for_each(|value| mark(value, marked)),
        Syntax::ListComp(node) => mark(&node.elt, marked),
        Syntax::SetComp(node) => mark(&node.elt, marked),
        Syntax::Generator(node) => mark(&node.elt, marked),
        _ => {}
    }
}

/// Whether a call hands its arguments to the loop as awaitables. `subprocess.run` and its like do
/// not: `run` counts only on asyncio and anyio.
pub(super) fn takes_awaitables(syntax: &Syntax) -> bool {
    let Syntax::Call(node) = syntax else { return false };
    let Some(name) = leaf(&node.func) else { return false };
    if !TAKERS.contains(&name) {
        return false;
    }
    match &*node.func {
        Syntax::Attribute(function) if name == "run" || name == "wait" => {
            matches!(leaf(&function.value), Some("asyncio" | "anyio" | "trio"))
        }
        Syntax::Name(_) => name != "run",
        _ => true,
    }
}
