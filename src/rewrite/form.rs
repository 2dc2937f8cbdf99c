//! The shapes in which Python code hands a blocking function to a thread.
//!
//! A new one is a line in [`recognise`] and a row in the table test.

use std::fmt;

use ruff_python_ast::{Expr, ExprCall, Keyword};

use super::names::Names;
use super::wrappers::Known;

/// Through what a call leaves the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OffloadForm {
    /// `asyncio.to_thread(f, …)`.
    ToThread,
    /// `loop.run_in_executor(executor, f, …)`, also the function of that name that some
    /// libraries have.
    RunInExecutor,
    /// `anyio.to_thread.run_sync(f, …)`.
    Anyio,
    /// `trio.to_thread.run_sync(f, …)`.
    Trio,
    /// `run_in_threadpool(f, …)` of starlette and fastapi.
    Threadpool,
    /// `sync_to_async(f)(…)` of asgiref and channels, and `@sync_to_async`.
    SyncToAsync,
    /// A helper of the project's own that offloads its first argument.
    Wrapper,
    /// `async with aiofiles.open(…)` and `anyio.open_file`.
    AsyncFile,
    /// `await anyio.Path(…).method(…)`.
    AsyncPath,
}

impl fmt::Display for OffloadForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ToThread => "asyncio.to_thread",
            Self::RunInExecutor => "run_in_executor",
            Self::Anyio => "anyio.to_thread.run_sync",
            Self::Trio => "trio.to_thread.run_sync",
            Self::Threadpool => "run_in_threadpool",
            Self::SyncToAsync => "sync_to_async",
            Self::Wrapper => "a wrapper of the project's own",
            Self::AsyncFile => "an async file",
            Self::AsyncPath => "anyio.Path",
        })
    }
}

/// Whether a dotted name makes a sync function async.
pub(super) fn is_sync_to_async(name: &str) -> bool {
    matches!(name, "asgiref.sync.sync_to_async" | "channels.db.database_sync_to_async")
}

/// Where the offloaded function stands in an offload call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Callee<'a> {
    /// It is a positional argument, of this index, and the arguments after it are its own.
    Argument(&'a Expr, usize),
    /// It is the first argument of the call that is called.
    Curried(&'a Expr, &'a ExprCall),
    /// It is behind a `*` or a keyword.
    Opaque,
}

impl<'a> Callee<'a> {
    /// The expression, where there is one.
    pub(super) fn expr(self) -> Option<&'a Expr> {
        match self {
            Self::Argument(expr, _) | Self::Curried(expr, _) => Some(expr),
            Self::Opaque => None,
        }
    }
}

/// An offload call, understood.
#[derive(Debug, Clone)]
pub(super) struct Recognised<'a> {
    pub(super) form: OffloadForm,
    pub(super) callee: Callee<'a>,
    /// Keywords that are the offload's own, not the callee's.
    pub(super) own: Vec<&'a Keyword>,
}

/// Reads a call as an offload.
pub(super) fn recognise<'a>(
    call: &'a ExprCall,
    names: &Names,
    known: &Known,
) -> Option<Recognised<'a>> {
    if let Expr::Call(inner) = &*call.func {
        return match names.resolve(&inner.func)?.as_str() {
            name if is_sync_to_async(name) => Some(Recognised {
                form: OffloadForm::SyncToAsync,
                callee: match plain(inner, 0) {
                    Some(callee) => Callee::Curried(callee, inner),
                    None => Callee::Opaque,
                },
                own: Vec::new(),
            }),
            _ => None,
        };
    }
    let is_method = |name: &str| match &*call.func {
        Expr::Attribute(attribute) => attribute.attr.as_str() == name,
        _ => false,
    };
    let resolved = names.resolve(&call.func);
    let resolved = resolved.as_deref().unwrap_or_default();
    let (form, index, own): (_, _, &[&str]) = match resolved {
        "asyncio.to_thread" => (OffloadForm::ToThread, 0, &[]),
        "anyio.to_thread.run_sync" => {
            (OffloadForm::Anyio, 0, &["cancellable", "abandon_on_cancel", "limiter"])
        }
        "trio.to_thread.run_sync" => {
            (OffloadForm::Trio, 0, &["cancellable", "abandon_on_cancel", "limiter", "thread_name"])
        }
        "starlette.concurrency.run_in_threadpool" | "fastapi.concurrency.run_in_threadpool" => {
            (OffloadForm::Threadpool, 0, &[])
        }
        _ if is_method("run_in_executor") || resolved.ends_with(".run_in_executor") => {
            (OffloadForm::RunInExecutor, 1, &[])
        }
        _ => {
            let own = known.own_keywords(&call.func, resolved)?;
            return Some(read(call, OffloadForm::Wrapper, 0, |name| {
                own.iter().any(|own| own == name)
            }));
        }
    };
    Some(read(call, form, index, |name| own.contains(&name)))
}

fn read<'a>(
    call: &'a ExprCall,
    form: OffloadForm,
    index: usize,
    is_own: impl Fn(&str) -> bool,
) -> Recognised<'a> {
    let own = call.arguments.keywords.iter();
    Recognised {
        form,
        callee: match plain(call, index) {
            Some(callee) => Callee::Argument(callee, index),
            None => Callee::Opaque,
        },
        own: own
            .filter(|keyword| keyword.arg.as_ref().is_some_and(|name| is_own(name.as_str())))
            .collect(),
    }
}

/// The positional argument of this index, unless a `*` makes indexes meaningless.
fn plain(call: &ExprCall, index: usize) -> Option<&Expr> {
    let upto = call.arguments.args.get(..=index)?;
    if upto.iter().any(Expr::is_starred_expr) { None } else { upto.last() }
}
