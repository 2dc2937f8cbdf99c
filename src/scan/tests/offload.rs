//! What runs in a thread.

use super::{NOTHING, exposed, offloaded};

#[test]
fn what_runs_only_behind_an_offload_is_not_exposed() {
    let text = "
import asyncio
def g(): open('x')
class S:
    def _write(self): open('y')
    async def f(self):
        def inner(): open('z')
        await asyncio.to_thread(g)
        await asyncio.to_thread(self._write)
        await asyncio.to_thread(inner)
        await asyncio.to_thread(lambda: open('w'))
";
    assert_eq!(exposed(text), NOTHING);
    assert_eq!(
        offloaded(text),
        [
            "7:15 S.f g FILE_OPEN OFFLOADED definite",
            "8:15 S.f self._write FILE_OPEN OFFLOADED definite",
            "9:15 S.f inner FILE_OPEN OFFLOADED definite",
            "10:15 S.f lambda FILE_OPEN OFFLOADED definite",
        ]
    );
}

#[test]
fn every_kind_of_offload_is_one() {
    let text = "
import asyncio, functools, shutil, anyio
from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from asgiref.sync import sync_to_async
from langchain_core.runnables import run_in_executor
async def f(loop, pool, work):
    await loop.run_in_executor(pool, shutil.rmtree, 'x')
    await to_thread.run_sync(shutil.rmtree, 'x')
    await anyio.to_thread.run_sync(functools.partial(shutil.rmtree, 'x'))
    await run_in_threadpool(work)
    await sync_to_async(work)()
    await asyncio.to_thread(work)
    await loop.run_in_executor(None, work)
    await run_in_executor(None, work)
";
    assert_eq!(
        offloaded(text),
        [
            "7:11 f shutil.rmtree FILE_TREE_DELETE OFFLOADED definite",
            "8:11 f shutil.rmtree FILE_TREE_DELETE OFFLOADED definite",
            "9:11 f shutil.rmtree FILE_TREE_DELETE OFFLOADED definite",
            "10:11 f work RUN_IN_THREADPOOL OFFLOADED possible",
            "11:11 f work SYNC_TO_ASYNC OFFLOADED possible",
            "12:11 f work ASYNCIO_TO_THREAD OFFLOADED possible",
            "13:11 f work RUN_IN_EXECUTOR OFFLOADED possible",
            "14:11 f work RUN_IN_EXECUTOR OFFLOADED possible",
        ]
    );
}

#[test]
fn the_worst_sink_behind_an_offload_speaks_for_it() {
    let text = "
import asyncio, os, shutil
def g():
    os.path.exists('x')
    shutil.rmtree('x')
async def f():
    await asyncio.to_thread(g)
";
    assert_eq!(offloaded(text), ["6:11 f g FILE_TREE_DELETE OFFLOADED definite"]);
}

#[test]
fn arguments_of_an_offload_are_evaluated_on_the_loop() {
    let text = "
import asyncio
async def f(g):
    await asyncio.to_thread(g, open('x'))
";
    assert_eq!(exposed(text), ["3:32 f open FILE_OPEN DIRECT_ASYNC definite"]);
}

