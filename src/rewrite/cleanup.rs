//! A call on a cleanup path, made bounded and best-effort. A time-out or an error is logged and
//! goes no further; a cancellation does, for it is no `Exception`.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtExpr};
use ruff_text_size::{Ranged, TextRange};

use super::Refusal;
use super::edits::Edits;
use super::imports::spelling;
use super::target::Target;
use super::trivia::{line_end, line_start, line_stop, one_line, size};
use crate::scan::syntax::Module;

/// A call that is a statement on lines of its own.
pub(super) struct Statement<'a> {
    module: &'a Module,
    stmt: &'a StmtExpr,
    indent: &'a str,
    symbol: String,
}

pub(super) fn statement<'a>(
    module: &'a Module,
    target: &Target<'a>,
) -> Result<Statement<'a>, Refusal> {
    let source = module.source();
    let refusal = Refusal::NotAStatement { line: module.line(target.call.start()) };
    let Some(AnyNodeRef::StmtExpr(stmt)) = target.above.last().copied() else {
        return Err(refusal);
    };
    let start = line_start(source, stmt.start());
    let indent = &source[start.to_usize()..stmt.start().to_usize()];
    let rest = source[stmt.end().to_usize()..line_stop(source, stmt.end()).to_usize()].trim();
    if !indent.trim().is_empty() || !(rest.is_empty() || rest.starts_with('#')) {
        return Err(refusal);
    }
    let symbol = one_line(module.text(&*target.call.func));
    let is_plain = symbol.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '_'));
    let symbol = if is_plain { symbol } else { "a blocking call".to_owned() };
    Ok(Statement { module, stmt, indent, symbol })
}

impl Statement<'_> {
    pub(super) fn range(&self) -> TextRange {
        self.stmt.range()
    }

    /// What stands before the statement, and a step of indentation for its further lines.
    pub(super) fn open(&self, edits: &mut Edits) {
        let source = self.module.source();
        let (eol, indent, step) = (line_end(source), self.indent, self.step());
        edits.insert(self.stmt.start(), format!("try:{eol}{indent}{step}"));
        let text = self.module.text(self.stmt);
        let holds_lines = text.contains("\"\"\"") || text.contains("'''") || text.contains('\\');
        if holds_lines {
            return;
        }
        for (at, _) in text.match_indices('\n') {
            if !text[at + 1..].starts_with(['\n', '\r']) {
                edits.insert(self.stmt.start() + size(at + 1), step);
            }
        }
    }

    /// What stands after its last line; gives the packages that are still to be imported.
    pub(super) fn close(&self, edits: &mut Edits) -> Option<&'static str> {
        let source = self.module.source();
        let (eol, indent, step) = (line_end(source), self.indent, self.step());
        let message = format!("best-effort cleanup failed: {}", self.symbol);
        let (log, package) =
            match (logger(self.module), spelling(self.module, "logging", "getLogger")) {
                (Some(logger), _) => (format!("{logger}.exception(\"{message}\")"), None),
                (None, Some(get)) => (warning(&get, &message), None),
                (None, None) => (warning("logging.getLogger", &message), Some("logging")),
            };
        edits.insert(
            line_stop(source, self.stmt.end()),
            format!("{eol}{indent}except Exception:{eol}{indent}{step}{log}"),
        );
        package
    }

    fn step(&self) -> &'static str {
        if self.indent.contains('\t') { "\t" } else { "    " }
    }
}

fn warning(get_logger: &str, message: &str) -> String {
    format!("{get_logger}(__name__).warning(\"{message}\", exc_info=True)")
}

/// The name of the module's own logger.
fn logger(module: &Module) -> Option<String> {
    const NAMES: [&str; 5] = ["logger", "log", "_logger", "LOGGER", "LOG"];
    let body = module.tree().body.iter();
    body.filter_map(|stmt| match stmt {
        Stmt::Assign(assign) => match &*assign.targets {
            [Expr::Name(name)] if assign.value.is_call_expr() => Some(name.id.to_string()),
            _ => None,
        },
        Stmt::AnnAssign(assign) => match &*assign.target {
            Expr::Name(name) => Some(name.id.to_string()),
            _ => None,
        },
        Stmt::ImportFrom(import) => import.names.iter().find_map(|alias| {
            let local = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
            NAMES.contains(&local.as_str()).then_some(local)
        }),
        _ => None,
    })
    .find(|name| NAMES.contains(&name.as_str()))
}
