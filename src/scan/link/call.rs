//! What calling, entering, iterating and indexing a value gives.

use super::super::facts::{Expr, Kind};
use super::value::{Exactness, FunctionId, Known, Value, add, spread};
use super::{Place, Program};
use crate::model::Confidence;

/// Builtins that give back what is in their first argument.
const PASSING: [&str; 9] =
    ["list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "dict", "copy.copy"];

/// Functions that give text.
const TEXT: [&str; 7] =
    ["str", "repr", "os.path.join", "os.getenv", "os.fspath", "os.getcwd", "os.environ.get"];

impl Program<'_> {
    /// What `known(first, …)` gives.
    pub(super) fn result_of(
        &self,
        place: Place,
        known: &Known,
        first: Option<&Expr>,
    ) -> Vec<Known> {
        match &known.value {
            Value::External(name) => self.external_result(place, name, first),
            Value::Function(id) | Value::Method(id) => self.called(*id),
            Value::Class(class) => {
                vec![Known::sure(Value::Instance(*class, Exactness::Exact))]
            }
            Value::Instance(class, _) => {
                self.method(*class, "__call__").map(|id| self.called(id)).unwrap_or_default()
            }
            Value::Member(object, name) => self.member_result(object, name),
            Value::ContainerMethod(container, name) => self.container_result(container, name),
            Value::Module(_)
            | Value::Object(_)
            | Value::Many(_)
            | Value::Tuple(_)
            | Value::Coroutine(_)
            | Value::Parameter(..) => Vec::new(),
        }
    }

    fn external_result(&self, place: Place, name: &str, first: Option<&Expr>) -> Vec<Known> {
        let argument = || first.map(|first| self.eval(place, first)).unwrap_or_default();
        if name == "functools.partial" || name == "partial" {
            return argument();
        }
        if self.catalogue.offload(name).is_some_and(|it| it.argument == 0 && !it.curried) {
            // What an offload gives, once awaited, is what the offloaded function gives.
            let given = argument().into_iter().flat_map(|known| {
                let given = self.result_of(place, &known, None);
                given.into_iter().map(move |given| given.at_most(known.confidence))
            });
            return given.map(|known| known.map(|value| Value::Coroutine(vec![value]))).collect();
        }
        if let Some(object) = self.catalogue.made_by(name) {
            return vec![Known::sure(Value::Object(object.name.clone()))];
        }
        if PASSING.contains(&name) {
            return argument();
        }
        if TEXT.contains(&name) {
            return vec![Known::sure(Value::Object("str".to_owned()))];
        }
        match name {
            "next" => argument().iter().flat_map(|known| self.element(known)).collect(),
            "enumerate" => argument()
                .iter()
                .flat_map(|known| self.element(known))
                .map(|known| Known {
                    value: Value::Many(vec![Value::Tuple(vec![Vec::new(), vec![known.value]])]),
                    confidence: known.confidence,
                })
                .collect(),
            "open" => vec![Known::sure(Value::Object("io.IOBase".to_owned()))],
            _ => {
                let last = name.rsplit('.').next().unwrap_or(name);
                let is_type = last.chars().next().is_some_and(char::is_uppercase);
                is_type.then(|| Known::sure(Value::Object(name.to_owned()))).into_iter().collect()
            }
        }
    }

    /// What a function gives to a caller that does not wait.
    fn called(&self, id: FunctionId) -> Vec<Known> {
        let function = self.function(id);
        let result = self.result(id);
        if function.kind != Kind::Async || !function.yielded.is_empty() {
            return result;
        }
        let confidence =
            result.iter().map(|known| known.confidence).max().unwrap_or(Confidence::Definite);
        let values = result.into_iter().map(|known| known.value).collect();
        vec![Known { value: Value::Coroutine(values), confidence }]
    }

    /// What a function returns; a generator gives a container of what it yields.
    pub(in crate::scan) fn result(&self, id: FunctionId) -> Vec<Known> {
        self.remembered(&self.results, id, || {
            let function = self.function(id);
            let place = self.place(id);
            let mut all = Vec::new();
            for returned in &function.returned {
                add(&mut all, self.eval(place, returned));
            }
            let mut yielded = Vec::new();
            for value in &function.yielded {
                add(&mut yielded, self.eval(place, value));
            }
            if !yielded.is_empty() {
                let confidence = yielded
                    .iter()
                    .map(|known| known.confidence)
                    .max()
                    .unwrap_or(Confidence::Definite);
                let values = yielded.into_iter().map(|known| known.value).collect();
                add(&mut all, [Known { value: Value::Many(values), confidence }]);
            }
            all.retain(|known| !matches!(known.value, Value::Parameter(..)));
            if let Some(returns) = &function.returns {
                let outside = Place { file: id.0, scope: function.parent };
                add(&mut all, self.typed(outside, returns));
            }
            all
        })
    }

    fn member_result(&self, object: &str, name: &str) -> Vec<Known> {
        let Some(object) = self.catalogue.object(object) else { return Vec::new() };
        let one = Value::Object(object.name.clone());
        if object.same.contains(name) {
            vec![Known::sure(one)]
        } else if object.many.contains(name) {
            vec![Known::sure(Value::Many(vec![one]))]
        } else {
            Vec::new()
        }
    }

    fn container_result(&self, container: &Value, name: &str) -> Vec<Known> {
        let inside = self.element(&Known::sure(container.clone()));
        match name {
            "values" | "copy" => vec![Known::sure(container.clone())],
            "get" | "pop" | "popleft" | "setdefault" => inside,
            "items" => {
                let values = inside.into_iter().map(|known| known.value).collect();
                vec![Known::sure(Value::Many(vec![Value::Tuple(vec![Vec::new(), values])]))]
            }
            _ => Vec::new(),
        }
    }

    /// What `with known as name` binds.
    pub(super) fn entered(&self, known: &Known) -> Vec<Known> {
        if let Value::Many(values) = &known.value {
            return spread(values, known.confidence);
        }
        let Value::Instance(class, _) = known.value else { return vec![known.clone()] };
        let enter = self.method(class, "__enter__").or_else(|| self.method(class, "__aenter__"));
        let result = enter.map(|id| self.result(id)).unwrap_or_default();
        if result.is_empty() { vec![known.clone()] } else { result }
    }

    /// What iterating over or indexing a value gives. A class that is indexed stays itself.
    pub(super) fn element(&self, known: &Known) -> Vec<Known> {
        let confidence = known.confidence;
        match &known.value {
            Value::Many(values) => spread(values, confidence),
            Value::Tuple(parts) => {
                let mut all = Vec::new();
                parts.iter().for_each(|part| add(&mut all, spread(part, confidence)));
                all
            }
            Value::Class(_) | Value::External(_) => vec![known.clone()],
            Value::Member(..) => {
                let object = self.as_object(&known.value);
                let Some(Value::Many(values)) = object else { return Vec::new() };
                spread(&values, confidence)
            }
            Value::Instance(class, _) => {
                let found = self.method(*class, "__getitem__").map(|id| self.result(id));
                found.unwrap_or_default()
            }
            Value::Module(_)
            | Value::Function(_)
            | Value::Method(_)
            | Value::Object(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Parameter(..) => Vec::new(),
        }
    }

    /// One part of an unpacked value.
    pub(super) fn part(&self, known: &Known, index: usize) -> Vec<Known> {
        if let Value::Many(values) = &known.value {
            return spread(values, known.confidence);
        }
        let Value::Tuple(parts) = &known.value else { return Vec::new() };
        parts.get(index).map(|part| spread(part, known.confidence)).unwrap_or_default()
    }

    /// An attribute of an outside object that is an object itself: `path.parent`.
    pub(super) fn as_object(&self, value: &Value) -> Option<Value> {
        if let Value::Object(_) = value {
            return Some(value.clone());
        }
        let Value::Member(object, name) = value else { return None };
        self.member_result(object, name).into_iter().next().map(|known| known.value)
    }
}
