//! Which function a call enters.

use super::{NOTHING, chain, reached};

#[test]
fn a_context_runs_its_exit_as_well() {
    let text = "
class Lock:
    def __enter__(self): return self
    def __exit__(self, *error): open('x')
async def f():
    with Lock(): pass
";
    assert_eq!(reached(text), ["Lock.__exit__ definite"]);
}

#[test]
fn a_context_of_a_generator_runs_where_it_is_entered() {
    let text = "
import contextlib
class Store:
    def save(self): open('y')
@contextlib.contextmanager
def opened():
    open('x')
    yield Store()
async def f():
    with opened() as store:
        store.save()
";
    assert_eq!(reached(text), ["Store.save definite", "opened definite"]);
}

#[test]
fn a_generator_runs_where_it_is_iterated_and_gives_what_it_yields() {
    let text = "
class Store:
    def save(self): open('y')
def stores():
    open('x')
    yield Store()
async def f():
    for store in stores(): store.save()
    [each.save() for each in stores()]
";
    assert_eq!(reached(text), ["Store.save definite", "stores definite"]);
}

#[test]
fn a_generator_that_yields_from_another_runs_it() {
    let text = "
def inner():
    open('x')
    yield 1
def outer(): yield from inner()
async def f(): list(outer())
";
    assert_eq!(reached(text), ["inner definite"]);
}

#[test]
fn comprehensions_of_every_kind_run_what_they_call() {
    let text = "
def a(x): open('a')
def b(x): open('b')
def c(x): open('c')
def d(x): open('d')
async def f(xs):
    [a(x) for x in xs]
    {b(x) for x in xs}
    {x: c(x) for x in xs}
    sum(d(x) for x in xs)
";
    assert_eq!(reached(text), ["a definite", "b definite", "c definite", "d definite"]);
}

#[test]
fn a_partial_that_is_kept_is_followed_where_it_is_called() {
    let text = "
from functools import partial
def g(x): open(x)
class Store:
    def __init__(self): self.go = partial(g, 'x')
    async def f(self): self.go()
";
    assert_eq!(reached(text), ["g definite"]);
}

#[test]
fn a_decorator_that_passes_through_hides_nothing() {
    let text = "
import functools
def logged(fn):
    @functools.wraps(fn)
    def run(*a):
        open('log')
        return fn(*a)
    return run
@logged
def g(): open('x')
@functools.lru_cache(maxsize=None)
def h(): open('y')
async def f():
    g()
    h()
";
    assert_eq!(reached(text), ["run definite", "g definite", "h definite"]);
}

#[test]
fn a_plain_wrapper_around_a_coroutine_function_runs_where_that_is_called() {
    let text = "
import functools
def logged(fn):
    @functools.wraps(fn)
    def run(*a):
        open('log')
        return fn(*a)
    return run
def traced(fn):
    async def run_traced(*a):
        return await fn(*a)
    return run_traced
@logged
async def g(): pass
@traced
async def h(): pass
async def f():
    await g()
    await h()
";
    assert_eq!(reached(text), ["run definite"]);
}

#[test]
fn a_dependency_that_is_async_or_a_class_is_followed() {
    let text = "
from typing import Annotated
from fastapi import Depends
class Store:
    def save(self): open('x')
class Log:
    def save(self): open('y')
async def get_store(): return Store()
async def f(store=Depends(get_store)): store.save()
async def g(log: Annotated[object, Depends(Log)]): log.save()
";
    assert_eq!(reached(text), ["Store.save probable", "Log.save probable"]);
}

#[test]
fn a_sync_dependency_runs_in_a_thread() {
    let text = "
from fastapi import Depends
def get_store(): return open('x')
async def f(store=Depends(get_store)): pass
";
    assert_eq!(reached(text), NOTHING);
}

#[test]
fn an_import_under_another_name_and_one_inside_a_function_are_followed() {
    let text = "
# file: pkg/__init__.py
# file: pkg/inner/__init__.py
from ..disk import save as kept
# file: pkg/disk.py
def save(): open('x')
def load(): open('y')
def drop(): open('z')
# file: pkg/use.py
import pkg.disk as d
async def f():
    from .inner import kept as k
    k()
    d.load()
    import pkg.disk
    pkg.disk.drop()
";
    assert_eq!(reached(text), ["save definite", "load definite", "drop definite"]);
}

#[test]
fn a_name_that_is_guarded_by_type_checking_is_imported_too() {
    let text = "
# file: a.py
class Store:
    def save(self): open('x')
# file: b.py
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from a import Store
async def f(store: Store): store.save()
";
    assert_eq!(reached(text), ["Store.save probable"]);
}

#[test]
fn what_is_imported_with_a_star_is_followed() {
    let text = "
# file: a.py
def save(): open('x')
# file: b.py
from a import *
async def f(): save()
";
    assert_eq!(reached(text), ["save definite"]);
}

#[test]
fn a_call_in_a_condition_a_match_and_a_walrus_is_a_call() {
    let text = "
def a(): open('a')
def b(): open('b')
def c(): open('c')
async def f(x):
    if (y := a()): pass
    match b():
        case 1 if c(): pass
";
    assert_eq!(reached(text), ["a definite", "b definite", "c definite"]);
}

