//! The walk: which function each call, name and import belongs to.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr as Syntax, Stmt};
use ruff_text_size::Ranged;

use super::super::facts::{Binding, Body, Expr, Kind, Scope, Use};
use super::super::name::Name;
use super::{Extractor, awaited, convert, guards};

impl<'a> Extractor<'a> {
    pub(super) fn walk_module(&mut self) {
        let name = Name::new("<module>");
        self.open_function(name, name, Kind::Module, 1);
        self.functions.push(0);
        self.scopes.push(Scope::Function(0));
        let module = self.module;
        self.visit_body(&module.tree().body);
        for (function, name, call) in std::mem::take(&mut self.named) {
            if self.awaited_names.contains(&(function, name)) {
                self.facts.doings[function].calls[call].used = Use::Awaited;
            }
        }
    }

    pub(super) fn expression(&self, syntax: &Syntax) -> Expr {
        convert::expression(syntax, &self.lambdas)
    }

    fn visit_function(&mut self, node: &'a ast::StmtFunctionDef) {
        for decorator in &node.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.visit_defaults(&node.parameters);
        let kind = if node.is_async { Kind::Async } else { Kind::Sync };
        let line = self.line(node.name.range().start());
        let dotted = self.prefixed(&node.name);
        let name = Name::new(&node.name);
        let index = self.open_function(name, dotted, kind, line);
        self.bind(name, Binding::Function(index));
        let decorators =
            node.decorator_list.iter().map(|each| self.expression(&each.expression)).collect();
        self.facts.functions[index].decorators = decorators;
        self.facts.functions[index].returns = node.returns.as_deref().map(convert::annotation);
        self.bind_parameters(index, &node.parameters);
        self.inside(index, |walk| {
            walk.care = Self::care_in(&node.name);
            walk.visit_body(&node.body);
        });
    }

    fn visit_lambda(&mut self, node: &'a ast::ExprLambda) {
        if let Some(parameters) = &node.parameters {
            self.visit_defaults(parameters);
        }
        let line = self.line(node.range().start());
        let dotted = self.facts.functions[self.function()].dotted;
        let index = self.open_function(Name::new("<lambda>"), dotted, Kind::Lambda, line);
        if let Some(parameters) = &node.parameters {
            self.bind_parameters(index, parameters);
        }
        self.inside(index, |walk| walk.visit_expr(&node.body));
        let returned = self.expression(&node.body);
        self.facts.functions[index].returned.push(returned);
        self.lambdas.insert(node.range().start(), index);
    }

    fn visit_defaults(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.visit_expr(default);
            }
        }
    }

    fn inside(&mut self, index: usize, walk: impl FnOnce(&mut Self)) {
        let outside = std::mem::take(&mut self.guards);
        let care = self.care.take();
        self.functions.push(index);
        self.scopes.push(Scope::Function(index));
        walk(self);
        self.scopes.pop();
        self.functions.pop();
        self.guards = outside;
        self.care = care;
    }

    /// The function is a generator.
    fn iterated(&mut self) {
        let function = self.function();
        self.facts.functions[function].body = Body::Iterated;
    }

    /// Walks with more names known not to be `None`.
    pub(super) fn guarded(&mut self, names: Vec<Name>, walk: impl FnOnce(&mut Self)) {
        let before = self.guards.len();
        self.guards.extend(names);
        walk(self);
        self.guards.truncate(before);
    }

    fn visit_if(&mut self, node: &'a ast::StmtIf) {
        self.visit_expr(&node.test);
        self.guarded(guards::held(&node.test), |walk| walk.visit_body(&node.body));
        let before = self.guards.len();
        let mut leaves = guards::leaves(&node.body);
        let mut lasting = if leaves { guards::failed(&node.test) } else { Vec::new() };
        self.guards.extend(guards::failed(&node.test));
        for clause in &node.elif_else_clauses {
            let Some(test) = &clause.test else {
                self.visit_body(&clause.body);
                continue;
            };
            self.visit_expr(test);
            self.guarded(guards::held(test), |walk| walk.visit_body(&clause.body));
            self.guards.extend(guards::failed(test));
            leaves &= guards::leaves(&clause.body);
            if leaves {
                lasting.extend(guards::failed(test));
            }
        }
        self.guards.truncate(before);
        // They hold to the end of the block, which `visit_body` restores.
        self.guards.extend(lasting);
    }

    fn visit_class(&mut self, node: &'a ast::StmtClassDef) {
        for decorator in &node.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        let bases = node.arguments.iter().flat_map(|arguments| &arguments.args);
        let bases = bases.map(|base| self.expression(base)).collect();
        let index = self.open_class(&node.name, bases);
        let name = Name::new(&node.name);
        self.bind(name, Binding::Class(index));
        self.classes.push((name, index));
        self.scopes.push(Scope::Class(index));
        self.visit_body(&node.body);
        self.scopes.pop();
        self.classes.pop();
    }

    fn visit_with(&mut self, node: &'a ast::StmtWith) {
        for item in &node.items {
            if node.is_async {
                awaited::mark(&item.context_expr, &mut self.awaited);
            }
            self.visit_expr(&item.context_expr);
            let context = self.expression(&item.context_expr);
            let entered = if node.is_async {
                Expr::Await(Box::new(Expr::Enter(Box::new(context))))
            } else {
                self.touch(&item.context_expr, context.clone(), "__enter__");
                Expr::Enter(Box::new(context))
            };
            if let Some(target) = &item.optional_vars {
                self.visit_expr(target);
                self.assign(target, &entered);
            }
        }
        self.with_care(Self::care_of(node), |walk| walk.visit_body(&node.body));
    }

    fn visit_for(&mut self, node: &'a ast::StmtFor) {
        if node.is_async {
            awaited::mark(&node.iter, &mut self.awaited);
        }
        self.visit_expr(&node.iter);
        let iterated = self.expression(&node.iter);
        if !node.is_async {
            self.touch(&node.iter, iterated.clone(), "__iter__");
        }
        self.assign(&node.target, &Expr::Element(Box::new(iterated)));
        self.visit_body(&node.body);
        self.visit_body(&node.orelse);
    }
}

