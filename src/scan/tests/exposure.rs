//! What the loop reaches.

use super::{NOTHING, chain, exposed, reached};

#[test]
fn a_sync_function_that_no_coroutine_calls_is_not_exposed() {
    let text = "
def g(): open('x')
open('y')
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn a_helper_of_a_helper_is_exposed_with_its_chain() {
    let text = "
def h():
    open('x')
def g():
    h()
async def f():
    g()
";
    assert_eq!(exposed(text), ["2:5 h open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite"]);
    assert_eq!(chain(text), "f:6 > g:4 > h:2");
}

#[test]
fn a_nested_function_is_exposed_only_if_it_is_called() {
    let text = "
async def f():
    def called(): open('x')
    def stored(): open('y')
    called()
    return stored
";
    assert_eq!(exposed(text), ["2:19 called open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite"]);
}

#[test]
fn methods_are_found_through_self_inheritance_and_super() {
    let text = "
class Base:
    def load(self): open('x')
class Store(Base):
    def load(self):
        super().load()
    async def f(self):
        self.load()
";
    assert_eq!(exposed(text), ["2:21 Base.load open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite"]);
    assert_eq!(chain(text), "Store.f:7 > Store.load:5 > Base.load:2");
}

#[test]
fn one_of_several_targets_is_probable() {
    let text = "
class Disk:
    def load(self): open('x')
class Memory:
    def load(self): pass
def make(kind):
    if kind: return Disk()
    return Memory()
async def f(kind):
    make(kind).load()
";
    assert_eq!(exposed(text), ["2:21 Disk.load open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable"]);
}

#[test]
fn an_override_of_an_annotated_type_is_probable() {
    let text = "
class Base:
    def load(self): raise NotImplementedError
class Disk(Base):
    def load(self): open('x')
async def f(store: Base):
    store.load()
";
    assert_eq!(exposed(text), ["4:21 Disk.load open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable"]);
}

#[test]
fn a_constructor_and_a_property_run_where_they_are_used() {
    let text = "
class Store:
    def __init__(self): open('a')
    @property
    def size(self): return open('b')
    def __enter__(self): open('c')
async def f():
    with Store() as s:
        Store().size
";
    assert_eq!(
        exposed(text),
        [
            "2:25 Store.__init__ open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite",
            "4:28 Store.size open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite",
            "5:26 Store.__enter__ open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite",
        ]
    );
}

#[test]
fn an_iterator_of_the_project_runs_where_it_is_iterated() {
    let text = "
class Lines:
    def __iter__(self): return open('x')
async def f():
    for line in Lines(): pass
";
    assert_eq!(
        exposed(text),
        ["2:32 Lines.__iter__ open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite"]
    );
}

#[test]
fn what_a_framework_injects_is_followed() {
    let text = "
from fastapi import Depends
class Store:
    def save(self): open('x')
def get_store():
    yield Store()
async def f(store=Depends(get_store)):
    store.save()
";
    assert_eq!(
        exposed(text),
        ["3:21 Store.save open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable"]
    );
}

#[test]
fn a_shared_method_name_reaches_nothing() {
    let text = "
class Sandbox:
    def poll(self): open('x')
async def oauth_login(flow):
    flow.poll()
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn names_are_followed_across_files() {
    let text = "
# file: pkg/__init__.py
from .store import Store as Kept
# file: pkg/store.py
class Store:
    def __init__(self, path):
        self.log = Log()
    def save(self):
        self.log.write()
class Log:
    def write(self):
        open('x')
# file: app/main.py
async def f():
    from pkg import Kept
    make().save()
def make():
    import pkg
    return pkg.Kept('x')
";
    assert_eq!(
        exposed(text),
        ["pkg/store.py:8:9 Log.write open FILE_OPEN ASYNC_REACHABLE_CROSS_FILE definite"]
    );
    assert_eq!(chain(text), "f:3 > Store.save:5 > Log.write:8");
}

#[test]
fn a_module_level_singleton_and_a_factory_with_an_annotation_are_followed() {
    let text = "
# file: a/store.py
class Store:
    def save(self): open('x')
    def load(self): open('y')
_store: 'Store | None' = None
def get_store() -> Store:
    return _store
shared = Store()
# file: a/b.py
from a.store import get_store, shared
async def f():
    get_store().save()
    shared.load()
";
    assert_eq!(
        exposed(text),
        [
            "a/store.py:2:21 Store.save open FILE_OPEN ASYNC_REACHABLE_CROSS_FILE probable",
            "a/store.py:3:21 Store.load open FILE_OPEN ASYNC_REACHABLE_CROSS_FILE definite",
        ]
    );
}

#[test]
fn a_partial_and_a_lambda_that_are_called_are_followed() {
    let text = "
import functools
def g(x): open(x)
async def f():
    functools.partial(g, 'x')()
    h = lambda: open('y')
    h()
";
    assert_eq!(
        exposed(text),
        [
            "2:11 g open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite",
            "5:17 f open FILE_OPEN DIRECT_ASYNC definite",
        ]
    );
}

#[test]
fn a_function_that_is_handed_on_runs_where_its_receiver_calls_it() {
    let text = "
def call(work): return work()
def keep(work): return [work]
def g(): open('x')
def h(): open('y')
def k(p): return open(p)
async def f(paths):
    call(g)
    keep(h)
    list(map(k, paths))
";
    assert_eq!(
        exposed(text),
        [
            "3:10 g open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite",
            "5:18 k open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite",
        ]
    );
}

#[test]
fn what_stands_behind_a_parameter_is_not_reached_without_it() {
    let text = "
def write(text, path=None):
    if path is not None:
        open(path)
def early(path):
    if not path:
        return
    open(path)
async def f(p):
    write('x')
    early(None)
async def g(p):
    early(p)
";
    assert_eq!(exposed(text), ["7:5 early open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite"]);
    assert_eq!(chain(text), "g:12 > early:7");
}

#[test]
fn code_that_asks_which_thread_it_is_in_is_at_most_possible() {
    let text = "
import asyncio, threading
def g(loop):
    if loop.thread != threading.get_ident():
        open('x')
def h():
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        open('y')
    open('z')
async def f(loop):
    g(loop)
    h()
";
    assert_eq!(
        exposed(text),
        [
            "4:9 g open FILE_OPEN ASYNC_REACHABLE_SAME_FILE possible",
            "9:9 h open FILE_OPEN ASYNC_REACHABLE_SAME_FILE possible",
            "10:5 h open FILE_OPEN ASYNC_REACHABLE_SAME_FILE definite",
        ]
    );
}

#[test]
fn a_callback_of_the_loop_is_on_the_loop() {
    let text = "
import asyncio
def g(): open('x')
def start():
    asyncio.get_event_loop().call_soon(g)
";
    assert_eq!(exposed(text), ["2:10 g open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable"]);
}

#[test]
fn a_sync_hook_without_an_async_twin_is_on_the_loop() {
    let text = "
from langchain.agents.middleware import AgentMiddleware
class One(AgentMiddleware):
    def before_model(self, s): open('x')
class Two(AgentMiddleware):
    def before_model(self, s): open('y')
    async def abefore_model(self, s): pass
";
    assert_eq!(
        exposed(text),
        ["3:32 One.before_model open FILE_OPEN SYNC_AGENT_MIDDLEWARE_HOOK probable"]
    );
}

#[test]
fn the_fix_unit_is_shared_by_what_one_edit_cures() {
    let text = "
def g():
    open('x')
    open('y')
async def f():
    g()
";
    let units: Vec<_> = super::scan(text).findings.into_iter().map(|it| it.fix_unit).collect();
    assert_eq!(units, [Some("m.py::f -> g".to_owned()), Some("m.py::f -> g".to_owned())]);
}

#[test]
fn of_equal_ways_the_one_that_serves_is_shown() {
    let text = "
def g(): open('x')
async def app_lifespan(): g()
async def serve(): h()
def h(): g()
";
    assert_eq!(super::chain(text), "serve:3 > h:4 > g:1");
}

#[test]
fn the_programs_own_way_is_shown_and_not_a_tests() {
    let text = "
# file: app/store.py
def g(): open('x')
# file: app/serve.py
from app.store import g
def h(store: 'Store'): store.save()
class Store:
    def save(self): g()
async def serve(store: Store): h(store)
# file: tests/test_store.py
from app.store import g
async def test_g(): g()
";
    assert_eq!(super::chain(text), "serve:5 > h:2 > Store.save:4 > g:1");
}

#[test]
fn of_equal_ways_one_for_which_a_loop_is_started_is_shown_last() {
    let text = "
import asyncio
def g(): open('x')
async def once(): g()
def main(): asyncio.run(once())
async def serve(): h()
def h(): g()
";
    assert_eq!(super::chain(text), "serve:5 > h:6 > g:2");
}

#[test]
fn that_a_test_starts_a_loop_for_one_does_not_put_it_last() {
    let text = "
# file: app.py
def g(): open('x')
async def direct(): g()
async def serve(): h()
def h(): g()
# file: tests/test_app.py
import asyncio
from app import direct
def test_direct(): asyncio.run(direct())
";
    assert_eq!(super::chain(text), "direct:2 > g:1");
}

#[test]
fn a_call_that_does_not_fit_a_function_is_most_likely_not_of_it() {
    let text = "
class Server:
    def create(self, request, actor): open('x')
    def rest(self, *parts, **named): open('y')
    def few(self, one, *, two=None): open('z')
    def many(self): open('w')
async def f(server: Server, data):
    server = Server()
    server.create(user='N', config=data)
    server.rest(1, 2, three=3)
    server.few(1, two=2)
    server.many(1)
    server.many(*data)
";
    let all = [
        "Server.create possible",
        "Server.rest definite",
        "Server.few definite",
        "Server.many definite",
    ];
    assert_eq!(reached(text), all);
}
