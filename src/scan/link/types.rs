//! Annotations and parameters to values. A type that is written down is a promise, not a proof, so
//! nothing from here is more than probable.

use super::super::facts::Scope;
use super::super::name::Name;
use super::super::packed::{At, Node, Traits, Type};
use super::value::{ClassId, Exactness, Found, FunctionId, Known, Sum, Value};
use super::{Place, Program};
use crate::model::Confidence;

/// Names that others are compared with, found once.
pub(super) struct Words {
    /// The attribute of an object that is its class.
    pub(super) class: Name,
    /// What indexing an object calls.
    pub(super) item: Name,
    /// What an object is made by.
    pub(super) init: Name,
    /// What a class has from a library that makes an object of it.
    pub(super) makers: [Name; 6],
    /// The class that an annotation stands in.
    itself: Name,
    /// Types that say nothing.
    silent: [Name; 9],
    /// Methods whose first parameter is the class though nothing says so.
    of_class: [Name; 3],
}

impl Words {
    pub(super) fn new() -> Self {
        let silent = [
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
        Self {
            class: Name::new("__class__"),
            item: Name::new("__getitem__"),
            init: Name::new("__init__"),
            makers: [
                "model_validate",
                "model_validate_json",
                "model_validate_strings",
                "parse_obj",
                "parse_raw",
                "from_orm",
            ]
            .map(Name::new),
            itself: Name::new("Self"),
            silent: silent.map(Name::new),
            of_class: ["__new__", "__init_subclass__", "__class_getitem__"].map(Name::new),
        }
    }
}

impl Program<'_> {
    /// Values of an annotated type.
    pub(in crate::scan) fn typed(&self, place: Place, annotation: At) -> Found {
        let mut all = Sum::default();
        let limit = |known: Known| known.at_most(Confidence::Probable);
        match self.files[place.file].annotation(annotation) {
            Type::Plain(expr) => all.extend(self.of_type(place, expr).iter().cloned().map(limit)),
            Type::AnyOf(parts) => {
                for part in parts {
                    all.add(&self.typed(place, part));
                }
            }
            Type::ClassOf(inner) => {
                let inner = self.typed(place, inner);
                let classes = inner.iter().filter_map(|known| {
                    let Value::Instance(class, _) = known.value else { return None };
                    let class = Value::Class(class, Exactness::OrSubclass);
                    Some(Known { value: class, confidence: known.confidence })
                });
                all.extend(classes.map(limit));
            }
            Type::Many(inner) => {
                let values = Value::Many(self.typed_values(place, inner).into());
                all.extend([limit(Known::sure(values))]);
            }
            Type::Tuple(parts) => {
                let parts: Vec<_> = parts.map(|part| self.typed_values(place, part)).collect();
                all.extend([limit(Known::sure(Value::Tuple(parts.into())))]);
            }
            Type::Awaited(inner) => {
                let values = Value::Coroutine(self.typed_values(place, inner).into());
                all.extend([limit(Known::sure(values))]);
            }
            Type::Unknown => {}
        }
        all.found()
    }

    fn typed_values(&self, place: Place, annotation: At) -> Vec<Value> {
        self.typed(place, annotation).iter().map(|known| known.value.clone()).collect()
    }

    fn of_type(&self, place: Place, expr: At) -> Found {
        let leaf = match self.node(place.file, expr) {
            Node::Name(name) => self.files[place.file].name(name),
            Node::Attr(_, name) => name,
            _ => Name::default(),
        };
        if leaf == self.words.itself {
            return self.self_type(place).into_iter().map(Known::sure).collect();
        }
        let values = self.eval(place, expr);
        let instances = values.iter().filter_map(|known| {
            if let Value::Class(class, _) = known.value {
                let instance = Value::Instance(class, Exactness::OrSubclass);
                return Some(Known { value: instance, ..*known });
            }
            // What a type variable stands for, where it says so.
            match known.value {
                Value::Instance(..) => return Some(known.clone()),
                Value::Object(name) if !self.words.silent.contains(&name) => {
                    return Some(known.clone());
                }
                _ => {}
            }
            let name = known.value.external().filter(|name| !self.words.silent.contains(name))?;
            let object = self.catalogue.object(name).map_or(name, |object| object.name);
            Some(Known { value: Value::Object(object), ..*known })
        });
        instances.collect()
    }

    fn self_type(&self, place: Place) -> Option<Value> {
        let class = match place.scope {
            Scope::Class(class) => ClassId::new(place.file, class),
            Scope::Function(function) => self.owner(FunctionId::new(place.file, function))?,
        };
        Some(Value::Instance(class, Exactness::OrSubclass))
    }

    /// What the first parameter of a method is, where no caller passes it.
    pub(super) fn receiver(&self, id: FunctionId) -> Option<Value> {
        let class = self.owner(id)?;
        let head = self.head(id);
        if head.traits.are(Traits::OF_CLASS) || self.words.of_class.contains(&head.name) {
            return Some(Value::Class(class, Exactness::OrSubclass));
        }
        let instance = Value::Instance(class, Exactness::OrSubclass);
        (!head.traits.are(Traits::STATIC)).then_some(instance)
    }

    /// What a parameter may hold that a caller passes.
    pub(super) fn parameter(&self, id: FunctionId, index: usize) -> Found {
        let head = self.head(id);
        let mut all = Sum::default();
        all.extend([Known::sure(Value::Parameter(id, super::value::small(index)))]);
        let Some(parameter) = self.signature(id).parameters().nth(index) else {
            return all.found();
        };
        let place = Place { file: id.file(), scope: head.parent };
        if let Some(injected) = parameter.injected {
            let given = self.eval(place, injected);
            all.extend(given.iter().map(|known| known.clone().at_most(Confidence::Probable)));
        }
        if let Some(annotation) = parameter.annotation {
            all.add(&self.typed(place, annotation));
        }
        if let Some(given) = self.given_to((id, super::value::small(index))) {
            all.add(&given);
        }
        all.found()
    }
}
