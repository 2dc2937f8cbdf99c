//! Each form of offload, and exactly what is left of it.

use super::{parse, position};
use crate::rewrite::{
    OffloadForm, Refusal, Wrappers, offloads, offloads_with, own_wrappers, un_offload,
    un_offload_with,
};

const IMPORTS: &str = "\
import asyncio
import asyncio as aio
import functools
from asyncio import to_thread as off
from functools import partial
import anyio
from anyio import to_thread
from anyio.to_thread import run_sync
import trio
from starlette.concurrency import run_in_threadpool
from fastapi.concurrency import run_in_threadpool as pooled
from asgiref.sync import sync_to_async

async def entry():
";

/// The body of `entry` without the only offload that it holds.
fn inlined(body: &str) -> String {
    let source = format!("{IMPORTS}    {body}\n");
    let module = parse(&source);
    let found = offloads(&module);
    let [offload] = found.as_slice() else { panic!("{body}: {found:?}") };
    assert_eq!(offload.function, "entry");
    let rewrite = un_offload(&module, offload.line, offload.column).unwrap();
    let rest = rewrite.source.strip_prefix(IMPORTS).expect("nothing before the site changes");
    rest.strip_prefix("    ").unwrap().strip_suffix('\n').unwrap().to_owned()
}

#[test]
fn awaited_offload_becomes_the_call() {
    let table = [
        ("await asyncio.to_thread(f)", "f()"),
        ("await asyncio.to_thread(f,)", "f()"),
        ("await asyncio.to_thread(f, a, b=1)", "f(a, b=1)"),
        ("await asyncio.to_thread(f, *a, **k)", "f(*a, **k)"),
        ("await aio.to_thread(self.f, a)", "self.f(a)"),
        ("await off(f, a)", "f(a)"),
        (
            "await asyncio.to_thread(Path(p).read_text, encoding='u')",
            "Path(p).read_text(encoding='u')",
        ),
        ("await asyncio.to_thread(table[0], a)", "table[0](a)"),
        ("await asyncio.to_thread(f if c else g, a)", "(f if c else g)(a)"),
        ("await asyncio.to_thread((f if c else g), a)", "(f if c else g)(a)"),
        ("await asyncio.to_thread(await g(), a)", "(await g())(a)"),
        ("await asyncio.to_thread(f, await g())", "f(await g())"),
        // executors
        ("await loop.run_in_executor(None, f)", "f()"),
        ("await loop.run_in_executor(self.pool, f, a, *b)", "f(a, *b)"),
        ("await asyncio.get_running_loop().run_in_executor(None, f, a)", "f(a)"),
        ("await loop.run_in_executor(None, partial(f, a, b=1))", "f(a, b=1)"),
        ("await loop.run_in_executor(None, functools.partial(f))", "f()"),
        ("await loop.run_in_executor(None, partial(f, b=1), a)", "partial(f, b=1)(a)"),
        ("await loop.run_in_executor(pool, ctx.run, partial(f, a))", "ctx.run(partial(f, a))"),
        // other libraries
        ("await anyio.to_thread.run_sync(f, a)", "f(a)"),
        ("await to_thread.run_sync(f, a, limiter=l, cancellable=True)", "f(a)"),
        ("await run_sync(f, abandon_on_cancel=True)", "f()"),
        ("await run_sync(f, abandon_on_cancel=True,)", "f()"),
        ("await run_sync(f, limiter=l, *a)", "f(*a)"),
        ("await trio.to_thread.run_sync(f, a, thread_name='n')", "f(a)"),
        ("await run_in_threadpool(f, a, limiter=1)", "f(a, limiter=1)"),
        ("await pooled(f)", "f()"),
        ("await sync_to_async(f)(a, b=1)", "f(a, b=1)"),
        ("await sync_to_async(f, thread_sensitive=False)()", "f()"),
        ("await sync_to_async(lambda: a)()", "(lambda: a)()"),
        // lambdas
        ("await asyncio.to_thread(lambda: open(p).read())", "open(p).read()"),
        ("await asyncio.to_thread(lambda: a + b)", "(a + b)"),
        ("await asyncio.to_thread(lambda: (a, b))", "(a, b)"),
        ("await asyncio.to_thread(lambda x: f(x), a)", "(lambda x: f(x))(a)"),
        ("await asyncio.to_thread(lambda x={1: 2}: f(x))", "(lambda x={1: 2}: f(x))()"),
    ];
    for (before, after) in table {
        assert_eq!(inlined(before), after, "{before}");
    }
}