#[test]
fn a_wrapper_of_the_project_offloads_what_it_is_given() {
    let text = "
# file: io.py
import asyncio, contextvars, functools
async def plain(fn, *a): return await asyncio.to_thread(fn, *a)
async def context(fn, *a):
    ctx = contextvars.copy_context()
    call = functools.partial(fn, *a)
    return await asyncio.get_running_loop().run_in_executor(None, ctx.run, call)
async def twice(fn): return await plain(fn)
# file: app.py
from io_tools import nothing
import lib.io
from lib.io import plain
# file: lib/io.py
import asyncio
async def plain(fn, *a): return await asyncio.to_thread(fn, *a)
async def twice(fn): return await plain(fn)
async def quiet(fn): return await asyncio.to_thread(lambda: fn())
# file: lib/use.py
import os
from .io import plain, twice, quiet
async def f():
    await plain(os.remove, 'x')
    await twice(os.remove)
    await quiet(lambda: open('x'))
";
    let lines = offloaded(text);
    let used: Vec<&String> = lines.iter().filter(|line| line.starts_with("lib/use.py")).collect();
    assert_eq!(
        used,
        [
            "lib/use.py:4:11 f os.remove FILE_DELETE OFFLOADED definite",
            "lib/use.py:5:11 f os.remove FILE_DELETE OFFLOADED definite",
            "lib/use.py:6:11 f lambda FILE_OPEN OFFLOADED definite",
        ]
    );
    assert!(
        lines.contains(&"io.py:6:18 context call RUN_IN_EXECUTOR OFFLOADED possible".to_owned())
    );
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn a_method_of_a_path_by_name_is_a_possible_sink_behind_an_offload() {
    let text = "
import asyncio
async def f(file_path, client):
    await asyncio.to_thread(file_path.unlink)
    await asyncio.to_thread(client.unlink)
";
    assert_eq!(
        offloaded(text),
        [
            "3:11 f file_path.unlink FILE_DELETE OFFLOADED possible",
            "4:11 f client.unlink ASYNCIO_TO_THREAD OFFLOADED possible",
        ]
    );
}

#[test]
fn a_generator_that_a_streaming_response_iterates_runs_in_a_thread() {
    let text = "
from fastapi.responses import StreamingResponse
def lines():
    with open('x') as f:
        yield from f
async def f():
    return StreamingResponse(lines(), media_type='text/plain')
async def g():
    return list(lines())
";
    assert_eq!(exposed(text), ["3:10 lines open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite"]);
    assert_eq!(exposed(&text.replace("list(lines())", "lines")), NOTHING);
}

#[test]
fn what_an_offload_gives_has_the_type_that_the_function_gives() {
    let text = "
import asyncio
from pathlib import Path
def locate(): return Path('x')
async def f():
    p = await asyncio.to_thread(locate)
    p.exists()
";
    assert_eq!(exposed(text), ["6:5 f p.exists FILE_METADATA DIRECT_ASYNC definite"]);
}

#[test]
fn a_decorator_that_offloads_takes_the_function_off_the_loop() {
    let text = "
import asyncio, functools
def in_thread(fn):
    @functools.wraps(fn)
    async def run(*a): return await asyncio.to_thread(fn, *a)
    return run
@in_thread
def g(): open('x')
async def f(): await g()
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn work_for_another_thread_is_not_exposed() {
    let text = "
import threading
async def f(pool):
    threading.Thread(target=lambda: open('x')).start()
    pool.submit(lambda: open('y'))
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn a_method_that_offloads_wherever_it_is_defined_does_so_on_an_unknown_receiver() {
    let text = "
import asyncio
class Core:
    def add_job(self, work, *a): return self.loop.run_in_executor(None, work, *a)
class Recorder:
    def add_job(self, work, *a): return self.loop.run_in_executor(self.pool, work, *a)
class Bus:
    def add_listener(self, work): work()
async def f(core: Core, recorder: Recorder, it):
    await core.add_job(print)
    await recorder.add_job(print)
    await it.app.add_job(lambda: open('x'))
    it.app.add_listener(lambda: open('y'))
";
    assert_eq!(exposed(text), ["12:33 f open FILE_OPEN DIRECT_ASYNC possible"]);
    assert!(
        offloaded(text).contains(&"11:11 f lambda FILE_OPEN OFFLOADED definite".to_owned()),
        "{:#?}",
        offloaded(text)
    );
}

#[test]
fn a_wrapper_takes_what_it_offloads_by_whatever_keyword_it_has() {
    let text = "
import asyncio
async def aside(*, do, label): return await asyncio.to_thread(do)
def work(): open('x')
async def f(): await aside(label=print, do=work)
async def g(): await aside(label='y', do=lambda: open('y'))
";
    assert_eq!(exposed(text), NOTHING);
    let all =
        ["4:22 f work FILE_OPEN OFFLOADED definite", "5:22 g lambda FILE_OPEN OFFLOADED definite"];
    let found = offloaded(text);
    assert!(all.iter().all(|one| found.contains(&(*one).to_owned())), "{found:#?}");
}
