//! What the fence needs to know of each file, taken in one parse.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

use super::find::{Site, Told, find};
use crate::scan::syntax::Module;
use crate::scan::{self, Import, SourceFile, Unread, imports_of};

/// A `def` or an `async def`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Def {
    /// Its own name.
    pub(super) name: String,
    /// The name that findings give.
    pub(super) dotted: String,
    /// From 1.
    pub(super) line: usize,
    /// Whether it is an `async def`.
    pub(super) kind: Kind,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sync,
    Async,
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) defs: Vec<Def>,
    pub(super) imports: Vec<Import>,
    pub(super) sites: Vec<Site>,
}

/// Looks at files, in their order.
pub(super) fn look(files: &[SourceFile], told: &Told) -> Vec<Result<Look, Unread>> {
    scan::each(files, |_, module| Look {
        defs: defs(module),
        imports: imports_of(module),
        sites: find(module, told),
    })
}

fn defs(module: &Module) -> Vec<Def> {
    let mut finder = Finder { module, classes: Vec::new(), found: Vec::new() };
    finder.visit_body(&module.tree().body);
    finder.found
}

struct Finder<'a> {
    module: &'a Module,
    classes: Vec<&'a str>,
    found: Vec<Def>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(node) => {
                self.found.push(Def {
                    name: node.name.to_string(),
                    dotted: dotted(&self.classes, &node.name),
                    line: self.module.line(node.name.start()),
                    kind: if node.is_async { Kind::Async } else { Kind::Sync },
                });
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

/// The name that findings give: the classes around a function, and its own.
pub(super) fn dotted(classes: &[&str], name: &str) -> String {
    classes.iter().copied().chain([name]).collect::<Vec<_>>().join(".")
}
