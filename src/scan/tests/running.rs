//! Code that no loop runs, by a test or because a loop is started before it; waits for what is ready.

use super::{NOTHING, exposed, reached};

#[test]
fn behind_the_start_of_a_loop_nothing_runs_on_one() {
    let text = "
import asyncio
def main(p):
    open('before')
    asyncio.run(serve())
    open('behind')
def server(loop, p):
    try:
        loop.run_forever()
        open('still behind')
    finally:
        open('cleanup')
async def f(p, loop):
    main(p)
    server(loop, p)
";
    let all = ["main definite", "main possible", "server possible", "server definite"];
    assert_eq!(reached(text), all);
}

#[test]
fn what_stands_beside_the_start_of_a_loop_may_run_on_one() {
    let text = "
import asyncio, subprocess
def one(coroutine):
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    open('on a loop')
def two():
    subprocess.run(['x'])
    open('after a process')
async def f(): one(None); two()
";
    let all = ["one definite", "two definite", "two definite"];
    assert_eq!(reached(text), all);
}

#[test]
fn a_test_for_the_loop_that_runs_says_that_none_does() {
    let text = "
import asyncio
def one():
    loop = None
    try: loop = asyncio.get_running_loop()
    except RuntimeError: pass
    if loop is None:
        open('no loop')
    else:
        open('loop')
def two(loop):
    if loop and loop.is_running():
        open('loop')
    else:
        open('no loop')
def three():
    if asyncio._get_running_loop() is not None:
        return
    open('no loop')
async def f(loop): one(); two(loop); three()
";
    let all = ["one possible", "one definite", "two definite", "two possible", "three possible"];
    assert_eq!(reached(text), all);
}

#[test]
fn who_leaves_where_a_loop_runs_runs_on_where_none_does() {
    let text = "
import asyncio
def one():
    try:
        asyncio.get_running_loop()
        return
    except RuntimeError:
        pass
    open('no loop')
def two():
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    open('either')
def three():
    if not asyncio.get_event_loop().is_running():
        open('no loop')
class Owner:
    def start(self):
        self.loop = asyncio.get_running_loop()
        if self.loop: return
        open('no loop')
async def f(): one(); two(); three(); Owner().start()
";
    let all = ["one possible", "two definite", "three possible", "Owner.start possible"];
    assert_eq!(reached(text), all);
}

#[test]
fn a_wait_for_what_was_asked_whether_it_is_ready_is_at_most_possible() {
    let text = "
import queue, asyncio
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor()
q = queue.Queue()
other = queue.Queue()
async def f():
    while q.empty(): await asyncio.sleep(1)
    q.get()
    other.get()
    one = pool.submit(print)
    if one.done(): one.result()
    two = pool.submit(print)
    two.result()
    three = pool.submit(print)
    await asyncio.wrap_future(three)
    three.result()
";
    let all = [
        "8:5 f q.get WAIT DIRECT_ASYNC possible",
        "9:5 f other.get WAIT DIRECT_ASYNC definite",
        "11:20 f one.result WAIT DIRECT_ASYNC possible",
        "13:5 f two.result WAIT DIRECT_ASYNC definite",
        "16:5 f three.result WAIT DIRECT_ASYNC possible",
    ];
    assert_eq!(exposed(text), all);
}

#[test]
fn an_address_that_is_a_number_asks_no_name_server() {
    let text = "
import socket
async def f(h, p):
    socket.getaddrinfo(h, p, flags=socket.AI_NUMERICHOST | socket.AI_PASSIVE)
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn what_is_called_back_waits_for_nothing() {
    let text = "
import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
pool = ThreadPoolExecutor()
def on_loop(future: Future): future.result()
def in_thread(future: Future): open('x')
async def f(task: asyncio.Task):
    task.add_done_callback(on_loop)
    pool.submit(print).add_done_callback(in_thread)
";
    let all = ["4:30 on_loop future.result WAIT ASYNC_REACHABLE_SAME_FILE possible"];
    assert_eq!(exposed(text), all);
}

#[test]
fn a_socket_for_datagrams_connects_without_waiting() {
    let text = "
import socket
async def f():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(('8.8.8.8', 1))
        s.recv(1)
";
    assert_eq!(exposed(text), ["5:9 f s.recv SOCKET DIRECT_ASYNC definite"]);
}

#[test]
fn what_was_kept_at_import_is_not_read_again() {
    let text = "
# file: settings.py
import functools
KEEPER
def settings(): return open('x')
# file: app.py
from settings import settings
IMPORT
async def f(): settings()
";
    let found = |keeper: &str, import: &str| {
        reached(&text.replace("KEEPER", keeper).replace("IMPORT", import))
    };
    for keeper in ["@functools.lru_cache", "@functools.lru_cache(maxsize=1)", "@functools.cache"] {
        assert_eq!(found(keeper, "it = settings()"), ["settings possible"], "{keeper}");
        assert_eq!(found(keeper, "it = settings"), ["settings definite"], "{keeper}");
        let other = found(keeper, "def g(): settings()");
        assert_eq!(other, ["settings definite"], "{keeper}");
    }
    let other = format!("{text}# file: other.py\ndef settings(): pass\nit = settings()\n");
    let other = other.replace("KEEPER", "@functools.cache").replace("IMPORT", "");
    assert_eq!(reached(&other), ["settings definite"]);
    assert_eq!(found("@functools.wraps(print)", "it = settings()"), ["settings definite"]);
    let taking = text.replace("def settings()", "def settings(name='x')");
    let taking =
        taking.replace("KEEPER", "@functools.cache").replace("IMPORT", "it = settings('y')");
    assert_eq!(reached(&taking), ["settings definite"]);
    let tests = text.replace("app.py", "test_app.py").replace("async def f", "async def test_f");
    let tests = tests.replace("KEEPER", "@functools.cache").replace("IMPORT", "it = settings()");
    assert_eq!(reached(&tests), ["settings definite"]);
}
