//! The fix that is proposed, to the byte, and where none is.

use super::{parse, position};
use crate::rewrite::{Placement, Refusal, offload, offloads, placement, un_offload};

fn offloaded(source: &str, needle: &str) -> String {
    let (line, column) = position(source, needle);
    offload(&parse(source), line, column, Placement::Plain).unwrap().source
}

#[test]
fn call_is_awaited_in_a_thread() {
    let table = [
        ("f(a, b=1)", "await asyncio.to_thread(f, a, b=1)"),
        ("f()", "await asyncio.to_thread(f)"),
        ("f(\n        a,\n    )", "await asyncio.to_thread(\n        f,\n        a,\n    )"),
        ("f(a).x", "(await asyncio.to_thread(f, a)).x"),
        ("f(a)[0]", "(await asyncio.to_thread(f, a))[0]"),
        ("f(a) + 1", "await asyncio.to_thread(f, a) + 1"),
        ("Path(p).read_text()", "await asyncio.to_thread(Path(p).read_text)"),
        ("super().close()", "await asyncio.to_thread(super().close)"),
        ("open(p).read()", "await asyncio.to_thread(lambda: open(p).read())"),
        ("requests.get(u).json()", "await asyncio.to_thread(lambda: requests.get(u).json())"),
        ("f(x for x in y)", "await asyncio.to_thread(lambda: f(x for x in y))"),
        ("await f(a).g()", "await (await asyncio.to_thread(f, a)).g()"),
    ];
    for (before, after) in table {
        let source = |body: &str| format!("import asyncio\nasync def entry():\n    {body}\n");
        let needle = before.strip_prefix("await ").unwrap_or(before);
        assert_eq!(offloaded(&source(before), needle), source(after), "{before}");
    }
}

#[test]
fn chain_over_several_lines_comes_back_to_the_byte() {
    let bodies = [
        "x = (\n        get(a)\n        .b()\n    )",
        "x = (get(a)\n        .b()).c",
        "x = [\n        get(a)\n        [0]()\n        .c, d]",
        "x = (self\n        .get(a))",
    ];
    for body in bodies {
        let source = format!("import asyncio\nasync def entry():\n    {body}\n");
        let needle = if body.contains("self") { "self" } else { "get" };
        let offloaded = parse(&offloaded(&source, needle));
        let offload = offloads(&offloaded).remove(0);
        let back = un_offload(&offloaded, offload.line, offload.column).unwrap();
        assert_eq!(back.source, source);
    }
}

#[test]
fn import_goes_where_imports_are() {
    let body = |call: &str| format!("async def entry():\n    {call}\n");
    let table = [
        ("", "import asyncio\n\n\n"),
        ("# a licence\n\n", "# a licence\n\nimport asyncio\n\n\n"),
        ("\"\"\"Doc.\"\"\"\n\n", "\"\"\"Doc.\"\"\"\n\nimport asyncio\n\n"),
        (
            "from __future__ import annotations\n\n",
            "from __future__ import annotations\n\nimport asyncio\n\n",
        ),
        (
            "\"\"\"Doc.\"\"\"\n\nimport abc\nimport os  # note\nfrom x import y\n\n",
            "\"\"\"Doc.\"\"\"\n\nimport abc\nimport asyncio\nimport os  # note\nfrom x import y\n\n",
        ),
        ("import abc\nfrom x import y\n\n", "import abc\nimport asyncio\nfrom x import y\n\n"),
        ("from x import y\n\n", "import asyncio\nfrom x import y\n\n"),
        ("import abc\n\n", "import abc\nimport asyncio\n\n"),
    ];
    for (before, after) in table {
        let got = offloaded(&format!("{before}{}", body("f(a)")), "f(a)");
        assert_eq!(got, format!("{after}{}", body("await asyncio.to_thread(f, a)")));
    }
}

#[test]
fn existing_spelling_of_asyncio_is_used() {
    let table = [
        ("import asyncio as aio\n", "await aio.to_thread(f, a)"),
        ("from asyncio import to_thread\n", "await to_thread(f, a)"),
        ("from asyncio import to_thread as off\n", "await off(f, a)"),
    ];
    for (import, after) in table {
        let source = |body: &str| format!("{import}async def entry():\n    {body}\n");
        assert_eq!(offloaded(&source("f(a)"), "f(a)"), source(after));
    }
}

#[test]
fn lines_are_those_after_the_import() {
    let source = "async def f():\n    x = 1\n    g(x)\n";
    let rewrite = offload(&parse(source), 3, 5, Placement::Plain).unwrap();
    assert_eq!(rewrite.lines, 6..=6);
    assert_eq!(rewrite.source.lines().nth(5), Some("    await asyncio.to_thread(g, x)"));
}

#[test]
fn windows_line_ends_and_a_missing_final_newline_stay() {
    let source = "import os\r\nasync def f():\r\n    g(1)";
    assert_eq!(
        offloaded(source, "g(1)"),
        "import asyncio\r\nimport os\r\nasync def f():\r\n    await asyncio.to_thread(g, 1)"
    );
}