#[test]
fn what_stands_around_the_await_keeps_its_meaning() {
    let table = [
        ("(await asyncio.to_thread(f, a)).x", "f(a).x"),
        ("(await asyncio.to_thread(f))[0]", "f()[0]"),
        ("(await asyncio.to_thread(lambda: a + b)).x", "(a + b).x"),
        ("return(await asyncio.to_thread(f)).x", "return(f()).x"),
        ("await (asyncio.to_thread(f))", "(f())"),
        ("return await(asyncio.to_thread(f))", "return (f())"),
        ("g(*await asyncio.to_thread(f))", "g(*f())"),
        ("x = 1 if await asyncio.to_thread(f) else 2", "x = 1 if f() else 2"),
        ("x = -await asyncio.to_thread(f) ** 2", "x = -f() ** 2"),
        ("any(a for a in await asyncio.to_thread(f))", "any(a for a in f())"),
        ("x = [await asyncio.to_thread(f, a) for a in b]", "x = [f(a) for a in b]"),
        ("print(f'{await asyncio.to_thread(f, a)}')", "print(f'{f(a)}')"),
        ("async with await asyncio.to_thread(f) as x: pass", "async with f() as x: pass"),
    ];
    for (before, after) in table {
        assert_eq!(inlined(before), after, "{before}");
    }
}

#[test]
fn comments_and_lines_of_the_arguments_stay() {
    let table = [
        ("await asyncio.to_thread(\n        f,\n        a,\n    )", "f(\n        a,\n    )"),
        (
            "await asyncio.to_thread(  # why\n        f,  # what\n        a,  # with\n    )",
            "f(  # why # what\n        a,  # with\n    )",
        ),
        ("await asyncio.to_thread(\n        f  # what\n    )", "f(  # what\n    )"),
        ("await asyncio.to_thread(  # why\n        f, a)", "f(  # why\na)"),
        (
            "await asyncio.to_thread(\n        # why\n        lambda: f(a)  # what\n    )",
            "(\n        # why\n        f(a)  # what\n    )",
        ),
        ("x = (await  # why\n        asyncio.to_thread(f))", "x = (# why\n        f())"),
        ("await asyncio.to_thread(\n        lambda: a.\n        b()\n    )", "(a.\n        b())"),
    ];
    for (before, after) in table {
        assert_eq!(inlined(before), after, "{before}");
    }
}

/// The text of `entry` and the helper's, where the offload is handed on.
fn handed_on(body: &str) -> (String, String) {
    let text = inlined(body);
    let (entry, helper) = text.split_once("\n\n\n").expect("a helper is appended");
    (entry.to_owned(), helper.to_owned())
}

const COROUTINE: &str = "\
async def _guard_inline(function, /, *args, **kwargs):
    return function(*args, **kwargs)";

#[test]
fn offload_that_is_handed_on_stays_awaitable() {
    let table = [
        (
            "await asyncio.gather(asyncio.to_thread(f, a), g())",
            "await asyncio.gather(_guard_inline(f, a), g())",
        ),
        (
            "await asyncio.wait_for(asyncio.to_thread(f, a), 5)",
            "await asyncio.wait_for(_guard_inline(f, a), 5)",
        ),
        (
            "t = asyncio.create_task(asyncio.to_thread(f), name='n')",
            "t = asyncio.create_task(_guard_inline(f), name='n')",
        ),
        (
            "await asyncio.shield(anyio.to_thread.run_sync(f, limiter=l))",
            "await asyncio.shield(_guard_inline(f))",
        ),
        ("t = sync_to_async(f)(a, b=1)", "t = _guard_inline(f, a, b=1)"),
        ("t = sync_to_async(f, thread_sensitive=True)()", "t = _guard_inline(f)"),
        ("await asyncio.to_thread(*call)", "await _guard_inline(*call)"),
        (
            "x = {k async for k in (await asyncio.to_thread(f, a) for a in b)}",
            "x = {k async for k in (await _guard_inline(f, a) for a in b)}",
        ),
        (
            "t = asyncio.to_thread(\n        # why\n        f,\n    )",
            "t = _guard_inline(\n        # why\n        f,\n    )",
        ),
    ];
    for (before, after) in table {
        assert_eq!(handed_on(before), (after.to_owned(), COROUTINE.to_owned()), "{before}");
    }
}

