//! Which functions are looked at: those that the loop may run, and those that they may call or hand
//! on. What nothing on the loop leads to, by any step that a later pass could take, is left alone.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::facts::{Expr, Kind, Scope};
use super::super::link::value::{FunctionId, Value};
use super::super::name::Name;
use super::{Builder, Resolved};

impl<'a> Builder<'a> {
    /// Resolves the calls of every function that is reached from a root.
    pub(super) fn resolve_calls(&mut self) {
        let program = self.program;
        let inner = self.inner_functions();
        let mut queue: Vec<FunctionId> =
            program.functions().filter(|id| self.may_be_root(*id)).collect();
        let mut reached: FxHashSet<FunctionId> = queue.iter().copied().collect();
        while let Some(function) = queue.pop() {
            let mut next = inner.get(&function).cloned().unwrap_or_default();
            self.steps(function, &mut next);
            queue.extend(next.into_iter().filter(|id| reached.insert(*id)));
        }
        self.resolved.sort_by_key(|resolved| (resolved.function, resolved.index));
        self.reached = reached.into_iter().collect();
        self.reached.sort_unstable();
    }

    /// What the loop runs by itself, more rather than less.
    fn may_be_root(&self, id: FunctionId) -> bool {
        let head = self.program.head(id);
        let hooks = &self.program.catalogue.hooks;
        let is_hook = || hooks.iter().any(|hooks| hooks.twins.contains_key(head.name.text()));
        head.kind == Kind::Async || head.calls_back || is_hook()
    }

    /// The functions and lambdas that stand in each function.
    fn inner_functions(&self) -> FxHashMap<FunctionId, Vec<FunctionId>> {
        let mut inner: FxHashMap<FunctionId, Vec<FunctionId>> = FxHashMap::default();
        for id in self.program.functions() {
            if let Scope::Function(outer @ 1..) = self.program.head(id).parent {
                inner.entry(FunctionId(id.0, outer)).or_default().push(id);
            }
        }
        inner
    }

    /// Resolves the calls of one function, and collects what it may run or hand on.
    fn steps(&mut self, function: FunctionId, next: &mut Vec<FunctionId>) {
        let program = self.program;
        let place = program.place(function);
        let facts = program.function(function);
        let outside = super::super::link::Place { file: function.0, scope: facts.parent };
        for decorator in &facts.decorators {
            let values = program.eval(outside, decorator);
            next.extend(values.iter().flat_map(|known| self.entered(&known.value)));
        }
        for (index, call) in facts.calls.iter().enumerate() {
            let callees = program.eval(place, &call.callee);
            next.extend(callees.iter().flat_map(|known| self.entered(&known.value)));
            for argument in &call.arguments {
                if matches!(argument.value, Expr::Unknown | Expr::None) {
                    continue;
                }
                let values = program.eval(place, &argument.value);
                next.extend(values.iter().filter_map(|known| Some(known.value.target()?.0)));
            }
            self.resolved.push(Resolved { function, index, call, callees });
        }
        for touch in &facts.touches {
            let Some(names) = self.specials.of(touch.name) else { continue };
            for known in program.eval(place, &touch.receiver).iter() {
                let Value::Instance(class, _) = known.value else { continue };
                next.extend(names.iter().filter_map(|name| program.method(class, *name)));
            }
        }
    }
}

/// Names of attributes whose use runs code.
pub(super) struct Specials {
    properties: FxHashMap<Name, [Name; 1]>,
    enter: [Name; 2],
    iterate: [Name; 2],
}

impl Specials {
    pub(super) fn new(program: &super::Program<'_>) -> Self {
        let names = program.functions().filter(|id| program.is_property(*id));
        let names = names.map(|id| program.head(id).name);
        Self {
            properties: names.map(|name| (name, [name])).collect(),
            enter: [Name::new("__enter__"), Name::new("__exit__")],
            iterate: [Name::new("__iter__"), Name::new("__next__")],
        }
    }

    /// The methods that may run where this name is touched.
    pub(super) fn of(&self, name: Name) -> Option<&[Name]> {
        if name == self.enter[0] {
            Some(&self.enter)
        } else if name == self.iterate[0] {
            Some(&self.iterate)
        } else {
            self.properties.get(&name).map(<[Name; 1]>::as_slice)
        }
    }

    /// Whether a touch of this name runs whatever method it finds, and not properties alone.
    pub(super) fn is_special(&self, name: Name) -> bool {
        name == self.enter[0] || name == self.iterate[0]
    }
}
