//! What is entered by `async with`, and which function it is whose call somebody awaits.

use super::{NOTHING, exposed, reached};

#[test]
fn async_with_binds_what_the_async_way_in_gives() {
    let text = "
class Sync:
    def __enter__(self): return self
    def read(self): open('sync')
class Async:
    async def __aenter__(self): return self
    def __enter__(self): raise RuntimeError
    def read(self): open('async')
def client(is_sync):
    if is_sync: return Sync()
    return Async()
async def f():
    async with client(False) as one: one.read()
";
    assert_eq!(reached(text), ["Async.read definite"]);
}

#[test]
fn with_binds_what_the_plain_way_in_gives() {
    let text = "
class Inner:
    def read(self): open('inner')
class Both:
    def __enter__(self): return Inner()
    async def __aenter__(self): return self
    def read(self): open('both')
async def f():
    with Both() as one: one.read()
async def g():
    async with Both() as other: other.read()
";
    assert_eq!(reached(text), ["Inner.read definite", "Both.read definite"]);
}

#[test]
fn a_context_whose_base_is_unknown_is_entered_either_way() {
    let text = "
from lib import Base
class Store(Base):
    def read(self): open('x')
async def f():
    async with Store() as store: store.read()
";
    assert_eq!(reached(text), ["Store.read definite"]);
}

#[test]
fn a_plain_function_whose_call_is_awaited_is_not_what_runs() {
    let text = "
def dispatched(other):
    def decorate(function):
        def inner(*args):
            return other(*args)
        return inner
    return decorate
async def slots_async(n): pass
@dispatched(slots_async)
def slots(n) -> None: open('x')
@dispatched(slots_async)
def many(n):
    open('y')
    return [n]
async def f():
    await slots(1)
    await many(1)
def g(): slots(1)
";
    assert_eq!(reached(text), NOTHING);
}

#[test]
fn what_gives_an_awaitable_runs_before_it_is_awaited() {
    let text = "
async def later(): pass
def plain(): open('a'); return later()
def typed() -> Client: open('b'); return later()
def unknown(lib): open('c'); return lib.start()
class Request:
    def __init__(self): open('d')
    def __await__(self): yield
class Answer(Base): pass
def answer() -> Answer: open('f'); return Answer()
def request() -> Request: open('e'); return Request()
async def f(lib):
    await plain()
    await typed()
    await unknown(lib)
    await Request()
    await request()
    await answer()
";
    let all = [
        "plain definite",
        "typed definite",
        "unknown definite",
        "Request.__init__ definite",
        "answer definite",
        "request definite",
    ];
    assert_eq!(reached(text), all);
}

#[test]
fn a_call_whose_result_is_awaited_only_where_it_can_be_still_runs() {
    let text = "
import inspect
def load(): open('x')
async def f():
    result = load()
    if inspect.isawaitable(result):
        result = await result
";
    assert_eq!(exposed(text), ["2:13 load open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite"]);
}

#[test]
fn what_passes_an_awaitable_on_gives_what_that_gives() {
    let text = "
import asyncio
class Store:
    def save(self): open('x')
async def make(): return Store()
async def f():
    store = await asyncio.wait_for(make(), 1)
    store.save()
";
    assert_eq!(reached(text), ["Store.save definite"]);
}

#[test]
fn of_several_the_coroutine_function_is_the_one_that_is_awaited() {
    let text = "
class Sync:
    def get(self, key): open('x'); return self.make(key)
class Async:
    async def get(self, key): return 1
async def f(db: Sync | Async):
    if isinstance(db, Async):
        await db.get(1)
";
    assert_eq!(reached(text), NOTHING);
}

#[test]
fn a_decorator_that_has_an_async_function_takes_that_for_async_ones() {
    let decorator = "
import inspect
def traced(function):
    async def later(*args):
        return await function(*args)
    def now(*args):
        open('x')
        return function(*args)
    return later if inspect.iscoroutinefunction(function) else now
";
    let later = "@traced\nasync def work(): pass\nasync def f(): await work()\n";
    assert_eq!(reached(&format!("{decorator}{later}")), NOTHING);
    let now = "@traced\ndef work(): pass\nasync def f(): work()\n";
    assert_eq!(reached(&format!("{decorator}{now}")), ["now definite"]);
}