#[test]
fn cleanup_is_bounded_and_best_effort() {
    let source = "\
import asyncio
import logging

logger = logging.getLogger(__name__)

async def entry(p):
    try:
        await work()
    finally:
        shutil.rmtree(
            p,
        )  # note
        done = True
";
    let module = parse(source);
    let (line, column) = position(source, "shutil");
    assert_eq!(placement(&module, line, column), Placement::Cleanup);
    let rewrite = offload(&module, line, column, Placement::Cleanup).unwrap();
    assert_eq!(
        rewrite.source,
        "\
import asyncio
import logging

logger = logging.getLogger(__name__)

async def entry(p):
    try:
        await work()
    finally:
        try:
            await asyncio.wait_for(asyncio.to_thread(shutil.rmtree,
                p,
            ), timeout=5)  # note
        except Exception:
            logger.exception(\"best-effort cleanup failed: shutil.rmtree\")
        done = True
"
    );
}

#[test]
fn cleanup_without_a_logger_imports_logging() {
    let source = "class A:\n\tasync def __aexit__(self, *_):\n\t\tself.file.close()";
    let rewrite = offload(&parse(source), 3, 3, Placement::Cleanup).unwrap();
    assert_eq!(
        rewrite.source,
        "import asyncio\nimport logging\n\n\nclass A:\n\tasync def __aexit__(self, *_):\n\t\ttry:\n\t\t\t\
         await asyncio.wait_for(asyncio.to_thread(self.file.close), timeout=5)\n\t\texcept Exception:\n\t\t\t\
         logging.getLogger(__name__).warning(\"best-effort cleanup failed: self.file.close\", exc_info=True)"
    );
}

#[test]
fn placement_follows_the_innermost_function() {
    let source = "\
async def f():
    try:
        plain()
    except E:
        handler()
    else:
        orelse()
    finally:
        if x:
            deep()
        async def inner():
            anew()
class A:
    async def aclose(self):
        closing()
    async def __aexit__(self):
        leaving()
";
    let module = parse(source);
    for (needle, expected) in [
        ("plain()", Placement::Plain),
        ("handler()", Placement::Cleanup),
        ("orelse()", Placement::Plain),
        ("deep()", Placement::Cleanup),
        ("anew()", Placement::Plain),
        ("closing()", Placement::Cleanup),
        ("leaving()", Placement::Cleanup),
    ] {
        let (line, column) = position(source, needle);
        assert_eq!(placement(&module, line, column), expected, "{needle}");
    }
}

#[test]
fn call_that_cannot_be_awaited_in_its_place_is_refused() {
    let refusal = |source: &str, kind: Placement| {
        let (line, column) = position(source, "f(");
        offload(&parse(source), line, column, kind).unwrap_err()
    };
    let line = 2;
    for (source, expected) in [
        ("\nf(1)\n", Refusal::NotAsync { function: "<module>".into() }),
        ("class A:\n  def g(self): f(1)\n", Refusal::NotAsync { function: "A.g".into() }),
        ("async def g():\n  def h(): f(1)\n", Refusal::NotAsync { function: "g.h".into() }),
        ("\nasync def g(a=f(1)): pass\n", Refusal::NotAsync { function: "<module>".into() }),
        ("async def g():\n  class A: x = f(1)\n", Refusal::NotAsync { function: "class A".into() }),
        ("async def g():\n  h(lambda: f(1))\n", Refusal::InLambda { line }),
        ("async def g():\n  any(f(x) for x in y)\n", Refusal::InGenerator { line }),
        ("async def g():\n  await f(1)\n", Refusal::AlreadyAwaited { line, column: 9 }),
        (
            "import asyncio\nasync def g(): await asyncio.to_thread(lambda: f(1))\n",
            Refusal::AlreadyOffloaded { line, column: 22 },
        ),
    ] {
        assert_eq!(refusal(source, Placement::Plain), expected, "{source}");
    }
    let cleanup = [
        "async def g():\n  x = f(1)\n",
        "async def g():\n  f(1); h()\n",
        "async def g():\n  if x: f(1)\n",
    ];
    for source in cleanup {
        assert_eq!(refusal(source, Placement::Cleanup), Refusal::NotAStatement { line });
    }
}

#[test]
fn header_that_opens_what_its_body_reads_is_refused() {
    for (body, needle, keyword) in [
        ("with open(p) as h: pass", "open", "with"),
        ("with a, open(p) as h: pass", "open", "with"),
        ("for line in open(p): pass", "open", "for"),
        ("x = [e for e in p.iterdir()]", "p.iterdir", "for"),
    ] {
        let source = format!("async def g():\n    {body}\n");
        let (line, column) = position(&source, needle);
        let refusal = offload(&parse(&source), line, column, Placement::Plain).unwrap_err();
        assert_eq!(refusal, Refusal::Header { line: 2, keyword }, "{body}");
    }
}

#[test]
fn chain_that_awaits_inside_is_refused() {
    let source = "async def g():\n    open(await p()).read()\n";
    let refusal = offload(&parse(source), 2, 5, Placement::Plain).unwrap_err();
    assert_eq!(refusal, Refusal::NotInLambda { line: 2, column: 5, what: "await" });
}

#[test]
fn position_without_a_call_is_refused() {
    let refusal = offload(&parse("x = 1\n"), 1, 1, Placement::Plain).unwrap_err();
    assert_eq!(refusal, Refusal::NoCall { line: 1, column: 1 });
}
