//! Imports: how a file spells a name of a library, and where a new import goes.

use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged, TextSize};

use super::edits::Edits;
use super::trivia::{line_end, line_start, line_stop, size};
use crate::scan::syntax::Module;

/// How the top level of the file spells `package.name`: `aio.to_thread`, `to_thread`. `None`
/// when it imports neither.
pub(super) fn spelling(module: &Module, package: &str, name: &str) -> Option<String> {
    let body = &module.tree().body;
    let whole = body.iter().filter_map(Stmt::as_import_stmt).flat_map(|import| &import.names);
    let whole = whole.filter(|alias| alias.name.as_str() == package).map(|alias| {
        format!("{}.{name}", alias.asname.as_ref().map_or(package, |asname| asname.as_str()))
    });
    let part = body
        .iter()
        .filter_map(Stmt::as_import_from_stmt)
        .filter(|import| import.level == 0)
        .filter(|import| import.module.as_ref().is_some_and(|from| from.as_str() == package))
        .flat_map(|import| &import.names)
        .filter(|alias| alias.name.as_str() == name)
        .map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).to_string());
    whole.chain(part).next()
}

/// Adds `import package` for each, sorted into the first block of imports, after the docstring
/// and `from __future__`.
pub(super) fn add_packages(module: &Module, packages: &[&str], edits: &mut Edits) {
    let source = module.source();
    let eol = line_end(source);
    let mut alone = Vec::new();
    for package in packages {
        match beside(module, package) {
            Some(Beside::Before(at)) => edits.insert(at, format!("import {package}{eol}")),
            Some(Beside::After(at)) => edits.insert(at, format!("{eol}import {package}")),
            None => alone.push(format!("import {package}")),
        }
    }
    if !alone.is_empty() {
        add_statements(module, &alone, edits);
    }
}

/// Adds whole statements after the imports that the file has, else where imports belong.
pub(super) fn add_statements(module: &Module, statements: &[String], edits: &mut Edits) {
    let source = module.source();
    let eol = line_end(source);
    let text = statements.join(eol);
    let body = &module.tree().body;
    if let Some(last) = first_block(module).last() {
        edits.insert(line_stop(source, last.end()), format!("{eol}{text}"));
    } else if let Some(last) = body.iter().take_while(|stmt| is_preamble(stmt)).last() {
        edits.insert(line_stop(source, last.end()), format!("{eol}{eol}{text}"));
    } else if let Some(first) = body.first() {
        let gap = match first {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => format!("{eol}{eol}{eol}"),
            _ => format!("{eol}{eol}"),
        };
        edits.insert(line_start(source, first.start()), format!("{text}{gap}"));
    } else {
        edits.insert(size(source.len()), format!("{text}{eol}"));
    }
}

enum Beside {
    /// At the start of this line.
    Before(TextSize),
    /// At the end of this line.
    After(TextSize),
}

fn beside(module: &Module, package: &str) -> Option<Beside> {
    let source = module.source();
    let block = first_block(module);
    let mut last_plain = None;
    for stmt in &block {
        let Stmt::Import(import) = stmt else { break };
        if import.names.first().is_some_and(|alias| alias.name.as_str() > package) {
            return Some(Beside::Before(line_start(source, stmt.start())));
        }
        last_plain = Some(stmt);
    }
    match (last_plain, block.first()) {
        (Some(stmt), _) => Some(Beside::After(line_stop(source, stmt.end()))),
        (None, Some(first)) => Some(Beside::Before(line_start(source, first.start()))),
        (None, None) => None,
    }
}

/// The imports that follow the docstring and `from __future__` without anything in between.
fn first_block(module: &Module) -> Vec<&Stmt> {
    let body = module.tree().body.iter();
    body.skip_while(|stmt| is_preamble(stmt))
        .take_while(|stmt| stmt.is_import_stmt() || stmt.is_import_from_stmt())
        .collect()
}

fn is_preamble(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Expr(expr) => expr.value.is_string_literal_expr(),
        Stmt::ImportFrom(import) => {
            import.module.as_ref().is_some_and(|module| module.as_str() == "__future__")
        }
        _ => false,
    }
}
