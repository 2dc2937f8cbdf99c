//! What calling, entering, iterating and indexing a value gives.

use super::super::catalogue::Mark;
use super::super::facts::Kind;
use super::super::name::Name;
use super::super::packed::At;
use super::members::is_held;
use super::value::{
    Exactness, Found, FunctionId, Known, Sum, Value, at_most, nothing, spread, sure,
};
use super::{Place, Program};
use crate::model::Confidence;

/// How a context is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// `with`.
    Plain,
    /// `async with`.
    Awaited,
}

/// Whether a function gives back what its first argument is, or what is in it.
fn passes_on(name: &str) -> bool {
    matches!(
        name,
        "list"
            | "tuple"
            | "set"
            | "frozenset"
            | "sorted"
            | "reversed"
            | "iter"
            | "dict"
            | "copy.copy"
            | "copy.deepcopy"
            | "dataclasses.replace"
            | "functools.partial"
            | "partial"
            | "contextlib.closing"
            | "contextlib.aclosing"
            | "contextlib.nullcontext"
            | "asyncio.wait_for"
            | "asyncio.shield"
            | "asyncio.create_task"
            | "asyncio.ensure_future"
    )
}

/// Functions that give text.
const TEXT: [&str; 7] =
    ["str", "repr", "os.path.join", "os.getenv", "os.fspath", "os.getcwd", "os.environ.get"];

/// Two of which the second is known.
fn pair(second: Vec<Value>) -> Value {
    Value::Tuple(vec![Vec::new(), second].into())
}

