//! Expressions to values: names by scope, imports across files.

use super::super::facts::{Binding, Expr, Scope};
use super::value::{FunctionId, Known, Value, add, spread};
use super::{Place, Program};
use crate::model::Confidence;

impl Program<'_> {
    /// Everything an expression may stand for.
    pub(in crate::scan) fn eval(&self, place: Place, expr: &Expr) -> Vec<Known> {
        self.deeper(|| self.eval_deeper(place, expr)).unwrap_or_default()
    }

    fn eval_deeper(&self, place: Place, expr: &Expr) -> Vec<Known> {
        match expr {
            Expr::Name(name) => self.lookup(place, name),
            Expr::Attr(value, name) => self.each(place, value, |known| self.attribute(known, name)),
            Expr::Call(callee, first) => {
                self.each(place, callee, |known| self.result_of(place, known, first.as_deref()))
            }
            Expr::Await(value) => self.each(place, value, |known| {
                let Value::Coroutine(values) = &known.value else { return vec![known.clone()] };
                spread(values, known.confidence)
            }),
            Expr::Enter(value) => self.each(place, value, |known| self.entered(known)),
            Expr::Element(value) => self.each(place, value, |known| self.element(known)),
            Expr::Part(value, index) => self.each(place, value, |known| self.part(known, *index)),
            Expr::Display(parts) => {
                let parts = parts.iter().map(|part| self.plain(place, part)).collect();
                vec![Known::sure(Value::Tuple(parts))]
            }
            Expr::Super => self.super_of(place),
            Expr::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    add(&mut all, self.eval(place, part));
                }
                all
            }
            Expr::Join(left, right) => self.joined(place, left, right),
            Expr::Lambda(index) => {
                vec![Known::sure(Value::Function(FunctionId(place.file, *index)))]
            }
            Expr::Literal(name) => vec![Known::sure(Value::Object(name.clone()))],
            Expr::Typed(annotation) => self.typed(place, annotation),
            Expr::None | Expr::Unknown => Vec::new(),
        }
    }

    fn each(&self, place: Place, expr: &Expr, step: impl Fn(&Known) -> Vec<Known>) -> Vec<Known> {
        let mut all = Vec::new();
        for known in self.eval(place, expr) {
            add(&mut all, step(&known).into_iter().map(|next| next.at_most(known.confidence)));
        }
        all
    }

    /// The values alone.
    fn plain(&self, place: Place, expr: &Expr) -> Vec<Value> {
        self.eval(place, expr).into_iter().map(|known| known.value).collect()
    }

    fn joined(&self, place: Place, left: &Expr, right: &Expr) -> Vec<Known> {
        let joins = |known: &Known| {
            let object = self.as_object(&known.value);
            let Some(Value::Object(name)) = object else { return false };
            self.catalogue.object(&name).is_some_and(|it| it.joins)
        };
        let keep =
            |known: Known| self.as_object(&known.value).map(|value| Known { value, ..known });
        let left: Vec<Known> = self.eval(place, left).into_iter().filter(joins).collect();
        if !left.is_empty() {
            return left.into_iter().filter_map(keep).collect();
        }
        self.eval(place, right).into_iter().filter(joins).filter_map(keep).collect()
    }

    /// A name, looked up from a scope outwards.
    pub(in crate::scan) fn lookup(&self, place: Place, name: &str) -> Vec<Known> {
        let facts = &self.files[place.file];
        let mut scope = place.scope;
        let mut first = true;
        loop {
            let (bindings, parent) = match scope {
                Scope::Function(index) => {
                    let function = &facts.functions[index];
                    (Some(&function.bindings), function.parent)
                }
                Scope::Class(index) => {
                    let class = &facts.classes[index];
                    (first.then_some(&class.members), class.parent)
                }
            };
            if bindings.is_some_and(|bindings| bindings.contains_key(name)) {
                return self.bound(Place { file: place.file, scope }, name);
            }
            if scope == Scope::Function(0) {
                break;
            }
            scope = parent;
            first = false;
        }
        let starred = self.starred(place.file, name);
        if starred.is_empty() {
            return vec![Known::sure(Value::External(name.to_owned()))];
        }
        starred
    }

    /// What is bound to a name in exactly this scope.
    pub(in crate::scan) fn bound(&self, place: Place, name: &str) -> Vec<Known> {
        let key = (place, name.to_owned());
        self.remembered(&self.names, key, || {
            let facts = &self.files[place.file];
            let bindings = match place.scope {
                Scope::Function(index) => &facts.functions[index].bindings,
                Scope::Class(index) => &facts.classes[index].members,
            };
            let mut all = Vec::new();
            for binding in bindings.get(name).into_iter().flatten() {
                add(&mut all, self.binding(place, binding));
            }
            all
        })
    }

    pub(super) fn binding(&self, place: Place, binding: &Binding) -> Vec<Known> {
        match binding {
            Binding::Value(expr) => self.eval(place, expr),
            Binding::Import { module, level, name } => {
                self.imported(place.file, module, *level, name.as_deref())
            }
            Binding::Function(index) => {
                vec![Known::sure(Value::Function(FunctionId(place.file, *index)))]
            }
            Binding::Class(index) => {
                vec![Known::sure(Value::Class(super::ClassId(place.file, *index)))]
            }
            Binding::Parameter(index) => match place.scope {
                Scope::Function(function) => {
                    self.parameter(FunctionId(place.file, function), *index)
                }
                Scope::Class(_) => Vec::new(),
            },
        }
    }

    fn imported(&self, file: usize, module: &str, level: u32, name: Option<&str>) -> Vec<Known> {
        let found = self.module(file, module, level);
        let Some(name) = name else {
            let value = found.map_or_else(|| Value::External(module.to_owned()), Value::Module);
            return vec![Known::sure(value)];
        };
        if let Some(found) = found {
            let values = self.global(found, name);
            if !values.is_empty() {
                return values;
            }
        }
        let full = if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") };
        match self.module(file, &full, level) {
            Some(module) => vec![Known::sure(Value::Module(module))],
            None if found.is_some() || level > 0 => Vec::new(),
            None => vec![Known::sure(Value::External(full))],
        }
    }

    pub(super) fn module(&self, importer: usize, name: &str, level: u32) -> Option<usize> {
        let path = &self.files[importer].path;
        if level > 0 {
            return self.modules.relative(path, level, name);
        }
        if self.catalogue.is_library(name) {
            return None;
        }
        self.modules.absolute(path, name)
    }

    /// A name at the top of a module, or a module inside it.
    pub(super) fn global(&self, file: usize, name: &str) -> Vec<Known> {
        let facts = &self.files[file];
        if facts.functions.first().is_some_and(|top| top.bindings.contains_key(name)) {
            let values = self.bound(Place { file, scope: Scope::Function(0) }, name);
            if !values.is_empty() {
                return values;
            }
        }
        if let Some(module) = self.modules.submodule(&facts.path, name) {
            return vec![Known::sure(Value::Module(module))];
        }
        self.starred(file, name)
    }

    fn starred(&self, file: usize, name: &str) -> Vec<Known> {
        let mut all = Vec::new();
        for (module, level) in &self.files[file].stars {
            if let Some(module) = self.module(file, module, *level).filter(|&other| other != file) {
                let values = self.deeper(|| self.global(module, name)).unwrap_or_default();
                add(&mut all, values.into_iter().map(|known| known.at_most(Confidence::Definite)));
            }
        }
        all
    }
}
