//! Whether a call stands on a way that cleans up, where it must not mask what went wrong before.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use super::walk::{in_body, walk};
use crate::scan::syntax::Module;

/// How a call is to be offloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Awaited in its place.
    Plain,
    /// Bounded and best-effort: it may neither hang nor raise.
    Cleanup,
}

/// The placement that a position, both from 1, asks for: [`Placement::Cleanup`] in a `finally`,
/// in an `except`, and in `__aexit__` and `aclose`, unless a function inside them starts anew.
pub fn placement(module: &Module, line: usize, column: usize) -> Placement {
    let Some(at) = module.offset(line, column) else { return Placement::Plain };
    let mut found = Placement::Plain;
    walk(module, |above, node| {
        if !node.range().contains_inclusive(at) {
            return;
        }
        match above.last() {
            Some(AnyNodeRef::StmtFunctionDef(def)) if in_body(&def.body, node) => {
                found = match def.name.as_str() {
                    "__aexit__" | "aclose" => Placement::Cleanup,
                    _ => Placement::Plain,
                };
            }
            Some(AnyNodeRef::StmtTry(stmt)) if in_body(&stmt.finalbody, node) => {
                found = Placement::Cleanup;
            }
            Some(AnyNodeRef::ExceptHandlerExceptHandler(handler))
                if in_body(&handler.body, node) =>
            {
                found = Placement::Cleanup;
            }
            _ => {}
        }
    });
    found
}
