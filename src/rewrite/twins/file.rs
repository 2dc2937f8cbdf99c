//! `async with aiofiles.open(p) as f` becomes `with open(p) as f`, and what its block awaits of
//! `f` becomes a plain call.

use ruff_python_ast::{AnyNodeRef, Expr, StmtWith};
use ruff_text_size::{Ranged, TextSize};

use super::Twin;
use crate::rewrite::Refusal;
use crate::rewrite::awaits::drop_await;
use crate::rewrite::edits::Edits;
use crate::rewrite::form::OffloadForm;
use crate::rewrite::names::Names;
use crate::rewrite::trivia::{one_line, size, skip};
use crate::rewrite::walk::{function, walk, walk_below};
use crate::scan::syntax::Module;

pub(super) fn twins(module: &Module, names: &Names) -> Vec<Twin> {
    let mut twins = Vec::new();
    walk(module, |above, node| {
        let AnyNodeRef::StmtWith(with) = node else { return };
        let Some(item) = with.items.first().filter(|_| with.is_async) else { return };
        let (call, reach) = match &item.context_expr {
            Expr::Call(call) => (call, call.range()),
            Expr::Await(awaited) => match &*awaited.value {
                Expr::Call(call) => (call, awaited.range()),
                _ => return,
            },
            _ => return,
        };
        match names.resolve(&call.func).as_deref() {
            Some("aiofiles.open" | "aiofiles.threadpool.open" | "anyio.open_file") => {}
            _ => return,
        }
        let refusal = || {
            let (line, column) = module.position(call.start());
            Refusal::OpaqueCallee { line, column, text: one_line(module.text(call)) }
        };
        let edits = block(module, with).ok_or_else(refusal).map(|mut edits| {
            if reach != call.range() {
                drop_await(module.source(), &[], reach, call.start(), &mut edits);
            }
            edits.replace(call.func.start(), call.func.end(), "open");
            edits
        });
        twins.push(Twin {
            form: OffloadForm::AsyncFile,
            span: call.range(),
            reach,
            site: with.range(),
            function: function(&[above, &[node]].concat()),
            callee: "open".to_owned(),
            edits,
        });
    });
    twins
}

/// The block without what is async of its file; `None` when the file goes somewhere else.
fn block(module: &Module, with: &StmtWith) -> Option<Edits> {
    let source = module.source();
    let [item] = with.items.as_slice() else { return None };
    let file = match item.optional_vars.as_deref() {
        Some(Expr::Name(name)) => name.id.as_str(),
        Some(_) => return None,
        None => "",
    };
    let is_file = |expr: &Expr| matches!(expr, Expr::Name(name) if name.id.as_str() == file);
    let mut edits = Edits::default();
    drop_async(source, with.start(), &mut edits);
    let mut uses = 0;
    let mut understood = 0;
    walk_below(AnyNodeRef::StmtWith(with), |above, node| match node {
        AnyNodeRef::ExprName(name) if name.id.as_str() == file && name.ctx.is_load() => uses += 1,
        AnyNodeRef::StmtFor(stmt) if stmt.is_async && is_file(&stmt.iter) => {
            drop_async(source, stmt.start(), &mut edits);
            understood += 1;
        }
        AnyNodeRef::Comprehension(part) if part.is_async && is_file(&part.iter) => {
            drop_async(source, part.start(), &mut edits);
            understood += 1;
        }
        AnyNodeRef::ExprAttribute(attribute) if is_file(&attribute.value) => {
            understood += 1;
            let parents: Vec<_> = above.iter().rev().take(2).collect();
            if let [AnyNodeRef::ExprCall(call), AnyNodeRef::ExprAwait(awaited)] = parents.as_slice()
                && call.func.range() == attribute.range()
            {
                let above = &above[..above.len() - 2];
                drop_await(source, above, awaited.range(), call.start(), &mut edits);
            }
        }
        _ => {}
    });
    (uses == understood).then_some(edits)
}

/// Deletes the `async` that starts there.
fn drop_async(source: &str, at: TextSize, edits: &mut Edits) {
    edits.replace(at, skip(source, at + size("async".len())), "");
}
