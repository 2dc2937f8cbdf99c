//! Which method of which class a call enters.

use super::{NOTHING, chain, reached};

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
fn what_a_class_keeps_of_itself_is_known() {
    let text = "
class Store:
    _one = None
    @classmethod
    def one(cls):
        if cls._one is None: cls._one = cls()
        return cls._one
    def save(self): open('x')
async def f(): Store.one().save()
";
    assert_eq!(reached(text), ["Store.save definite"]);
}

#[test]
fn the_class_of_an_object_has_its_methods() {
    let text = "
class Store:
    @classmethod
    def load(cls): open('x')
    @staticmethod
    def save(): open('y')
    async def f(self): type(self).load()
    async def g(self): self.__class__.save()
";
    assert_eq!(reached(text), ["Store.load definite", "Store.save definite"]);
}

#[test]
fn of_many_classes_none_is_left_out() {
    let heirs = (0..40).map(|n| format!("class C{n}(Base):\n    def post(self): open('x')\n"));
    let base = "class Base:\n    def post(self): pass\nasync def f(b: Base): b.post()\n";
    let text = format!("{base}{}", heirs.collect::<String>());
    let all: Vec<String> = (0..40).map(|n| format!("C{n}.post possible")).collect();
    assert_eq!(reached(&text), all);
}

#[test]
fn a_class_that_may_be_one_of_several_has_the_methods_of_each() {
    let text = "
class Base:
    @classmethod
    def load(cls): raise NotImplementedError
    @classmethod
    async def make(cls): cls.load()
class One(Base):
    @classmethod
    def load(cls): open('x')
class Other(Base):
    def __init__(self): pass
    def save(self): open('y')
def find(name) -> type[Base]: return lookup(name)
async def f(): find('x')().save()
async def g(): Base.load()
";
    assert_eq!(reached(text), ["One.load probable", "Other.save probable"]);
}

#[test]
fn an_heir_may_have_what_it_mixes_in_in_place_of_what_it_inherits() {
    let text = "
class Reading:
    def read(self): raise NotImplementedError
class Store(Reading): pass
class FileReading:
    def read(self): open('x')
class FileStore(FileReading, Store): pass
class Plain(Store): pass
async def f(store: Store): store.read()
";
    assert_eq!(chain(text), "f:8 > FileReading.read:5");
}

#[test]
fn what_never_runs_a_method_is_not_asked_by_it() {
    let text = "
class Base:
    async def run(self): self.step()
    def step(self): pass
class Plain(Base):
    def step(self): open('x')
class Own(Base):
    async def run(self): OTHER
    def step(self): open('y')
";
    let found = |other: &str| reached(&text.replace("OTHER", other));
    assert_eq!(found("pass"), ["Plain.step probable"]);
    assert_eq!(found("await super().run()"), ["Plain.step probable", "Own.step probable"]);
    assert_eq!(found("await Base.run(self)"), ["Plain.step probable", "Own.step probable"]);
    assert_eq!(found("self.step()"), ["Plain.step probable", "Own.step definite"]);
    let passed = text.replace(
        "async def run(self): self.step()",
        "async def run(self, it): it = self; it.step()",
    );
    assert_eq!(
        reached(&passed.replace("OTHER", "pass")),
        ["Plain.step probable", "Own.step probable"]
    );
}

#[test]
fn a_method_that_replaces_another_asks_what_its_class_inherits() {
    let text = "
class Base:
    async def run(self): pass
    def step(self): open('x')
class Own(Base):
    async def run(self): self.step()
";
    assert_eq!(reached(text), ["Base.step definite"]);
}
