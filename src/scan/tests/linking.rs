//! Which function a call enters.

use super::{NOTHING, chain, exposed};

/// The functions whose `open` is exposed, each with its confidence.
fn reached(text: &str) -> Vec<String> {
    let function = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        format!("{} {}", words[1], words[words.len() - 1])
    };
    exposed(text).iter().map(function).collect()
}

#[test]
fn super_goes_to_whatever_comes_next_in_the_order_of_the_object() {
    let text = "
class Root:
    def load(self): open('root')
class Left(Root):
    def load(self):
        open('left')
        super().load()
class Right(Root):
    def load(self): open('right')
class Both(Left, Right):
    async def f(self):
        self.load()
async def g():
    Both().load()
";
    // For a `Both`, `super()` in `Left` is `Right`; for a plain `Left` it is `Root`.
    assert_eq!(reached(text), ["Root.load probable", "Left.load definite", "Right.load probable"]);
}

#[test]
fn super_of_a_class_that_nobody_mixes_is_its_base() {
    let text = "
class Base:
    def load(self): open('x')
class Store(Base):
    def load(self): super(Store, self).load()
async def f(): Store().load()
";
    assert_eq!(reached(text), ["Base.load definite"]);
}

#[test]
fn of_several_bases_the_first_that_has_the_method_counts() {
    let text = "
class Empty: pass
class First:
    def load(self): open('x')
class Second:
    def load(self): open('y')
class Store(Empty, First, Second): pass
async def f(): Store().load()
";
    assert_eq!(reached(text), ["First.load definite"]);
}

#[test]
fn a_diamond_asks_the_nearer_class_before_the_shared_base() {
    let text = "
class Root:
    def load(self): open('root')
class Left(Root): pass
class Right(Root):
    def load(self): open('right')
class Both(Left, Right): pass
async def f(): Both().load()
";
    assert_eq!(reached(text), ["Right.load definite"]);
}

#[test]
fn a_mixin_calls_what_its_sibling_brings() {
    let text = "
class Cached:
    async def get(self): return self.read()
class Disk:
    def read(self): open('x')
class Store(Cached, Disk): pass
";
    assert_eq!(reached(text), ["Disk.read probable"]);
}

#[test]
fn an_override_in_every_branch_below_is_found() {
    let text = "
class Base:
    def read(self): raise NotImplementedError
class One(Base):
    def read(self): open('one')
class Mixin: pass
class Two(Mixin, Base):
    def read(self): open('two')
async def f(it: Base): it.read()
";
    assert_eq!(reached(text), ["One.read probable", "Two.read probable"]);
}

#[test]
fn a_receiver_of_no_known_type_reaches_the_only_class_that_has_the_method_as_possible() {
    let text = "
class Ledger:
    def append_posting(self): open('x')
async def f(it): it.append_posting()
";
    assert_eq!(reached(text), ["Ledger.append_posting possible"]);
}

#[test]
fn a_name_that_two_classes_share_or_that_is_common_reaches_nothing() {
    let text = "
class Ledger:
    def append_posting(self): open('x')
    def get(self): open('y')
    def poll(self): open('z')
    def __len__(self): open('w')
class Other:
    def append_posting(self): pass
async def oauth_login(it, flow):
    it.append_posting()
    it.get()
    flow.poll()
    it.__len__()
";
    assert_eq!(reached(text), NOTHING);
}

#[test]
fn a_name_of_a_builtin_type_reaches_nothing_on_a_receiver_of_a_known_type() {
    let text = "
import acme
class Ledger:
    def append_posting(self): open('x')
class Own: pass
async def f(it: str):
    it.append_posting()
    acme.append_posting()
    acme.Client().append_posting()
    Own().append_posting()
";
    assert_eq!(reached(text), NOTHING);
}

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
fn fields_are_known_by_annotation_by_default_and_by_assignment() {
    let text = "
import dataclasses
class Disk:
    def a(self): open('a')
    def b(self): open('b')
    def c(self): open('c')
@dataclasses.dataclass
class Store:
    one: Disk
    two: object = dataclasses.field(default_factory=Disk)
class Plain:
    def __init__(self, disk: Disk): self.disk = disk
async def f(store: Store, plain: Plain):
    store.one.a()
    store.two.b()
    plain.disk.c()
";
    assert_eq!(reached(text), ["Disk.a probable", "Disk.b probable", "Disk.c probable"]);
}

#[test]
fn a_post_init_runs_with_the_constructor() {
    let text = "
from dataclasses import dataclass
@dataclass
class Store:
    path: str
    def __post_init__(self): open(self.path)
async def f(): Store('x')
";
    assert_eq!(reached(text), ["Store.__post_init__ definite"]);
}

#[test]
fn a_cached_property_and_a_property_of_a_base_run_where_they_are_read() {
    let text = "
from functools import cached_property
class Base:
    @property
    def size(self): return open('x')
class Store(Base):
    @cached_property
    def text(self): return open('y')
async def f(store: Store):
    return store.size, store.text
";
    assert_eq!(reached(text), ["Base.size probable", "Store.text probable"]);
}

#[test]
fn class_methods_static_methods_and_alternative_constructors_are_followed() {
    let text = "
class Store:
    @classmethod
    def make(cls): return cls()
    @staticmethod
    def check(): open('x')
    def save(self): open('y')
async def f():
    Store.make().save()
    Store.check()
";
    assert_eq!(reached(text), ["Store.check definite", "Store.save definite"]);
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
fn a_protocol_reaches_whoever_inherits_from_it() {
    let text = "
from typing import Protocol
class Saves(Protocol):
    def save(self): ...
class Disk(Saves):
    def save(self): open('x')
async def f(it: Saves): it.save()
";
    assert_eq!(reached(text), ["Disk.save probable"]);
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