impl<'a> Visitor<'a> for Extractor<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(node) => self.visit_import(node),
            Stmt::ImportFrom(node) => self.visit_import_from(node),
            Stmt::FunctionDef(node) => self.visit_function(node),
            Stmt::ClassDef(node) => self.visit_class(node),
            Stmt::With(node) => self.visit_with(node),
            Stmt::For(node) => self.visit_for(node),
            Stmt::If(node) => self.visit_if(node),
            Stmt::Try(node) => self.visit_try(node),
            Stmt::Assign(node) => {
                self.visit_expr(&node.value);
                let value = self.expression(&node.value);
                for target in &node.targets {
                    self.remember_call(target, &node.value);
                    self.visit_expr(target);
                    self.assign(target, &value);
                }
            }
            Stmt::AnnAssign(node) => {
                let typed = convert::annotation(&node.annotation);
                self.assign(&node.target, &Expr::Typed(Box::new(typed)));
                if let Some(value) = &node.value {
                    self.visit_expr(value);
                    let value = self.expression(value);
                    self.assign(&node.target, &value);
                }
            }
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    self.visit_expr(value);
                    let value = self.expression(value);
                    let function = self.function();
                    self.facts.functions[function].returned.push(value);
                }
            }
            Stmt::Global(node) => {
                let function = self.function();
                let outer = self.outer.entry(function).or_default();
                outer.extend(node.names.iter().map(|name| (Name::new(name), 0)));
            }
            Stmt::Nonlocal(node) => {
                let function = self.function();
                if let [.., outer, _] = self.functions[..] {
                    let names = self.outer.entry(function).or_default();
                    names.extend(node.names.iter().map(|name| (Name::new(name), outer)));
                }
            }
            other => walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expr: &'a Syntax) {
        match expr {
            Syntax::Lambda(node) => self.visit_lambda(node),
            Syntax::Call(node) => {
                if awaited::takes_awaitables(expr) {
                    node.arguments.args.iter().for_each(|each| {
                        awaited::mark(each, &mut self.awaited);
                    });
                }
                self.visit_call(node);
            }
            Syntax::Await(node) => {
                if let Syntax::Name(name) = &*node.value {
                    self.awaited_names.insert((self.function(), Name::new(&name.id)));
                }
                awaited::mark(&node.value, &mut self.awaited);
                self.visit_expr(&node.value);
            }
            Syntax::Named(node) => {
                self.visit_expr(&node.value);
                let value = self.expression(&node.value);
                self.assign(&node.target, &value);
            }
            Syntax::YieldFrom(node) => {
                self.iterated();
                self.visit_expr(&node.value);
            }
            Syntax::Yield(node) => {
                self.iterated();
                if let Some(value) = &node.value {
                    self.visit_expr(value);
                    let value = self.expression(value);
                    let function = self.function();
                    self.facts.functions[function].yielded.push(value);
                }
            }
            Syntax::Attribute(node) => {
                self.visit_expr(&node.value);
                if node.ctx.is_load() {
                    let receiver = self.expression(&node.value);
                    self.touch(expr, receiver, &node.attr);
                }
            }
            Syntax::If(node) => {
                self.visit_expr(&node.test);
                self.guarded(guards::held(&node.test), |walk| walk.visit_expr(&node.body));
                self.guarded(guards::failed(&node.test), |walk| walk.visit_expr(&node.orelse));
            }
            Syntax::BoolOp(node) if node.op == ast::BoolOp::And => {
                let before = self.guards.len();
                for value in &node.values {
                    self.visit_expr(value);
                    self.guards.extend(guards::held(value));
                }
                self.guards.truncate(before);
            }
            Syntax::ListComp(node) => self.visit_comprehensions(&node.generators, &[&node.elt]),
            Syntax::SetComp(node) => self.visit_comprehensions(&node.generators, &[&node.elt]),
            Syntax::Generator(node) => self.visit_comprehensions(&node.generators, &[&node.elt]),
            Syntax::DictComp(node) => {
                let mut parts: Vec<&Syntax> = vec![&node.value];
                parts.extend(node.key.as_deref());
                self.visit_comprehensions(&node.generators, &parts);
            }
            other => walk_expr(self, other),
        }
    }

    fn visit_body(&mut self, body: &'a [Stmt]) {
        let before = self.guards.len();
        body.iter().for_each(|stmt| self.visit_stmt(stmt));
        self.guards.truncate(before);
    }

    fn visit_annotation(&mut self, _: &'a Syntax) {}
}

impl<'a> Extractor<'a> {
    /// Targets are bound before the parts that use them are walked.
    fn visit_comprehensions(&mut self, generators: &'a [ast::Comprehension], parts: &[&'a Syntax]) {
        for generator in generators {
            if generator.is_async {
                awaited::mark(&generator.iter, &mut self.awaited);
            }
            self.visit_expr(&generator.iter);
            let iterated = self.expression(&generator.iter);
            if !generator.is_async {
                self.touch(&generator.iter, iterated.clone(), "__iter__");
            }
            self.assign(&generator.target, &Expr::Element(Box::new(iterated)));
            generator.ifs.iter().for_each(|test| self.visit_expr(test));
        }
        parts.iter().for_each(|part| self.visit_expr(part));
    }
}
