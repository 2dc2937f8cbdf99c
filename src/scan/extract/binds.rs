//! What gives names their meaning: imports and assignments.

use super::super::facts::Scope;
use super::super::name::Name;
use super::super::tree::{Expr as Syntax, ExprId, Many};
use super::found::{Attribute, Binding, Value};
use super::roles::Role;
use super::{Extractor, index};

/// What a name stands for by an import.
#[derive(Debug, Clone, Copy)]
pub(super) enum Alias {
    Known(Name),
    /// A name of a module's, not yet put together: most are never asked for.
    From(Name, Name),
}

impl Extractor<'_> {
    pub(super) fn bind(&mut self, name: Name, binding: Binding) {
        let scope = match self.scope() {
            Scope::Function(index) if !self.around.outer.is_empty() => {
                let outer = self.around.outer.get(&(index, name));
                Scope::Function(outer.copied().unwrap_or(index))
            }
            scope => scope,
        };
        let pile = match scope {
            Scope::Function(index) => &mut self.found.functions[index].bindings,
            Scope::Class(index) => &mut self.found.classes[index].members,
        };
        self.found.bindings.push(pile, (name, binding));
    }

    pub(super) fn visit_import(&mut self, aliases: Many) {
        for alias in &self.tree.aliases[aliases.range()] {
            let (local, module) = match alias.local {
                Some(local) => (local, alias.name),
                None => {
                    let full = alias.name.text();
                    let first = full.find('.').map(|at| Name::new(&full[..at]));
                    let first = first.unwrap_or(alias.name);
                    (first, first)
                }
            };
            self.name_import(local, Alias::Known(module));
            self.bind(local, Binding::Import { module, level: 0, name: None });
        }
    }

    pub(super) fn visit_import_from(&mut self, from: Option<Name>, level: u32, aliases: Many) {
        let module = from.unwrap_or_default();
        for alias in &self.tree.aliases[aliases.range()] {
            let name = alias.name;
            if Role::of(name).is(Role::EVERYTHING) {
                self.found.stars.push((module, level));
                continue;
            }
            let local = alias.local.unwrap_or(name);
            if from.is_some() {
                self.name_import(local, Alias::From(module, name));
            }
            self.bind(local, Binding::Import { module, level, name: Some(name) });
        }
    }

    /// What handles a failure imports something in place of what findings name.
    fn name_import(&mut self, local: Name, alias: Alias) {
        match self.around.is_handling {
            true => drop(self.around.aliases.entry(local).or_insert(alias)),
            false => drop(self.around.aliases.insert(local, alias)),
        }
    }

    /// What an import says that a name stands for.
    pub(super) fn alias(&mut self, name: Name) -> Option<Name> {
        let alias = self.around.aliases.get_mut(&name)?;
        Some(match *alias {
            Alias::Known(name) => name,
            Alias::From(module, name) => {
                let text = &mut self.around.text;
                text.clear();
                text.extend([module.text(), ".", name.text()]);
                let full = Name::new(text);
                *alias = Alias::Known(full);
                full
            }
        })
    }

    /// `target = value`, after the value was walked.
    pub(super) fn assign(&mut self, target: ExprId, value: Value) {
        match self.tree.expr(target) {
            Syntax::Name(name) => self.bind(name, Binding::Value(value)),
            Syntax::Starred(target) => self.assign(target, value),
            Syntax::Tuple(targets) | Syntax::List(targets) => {
                for (place, target) in self.tree.list(targets).iter().enumerate() {
                    let part = index(self.found.parts.len());
                    self.found.parts.push((value, index(place)));
                    self.assign(*target, Value::Part(part));
                }
            }
            Syntax::Attr { value: receiver, name, .. } => {
                if let Syntax::Name(receiver) = self.tree.expr(receiver) {
                    self.assign_attribute(receiver, name, value);
                }
            }
            Syntax::Subscript { value: holder, .. } => {
                if let Value::Of(value) = value {
                    self.put_into(holder, value);
                }
            }
            _ => {}
        }
    }

    /// Something is put into a container of an object's or of the module's. Those of a function are
    /// seldom asked for what is in them.
    pub(super) fn put_into(&mut self, holder: ExprId, value: ExprId) {
        if !matches!(
            self.tree.expr(value),
            Syntax::Call { .. } | Syntax::Name(_) | Syntax::Await(_)
        ) {
            return;
        }
        match self.tree.expr(holder) {
            Syntax::Attr { .. } => self.assign(holder, Value::Holding(value)),
            Syntax::Name(name) if self.scope() == Scope::Function(0) => {
                self.bind(name, Binding::Value(Value::Holding(value)));
            }
            _ => {}
        }
    }

    fn assign_attribute(&mut self, receiver: Name, name: Name, value: Value) {
        let method = self.function();
        let Some(&class) = self.around.classes.last() else { return };
        let parameters = self.found.functions[method].parameters.all;
        let first = self.tree.parameters[parameters.range()].first();
        if first.is_some_and(|first| first.name == receiver) {
            let pile = &mut self.found.classes[class].attributes;
            let attribute = Attribute { name, method: index(method), value };
            self.found.attributes.push(pile, attribute);
        }
    }

    /// Remembers that the result of a call, which was walked last, gets a name.
    pub(super) fn remember_call(&mut self, target: ExprId, value: ExprId) {
        if let (Syntax::Name(name), Syntax::Call { .. }) =
            (self.tree.expr(target), self.tree.expr(value))
        {
            let function = self.function();
            let last = self.found.functions[function].calls.last();
            self.around.named.extend(last.map(|call| (function, name, call)));
        }
    }
}
