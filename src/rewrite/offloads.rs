//! Every offload expression of a file.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::form::{OffloadForm, Recognised, recognise};
use super::names::Names;
use super::partial::partial;
use super::twins::{Twin, twins};
use super::walk::{function, walk};
use super::wrappers::{Known, Wrappers};
use crate::scan::syntax::Module;

/// An offload expression standing in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offload {
    /// The offload call itself, in bytes, without an `await`.
    pub span: TextRange,
    /// Where that call starts, from 1.
    pub line: usize,
    /// Where that call starts, from 1, in characters.
    pub column: usize,
    /// The enclosing function, dotted, functions in functions too; `<module>` at the top; of a
    /// decorator the function that it decorates.
    pub function: String,
    /// The text of what is offloaded: the function, the function of a `partial`, the body of a
    /// lambda. Empty when it is behind a `*` or a keyword.
    pub callee: String,
    /// Through what.
    pub form: OffloadForm,
}

/// An offload with what an edit of it must know.
pub(super) struct Found<'a> {
    pub(super) call: &'a ExprCall,
    pub(super) recognised: Recognised<'a>,
    /// From the outermost statement to the node that holds the call.
    pub(super) above: Vec<AnyNodeRef<'a>>,
}

impl Found<'_> {
    /// The `await` of the call, where it is awaited directly.
    pub(super) fn awaited(&self) -> Option<TextRange> {
        match self.above.last() {
            Some(AnyNodeRef::ExprAwait(expr)) => Some(expr.range()),
            _ => None,
        }
    }

    /// The call with its `await`.
    pub(super) fn span(&self) -> TextRange {
        self.awaited().unwrap_or(self.call.range())
    }
}

/// The offloads of a file, in file order: those of the libraries and those through helpers that
/// the file itself defines.
pub fn offloads(module: &Module) -> Vec<Offload> {
    offloads_with(module, &Wrappers::default())
}

/// The offloads of a file, those through the project's own `wrappers` too.
pub fn offloads_with(module: &Module, wrappers: &Wrappers) -> Vec<Offload> {
    let names = Names::of(module);
    let describe = |found: Found<'_>| {
        let (line, column) = module.position(found.call.start());
        let path = [&found.above[..], &[AnyNodeRef::ExprCall(found.call)]].concat();
        Offload {
            span: found.call.range(),
            line,
            column,
            function: function(&path),
            callee: found
                .recognised
                .callee
                .expr()
                .map_or_else(String::new, |callee| described(module, callee, &names)),
            form: found.recognised.form,
        }
    };
    let twin = |twin: Twin| {
        let (line, column) = module.position(twin.span.start());
        let Twin { span, function, callee, form, .. } = twin;
        Offload { span, line, column, function, callee, form }
    };
    let mut offloads: Vec<Offload> =
        find(module, &names, wrappers).into_iter().map(describe).collect();
    offloads.extend(twins(module, &names).into_iter().map(twin));
    offloads.sort_by_key(|offload| (offload.span.start(), offload.span.end()));
    offloads
}

fn described(module: &Module, callee: &Expr, names: &Names) -> String {
    match (callee, partial(callee, names)) {
        (_, Some((_, function))) => module.text(function).to_owned(),
        (Expr::Lambda(lambda), None) => module.text(&*lambda.body).to_owned(),
        (_, None) => module.text(callee).to_owned(),
    }
}

pub(super) fn find<'a>(module: &'a Module, names: &Names, wrappers: &Wrappers) -> Vec<Found<'a>> {
    let known = Known::of(module, names, wrappers);
    let mut found = Vec::new();
    walk(module, |above, node| {
        if let AnyNodeRef::ExprCall(call) = node
            && let Some(recognised) = recognise(call, names, &known)
        {
            found.push(Found { call, recognised, above: above.to_vec() });
        }
    });
    found
}