#[test]
fn executor_future_that_nobody_awaits_runs_at_once() {
    let (entry, helper) = handed_on("asyncio.get_event_loop().run_in_executor(None, f, a)");
    assert_eq!(entry, "_guard_inline_future(f, a)");
    assert_eq!(
        helper,
        "\
def _guard_inline_future(function, /, *args, **kwargs):
    import asyncio

    future = asyncio.get_running_loop().create_future()
    try:
        future.set_result(function(*args, **kwargs))
    except Exception as error:
        future.set_exception(error)
    return future"
    );
}

#[test]
fn lines_name_the_site_and_the_helper_in_the_new_text() {
    let source = "import asyncio\nasync def f(a):\n    return asyncio.to_thread(\n        g,\n        a,\n    )";
    let rewrite = un_offload(&parse(source), 3, 12).unwrap();
    assert_eq!(
        rewrite.source,
        format!(
            "import asyncio\nasync def f(a):\n    return _guard_inline(\n        g,\n        a,\n    )\n\n\n{COROUTINE}"
        )
    );
    assert_eq!(rewrite.lines, 3..=6);
    assert_eq!(rewrite.helper_lines, Some(9..=10));

    let source = "import asyncio\nasync def f(a):\n    x = await asyncio.to_thread(\n        g,\n        a,\n    )\n    h()\n";
    let rewrite = un_offload(&parse(source), 3, 15).unwrap();
    assert_eq!(rewrite.lines, 3..=5);
    assert_eq!(rewrite.helper_lines, None);
    assert_eq!(
        rewrite.diff("app/x.py"),
        "--- a/app/x.py\n+++ b/app/x.py\n@@ -1,7 +1,6 @@\n import asyncio\n async def f(a):\n-    x = await asyncio.to_thread(\n-        g,\n+    x = g(\n         a,\n     )\n     h()\n"
    );
}

#[test]
fn windows_line_ends_stay() {
    let source = "import asyncio\r\nasync def f():\r\n    t = asyncio.to_thread(g)\r\n";
    let rewrite = un_offload(&parse(source), 3, 9).unwrap();
    let helper = COROUTINE.replace('\n', "\r\n");
    assert_eq!(
        rewrite.source,
        format!(
            "import asyncio\r\nasync def f():\r\n    t = _guard_inline(g)\r\n\r\n\r\n{helper}\r\n"
        )
    );
}

#[test]
fn helper_takes_a_name_that_the_file_does_not_use() {
    let source = "import asyncio\n_guard_inline = 1\nt = asyncio.to_thread(g)\n";
    let rewrite = un_offload(&parse(source), 3, 5).unwrap();
    assert!(rewrite.source.contains("t = _guard_inline_2(g)\n"), "{}", rewrite.source);
}

const WRAPPERS: &str = "\
import asyncio, contextvars
from functools import partial

async def _off(func, /, *args, **kwargs):
    return await asyncio.to_thread(func, *args, **kwargs)

async def pooled(func, *args, retries=1, **kwargs):
    \"\"\"Runs it in the pool.\"\"\"
    loop = asyncio.get_running_loop()
    ctx = contextvars.copy_context()
    call = partial(func, *args, **kwargs)
    return await loop.run_in_executor(POOL, ctx.run, call)

class Store:
    async def _run(self, fn, *args):
        async with asyncio.timeout(3):
            return await asyncio.to_thread(partial(fn, *args))

    async def get(self, key):
        return await self._run(self.read, key)

async def prepared(func, *args):
    await prepare()
    return await asyncio.to_thread(func, *args)

async def entry():
    await _off(f, a)
    await pooled(f, a, retries=2)
    await prepared(f, a)
";

#[test]
fn helper_that_only_offloads_its_first_parameter_is_a_wrapper() {
    let module = parse(WRAPPERS);
    assert_eq!(own_wrappers(&module), ["_off", "pooled", "Store._run"]);
    let wrapped: Vec<_> = offloads(&module)
        .into_iter()
        .filter(|offload| offload.form == OffloadForm::Wrapper)
        .map(|offload| {
            let rewrite = un_offload(&module, offload.line, offload.column).unwrap();
            let line = rewrite.source.lines().nth(offload.line - 1).unwrap().trim().to_owned();
            (offload.function, offload.callee, line)
        })
        .collect();
    let row = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        wrapped,
        [
            row("Store.get", "self.read", "return self.read(key)"),
            row("entry", "f", "f(a)"),
            row("entry", "f", "f(a)"),
        ]
    );
}

