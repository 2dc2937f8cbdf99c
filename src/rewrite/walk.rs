//! The tree in source order, each node with the nodes that hold it.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::scan::syntax::Module;

struct Walk<'a, F> {
    above: Vec<AnyNodeRef<'a>>,
    see: F,
}

impl<'a, F: FnMut(&[AnyNodeRef<'a>], AnyNodeRef<'a>)> SourceOrderVisitor<'a> for Walk<'a, F> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        (self.see)(&self.above, node);
        self.above.push(node);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'a>) {
        self.above.pop();
    }
}

/// Calls `see` with each node of the file, those above it first, outermost at the front.
pub(super) fn walk<'a>(module: &'a Module, see: impl FnMut(&[AnyNodeRef<'a>], AnyNodeRef<'a>)) {
    let mut walk = Walk { above: Vec::new(), see };
    for stmt in &module.tree().body {
        walk.visit_stmt(stmt);
    }
}

/// Calls `see` with each node below and including `node`.
pub(super) fn walk_below<'a>(
    node: AnyNodeRef<'a>,
    see: impl FnMut(&[AnyNodeRef<'a>], AnyNodeRef<'a>),
) {
    let mut walk = Walk { above: Vec::new(), see };
    ruff_python_ast::visitor::source_order::walk_node(&mut walk, node);
}

/// Whether `child` is a statement of this body, and not of what stands before it (decorators,
/// defaults, annotations), which runs outside.
pub(super) fn in_body(body: &[Stmt], child: AnyNodeRef<'_>) -> bool {
    body.iter().any(|stmt| stmt.range() == child.range())
}

/// The dotted name of the function in whose body the last of `path` stands, `<module>` outside
/// of all. Every definition counts, so a function in a function is `outer.inner`.
pub(super) fn function(path: &[AnyNodeRef<'_>]) -> String {
    let mut names = Vec::new();
    let mut depth = 0;
    for pair in path.windows(2) {
        match pair[0] {
            AnyNodeRef::StmtFunctionDef(def) if in_body(&def.body, pair[1]) => {
                names.push(def.name.as_str());
                depth = names.len();
            }
            AnyNodeRef::StmtClassDef(def) if in_body(&def.body, pair[1]) => {
                names.push(def.name.as_str());
            }
            _ => {}
        }
    }
    names.truncate(depth);
    if names.is_empty() { "<module>".to_owned() } else { names.join(".") }
}

/// Whether a node takes an attribute or an item of, or calls, the expression of this span: what
/// stands there must bind as tight as a name.
pub(super) fn applies(holder: AnyNodeRef<'_>, span: TextRange) -> bool {
    match holder {
        AnyNodeRef::ExprAttribute(attribute) => attribute.value.range() == span,
        AnyNodeRef::ExprSubscript(subscript) => subscript.value.range() == span,
        AnyNodeRef::ExprCall(call) => call.func.range() == span,
        _ => false,
    }
}
