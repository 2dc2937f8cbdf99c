//! Attributes: of modules, of classes by their order of inheritance, of objects.

use std::rc::Rc;

use super::super::facts::Scope;
use super::super::name::Name;
use super::super::packed::Traits;
use super::made::{Passed, THINGS};
use super::value::{
    ClassId, Exactness, Found, FunctionId, Known, Sum, Value, at_most, nothing, sure,
};
use super::{OVERRIDES, Place, Program, one_of, order};
use crate::model::Confidence;

/// Whether it is more than what somebody passes.
pub(super) fn is_held(known: &&Known) -> bool {
    !matches!(known.value, Value::Parameter(..))
}

impl Program<'_> {
    /// `known.name`.
    pub(in crate::scan) fn attribute(&self, known: &Known, name: Name) -> Found {
        match &known.value {
            Value::Module(file) => self.global(*file, name),
            Value::External(full) => sure(self.external(*full, name)),
            Value::Class(class, exactness) => self.class_attribute(*class, *exactness, name),
            Value::Instance(class, exactness) if name == self.words.class => {
                sure(Value::Class(*class, *exactness))
            }
            Value::Instance(class, exactness) => self.instance_attribute(*class, *exactness, name),
            Value::Object(_) | Value::Member(..) => {
                let object = self.as_object(&known.value);
                let Some(Value::Object(object)) = object else { return nothing() };
                sure(Value::Member(object, name))
            }
            value @ (Value::Many(_) | Value::Tuple(_) | Value::Display(_)) => {
                sure(Value::ContainerMethod(Rc::new(value.clone()), name))
            }
            Value::Function(_)
            | Value::Method(_)
            | Value::ContainerMethod(..)
            | Value::Coroutine(_)
            | Value::Called(_)
            | Value::Parameter(..) => nothing(),
        }
    }

    /// A folder without `__init__.py` is a name until a file is found below it.
    fn external(&self, full: Name, name: Name) -> Value {
        if let Some(known) = self.outside.borrow().get(&(full, name)) {
            return known.clone();
        }
        let value = self.outside_of(full, name);
        self.outside.borrow_mut().insert((full, name), value.clone());
        value
    }

    fn outside_of(&self, full: Name, name: Name) -> Value {
        let longer = Name::new(&format!("{full}.{name}"));
        if !self.is_library(&full)
            && let Some(file) = self.modules.absolute("", &longer).filter(|_| full.contains('.'))
        {
            return Value::Module(file);
        }
        Value::External(longer)
    }

    /// A class and what it inherits from, nearest first, each once.
    pub(in crate::scan) fn ancestors(&self, class: ClassId) -> Rc<[ClassId]> {
        let number = self.number(class);
        if let Some(order) = &self.orders.borrow()[number] {
            return Rc::clone(order);
        }
        self.orders.borrow_mut()[number] = Some(Rc::new([class]));
        let bases: Vec<ClassId> = (self.bases(class).iter())
            .filter_map(|base| if let Value::Class(base, _) = *base { Some(base) } else { None })
            .collect();
        let orders = bases.iter().map(|base| self.ancestors(*base)).collect();
        let order: Rc<[ClassId]> = order::linear(class, &bases, orders).into();
        self.orders.borrow_mut()[number] = Some(Rc::clone(&order));
        order
    }

    /// The direct bases of a class, as far as they are known.
    pub(in crate::scan) fn bases(&self, class: ClassId) -> Rc<[Value]> {
        let number = self.number(class);
        if let Some(bases) = &self.bases.borrow()[number] {
            return Rc::clone(bases);
        }
        let place = Place { file: class.file(), scope: self.class(class).parent };
        let mut bases = Vec::new();
        for base in self.files[class.file()].bases(class.index()) {
            bases.extend(self.eval(place, base).iter().map(|known| known.value.clone()));
        }
        let bases: Rc<[Value]> = bases.into();
        self.bases.borrow_mut()[number] = Some(Rc::clone(&bases));
        bases
    }

    /// The method of this name that an object of the class has.
    pub(in crate::scan) fn method(&self, class: ClassId, name: Name) -> Option<FunctionId> {
        let question = self.about(class, name);
        if let Some(known) = self.methods.borrow().get(&question) {
            return *known;
        }
        let order = self.ancestors(class);
        let method = order.iter().find_map(|ancestor| self.own_method(*ancestor, name));
        self.methods.borrow_mut().insert(question, method);
        method
    }

    /// What runs where an object of the class is made, beside what Python calls itself.
    pub(in crate::scan) fn builders(&self, class: ClassId) -> Vec<FunctionId> {
        if self.builders.is_empty() {
            return Vec::new();
        }
        let order = self.ancestors(class);
        let all = order.iter().filter_map(|it| self.builders.get(it)).flatten().copied();
        all.filter(|id| self.method(class, self.head(*id).name) == Some(*id)).collect()
    }

    pub(super) fn own_method(&self, class: ClassId, name: Name) -> Option<FunctionId> {
        let index = self.own_methods.named(self.number(class), name)?;
        Some(FunctionId::new(class.file(), index as usize))
    }

    /// The methods of this name, in any class.
    pub(in crate::scan) fn methods_named(&self, name: Name) -> impl Iterator<Item = FunctionId> {
        let classes = self.own_methods.definers(name).iter();
        classes.filter_map(move |class| self.own_method(*class, name))
    }

    /// The method of this name where only one class of the program has one.
    pub(in crate::scan) fn only_method(&self, name: Name) -> Option<FunctionId> {
        let [class] = self.own_methods.definers(name) else { return None };
        self.own_method(*class, name)
    }

    /// `class.name`: a class that may be another one that inherits from it has that one's methods too.
    fn class_attribute(&self, class: ClassId, exactness: Exactness, name: Name) -> Found {
        let own = self.attribute_of_class(class, name);
        if exactness == Exactness::Exact {
            return own;
        }
        let Some((others, limit)) = self.others(class, name) else { return own };
        let mut all = Sum::default();
        all.add(&own);
        all.extend(others.iter().map(|id| self.of_class(*id)).map(|it| it.at_most(limit)));
        all.found()
    }

    /// A method as its class gives it.
    fn of_class(&self, id: FunctionId) -> Known {
        Known::sure(match self.is(id, Traits::OF_CLASS) {
            true => Value::Method(id),
            false => Value::Function(id),
        })
    }

    fn attribute_of_class(&self, class: ClassId, name: Name) -> Found {
        for &ancestor in self.ancestors(class).iter() {
            if let Some(id) = self.own_method(ancestor, name) {
                return Found::One(self.of_class(id));
            }
            let place = Place { file: ancestor.file(), scope: Scope::Class(ancestor.index()) };
            if let Some(values) = self.own(place, name).filter(|values| !values.is_empty()) {
                return values;
            }
        }
        if self.words.makers.contains(&name) {
            return sure(Value::Class(class, Exactness::Exact));
        }
        // What a class keeps of itself: `cls.one = cls()`.
        self.field(class, name)
    }

    fn instance_attribute(&self, class: ClassId, exactness: Exactness, name: Name) -> Found {
        let exact = u64::from(exactness == Exactness::Exact) << 32;
        self.remembered(&self.instances, self.about(class, name) | exact, || {
            let mut all = Sum::default();
            if let Some(id) = self.method(class, name) {
                all.add(&self.bound_method(id));
            }
            if exactness == Exactness::OrSubclass
                && let Some((others, limit)) = self.others(class, name)
            {
                for id in others.iter() {
                    all.add(&at_most(self.bound_method(*id), limit));
                }
            }
            if !all.is_empty() {
                return all.found();
            }
            match self.field(class, name) {
                none if none.is_empty() => self.inherited_from_outside(class, name),
                some => some,
            }
        })
    }

    /// A method as an object gives it; a property gives what it returns.
    fn bound_method(&self, id: FunctionId) -> Found {
        if self.is_property(id) {
            return self.result(id);
        }
        let value = match self.is(id, Traits::STATIC) {
            true => Value::Function(id),
            false => Value::Method(id),
        };
        sure(value)
    }

    /// Whether reading the attribute runs the function.
    pub(in crate::scan) fn is_property(&self, id: FunctionId) -> bool {
        self.is(id, Traits::PROPERTY)
    }

    /// `self.name` as the class body or a method sets it; where they say nothing of what it is, as
    /// objects are made with it.
    fn field(&self, class: ClassId, name: Name) -> Found {
        self.remembered(&self.attributes, self.about(class, name), || {
            let mut all = Sum::default();
            let mut passed = None;
            for &ancestor in self.ancestors(class).iter() {
                self.set_by(ancestor, name, &mut all, &mut passed);
            }
            if let Some(passed) = passed.filter(|_| all.is_empty()) {
                all.add(&self.made_with(class, passed));
            }
            if all.is_empty() {
                all.add(&self.set_by_heirs(class, name));
            }
            all.found()
        })
    }

    /// What the body and the methods of one class alone set.
    fn set_by(&self, class: ClassId, name: Name, all: &mut Sum, passed: &mut Option<Passed>) {
        let file = &self.files[class.file()];
        let Some(local) = file.local(name) else { return };
        let place = Place { file: class.file(), scope: Scope::Class(class.index()) };
        if let Some(values) = self.own(place, name) {
            all.extend(values.iter().filter(is_held).cloned());
            *passed = passed.or(Some(self.passed_as(name)));
        }
        for (field, function, value) in file.attributes(class.index()) {
            if field == local {
                let id = FunctionId::new(class.file(), function);
                let values = self.eval(self.place(id), value);
                all.extend(values.iter().filter(is_held).cloned());
                *passed = self.passed_to(id, &values).or(*passed);
            }
        }
    }

    /// What the classes that inherit from a class have, which has the attribute from them alone: they
    /// set it, or it is set by another class that they inherit from.
    fn set_by_heirs(&self, class: ClassId, name: Name) -> Found {
        let heirs = self.heirs(class);
        let mut set = Sum::default();
        for heir in heirs.iter().filter(|_| heirs.len() <= THINGS) {
            set.add(&self.field(*heir, name));
        }
        at_most(set.found(), Confidence::Probable)
    }

    fn inherited_from_outside(&self, class: ClassId, name: Name) -> Found {
        let mut all = Sum::default();
        for &ancestor in self.ancestors(class).iter() {
            for base in self.bases(ancestor).iter() {
                if let Value::External(base) = *base
                    && let Some(object) = self.catalogue.object(base)
                {
                    let member = Value::Member(object.name, name);
                    all.extend([Known::sure(member)]);
                }
            }
        }
        all.found()
    }

    /// The class whose method a place is in.
    fn class_around(&self, place: Place) -> Option<ClassId> {
        let Scope::Function(function) = place.scope else { return None };
        let mut id = FunctionId::new(place.file, function);
        loop {
            match self.head(id).parent {
                Scope::Class(class) => return Some(ClassId::new(id.file(), class)),
                Scope::Function(outer) if outer != id.index() => {
                    id = FunctionId::new(id.file(), outer)
                }
                Scope::Function(_) => return None,
            }
        }
    }

    /// `super()` inside a method, as far as the class alone says.
    pub(super) fn super_of(&self, place: Place) -> Found {
        let Some(class) = self.class_around(place) else { return nothing() };
        self.bases(class)
            .iter()
            .filter_map(|base| {
                if let Value::Class(base, _) = *base {
                    return Some(Value::Instance(base, Exactness::Exact));
                }
                Some(Value::Object(base.external()?))
            })
            .map(Known::sure)
            .collect()
    }

    /// `super().name` inside a method: what comes next in the order of whatever class the object is
    /// of, which is not always a base of the class where it is written.
    pub(super) fn super_attribute(&self, place: Place, name: Name) -> Found {
        let Some(class) = self.class_around(place) else { return nothing() };
        let next = |of: ClassId| {
            let order = self.ancestors(of);
            let mut after = order.iter().skip_while(|other| **other != class).skip(1);
            after.find_map(|ancestor| self.own_method(*ancestor, name))
        };
        let subclasses = self.heirs(class).iter();
        // A class with one base adds nothing between its base and the rest.
        let mixing = subclasses.filter(|subclass| self.ancestors(**subclass).len() > 2);
        let mut targets: Vec<FunctionId> = match self.own_methods.definers(name) {
            [] => Vec::new(),
            _ => next(class).into_iter().chain(mixing.filter_map(|each| next(*each))).collect(),
        };
        targets.sort_unstable();
        targets.dedup();
        let limit = match targets.len() {
            0 => return self.each_of(self.super_of(place), |known| self.attribute(known, name)),
            1 => Confidence::Definite,
            several => one_of(several, OVERRIDES),
        };
        let mut all = Sum::default();
        for id in targets {
            all.extend(self.bound_method(id).iter().map(|it| it.clone().at_most(limit)));
        }
        all.found()
    }
}
