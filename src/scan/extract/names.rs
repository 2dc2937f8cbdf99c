//! The dotted names of functions: the one rule by which findings, spans and enclosing functions
//! are named. A nested function carries the classes around it and not the functions around it.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// A function with its reported name and everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::scan) struct Named {
    /// As findings name it.
    pub dotted: String,
    /// Decorators included.
    pub range: TextRange,
}

/// The reported name of something inside these classes, outer ones first.
pub(in crate::scan) fn dotted<'a>(
    classes: impl IntoIterator<Item = &'a str>,
    name: &'a str,
) -> String {
    classes.into_iter().chain([name]).collect::<Vec<_>>().join(".")
}

/// Every function of a tree, outer ones before those inside them.
pub(in crate::scan) fn functions(body: &[Stmt]) -> Vec<Named> {
    let mut finder = Finder { classes: Vec::new(), found: Vec::new() };
    finder.visit_body(body);
    finder.found
}

struct Finder<'a> {
    classes: Vec<&'a str>,
    found: Vec<Named>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(node) => {
                let start = node.decorator_list.first().map_or(node.range().start(), |decorator| {
                    decorator.range().start().min(node.range().start())
                });
                let name = dotted(self.classes.iter().copied(), &node.name);
                let range = TextRange::new(start, node.range().end());
                self.found.push(Named { dotted: name, range });
                self.visit_body(&node.body);
            }
            Stmt::ClassDef(node) => {
                self.classes.push(&node.name);
                self.visit_body(&node.body);
                self.classes.pop();
            }
            other => walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}
