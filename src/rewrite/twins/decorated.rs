//! `@sync_to_async def f` becomes `async def f`: awaited as before, run inline.

use ruff_python_ast::{AnyNodeRef, Decorator, Expr, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::Twin;
use crate::rewrite::Refusal;
use crate::rewrite::edits::Edits;
use crate::rewrite::form::{OffloadForm, is_sync_to_async};
use crate::rewrite::names::Names;
use crate::rewrite::trivia::{has_comment, one_line, skip};
use crate::rewrite::walk::{function, walk, walk_below};
use crate::scan::syntax::Module;

pub(super) fn twins(module: &Module, names: &Names) -> Vec<Twin> {
    let mut twins = Vec::new();
    walk(module, |above, node| {
        let AnyNodeRef::StmtFunctionDef(def) = node else { return };
        let is_twin = |decorator: &&Decorator| {
            let expr = match &decorator.expression {
                Expr::Call(call) if call.arguments.args.is_empty() => &*call.func,
                expr => expr,
            };
            names.resolve(expr).is_some_and(|name| is_sync_to_async(&name))
        };
        let Some(decorator) = def.decorator_list.iter().find(is_twin) else { return };
        if def.is_async {
            return;
        }
        let body = def.body.first().map(AnyNodeRef::from);
        let path = [above, &[node], body.as_slice()].concat();
        twins.push(Twin {
            form: OffloadForm::SyncToAsync,
            span: decorator.expression.range(),
            reach: decorator.range(),
            site: def.range(),
            function: function(&path),
            callee: def.name.to_string(),
            edits: edits(module, def, decorator),
        });
    });
    twins
}

fn edits(module: &Module, def: &StmtFunctionDef, decorator: &Decorator) -> Result<Edits, Refusal> {
    let source = module.source();
    if yields(def) {
        let (line, column) = module.position(decorator.expression.start());
        let text = one_line(module.text(decorator));
        return Err(Refusal::OpaqueCallee { line, column, text });
    }
    let mut edits = Edits::default();
    let next = skip(source, decorator.end());
    let gap = &source[decorator.end().to_usize()..next.to_usize()];
    let end = if has_comment(gap) { decorator.end() } else { next };
    edits.replace(decorator.start(), end, "");
    let keyword = def.decorator_list.last().map_or(def.start(), Ranged::end);
    edits.insert(skip(source, keyword), "async ");
    Ok(edits)
}

/// An `async def` that yields is a generator and cannot be awaited.
fn yields(def: &StmtFunctionDef) -> bool {
    let mut yields = false;
    walk_below(AnyNodeRef::StmtFunctionDef(def), |_, node| {
        yields |= matches!(node, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_));
    });
    yields
}
