//! Attributes: of modules, of classes by their order of inheritance, of objects.

use super::super::facts::{Binding, Kind, Scope};
use super::value::{ClassId, Exactness, FunctionId, Known, Value, add};
use super::{Place, Program};
use crate::model::Confidence;

/// More overrides than this are a name, not a type.
const OVERRIDES: usize = 12;

impl Program<'_> {
    /// `known.name`.
    pub(in crate::scan) fn attribute(&self, known: &Known, name: &str) -> Vec<Known> {
        match &known.value {
            Value::Module(file) => self.global(*file, name),
            Value::External(full) => vec![Known::sure(self.external(full, name))],
            Value::Class(class) => self.class_attribute(*class, name),
            Value::Instance(class, exactness) => self.instance_attribute(*class, *exactness, name),
            Value::Object(_) | Value::Member(..) => {
                let object = self.as_object(&known.value);
                let Some(Value::Object(object)) = object else { return Vec::new() };
                vec![Known::sure(Value::Member(object, name.to_owned()))]
            }
            value @ (Value::Many(_) | Value::Tuple(_)) => {
                let method = Value::ContainerMethod(Box::new(value.clone()), name.to_owned());
                vec![Known::sure(method)]
            }
            Value::Function(_)
            | Value::Method(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Parameter(..) => Vec::new(),
        }
    }

    /// A folder without `__init__.py` is a name until a file is found below it.
    fn external(&self, full: &str, name: &str) -> Value {
        let longer = format!("{full}.{name}");
        if !self.catalogue.is_library(full)
            && let Some(file) = self.modules.absolute("", &longer).filter(|_| full.contains('.'))
        {
            return Value::Module(file);
        }
        Value::External(longer)
    }

    /// A class and what it inherits from, nearest first, each once.
    pub(in crate::scan) fn ancestors(&self, class: ClassId) -> Vec<ClassId> {
        if let Some(order) = self.orders.borrow().get(&class) {
            return order.clone();
        }
        self.orders.borrow_mut().insert(class, vec![class]);
        let mut order = vec![class];
        for base in self.bases(class) {
            if let Value::Class(base) = base {
                for ancestor in self.ancestors(base) {
                    order.retain(|other| *other != ancestor);
                    order.push(ancestor);
                }
            }
        }
        self.orders.borrow_mut().insert(class, order.clone());
        order
    }

    /// The direct bases of a class, as far as they are known.
    pub(in crate::scan) fn bases(&self, class: ClassId) -> Vec<Value> {
        let facts = self.class(class);
        let place = Place { file: class.0, scope: facts.parent };
        facts
            .bases
            .iter()
            .flat_map(|base| self.eval(place, base))
            .map(|known| known.value)
            .collect()
    }

    /// The method of this name that an object of the class has.
    pub(in crate::scan) fn method(&self, class: ClassId, name: &str) -> Option<FunctionId> {
        self.ancestors(class).into_iter().find_map(|ancestor| self.own_method(ancestor, name))
    }

    fn own_method(&self, class: ClassId, name: &str) -> Option<FunctionId> {
        let members = &self.class(class).members;
        members.get(name)?.iter().rev().find_map(|binding| {
            let Binding::Function(index) = binding else { return None };
            Some(FunctionId(class.0, *index))
        })
    }

    fn class_attribute(&self, class: ClassId, name: &str) -> Vec<Known> {
        let Some(ancestor) = self.holder(class, name) else { return Vec::new() };
        if let Some(id) = self.own_method(ancestor, name) {
            let value = match self.is_decorated(id, &["classmethod"]) {
                true => Value::Method(id),
                false => Value::Function(id),
            };
            return vec![Known::sure(value)];
        }
        self.bound(Place { file: ancestor.0, scope: Scope::Class(ancestor.1) }, name)
    }

    fn holder(&self, class: ClassId, name: &str) -> Option<ClassId> {
        let order = self.ancestors(class);
        order.into_iter().find(|ancestor| self.class(*ancestor).members.contains_key(name))
    }

    fn instance_attribute(&self, class: ClassId, exactness: Exactness, name: &str) -> Vec<Known> {
        let mut all = Vec::new();
        if let Some(id) = self.method(class, name) {
            add(&mut all, self.bound_method(id));
        }
        if exactness == Exactness::OrSubclass {
            let subclasses = self.subclasses.get(&class).map_or(&[][..], Vec::as_slice);
            let overrides: Vec<_> =
                subclasses.iter().filter_map(|each| self.own_method(*each, name)).collect();
            let limit = match overrides.len() {
                0..=OVERRIDES => Confidence::Probable,
                _ => Confidence::Possible,
            };
            for id in overrides {
                add(&mut all, self.bound_method(id).into_iter().map(|known| known.at_most(limit)));
            }
        }
        if all.is_empty() {
            all = self.field(class, name);
        }
        if all.is_empty() {
            add(&mut all, self.inherited_from_outside(class, name));
        }
        all
    }

    /// A method as an object gives it; a property gives what it returns.
    fn bound_method(&self, id: FunctionId) -> Vec<Known> {
        if self.is_property(id) {
            return self.result(id);
        }
        let value = match self.is_decorated(id, &["staticmethod"]) {
            true => Value::Function(id),
            false => Value::Method(id),
        };
        vec![Known::sure(value)]
    }

    /// Whether reading the attribute runs the function.
    pub(in crate::scan) fn is_property(&self, id: FunctionId) -> bool {
        self.function(id).kind == Kind::Sync
            && self.is_decorated(id, &["property", "cached_property"])
    }

    /// `self.name` as the class body or a method sets it.
    fn field(&self, class: ClassId, name: &str) -> Vec<Known> {
        self.remembered(&self.attributes, (class, name.to_owned()), || {
            let mut all = Vec::new();
            for ancestor in self.ancestors(class) {
                let facts = self.class(ancestor);
                if facts.members.contains_key(name) {
                    let place = Place { file: ancestor.0, scope: Scope::Class(ancestor.1) };
                    add(&mut all, self.bound(place, name));
                }
                for (field, function, value) in &facts.attributes {
                    if field == name {
                        let place = self.place(FunctionId(ancestor.0, *function));
                        add(&mut all, self.eval(place, value));
                    }
                }
            }
            all.retain(|known| !matches!(known.value, Value::Parameter(..)));
            all
        })
    }

    fn inherited_from_outside(&self, class: ClassId, name: &str) -> Vec<Known> {
        let mut all = Vec::new();
        for ancestor in self.ancestors(class) {
            for base in self.bases(ancestor) {
                if let Value::External(base) = base
                    && let Some(object) = self.catalogue.object(&base)
                {
                    let member = Value::Member(object.name.clone(), name.to_owned());
                    add(&mut all, [Known::sure(member)]);
                }
            }
        }
        all
    }

    /// `super()` inside a method.
    pub(super) fn super_of(&self, place: Place) -> Vec<Known> {
        let Scope::Function(function) = place.scope else { return Vec::new() };
        let mut id = FunctionId(place.file, function);
        let class = loop {
            match self.function(id).parent {
                Scope::Class(class) => break ClassId(id.0, class),
                Scope::Function(outer) if outer != id.1 => id = FunctionId(id.0, outer),
                Scope::Function(_) => return Vec::new(),
            }
        };
        self.bases(class)
            .into_iter()
            .filter_map(|base| {
                if let Value::Class(base) = base {
                    return Some(Value::Instance(base, Exactness::Exact));
                }
                Some(Value::Object(base.external()?.to_owned()))
            })
            .map(Known::sure)
            .collect()
    }
}
