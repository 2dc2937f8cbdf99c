//! Takes an offload away: the blocking call stands on the loop again.
//!
//! An offload that is awaited becomes the call. One that is handed on (`gather`, `wait_for`,
//! `create_task`, a variable) must stay awaitable, and becomes a call of a small helper at the
//! end of the file that runs the function inline.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Refusal;
use super::aim::{Aimed, aim};
use super::awaits::drop_await;
use super::edits::{Edits, Rewrite, sound};
use super::form::{Callee, OffloadForm};
use super::inline::{Keep, inline};
use super::keywords::drop_own_keywords;
use super::names::Names;
use super::offloads::{Found, find};
use super::trivia::{line_end, one_line, size, with_parentheses};
use super::twins::{Twin, twins};
use super::wrappers::Wrappers;
use crate::scan::syntax::Module;

/// Turns the offload at a position, both from 1, the column in characters, into the call that
/// it offloads. The position of the offload call is exact; any other on its line is understood
/// when only one offload can be meant.
///
/// # Errors
/// When no offload stands there, or the result would not parse.
pub fn un_offload(module: &Module, line: usize, column: usize) -> Result<Rewrite, Refusal> {
    un_offload_with(module, line, column, &Wrappers::default())
}

/// [`un_offload`] that knows the project's own `wrappers` too.
///
/// # Errors
/// When no offload stands there, or the result would not parse.
pub fn un_offload_with(
    module: &Module,
    line: usize,
    column: usize,
    wrappers: &Wrappers,
) -> Result<Rewrite, Refusal> {
    sound(module)?;
    let names = Names::of(module);
    let mut sites: Vec<Site<'_>> =
        find(module, &names, wrappers).into_iter().map(Site::Call).collect();
    sites.extend(twins(module, &names).into_iter().map(Site::Twin));
    match aim(module, &sites, line, column)? {
        Site::Call(found) => un_offload_call(module, found, &names),
        Site::Twin(twin) => twin.edits.clone()?.apply(module, twin.site),
    }
}

enum Site<'a> {
    Call(Found<'a>),
    Twin(Twin),
}

impl Aimed for Site<'_> {
    fn span(&self) -> TextRange {
        match self {
            Self::Call(found) => found.call.range(),
            Self::Twin(twin) => twin.span,
        }
    }

    fn reach(&self) -> TextRange {
        match self {
            Self::Call(found) => found.span(),
            Self::Twin(twin) => twin.reach,
        }
    }
}

fn un_offload_call(module: &Module, found: &Found<'_>, names: &Names) -> Result<Rewrite, Refusal> {
    let mut edits = Edits::default();
    match (found.awaited(), found.recognised.callee) {
        (Some(awaited), Callee::Argument(..) | Callee::Curried(..))
            if !await_makes_generator_async(found) =>
        {
            edits.join(inline(module, found, names, Keep::Call));
            let above = &found.above[..found.above.len() - 1];
            drop_await(module.source(), above, awaited, found.call.start(), &mut edits);
        }
        _ => through_helper(module, found, names, &mut edits)?,
    }
    edits.apply(module, found.span())
}

/// Without its `await`, an async generator expression would be a sync one, which `async for`
/// does not take. The first iterable is evaluated outside of the generator.
fn await_makes_generator_async(found: &Found<'_>) -> bool {
    found.above.iter().any(|node| match node {
        AnyNodeRef::ExprGenerator(generator) => !generator
            .generators
            .first()
            .is_some_and(|first| first.iter.range().contains_range(found.call.range())),
        _ => false,
    })
}

/// Puts a helper that runs inline in the place of what offloads.
fn through_helper(
    module: &Module,
    found: &Found<'_>,
    names: &Names,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let source = module.source();
    let call = found.call;
    let (kind, lead_end) = match (found.recognised.callee, found.recognised.form) {
        (Callee::Argument(callee, index), form) => {
            let from = match index.checked_sub(1) {
                Some(before) => call.arguments.args[before].end(),
                None => call.arguments.start() + size(1),
            };
            let helper = match form {
                // It returns a future that runs without being awaited.
                OffloadForm::RunInExecutor if found.awaited().is_none() => Helper::Future,
                _ => Helper::Coroutine,
            };
            (helper, with_parentheses(source, from, callee.range()).start())
        }
        (Callee::Curried(..), _) => {
            edits.join(inline(module, found, names, Keep::Arguments));
            let Expr::Call(inner) = &*call.func else { return Err(opaque(module, found)) };
            (Helper::Coroutine, inner.arguments.start() + size(1))
        }
        (Callee::Opaque, form) => {
            let is_starred = call.arguments.args.first().is_some_and(Expr::is_starred_expr);
            match form {
                OffloadForm::RunInExecutor | OffloadForm::SyncToAsync => {
                    return Err(opaque(module, found));
                }
                _ if !is_starred => return Err(opaque(module, found)),
                _ => (Helper::Coroutine, call.arguments.start() + size(1)),
            }
        }
    };
    let name = kind.name(source);
    // An executor, or what is curried, goes; a comment before the function itself stays.
    let carried = match found.recognised.callee {
        Callee::Argument(_, 0) | Callee::Opaque => {
            &source[call.arguments.start().to_usize() + 1..lead_end.to_usize()]
        }
        Callee::Argument(..) | Callee::Curried(..) => "",
    };
    edits.replace(call.start(), lead_end, format!("{name}({carried}"));
    drop_own_keywords(found, edits, source, Keep::Arguments);
    edits.append(source, &kind.text(source, &name));
    Ok(())
}

fn opaque(module: &Module, found: &Found<'_>) -> Refusal {
    let (line, column) = module.position(found.call.start());
    Refusal::OpaqueCallee { line, column, text: one_line(module.text(found.call)) }
}

/// What runs a function inline and is still awaitable.
enum Helper {
    /// Runs it when awaited, as `to_thread` does.
    Coroutine,
    /// Runs it at once, awaited or not, as `run_in_executor` does.
    Future,
}

impl Helper {
    /// A name that the file does not use.
    fn name(&self, source: &str) -> String {
        let base = match self {
            Self::Coroutine => "_guard_inline",
            Self::Future => "_guard_inline_future",
        };
        let mut name = base.to_owned();
        let mut number = 2;
        while source.contains(&name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }

    /// The definition, to stand at the end of the file and to end as the file does.
    fn text(&self, source: &str, name: &str) -> String {
        let body = match self {
            Self::Coroutine => format!(
                "async def {name}(function, /, *args, **kwargs):\n\
                 \x20   return function(*args, **kwargs)"
            ),
            Self::Future => format!(
                "def {name}(function, /, *args, **kwargs):\n\
                 \x20   import asyncio\n\n\
                 \x20   future = asyncio.get_running_loop().create_future()\n\
                 \x20   try:\n\
                 \x20       future.set_result(function(*args, **kwargs))\n\
                 \x20   except Exception as error:\n\
                 \x20       future.set_exception(error)\n\
                 \x20   return future"
            ),
        };
        let text = match source.ends_with('\n') {
            true => format!("\n\n{body}\n"),
            false => format!("\n\n\n{body}"),
        };
        text.replace('\n', line_end(source))
    }
}
