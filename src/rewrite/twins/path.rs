//! `await anyio.Path(p).read_text()` becomes the same of `pathlib.Path`.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::Twin;
use crate::rewrite::awaits::drop_await;
use crate::rewrite::edits::Edits;
use crate::rewrite::form::OffloadForm;
use crate::rewrite::names::Names;
use crate::rewrite::walk::{function, walk};
use crate::scan::syntax::Module;

pub(super) fn twins(module: &Module, names: &Names) -> Vec<Twin> {
    let mut twins = Vec::new();
    walk(module, |above, node| {
        let AnyNodeRef::ExprAwait(awaited) = node else { return };
        let Expr::Call(call) = &*awaited.value else { return };
        let Expr::Attribute(method) = &*call.func else { return };
        let Expr::Call(path) = &*method.value else { return };
        if names.resolve(&path.func).as_deref() != Some("anyio.Path") {
            return;
        }
        let mut edits = Edits::default();
        drop_await(module.source(), above, awaited.range(), call.start(), &mut edits);
        edits.replace(path.func.start(), path.func.end(), "__import__(\"pathlib\").Path");
        twins.push(Twin {
            form: OffloadForm::AsyncPath,
            span: call.range(),
            reach: awaited.range(),
            site: awaited.range(),
            function: function(&[above, &[node]].concat()),
            callee: module.text(&*call.func).to_owned(),
            edits: Ok(edits),
        });
    });
    twins
}
