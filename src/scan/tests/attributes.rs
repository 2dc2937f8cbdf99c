//! What objects have: fields, properties, and what runs where they are made.

use super::{NOTHING, chain, reached};

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
fn what_a_model_runs_where_it_is_made_is_reached() {
    let text = "
from pydantic import BaseModel, field_validator, model_validator
class Model(BaseModel):
    x: int = 1
    @model_validator(mode='after')
    def whole(self): open('a'); return self
    @field_validator('x')
    def one(cls, value): open('b'); return value
    def model_post_init(self, context): open('c')
    def other(self): open('d')
class Heir(Model):
    @field_validator('x')
    def one(cls, value): open('e'); return value
async def f(): Heir(x=2)
";
    let all = ["Model.whole definite", "Model.model_post_init definite", "Heir.one definite"];
    for makes in ["Heir(x=2)", "Heir.model_validate({'x': 2})", "Heir.parse_raw('')"] {
        assert_eq!(reached(&text.replace("Heir(x=2)", makes)), all, "{makes}");
    }
}

#[test]
fn what_a_model_is_made_by_gives_an_object_of_it() {
    let text = "
from pydantic import BaseModel
class Model(BaseModel):
    def save(self): open('x')
class Own:
    @classmethod
    def parse_obj(cls, it): return None
    def save(self): open('y')
async def f(): Model.model_validate_json('').save()
async def g(): Own.parse_obj({}).save()
";
    assert_eq!(reached(text), ["Model.save definite"]);
}

#[test]
fn a_function_that_calls_nothing_may_read_what_runs() {
    let text = "
class A:
    @property
    def size(self): return open('x')
    @property
    def name(self): return 'a'
def read(a: A): return a.name, a.size
async def f(a: A): read(a)
";
    assert_eq!(chain(text), "f:7 > read:6 > A.size:3");
}

#[test]
fn a_property_that_can_be_set_runs_where_it_is_read() {
    let text = "
class Job:
    @property
    def result(self): open('x')
    @result.setter
    def result(self, value): pass
    @result.deleter
    def result(self): pass
async def f(job: Job):
    return job.result
";
    assert_eq!(reached(text), ["Job.result probable"]);
}

#[test]
fn a_property_that_calls_nothing_may_read_one_that_does() {
    let text = "
class Job:
    @property
    def text(self): return open('x')
    @property
    def first(self): return self.second
    @property
    def second(self): return self.text
async def f(job: Job): return job.first
";
    assert_eq!(chain(text), "f:8 > Job.first:5 > Job.second:7 > Job.text:3");
}

#[test]
fn a_property_of_an_heir_runs_where_that_of_the_base_is_read() {
    let text = "
import abc
class Workspace(abc.ABC):
    @property
    @abc.abstractmethod
    def files(self): ...
class Folder(Workspace):
    @property
    def files(self): open('x')
async def f(workspace: Workspace): return workspace.files
async def g(): return Workspace().files
";
    assert_eq!(chain(text), "f:9 > Folder.files:8");
}

#[test]
fn a_mixin_has_what_the_classes_with_it_set() {
    let text = "
class Store:
    def save(self): open('x')
class Saving:
    def run(self): self.store.save()
class Service(Saving):
    def __init__(self): self.store = Store()
async def f(service: Service): service.run()
";
    assert_eq!(chain(text), "f:7 > Saving.run:4 > Store.save:2");
}

#[test]
fn an_index_does_not_say_which_part_of_a_tuple_is_meant() {
    let text = "
class Files:
    def append(self, path): open(path)
async def f(pair: tuple[Files, list[str]]): pair[1].append('x')
async def g(all: tuple[Files, Files]): all[1].append('x')
";
    assert_eq!(reached(text), ["Files.append probable"]);
    let text = text.replace("async def g(all: tuple[Files, Files]): all[1].append('x')\n", "");
    assert_eq!(reached(&text), ["Files.append possible"]);
}

#[test]
fn a_mixin_has_what_another_base_of_its_heirs_sets() {
    let text = "
class Store:
    def save(self): open('x')
class Mixin:
    async def f(self): self.store.save()
class Base:
    def __init__(self): self.store = Store()
class Both(Mixin, Base): pass
";
    assert_eq!(reached(text), ["Store.save probable"]);
    assert_eq!(reached(&text.replace("Mixin, Base", "Base")), NOTHING);
}

#[test]
fn a_method_is_not_run_where_it_is_read_though_it_has_the_name_of_a_property() {
    let text = "
import asyncio
class A:
    @property
    def load(self): open('x')
class B:
    def load(self): open('y')
async def f(b: B): b.load
async def g(a: A): a.load
async def h(b: B): await asyncio.to_thread(b.load)
";
    assert_eq!(reached(text), ["A.load probable"]);
}

#[test]
fn a_property_may_hand_on_what_blocks() {
    let text = "
def run(it): it()
def work(): open('x')
class A:
    @property
    def load(self): run(work)
async def f(): A().load
";
    assert_eq!(reached(text), ["work definite"]);
}
