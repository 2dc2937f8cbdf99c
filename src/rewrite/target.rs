//! The call that an offload is asked for, and whether it can be awaited where it stands.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::Refusal;
use super::form::recognise;
use super::names::Names;
use super::walk::{function, in_body, walk};
use super::wrappers::{Known, Wrappers};
use crate::scan::syntax::Module;

/// A call that can be awaited.
pub(super) struct Target<'a> {
    pub(super) call: &'a ExprCall,
    /// From the outermost statement to the node that holds the call.
    pub(super) above: Vec<AnyNodeRef<'a>>,
}

/// The call at a position, checked.
pub(super) fn target<'a>(
    module: &'a Module,
    names: &Names,
    line: usize,
    column: usize,
) -> Result<Target<'a>, Refusal> {
    let none = Refusal::NoCall { line, column };
    let Some(at) = module.offset(line, column) else { return Err(none) };
    let mut chain: Vec<Target<'a>> = Vec::new();
    let mut innermost = None;
    walk(module, |above, node| {
        if let AnyNodeRef::ExprCall(call) = node
            && call.range().contains_inclusive(at)
        {
            if call.start() == at {
                chain.push(Target { call, above: above.to_vec() });
            }
            innermost = Some(Target { call, above: above.to_vec() });
        }
    });
    // Calls that start together are a chain, outermost first: `open(p).read()`. An outer one
    // that is awaited is async, so what may block is a call further in.
    let is_awaited =
        |target: &Target<'_>| matches!(target.above.last(), Some(AnyNodeRef::ExprAwait(_)));
    let known = Known::of(module, names, &Wrappers::default());
    let offload = |target: &Target<'_>| recognise(target.call, names, &known).is_some();
    if let Some(offload) = chain.iter().find(|target| offload(target)) {
        let (line, column) = module.position(offload.call.start());
        return Err(Refusal::AlreadyOffloaded { line, column });
    }
    let position = chain.iter().position(|target| !is_awaited(target));
    let target = match position {
        Some(position) => Some(chain.swap_remove(position)),
        None => chain.pop().or(innermost),
    };
    let target = target.ok_or(none)?;
    if is_awaited(&target) {
        let (line, column) = module.position(target.call.start());
        return Err(match offload(&target) {
            true => Refusal::AlreadyOffloaded { line, column },
            false => Refusal::AlreadyAwaited { line, column },
        });
    }
    can_await(module, &target, |call| recognise(call, names, &known).is_some())?;
    Ok(target)
}

fn can_await(
    module: &Module,
    target: &Target<'_>,
    is_offload: impl Fn(&ExprCall) -> bool,
) -> Result<(), Refusal> {
    let path = [&target.above[..], &[AnyNodeRef::ExprCall(target.call)]].concat();
    let line = |node: AnyNodeRef<'_>| module.line(node.range().start());
    let call = target.call.range();
    for (index, pair) in path.windows(2).enumerate().rev() {
        match pair[0] {
            AnyNodeRef::ExprLambda(lambda) if lambda.body.range().contains_range(call) => {
                let holder = path[..index].iter().rev().find_map(|node| match node {
                    AnyNodeRef::ExprCall(call) if is_offload(call) => Some(*call),
                    _ => None,
                });
                return Err(match holder {
                    Some(offload) => {
                        let (line, column) = module.position(offload.start());
                        Refusal::AlreadyOffloaded { line, column }
                    }
                    None => Refusal::InLambda { line: line(pair[0]) },
                });
            }
            AnyNodeRef::ExprGenerator(generator)
                if !generator
                    .generators
                    .first()
                    .is_some_and(|first| first.iter.range().contains_range(call)) =>
            {
                return Err(Refusal::InGenerator { line: line(pair[0]) });
            }
            AnyNodeRef::WithItem(item) if item.context_expr.range() == call => {
                let is_sync = index > 0
                    && matches!(path[index - 1], AnyNodeRef::StmtWith(stmt) if !stmt.is_async);
                if is_sync {
                    return Err(Refusal::Header {
                        line: module.line(call.start()),
                        keyword: "with",
                    });
                }
            }
            AnyNodeRef::StmtFor(stmt) if is_lazy(&stmt.iter, call) => {
                return Err(Refusal::Header { line: module.line(call.start()), keyword: "for" });
            }
            AnyNodeRef::Comprehension(part) if is_lazy(&part.iter, call) => {
                return Err(Refusal::Header { line: module.line(call.start()), keyword: "for" });
            }
            AnyNodeRef::StmtFunctionDef(def) if in_body(&def.body, pair[1]) => {
                return match def.is_async {
                    true => Ok(()),
                    false => Err(Refusal::NotAsync { function: function(&path) }),
                };
            }
            AnyNodeRef::StmtClassDef(def) if in_body(&def.body, pair[1]) => {
                return Err(Refusal::NotAsync { function: format!("class {}", def.name) });
            }
            _ => {}
        }
    }
    Err(Refusal::NotAsync { function: function(&path) })
}

/// Whether the call is what is iterated over and reads as the loop goes on.
fn is_lazy(iter: &Expr, call: TextRange) -> bool {
    let Expr::Call(iter) = iter else { return false };
    let name = match &*iter.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    iter.range() == call
        && matches!(name, "open" | "walk" | "scandir" | "iterdir" | "glob" | "rglob" | "iglob")
}
