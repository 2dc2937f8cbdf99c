//! What gives names their meaning: imports and assignments.

use ruff_python_ast::{self as ast, Expr as Syntax};

use super::super::facts::{Binding, Expr};
use super::super::name::Name;
use super::Extractor;

impl Extractor<'_> {
    fn import(&mut self, local: &str, module: &str, level: u32, name: Option<&str>) {
        let import =
            Binding::Import { module: Name::new(module), level, name: name.map(Name::new) };
        self.bind(Name::new(local), import);
    }

    pub(super) fn visit_import(&mut self, node: &ast::StmtImport) {
        for alias in &node.names {
            let full = alias.name.as_str();
            let first = full.split('.').next().unwrap_or(full);
            let (local, module) = match &alias.asname {
                Some(name) => (name.as_str(), full),
                None => (first, first),
            };
            self.aliases.insert(Name::new(local), Name::new(module));
            self.import(local, module, 0, None);
        }
    }

    pub(super) fn visit_import_from(&mut self, node: &ast::StmtImportFrom) {
        let module = node.module.as_ref().map_or("", |module| module.as_str());
        for alias in &node.names {
            let name = alias.name.as_str();
            if name == "*" {
                self.facts.stars.push((module.to_owned(), node.level));
                continue;
            }
            let local = alias.asname.as_ref().map_or(name, |name| name.as_str());
            if node.module.is_some() {
                self.aliases.insert(Name::new(local), Name::new(&format!("{module}.{name}")));
            }
            self.import(local, module, node.level, Some(name));
        }
    }

    /// `target = value`, after the value was walked.
    pub(super) fn assign(&mut self, target: &Syntax, value: &Expr) {
        match target {
            Syntax::Name(name) => self.bind(Name::new(&name.id), Binding::Value(value.clone())),
            Syntax::Starred(node) => self.assign(&node.value, value),
            Syntax::Tuple(node) => self.unpack(&node.elts, value),
            Syntax::List(node) => self.unpack(&node.elts, value),
            Syntax::Attribute(node) => self.assign_attribute(node, value),
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &[Syntax], value: &Expr) {
        for (index, target) in targets.iter().enumerate() {
            self.assign(target, &Expr::Part(Box::new(value.clone()), index));
        }
    }

    fn assign_attribute(&mut self, node: &ast::ExprAttribute, value: &Expr) {
        let Syntax::Name(receiver) = &*node.value else { return };
        let function = self.function();
        let Some(&(_, class)) = self.classes.last() else { return };
        let first = self.facts.functions[function].parameters.first();
        if first.is_some_and(|first| first.name == *receiver.id.as_str()) {
            let attribute = (Name::new(&node.attr), function, value.clone());
            self.facts.classes[class].attributes.push(attribute);
        }
    }

    pub(super) fn remember_call(&mut self, target: &Syntax, value: &Syntax) {
        if let (Syntax::Name(name), Syntax::Call(_)) = (target, value) {
            let function = self.function();
            let calls = self.facts.doings[function].calls.len();
            if calls > 0 {
                self.named.push((function, Name::new(&name.id), calls - 1));
            }
        }
    }
}
