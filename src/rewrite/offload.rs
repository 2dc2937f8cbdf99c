//! Takes a blocking call off the loop: `f(a)` in an async function becomes
//! `await asyncio.to_thread(f, a)`. [`super::un_offload()`] is its exact inverse, save for the
//! import.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::cleanup::statement;
use super::edits::{Edits, Rewrite, sound};
use super::imports::{add_packages, spelling};
use super::names::Names;
use super::target::{Target, target};
use super::walk::{applies, walk_below};
use super::{Placement, Refusal};
use crate::scan::syntax::Module;

/// Offloads the call at a position, both from 1, the column in characters. Of a chain that
/// starts there (`open(p).read()`) it takes the whole. `import asyncio` is added where needed.
///
/// # Errors
/// When the call cannot be awaited where it stands, or the result would not parse; the refusal
/// says what to do instead.
pub fn offload(
    module: &Module,
    line: usize,
    column: usize,
    placement: Placement,
) -> Result<Rewrite, Refusal> {
    sound(module)?;
    let names = Names::of(module);
    let target = target(module, &names, line, column)?;
    let mut edits = Edits::default();
    let mut packages = Vec::new();
    let mut spelled = |name: &str| {
        spelling(module, "asyncio", name).unwrap_or_else(|| {
            packages.push("asyncio");
            format!("asyncio.{name}")
        })
    };
    let to_thread = spelled("to_thread");
    let site = match placement {
        Placement::Plain => {
            let applied =
                target.above.last().is_some_and(|node| applies(*node, target.call.range()));
            let (open, close) = if applied { ("(", ")") } else { ("", "") };
            wrap(module, &target, &format!("{open}await {to_thread}("), close, &mut edits)?;
            target.call.range()
        }
        Placement::Cleanup => {
            let wait_for = spelled("wait_for");
            let statement = statement(module, &target)?;
            statement.open(&mut edits);
            let open = format!("await {wait_for}({to_thread}(");
            wrap(module, &target, &open, ", timeout=5)", &mut edits)?;
            packages.extend(statement.close(&mut edits));
            statement.range()
        }
    };
    packages.dedup();
    add_packages(module, &packages, &mut edits);
    edits.apply(module, site)
}

/// Puts the call's function and arguments, or a lambda of it, as arguments between `open` and
/// the parenthesis that closes it, and `close` after that.
fn wrap(
    module: &Module,
    target: &Target<'_>,
    open: &str,
    close: &str,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let call = target.call;
    if needs_lambda(call) {
        fits_lambda(module, call)?;
        edits.insert(call.start(), format!("{open}lambda: "));
        edits.insert(call.end(), format!("){close}"));
        return Ok(());
    }
    let parenthesis = TextRange::at(call.arguments.start(), TextSize::new(1));
    let rest = &module.source()[parenthesis.end().to_usize()..];
    let first = call.arguments.iter_source_order().next().map(|first| first.start());
    let gap = first.map_or("", |first| &module.source()[TextRange::new(parenthesis.end(), first)]);
    // Where the arguments begin on a line of their own, so does the function; not in a cleanup,
    // whose lines are indented anew.
    let own_line = close.is_empty() && gap.starts_with(['\n', '\r']) && gap.trim().is_empty();
    edits.insert(call.start(), if own_line { format!("{open}{gap}") } else { open.to_owned() });
    // `f ()` and `f( )` must not become the same.
    let is_apart = module.source()[..parenthesis.start().to_usize()].ends_with([' ', '\t', '\n']);
    let comma = match call.arguments.is_empty() {
        true if is_apart => ",",
        true => "",
        false if rest.starts_with(['\n', '\r']) => ",",
        false => ", ",
    };
    edits.replace(parenthesis.start(), parenthesis.end(), comma);
    edits.insert(call.end(), close);
    Ok(())
}

/// Whether the function expression itself may block, or the arguments cannot take company.
fn needs_lambda(call: &ExprCall) -> bool {
    let mut head = &*call.func;
    let receiver = loop {
        match head {
            Expr::Attribute(attribute) => head = &attribute.value,
            Expr::Subscript(subscript) => head = &subscript.value,
            Expr::Call(inner) => break Some(inner),
            _ => break None,
        }
    };
    let lone_generator = match &*call.arguments.args {
        [Expr::Generator(generator)] => !generator.parenthesized,
        _ => false,
    };
    receiver.is_some_and(|receiver| !makes_path(receiver)) || lone_generator
}

/// `Path(p)` and its kin touch no file, so they may stay on the loop.
fn makes_path(call: &ExprCall) -> bool {
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(name, "Path" | "PurePath" | "super")
}

fn fits_lambda(module: &Module, call: &ExprCall) -> Result<(), Refusal> {
    let mut found = None;
    walk_below(AnyNodeRef::ExprCall(call), |_, node| {
        let what = match node {
            AnyNodeRef::ExprAwait(_) => "await",
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => "yield",
            AnyNodeRef::ExprNamed(_) => ":=",
            AnyNodeRef::Comprehension(part) if part.is_async => "async for",
            _ => return,
        };
        found = found.or(Some(what));
    });
    match found {
        None => Ok(()),
        Some(what) => {
            let (line, column) = module.position(call.start());
            Err(Refusal::NotInLambda { line, column, what })
        }
    }
}