#[test]
fn a_default_is_evaluated_where_the_function_is_defined() {
    let text = "
def size(): open('x')
async def f():
    def inner(n=size()): pass
";
    assert_eq!(chain(text), "f:3 > size:1");
}

#[test]
fn what_is_closed_behind_a_block_is_what_the_block_gets() {
    let text = "
import sqlite3
from contextlib import closing
class Store:
    def close(self): pass
    def save(self): open('x')
async def f():
    with closing(Store()) as store: store.save()
";
    assert_eq!(reached(text), ["Store.save definite"]);
}

#[test]
fn what_is_zipped_comes_first_in_each_pair() {
    let text = "
class Store:
    def save(self, n): open('x')
stores = [Store()]
async def f(numbers):
    for index, (store, number) in enumerate(zip(stores, numbers)): store.save(number)
";
    assert_eq!(reached(text), ["Store.save definite"]);
}

#[test]
fn a_trait_of_a_class_holds_an_object_of_it() {
    let text = "
from traitlets import HasTraits, Instance
class Store:
    def save(self): open('x')
class Owner(HasTraits):
    store = Instance(Store)
    async def f(self): self.store.save()
";
    assert_eq!(reached(text), ["Store.save probable"]);
}

#[test]
fn what_is_put_into_a_container_is_what_comes_out_of_it() {
    let text = "
class Client:
    def run(self): open('x')
class Job:
    def go(self): open('y')
class Rule:
    def check(self): open('z')
RULES = {}
RULES['one'] = Rule()
class Pool:
    def __init__(self):
        self.clients = {}
        self.jobs = []
    def client(self, key):
        if key not in self.clients:
            self.clients[key] = Client()
        return self.clients[key]
    def add(self): self.jobs.append(Job())
async def f(pool: Pool):
    Pool().client('x').run()
    for job in Pool().jobs: job.go()
    for rule in RULES.values(): rule.check()
";
    assert_eq!(reached(text), ["Client.run definite", "Job.go definite", "Rule.check definite"]);
}

#[test]
fn what_is_yielded_from_another_is_what_that_gives() {
    let text = "
class Store:
    def save(self): open('x')
def stores(): yield Store()
def others(): return [Store()]
def all_of_them():
    yield from stores()
def all_others():
    yield from others()
async def f():
    for store in all_of_them(): store.save()
async def g():
    for store in all_others(): store.save()
";
    assert_eq!(reached(text), ["Store.save definite"]);
    for function in ["stores", "others"] {
        let other = if function == "stores" { "others" } else { "stores" };
        let text = text.replace(&format!("yield from {other}()"), "yield None");
        assert_eq!(reached(&text), ["Store.save definite"], "{function}");
    }
}

#[test]
fn a_function_that_gives_back_what_it_gets_gives_that() {
    let text = "
class Store:
    def save(self): open('x')
class Other:
    def save(self): pass
class Checks:
    def checked(self, it, name): return it
def checked(it, name):
    if it is None: raise ValueError(name)
    return it
def second(name, it): return it
async def f(): checked(CALL, 'x').save()
async def g(): Checks().checked(CALL, 'x').save()
async def h(): second(CALL, Other()).save()
";
    assert_eq!(reached(&text.replace("CALL", "Store()")), ["Store.save definite"]);
    assert_eq!(reached(&text.replace("CALL", "Other()")), NOTHING);
    let neither =
        text.replace("checked(CALL, 'x').save()", "pass").replace("Checks().pass", "pass");
    assert_eq!(reached(&neither.replace("CALL", "Store()")), NOTHING);
}

#[test]
fn a_type_variable_stands_for_the_type_that_bounds_it() {
    let text = "
from typing import TypeVar
class Store:
    def save(self): open('x')
T = TypeVar('T', bound=BOUND)
U = TypeVar('U')
class Keeper:
    @property
    def kept(self) -> T: return self._kept
    @property
    def other(self) -> U: return self._kept
async def f(keeper: Keeper):
    keeper.kept.save()
";
    for bound in ["Store", "'Store'"] {
        assert_eq!(reached(&text.replace("BOUND", bound)), ["Store.save probable"], "{bound}");
    }
    assert_eq!(reached(&text.replace("BOUND", "Other")), NOTHING);
    let other = text.replace("keeper.kept", "keeper.other");
    assert_eq!(reached(&other.replace("BOUND", "Store")), NOTHING);
}

#[test]
fn the_tree_of_a_library_is_the_program() {
    let text = "
# file: PLACE/__init__.py
from redis.client import Redis
# file: PLACE/client.py
class Redis:
    def get(self): open('x')
# file: app.py
from redis import Redis
async def f(): Redis().get()
";
    assert_eq!(reached(&text.replace("PLACE", "redis")), ["Redis.get definite"]);
    assert_eq!(reached(&text.replace("PLACE", "src/redis")), ["Redis.get definite"]);
    // Anywhere else it is something of that name, and `redis` the library.
    assert_eq!(reached(&text.replace("PLACE", "stubs/redis")), ["f definite"]);
}
