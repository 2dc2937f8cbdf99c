//! Annotations and parameters to values. A type that is written down is a promise, not a proof, so
//! nothing from here is more than probable.

use super::super::facts::{Annotation, Expr, Scope};
use super::value::{ClassId, Exactness, Found, FunctionId, Known, Value, add, found, sure};
use super::{Place, Program};
use crate::model::Confidence;

/// Names of types that say nothing.
const SILENT: [&str; 9] = [
    "Any",
    "typing.Any",
    "object",
    "None",
    "Callable",
    "typing.Callable",
    "collections.abc.Callable",
    "T",
    "typing.TypeVar",
];

impl Program<'_> {
    /// Values of an annotated type.
    pub(in crate::scan) fn typed(&self, place: Place, annotation: &Annotation) -> Found {
        let mut all = Vec::new();
        match annotation {
            Annotation::Plain(expr) => add(&mut all, self.of_type(place, expr)),
            Annotation::AnyOf(parts) => {
                for part in parts {
                    add(&mut all, self.typed(place, part).iter().cloned());
                }
            }
            Annotation::ClassOf(inner) => {
                let inner = self.typed(place, inner);
                let classes = inner.iter().filter_map(|known| {
                    let Value::Instance(class, _) = known.value else { return None };
                    Some(Known { value: Value::Class(class), confidence: known.confidence })
                });
                add(&mut all, classes);
            }
            Annotation::Many(inner) => {
                all.push(Known::sure(Value::Many(self.typed_values(place, inner))));
            }
            Annotation::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.typed_values(place, part)).collect();
                all.push(Known::sure(Value::Tuple(parts)));
            }
            Annotation::Awaited(inner) => {
                all.push(Known::sure(Value::Coroutine(self.typed_values(place, inner))));
            }
            Annotation::Unknown => {}
        }
        found(all.into_iter().map(|known| known.at_most(Confidence::Probable)).collect())
    }

    fn typed_values(&self, place: Place, annotation: &Annotation) -> Vec<Value> {
        self.typed(place, annotation).iter().map(|known| known.value.clone()).collect()
    }

    fn of_type(&self, place: Place, expr: &Expr) -> Vec<Known> {
        if let Expr::Name(name) | Expr::Attr(_, name) = expr
            && *name == "Self"
        {
            return self.self_type(place).into_iter().map(Known::sure).collect();
        }
        let values = self.eval(place, expr);
        let instances = values.iter().filter_map(|known| {
            if let Value::Class(class) = known.value {
                let instance = Value::Instance(class, Exactness::OrSubclass);
                return Some(Known { value: instance, ..*known });
            }
            let name = known.value.external().filter(|name| !SILENT.contains(&name.text()))?;
            let object = self.catalogue.object(name).map_or(name, |object| object.name);
            Some(Known { value: Value::Object(object), ..*known })
        });
        instances.collect()
    }

    fn self_type(&self, place: Place) -> Option<Value> {
        let class = match place.scope {
            Scope::Class(class) => ClassId(place.file, class),
            Scope::Function(function) => self.owner(FunctionId(place.file, function))?,
        };
        Some(Value::Instance(class, Exactness::OrSubclass))
    }

    /// What a parameter may hold.
    pub(super) fn parameter(&self, id: FunctionId, index: usize) -> Found {
        let function = self.function(id);
        if let (0, Some(class)) = (index, self.owner(id)) {
            let of_class = self.is_decorated(id, &["classmethod"])
                || ["__new__", "__init_subclass__", "__class_getitem__"]
                    .contains(&function.name.text());
            if of_class {
                return sure(Value::Class(class));
            }
            if !self.is_decorated(id, &["staticmethod"]) {
                return sure(Value::Instance(class, Exactness::OrSubclass));
            }
        }
        let mut all = vec![Known::sure(Value::Parameter(id, index))];
        if let Some(injected) = &function.parameters[index].injected {
            let place = Place { file: id.0, scope: function.parent };
            let given = self.eval(place, injected);
            add(&mut all, given.iter().map(|known| known.clone().at_most(Confidence::Probable)));
        }
        if let Some(annotation) = &function.parameters[index].annotation {
            let place = Place { file: id.0, scope: function.parent };
            add(&mut all, self.typed(place, annotation).iter().cloned());
        }
        found(all)
    }
}