#[test]
fn wrapper_of_another_file_is_known_by_its_dotted_name() {
    let source = "from app.io import run_io as r\nasync def f():\n    return await r(g, 1)\n";
    let module = parse(source);
    assert_eq!(offloads(&module), []);
    let wrappers = Wrappers(vec!["app.io.run_io".to_owned()]);
    assert_eq!(offloads_with(&module, &wrappers).len(), 1);
    let rewrite = un_offload_with(&module, 3, 18, &wrappers).unwrap();
    assert_eq!(rewrite.source, "from app.io import run_io as r\nasync def f():\n    return g(1)\n");
}

#[test]
fn wrapper_matches_whatever_packages_stand_in_front() {
    let found = |import: &str, call: &str, name: &str| {
        let module = parse(&format!("{import}\nasync def f():\n    return await {call}(g)\n"));
        offloads_with(&module, &Wrappers(vec![name.to_owned()])).len()
    };
    for (import, call, name, expected) in [
        ("from app.io import run", "run", "src.app.io.run", 1),
        ("from .io import run", "run", "app.io.run", 1),
        ("from . import io", "io.run", "app.io.run", 1),
        ("from app import io", "io.run", "io.run", 1),
        ("from app.other import run", "run", "app.io.run", 0),
        ("", "run", "app.io.run", 0),
        ("from app.io import run", "run", "run", 0),
    ] {
        assert_eq!(found(import, call, name), expected, "{import} {call} {name}");
    }
}

#[test]
fn offload_is_described_where_it_stands() {
    let source = "\
import asyncio
class Store:
    async def put(self):
        async def inner():
            return await asyncio.to_thread(lambda: open(p).read())
        x = 'é', await asyncio.to_thread(self.write, 1)
";
    let found = offloads(&parse(source));
    let rows: Vec<_> =
        found.iter().map(|o| (o.line, o.column, o.function.as_str(), o.callee.as_str())).collect();
    assert_eq!(
        rows,
        [(5, 26, "Store.put.inner", "open(p).read()"), (6, 24, "Store.put", "self.write")]
    );
    assert_eq!(&source[found[1].span], "asyncio.to_thread(self.write, 1)");
}

#[test]
fn position_may_be_anywhere_on_the_offload() {
    let source = "import asyncio\nasync def f():\n    x = await asyncio.to_thread(g, 1)\n";
    let module = parse(source);
    for needle in ["x = ", "await", "asyncio.to_thread(g", "to_thread(g", "g, 1", "1)"] {
        let (line, column) = position(source, needle);
        let rewrite = un_offload(&module, line, column).unwrap();
        assert!(rewrite.source.ends_with("    x = g(1)\n"), "{needle}: {}", rewrite.source);
    }
    assert_eq!(un_offload(&module, 2, 1), Err(Refusal::NoOffload { line: 2, column: 1 }));
    assert_eq!(un_offload(&module, 99, 1), Err(Refusal::NoOffload { line: 99, column: 1 }));
}

#[test]
fn of_two_offloads_on_a_line_only_the_one_meant_changes() {
    let source = "import asyncio\nasync def f():\n    await asyncio.to_thread(g, await asyncio.to_thread(h))\n";
    let module = parse(source);
    let (line, column) = position(source, "asyncio.to_thread(h)");
    let rewrite = un_offload(&module, line, column).unwrap();
    assert!(rewrite.source.ends_with("    await asyncio.to_thread(g, h())\n"));
    let (line, column) = position(source, "asyncio.to_thread(g");
    let rewrite = un_offload(&module, line, column).unwrap();
    assert!(rewrite.source.ends_with("    g(await asyncio.to_thread(h))\n"));
}

#[test]
fn function_behind_a_keyword_is_refused_with_its_text() {
    let source = "import anyio\nasync def f():\n    await anyio.to_thread.run_sync(func=g)\n";
    assert_eq!(
        un_offload(&parse(source), 3, 11).unwrap_err().to_string(),
        "3:11: what `anyio.to_thread.run_sync(func=g)` offloads cannot be told from the text; \
         use the version of the function at the merge base"
    );
}

#[test]
fn file_that_does_not_parse_is_refused() {
    let refusal = un_offload(&parse("async def f(:\n    pass\n"), 1, 1).unwrap_err();
    assert!(matches!(refusal, Refusal::DoesNotParse { line: 1, .. }), "{refusal:?}");
}
