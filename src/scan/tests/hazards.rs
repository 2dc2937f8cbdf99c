//! What can be wrong with a fix.

use super::scan;

/// `line symbol: reason`, the reason up to its first colon or comma.
fn hazards(text: &str) -> Vec<String> {
    let short = |reason: &str| reason.split([':', ',']).next().unwrap_or_default().to_owned();
    let analysis = scan(text);
    let line = |it: &crate::model::Hazard| {
        format!("{} {}: {}", it.location.line, it.symbol, short(&it.reason))
    };
    analysis.hazards.iter().map(line).collect()
}

#[test]
fn cleanup_without_limit_or_catch_is_a_hazard() {
    let text = "
import asyncio, contextlib
async def f(path):
    try:
        await asyncio.to_thread(path.read_text)
    finally:
        await asyncio.to_thread(path.unlink)
async def careful(path):
    try:
        pass
    finally:
        with contextlib.suppress(OSError):
            await asyncio.wait_for(asyncio.to_thread(path.unlink), 5)
        try:
            async with asyncio.timeout(5):
                await asyncio.to_thread(path.unlink)
        except OSError:
            pass
class S:
    async def __aexit__(self, *error):
        await asyncio.to_thread(self.path.unlink)
";
    assert_eq!(
        hazards(text),
        [
            "6 path.unlink: This offload is part of a cleanup",
            "20 self.path.unlink: This offload is part of a cleanup",
        ]
    );
}

#[test]
fn an_executor_without_a_copied_context_is_a_hazard() {
    let text = "
import asyncio, contextvars, functools
async def f(loop, work):
    await loop.run_in_executor(None, work)
    context = contextvars.copy_context()
    await loop.run_in_executor(None, context.run, work)
    await loop.run_in_executor(None, functools.partial(context.run, work))
    call = functools.partial(context.run, work)
    await loop.run_in_executor(None, call)
    await asyncio.to_thread(work)
";
    assert_eq!(hazards(text), ["3 work: `run_in_executor` drops ContextVars (request ids"]);
}

#[test]
fn what_belongs_to_the_loop_or_a_thread_is_a_hazard_in_another() {
    let text = "
import asyncio, sqlite3
queue = asyncio.Queue()
db = sqlite3.connect('x')
async def job(): pass
def push(): queue.put_nowait(1)
async def f():
    await asyncio.to_thread(push)
    await asyncio.to_thread(queue.put_nowait, 1)
    await asyncio.to_thread(db.execute, 'select 1')
    await asyncio.to_thread(job)
";
    assert_eq!(
        hazards(text),
        [
            "7 push: push (line 5) uses asyncio.Queue in the thread",
            "8 queue.put_nowait: asyncio.Queue belongs to the event loop and is not thread-safe.",
            "9 db.execute: sqlite3.Connection belongs to the thread that made it.",
            "10 job: job is a coroutine function",
        ]
    );
}
