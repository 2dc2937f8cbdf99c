//! Ways to bring the bad pattern back, worked out of edits but not applied.

use std::ops::RangeInclusive;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged as _, TextRange};

use crate::model::Operator;
use crate::rewrite::{self, Rewrite};
use crate::scan::function_span;
use crate::scan::syntax::Module;

/// One way to bring the bad pattern back, worked out but not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedRevert {
    /// How.
    pub operator: Operator,
    /// The file, relative to the repository's root.
    pub path: String,
    /// The whole text of the file with the pattern back.
    pub source: String,
    /// The lines of that text which a block's stack must pass through to be this site's.
    pub lines: Vec<RangeInclusive<usize>>,
    /// A unified diff, for a person.
    pub diff: String,
}

impl PreparedRevert {
    /// From an edit of a file.
    pub fn of(operator: Operator, path: &str, rewrite: &Rewrite) -> Self {
        let lines = std::iter::once(rewrite.lines.clone()).chain(rewrite.helper_lines.clone());
        Self {
            operator,
            path: path.to_owned(),
            diff: rewrite.diff(path),
            source: rewrite.source.clone(),
            lines: lines.collect(),
        }
    }

    /// The file as the merge base has it (`text`), when the function can be found there.
    pub fn whole_file(path: &str, function: &str, head: &str, text: String) -> Option<Self> {
        let base = Module::parse(text);
        let lines = base.lines(function_span(&base, function)?);
        Some(Self {
            operator: Operator::BaseFile,
            path: path.to_owned(),
            diff: rewrite::diff(path, head, base.source()),
            source: base.source().to_owned(),
            lines: vec![lines],
        })
    }
}

/// The first line of a function that an execution of it is sure to pass: that of its body. `span` is
/// the function's own.
pub fn first_statement(module: &Module, span: TextRange) -> usize {
    struct Find<'a> {
        span: TextRange,
        found: Option<&'a StmtFunctionDef>,
    }
    impl<'a> Visitor<'a> for Find<'a> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::FunctionDef(function) if function.range() == self.span => {
                    self.found = Some(function)
                }
                stmt => walk_stmt(self, stmt),
            }
        }
    }
    let mut find = Find { span, found: None };
    find.visit_body(&module.tree().body);
    // A docstring is no line that runs.
    let is_text =
        |stmt: &Stmt| stmt.as_expr_stmt().is_some_and(|stmt| stmt.value.is_string_literal_expr());
    let body = find.found.into_iter().flat_map(|function| &function.body);
    let statement = body.into_iter().find(|stmt| !is_text(stmt));
    module.line(statement.map_or(span.start(), |stmt| stmt.start()))
}
