//! Expressions to values: names by scope, imports across files.

use super::super::facts::Scope;
use super::super::name::Name;
use super::super::packed::{At, Binding, Bound, Local, Node};
use super::call::Entry;
use super::value::{
    Exactness, Expression, Found, FunctionId, Known, Sum, Value, at_most, nothing, sure,
};
use super::{Place, Program, question};
use crate::model::Confidence;

impl Program<'_> {
    /// Everything an expression may stand for.
    pub(in crate::scan) fn eval(&self, place: Place, expr: At) -> Found {
        self.deeper(|| self.eval_deeper(place, expr)).unwrap_or_else(nothing)
    }

    fn eval_deeper(&self, place: Place, expr: At) -> Found {
        match self.node(place.file, expr) {
            Node::Name(name) => self.lookup(place, name),
            Node::Attr(value, name) if matches!(self.node(place.file, value), Node::Super) => {
                self.super_attribute(place, name)
            }
            Node::Attr(value, name) => self.each(place, value, |known| self.attribute(known, name)),
            Node::Call(callee, first) => {
                self.each(place, callee, |known| self.result_of(place, known, first))
            }
            Node::Await(value) => match self.node(place.file, value) {
                Node::Enter(context) => {
                    self.each(place, context, |known| self.entered(known, Entry::Awaited))
                }
                _ => self.each(place, value, |known| self.awaited(known)),
            },
            Node::Enter(value) => {
                self.each(place, value, |known| self.entered(known, Entry::Plain))
            }
            Node::Element(value) => self.each(place, value, |known| self.element(known)),
            Node::Part(value, index) => self.each(place, value, |known| self.part(known, index)),
            Node::Display(_) => sure(Value::Display(Expression::new(place, expr))),
            Node::Super => self.super_of(place),
            Node::Union(parts) => {
                let mut all = Sum::default();
                parts.for_each(|part| all.add(&self.eval(place, part)));
                all.found()
            }
            Node::Join(left, right) => self.joined(place, left, right),
            Node::Lambda(index) => sure(Value::Function(FunctionId::new(place.file, index))),
            Node::Literal(name) => sure(Value::Object(name)),
            Node::Typed(annotation) => self.typed(place, annotation),
            Node::None | Node::Unknown => nothing(),
        }
    }

    fn each(&self, place: Place, expr: At, step: impl Fn(&Known) -> Found) -> Found {
        self.each_of(self.eval(place, expr), step)
    }

    pub(super) fn each_of(&self, values: Found, step: impl Fn(&Known) -> Found) -> Found {
        match &*values {
            [] => nothing(),
            [only] => at_most(step(only), only.confidence),
            several => {
                let mut all = Sum::default();
                for known in several {
                    let next = step(known);
                    all.extend(next.iter().map(|it| it.clone().at_most(known.confidence)));
                }
                all.found()
            }
        }
    }

    /// Where the parts of a display stand.
    pub(super) fn parts_of(&self, display: Expression) -> impl Iterator<Item = Expression> {
        let place = display.place();
        let node = self.node(place.file, display.at);
        let parts = if let Node::Display(parts) = node { Some(parts) } else { None };
        parts.into_iter().flatten().map(move |part| Expression::new(place, part))
    }

    /// What a part of a display is, as sure as the display. It is asked for again and again, and may
    /// lead back to the display.
    pub(super) fn displayed(&self, part: Expression, confidence: Confidence) -> Found {
        let place = part.place();
        let question = question(place.file, part.at.number());
        let values = self.remembered(&self.parts, question, || self.eval(place, part.at));
        values.iter().map(|known| Known { value: known.value.clone(), confidence }).collect()
    }

    fn joined(&self, place: Place, left: At, right: At) -> Found {
        let joins = |known: &&Known| {
            let object = self.as_object(&known.value);
            let Some(Value::Object(name)) = object else { return false };
            self.catalogue.object(name).is_some_and(|it| it.joins)
        };
        let keep =
            |known: &Known| self.as_object(&known.value).map(|value| Known { value, ..*known });
        let left: Found = self.eval(place, left).iter().filter(joins).filter_map(keep).collect();
        if !left.is_empty() {
            return left;
        }
        self.eval(place, right).iter().filter(joins).filter_map(keep).collect()
    }

    /// A name, looked up from a scope outwards.
    pub(in crate::scan) fn lookup(&self, place: Place, name: Local) -> Found {
        if let Some((scope, bound)) = self.bound_around(place, name) {
            return self.bound(Place { scope, ..place }, bound);
        }
        let name = self.files[place.file].name(name);
        let starred = self.starred(place.file, name);
        if starred.is_empty() {
            return sure(Value::External(name));
        }
        starred
    }

    /// What is bound to a name in the next scope outwards that has it, and which that is.
    pub(super) fn bound_around(&self, place: Place, name: Local) -> Option<(Scope, Bound<'_>)> {
        let facts = &self.files[place.file];
        let mut scope = place.scope;
        let mut first = true;
        loop {
            let (is_seen, parent) = match scope {
                Scope::Function(index) => (true, facts.head(index).parent),
                // A class's names are seen in its own body alone.
                Scope::Class(index) => (first, facts.class(index).parent),
            };
            if is_seen && let Some(bound) = facts.bound(scope, name) {
                return Some((scope, bound));
            }
            if scope == Scope::Function(0) {
                return None;
            }
            scope = parent;
            first = false;
        }
    }

    /// What is bound to a name in exactly this scope, if anything is.
    pub(super) fn own(&self, place: Place, name: Name) -> Option<Found> {
        let file = &self.files[place.file];
        Some(self.bound(place, file.bound(place.scope, file.local(name)?)?))
    }

    /// What that is which is bound to a name of a scope.
    fn bound(&self, place: Place, bound: Bound<'_>) -> Found {
        let slot = self.starts[place.file].slots + bound.slot as usize;
        if let Some(known) = self.slots.get(slot) {
            return known;
        }
        let only = bound.only();
        if let Some(plain) = only.and_then(|only| self.plain(place, only)) {
            return plain;
        }
        self.found_out(&self.slots, slot, || {
            if let Some(only) = only {
                return self.binding(place, only);
            }
            let mut all = Sum::default();
            bound.all().for_each(|binding| all.add(&self.binding(place, binding)));
            all.found()
        })
    }

    fn binding(&self, place: Place, binding: Binding) -> Found {
        if let Some(plain) = self.plain(place, binding) {
            return plain;
        }
        match (binding, place.scope) {
            (Binding::Value(expr), _) => self.eval(place, expr),
            (Binding::Import { module, level, name }, _) => {
                self.imported(place.file, module, level, name)
            }
            (Binding::Parameter(index), Scope::Function(function)) => {
                self.parameter(FunctionId::new(place.file, function), index)
            }
            (Binding::Parameter(_), Scope::Class(_))
            | (Binding::Function(_) | Binding::Class(_), _) => nothing(),
        }
    }

    /// What is bound where nothing has to be found out for it. It takes less to say that again than
    /// to keep it.
    fn plain(&self, place: Place, binding: Binding) -> Option<Found> {
        match (binding, place.scope) {
            (Binding::Function(index), _) => {
                Some(sure(Value::Function(FunctionId::new(place.file, index))))
            }
            (Binding::Class(index), _) => {
                let class = super::ClassId::new(place.file, index);
                Some(sure(Value::Class(class, Exactness::Exact)))
            }
            (Binding::Parameter(0), Scope::Function(function)) => {
                self.receiver(FunctionId::new(place.file, function)).map(sure)
            }
            (Binding::Parameter(_) | Binding::Value(_) | Binding::Import { .. }, _) => None,
        }
    }

    fn imported(&self, file: usize, module: Name, level: u32, name: Option<Name>) -> Found {
        let at = self.module(file, module, level);
        let Some(name) = name else {
            return sure(at.map_or(Value::External(module), Value::Module));
        };
        if let Some(at) = at {
            let values = self.global(at, name);
            if !values.is_empty() {
                return values;
            }
        }
        let full = if module.is_empty() { name } else { Name::new(&format!("{module}.{name}")) };
        match self.module(file, full, level) {
            Some(module) => sure(Value::Module(module)),
            None if at.is_some() || level > 0 => nothing(),
            None => sure(Value::External(full)),
        }
    }

    /// The file of a module. Most imports are of what is outside of the program, which is the same for
    /// every importer.
    fn module(&self, importer: usize, name: Name, level: u32) -> Option<usize> {
        let path = self.files[importer].path;
        if level > 0 {
            return self.modules.relative(path, level, &name);
        }
        let known = self.foreign.borrow().get(&name).copied();
        let is_foreign = known.unwrap_or_else(|| {
            let is_foreign = self.is_library(&name) || !self.modules.has(&name);
            self.foreign.borrow_mut().insert(name, is_foreign);
            is_foreign
        });
        if is_foreign { None } else { self.modules.absolute(path, &name) }
    }

    /// Whether a module belongs to a library of the catalogue, which is not the program itself.
    pub(super) fn is_library(&self, name: &str) -> bool {
        let top = name.split('.').next().unwrap_or(name);
        self.catalogue.is_library(top) && !self.modules.has_package(top)
    }

    /// A name at the top of a module, or a module inside it.
    pub(super) fn global(&self, file: usize, name: Name) -> Found {
        let facts = &self.files[file];
        if facts.functions() > 0
            && let Some(values) = self.own(Place { file, scope: Scope::Function(0) }, name)
            && !values.is_empty()
        {
            return values;
        }
        if let Some(module) = self.modules.submodule(facts.path, &name) {
            return sure(Value::Module(module));
        }
        self.starred(file, name)
    }

    fn starred(&self, file: usize, name: Name) -> Found {
        if self.files[file].stars.is_empty() {
            return nothing();
        }
        self.remembered(&self.stars, question(file, name.number()), || {
            let mut all = Sum::default();
            for (module, level) in &self.files[file].stars {
                let module = self.module(file, Name::new(module), *level);
                if let Some(module) = module.filter(|&other| other != file) {
                    all.add(&self.global(module, name));
                }
            }
            all.found()
        })
    }
}