impl Program<'_> {
    /// What `known(first, …)` gives.
    pub(super) fn result_of(&self, place: Place, known: &Known, first: Option<At>) -> Found {
        match &known.value {
            Value::External(name) => self.external_result(place, *name, first),
            Value::Function(id) => self.given_back(place, *id, 0, first),
            Value::Method(id) => self.given_back(place, *id, 1, first),
            Value::Class(class, exactness) => sure(Value::Instance(*class, *exactness)),
            Value::Instance(class, _) => {
                let call = self.method(*class, Name::new("__call__"));
                call.map_or_else(nothing, |id| self.called(id))
            }
            Value::Member(object, name) => self.member_result(*object, *name),
            Value::ContainerMethod(container, name) => self.container_result(container, name),
            Value::Object(object) => self.made(*object, "__call__"),
            Value::Module(_)
            | Value::Many(_)
            | Value::Tuple(_)
            | Value::Display(_)
            | Value::Coroutine(_)
            | Value::Called(_)
            | Value::Parameter(..) => nothing(),
        }
    }

    fn external_result(&self, place: Place, name: Name, first: Option<At>) -> Found {
        let argument = || first.map_or_else(nothing, |first| self.eval(place, first));
        let text = name.text();
        if self.catalogue.marks.of(name).is(Mark::OFFLOAD)
            && self.catalogue.offload(name).is_some_and(|it| it.argument == 0 && !it.curried)
        {
            // What an offload gives, once awaited, is what the offloaded function gives.
            let mut all = Sum::default();
            for known in argument().iter() {
                let given = at_most(self.result_of(place, known, None), known.confidence);
                all.extend(
                    given.iter().map(|it| it.clone().map(|it| Value::Coroutine(vec![it].into()))),
                );
            }
            return all.found();
        }
        if let Some(object) = self.catalogue.made_by(name) {
            return sure(Value::Object(object.name));
        }
        if passes_on(text) {
            return argument();
        }
        if TEXT.contains(&text) {
            return sure(Value::Object(Name::new("str")));
        }
        match text {
            "next" | "max" | "min" => {
                argument().iter().flat_map(|known| self.element(known).to_vec()).collect()
            }
            "enumerate" => {
                let inside = |known: &Known| self.element(known).to_vec();
                let paired =
                    |known: Known| known.map(|it| Value::Many(vec![pair(vec![it])].into()));
                argument().iter().flat_map(inside).map(paired).collect()
            }
            "zip" => {
                let first = |known: Known| {
                    known.map(|it| {
                        let one = Value::Tuple(vec![vec![it], Vec::new()].into());
                        Value::Many(vec![one].into())
                    })
                };
                let inside = |known: &Known| self.element(known).to_vec();
                argument().iter().flat_map(inside).map(first).collect()
            }
            "type" => {
                let class = |known: &Known| match known.value {
                    Value::Instance(class, exactness) => {
                        Some(known.clone().map(|_| Value::Class(class, exactness)))
                    }
                    _ => None,
                };
                argument().iter().filter_map(class).collect()
            }
            "traitlets.Instance" => {
                let instance = |known: &Known| match known.value {
                    Value::Class(class, _) => {
                        let instance = Value::Instance(class, Exactness::OrSubclass);
                        Some(known.clone().map(|_| instance).at_most(Confidence::Probable))
                    }
                    _ => None,
                };
                argument().iter().filter_map(instance).collect()
            }
            "open" => sure(Value::Object(Name::new("io.IOBase"))),
            _ => {
                let last = text.rsplit('.').next().unwrap_or(text);
                let is_type = last.chars().next().is_some_and(char::is_uppercase);
                if is_type { sure(Value::Object(name)) } else { nothing() }
            }
        }
    }

    /// What a function gives, of which so many parameters are bound, to a caller that passes this first:
    /// that itself, where the function gives it back.
    fn given_back(&self, place: Place, id: FunctionId, bound: u32, first: Option<At>) -> Found {
        let given = self.called(id);
        let is_echo = self.echoes.borrow().get(&id) == Some(&bound);
        let Some(first) = first.filter(|_| is_echo) else { return given };
        let mut all = Sum::default();
        all.add(&given);
        all.add(&self.eval(place, first));
        all.found()
    }

    /// What a function gives to a caller that does not wait.
    fn called(&self, id: FunctionId) -> Found {
        if self.head(id).kind != Kind::Async || self.function(id).yielded.count() > 0 {
            return self.result(id);
        }
        sure(Value::Called(id))
    }

    /// What a function returns; a generator gives a container of what it yields.
    pub(in crate::scan) fn result(&self, id: FunctionId) -> Found {
        self.answered(&self.results, self.number_of(id), || {
            let function = self.function(id);
            let place = self.place(id);
            let mut all = Sum::default();
            for returned in function.returned {
                let values = self.eval(place, returned);
                all.extend(values.iter().filter(is_held).cloned());
                self.note_echo(id, &values);
            }
            let mut yielded = Sum::default();
            function.yielded.for_each(|value| yielded.add(&self.eval(place, value)));
            let yielded = yielded.found();
            if !yielded.is_empty() {
                let confidence = yielded
                    .iter()
                    .map(|known| known.confidence)
                    .max()
                    .unwrap_or(Confidence::Definite);
                let values: Vec<Value> = yielded.iter().map(|known| known.value.clone()).collect();
                all.extend([Known { value: Value::Many(values.into()), confidence }]);
            }
            if let Some(returns) = function.returns {
                let outside = Place { file: id.file(), scope: self.head(id).parent };
                all.add(&self.typed(outside, returns));
            }
            all.found()
        })
    }

    /// Notes that a function gives back one of its parameters.
    fn note_echo(&self, id: FunctionId, returned: &[Known]) {
        let own = returned.iter().find_map(|known| match known.value {
            Value::Parameter(owner, index) if owner == id => Some(index),
            _ => None,
        });
        if let Some(index) = own {
            self.echoes.borrow_mut().entry(id).or_insert(index);
        }
    }

    fn member_result(&self, object: Name, name: Name) -> Found {
        if let Some(known) = self.members.borrow().get(&(object, name)) {
            return known.clone();
        }
        let result = self.member_of(object, name);
        self.members.borrow_mut().insert((object, name), result.clone());
        result
    }

    fn member_of(&self, object: Name, name: Name) -> Found {
        let Some(object) = self.catalogue.object(object) else { return nothing() };
        let one = Value::Object(object.name);
        if object.same.contains(&name) {
            sure(one)
        } else if object.many.contains(&name) {
            sure(Value::Many(vec![one].into()))
        } else {
            self.made(object.name, &name)
        }
    }

    /// What a method of an outside object makes of another type: `connection.cursor()`.
    fn made(&self, object: Name, method: &str) -> Found {
        if self.catalogue.object(object).is_none() {
            return nothing();
        }
        let maker = Name::new(&format!("{object}.{method}"));
        let made = self.catalogue.made_by(maker);
        made.map_or_else(nothing, |made| sure(Value::Object(made.name)))
    }

    fn container_result(&self, container: &Value, name: &str) -> Found {
        let inside = self.element(&Known::sure(container.clone()));
        match name {
            "values" | "copy" => sure(container.clone()),
            "get" | "pop" | "popleft" | "setdefault" => inside,
            "items" => {
                let values = inside.iter().map(|known| known.value.clone()).collect();
                sure(Value::Many(vec![pair(values)].into()))
            }
            _ => nothing(),
        }
    }

    /// What awaiting a value gives; all of what a function gives is as sure as the least sure of it.
    pub(super) fn awaited(&self, known: &Known) -> Found {
        if let Value::Coroutine(values) = &known.value {
            return spread(values, known.confidence).collect();
        }
        let Value::Called(id) = known.value else { return Found::One(known.clone()) };
        let result = self.result(id);
        let least = result.iter().map(|known| known.confidence).max();
        at_most(result, least.unwrap_or(known.confidence))
    }

    /// What `with known as name` binds, or `async with`.
    pub(super) fn entered(&self, known: &Known, entry: Entry) -> Found {
        if let Value::Many(values) = &known.value {
            return spread(values, known.confidence).collect();
        }
        let Value::Instance(class, exactness) = known.value else {
            return match entry {
                Entry::Plain => Found::One(known.clone()),
                Entry::Awaited => self.awaited(known),
            };
        };
        let (name, other) = match entry {
            Entry::Plain => ("__enter__", "__aenter__"),
            Entry::Awaited => ("__aenter__", "__enter__"),
        };
        match self.method(class, Name::new(name)) {
            Some(enter) => {
                let result = self.result(enter);
                if result.is_empty() { Found::One(known.clone()) } else { result }
            }
            // It is a context of the other kind alone, so this is not what is entered here.
            None if exactness == Exactness::Exact
                && self.method(class, Name::new(other)).is_some() =>
            {
                nothing()
            }
            None => Found::One(known.clone()),
        }
    }

    /// What iterating over or indexing a value gives. A class that is indexed stays itself.
    pub(super) fn element(&self, known: &Known) -> Found {
        let confidence = known.confidence;
        match &known.value {
            Value::Many(values) => spread(values, confidence).collect(),
            Value::Tuple(parts) => {
                // Which part an index means is not looked at.
                let are_alike = parts.windows(2).all(|pair| pair[0] == pair[1]);
                let confidence = if are_alike { confidence } else { Confidence::Possible };
                let mut all = Sum::default();
                parts.iter().for_each(|part| all.extend(spread(part, confidence)));
                all.found()
            }
            Value::Display(display) => {
                let mut all = Sum::default();
                self.parts_of(*display).for_each(|it| all.add(&self.displayed(it, confidence)));
                all.found()
            }
            Value::Class(..) | Value::External(_) => Found::One(known.clone()),
            Value::Member(..) => {
                let object = self.as_object(&known.value);
                let Some(Value::Many(values)) = object else { return nothing() };
                spread(&values, confidence).collect()
            }
            Value::Instance(class, _) => {
                let item = self.method(*class, self.words.item);
                item.map_or_else(nothing, |id| self.result(id))
            }
            Value::Object(object) => self.member_result(*object, self.words.item),
            Value::Module(_)
            | Value::Function(_)
            | Value::Method(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Called(_)
            | Value::Parameter(..) => nothing(),
        }
    }

    /// One part of an unpacked value.
    pub(super) fn part(&self, known: &Known, index: usize) -> Found {
        if let Value::Many(values) = &known.value {
            return spread(values, known.confidence).collect();
        }
        if let Value::Display(display) = &known.value {
            let part = self.parts_of(*display).nth(index);
            return part.map_or_else(nothing, |part| self.displayed(part, known.confidence));
        }
        let Value::Tuple(parts) = &known.value else { return nothing() };
        parts.get(index).map_or_else(nothing, |part| spread(part, known.confidence).collect())
    }

    /// An attribute of an outside object that is an object itself: `path.parent`.
    pub(super) fn as_object(&self, value: &Value) -> Option<Value> {
        if let Value::Object(_) = value {
            return Some(value.clone());
        }
        let Value::Member(object, name) = value else { return None };
        self.member_result(*object, *name).first().map(|known| known.value.clone())
    }
}
