//! What objects are made with, where nothing else says what they hold.

use super::{NOTHING, chain, exposed, reached};

#[test]
fn a_function_that_an_object_is_made_with_runs_where_the_object_calls_it() {
    let text = "
class Button:
    def __init__(self, label, on_click): self.on_click = on_click
    def click(self): self.on_click()
class Page:
    def __init__(self): self.button = Button('save', on_click=self.save)
    def save(self): open('x')
async def f(page: Page): page.button.click()
";
    assert_eq!(chain(text), "f:7 > Button.click:3 > Page.save:6");
}

#[test]
fn a_field_that_says_no_more_than_that_it_is_called_is_what_objects_are_made_with() {
    let text = "
# file: plugin.py
from dataclasses import dataclass
from typing import Callable
@dataclass(frozen=True)
class Plugin:
    name: str
    discover: Callable[[], str]
# file: found.py
from plugin import Plugin
def discover(): return open('x')
ALL = (Plugin(name='one', discover=discover),)
# file: app.py
from found import ALL
async def f():
    for plugin in ALL: plugin.discover()
";
    assert_eq!(chain(text), "f:3 > discover:2");
}

#[test]
fn an_object_that_another_is_made_with_has_its_own_class() {
    let text = "
class Store:
    def save(self): open('x')
class Other:
    def save(self): open('y')
class Service:
    def __init__(self, name, store): self.store = store
    async def run(self): self.store.save()
class Lazy(Service):
    def __init__(self): pass
def start(): return Service('x', Store())
def lazy(): return Lazy(Other())
";
    assert_eq!(reached(text), ["Store.save probable"]);
}

#[test]
fn an_heir_passes_on_what_it_is_made_with() {
    let text = "
class Store:
    def save(self): open('x')
class Other:
    def save(self): open('y')
class Service:
    def __init__(self, store): self.store = store
    async def run(self): self.store.save()
class Named(Service):
    def __init__(self, name, store):
        super().__init__(store)
        self.name = name
class Fixed(Service):
    def __init__(self): Service.__init__(self, store=Other())
def start(): return Named(Service(None), Store()), Fixed()
";
    assert_eq!(reached(text), ["Store.save probable", "Other.save probable"]);
}

#[test]
fn what_tests_make_objects_with_stands_in_for_the_real_thing() {
    let text = "
# file: service.py
class Service:
    def __init__(self, store): self.store = store
    async def run(self): self.store.save()
# file: tests/test_service.py
from service import Service
class Fake:
    def save(self): open('x')
def test_it(): Service(Fake())
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn a_class_of_the_same_name_is_another() {
    let text = "
# file: service.py
class Service:
    def __init__(self, store): self.store = store
    async def run(self): self.store.save()
# file: other.py
class Service:
    def __init__(self, store): self.kept = store
class Store:
    def save(self): open('x')
def start(): Service(Store())
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn what_may_be_any_of_many_is_possible() {
    let all: Vec<usize> = (0..13).collect();
    let functions: String = all.iter().map(|n| format!("def f{n}(): open('{n}')\n")).collect();
    let made: String = all.iter().map(|n| format!("C{n} = Command(f{n})\n")).collect();
    let text = format!(
        "
class Command:
    def __init__(self, run): self.run = run
    async def go(self): self.run()
{functions}{made}"
    );
    let found = reached(&text);
    assert_eq!(found.len(), all.len());
    assert!(found.iter().all(|one| one.ends_with(" possible")), "{found:#?}");
}

#[test]
fn what_is_awaited_is_not_a_method_that_says_it_gives_something_else() {
    let text = "
class State:
    def __init__(self, hook): self.hook = hook
class Hook:
    async def edit(self): pass
    def state(self): return State(self)
class SyncHook:
    def edit(self) -> 'SyncMessage': open('x')
    def state(self): return State(self)
class Message:
    def __init__(self, state): self.state = state
    async def edit(self): pass
    async def add(self): return await self.edit()
class SyncMessage(Message):
    def edit(self) -> 'SyncMessage': return self.state.hook.edit()
def one(): return SyncMessage(Hook().state()), SyncMessage(SyncHook().state())
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn a_type_variable_without_a_bound_says_nothing_of_what_an_object_is_made_with() {
    let text = "
from typing import Generic, TypeVar
T = TypeVar('T')
class Store:
    def save(self): open('x')
class Keeper(Generic[T]):
    def __init__(self, it: T): self.it: T = it
    async def f(self): self.it.save()
keeper = Keeper(Store())
";
    assert_eq!(reached(text), ["Store.save probable"]);
}
