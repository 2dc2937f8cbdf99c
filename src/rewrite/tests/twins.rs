//! Async twins and the sync ones that take their place.

use super::parse;
use crate::rewrite::{Offload, OffloadForm, Refusal, offloads, un_offload};

/// The only offload of a source, and the text without it.
fn inlined(source: &str) -> (Offload, String) {
    let module = parse(source);
    let mut found = offloads(&module);
    assert_eq!(found.len(), 1, "{found:?}");
    let offload = found.remove(0);
    let rewrite = un_offload(&module, offload.line, offload.column).unwrap();
    (offload, rewrite.source)
}

#[test]
fn decorated_function_becomes_async_and_runs_inline() {
    for (decorator, start) in [("@sync_to_async", 2), ("@sync_to_async(thread_sensitive=False)", 2)]
    {
        let source = |before: &str, def: &str| {
            format!(
                "from asgiref.sync import sync_to_async\nclass A:\n    {before}@staticmethod\n    {def} f(a):\n        return open(a)\n"
            )
        };
        let (offload, text) = inlined(&source(&format!("{decorator}\n    "), "def"));
        assert_eq!(text, source("", "async def"));
        assert_eq!((offload.line, offload.column), (3, 4 + start));
        assert_eq!((offload.function.as_str(), offload.callee.as_str()), ("A.f", "f"));
        assert_eq!(offload.form, OffloadForm::SyncToAsync);
    }
}

#[test]
fn decorated_generator_is_refused() {
    let source = "from asgiref.sync import sync_to_async\n@sync_to_async\ndef f(a):\n    yield a\n";
    let refusal = un_offload(&parse(source), 2, 2).unwrap_err();
    assert!(matches!(refusal, Refusal::OpaqueCallee { line: 2, column: 2, .. }), "{refusal}");
}

#[test]
fn async_file_becomes_a_file() {
    let source = "\
import aiofiles
async def f(p):
    async with aiofiles.open(p, 'w') as file:  # note
        await file.write((await file.read()).upper())
        async for line in file:
            await other(line, file.name)
        x = [line async for line in file]
";
    let (offload, text) = inlined(source);
    assert_eq!(
        text,
        "\
import aiofiles
async def f(p):
    with open(p, 'w') as file:  # note
        file.write(file.read().upper())
        for line in file:
            await other(line, file.name)
        x = [line for line in file]
"
    );
    assert_eq!((offload.form, offload.callee.as_str()), (OffloadForm::AsyncFile, "open"));
    let rewrite = un_offload(&parse(source), offload.line, offload.column).unwrap();
    assert_eq!(rewrite.lines, 3..=7);

    let source = "import anyio\nasync def f(p):\n    async with await anyio.open_file(p) as f:\n        return await f.read()\n";
    assert_eq!(
        inlined(source).1,
        "import anyio\nasync def f(p):\n    with open(p) as f:\n        return f.read()\n"
    );
}

#[test]
fn async_file_that_is_given_away_is_refused() {
    let source = "import aiofiles\nasync def f(p):\n    async with aiofiles.open(p) as file:\n        await copy(file)\n";
    let refusal = un_offload(&parse(source), 3, 16).unwrap_err();
    assert!(matches!(refusal, Refusal::OpaqueCallee { .. }), "{refusal}");
}

#[test]
fn async_path_becomes_a_path() {
    let source =
        "from anyio import Path\nasync def f(p):\n    return (await Path(p).read_text()).upper()\n";
    let (offload, text) = inlined(source);
    assert_eq!(
        text,
        "from anyio import Path\nasync def f(p):\n    return __import__(\"pathlib\").Path(p).read_text().upper()\n"
    );
    assert_eq!(
        (offload.form, offload.callee.as_str()),
        (OffloadForm::AsyncPath, "Path(p).read_text")
    );
}
