//! The walk: which function each call, name and import belongs to.

use super::super::facts::{Body, Kind, Scope, Use};
use super::super::name::Name;
use super::super::tree::{self, Expr as Syntax, ExprId, Many, Parameters, Stmt, StmtId};
use super::found::{Binding, Value};
use super::{Extractor, guards};

impl Extractor<'_> {
    pub(super) fn walk_module(&mut self) {
        let name = Name::new("<module>");
        self.open_function(name, Kind::Module);
        self.around.functions.push(0);
        self.around.scopes.push(Scope::Function(0));
        self.visit_body(self.tree.body);
        for (function, name, call) in self.around.named.drain(..) {
            if self.around.awaited_names.contains(&(function, name)) {
                self.found.calls.at(call).used = Use::AwaitedLater;
            }
        }
    }

    pub(super) fn visit_body(&mut self, body: Many) {
        let before = self.around.guards.len();
        self.visit_block(body);
        self.around.guards.truncate(before);
    }

    pub(super) fn visit_stmt(&mut self, stmt: StmtId) {
        match *self.tree.stmt(stmt) {
            Stmt::Import(aliases) => self.visit_import(aliases),
            Stmt::ImportFrom { module, level, names } => {
                self.visit_import_from(module, level, names);
            }
            Stmt::Function(ref function) => self.visit_function(function),
            Stmt::Class { name, decorators, bases, body } => {
                self.visit_list(decorators);
                self.visit_class(name, bases, body);
            }
            Stmt::With { items, body, is_async } => self.visit_with(items, body, is_async),
            Stmt::For { target, iter, body, orelse, is_async } => {
                self.visit_iteration(target, iter, is_async);
                self.visit_body(body);
                self.visit_body(orelse);
            }
            Stmt::If { test, body, clauses } => self.visit_if(test, body, clauses),
            Stmt::While { test, body, orelse } => {
                self.visit_expr(test);
                self.visit_body(body);
                self.visit_body(orelse);
            }
            Stmt::Try { body, handlers, orelse, finalbody } => {
                self.visit_try(body, handlers, orelse, finalbody);
            }
            Stmt::Match { subject, cases } => {
                self.visit_expr(subject);
                for case in &self.tree.cases[cases.range()] {
                    self.visit_list(case.pattern);
                    case.guard.into_iter().for_each(|guard| self.visit_expr(guard));
                    self.visit_body(case.body);
                }
            }
            Stmt::Assign { targets, value } => {
                self.visit_expr(value);
                for &target in self.tree.list(targets) {
                    self.remember_call(target, value);
                    self.remember_loop(target, value);
                    self.visit_expr(target);
                    self.assign(target, Value::Of(value));
                }
            }
            Stmt::AnnAssign { target, annotation, value } => {
                self.assign(target, Value::Typed(annotation));
                if let Some(value) = value {
                    self.visit_expr(value);
                    self.assign(target, Value::Of(value));
                }
            }
            Stmt::Return(value) => {
                if let Some(value) = value {
                    self.visit_expr(value);
                    self.returns(self.function(), value);
                }
            }
            Stmt::Global(names) => self.declare(names, 0),
            Stmt::Nonlocal(names) => {
                if let [.., outer, _] = self.around.functions[..] {
                    self.declare(names, outer);
                }
            }
            Stmt::Expr(expr) => self.visit_expr(expr),
            Stmt::Raise(parts) | Stmt::Other(parts) => self.visit_list(parts),
            Stmt::Continue | Stmt::Break => {}
        }
    }

    fn declare(&mut self, names: Many, outer: usize) {
        let function = self.function();
        let names = &self.tree.names[names.range()];
        self.around.outer.extend(names.iter().map(|name| ((function, *name), outer)));
    }

    fn visit_function(&mut self, node: &tree::Function) {
        self.visit_list(node.decorators);
        self.visit_defaults(node.parameters);
        let kind = if node.is_async { Kind::Async } else { Kind::Sync };
        let index = self.open_function(node.name, kind);
        self.bind(node.name, Binding::Function(super::index(index)));
        self.found.functions[index].decorators = node.decorators;
        self.found.functions[index].returns = node.returns;
        self.bind_parameters(index, node.parameters);
        self.inside(index, |walk| {
            walk.around.care = Self::care_in(node.name);
            walk.visit_body(node.body);
        });
    }

    fn visit_lambda(&mut self, node: ExprId, parameters: Option<Parameters>, body: ExprId) {
        let parameters = parameters.unwrap_or_default();
        self.visit_defaults(parameters);
        let index = self.open_function(Name::new("<lambda>"), Kind::Lambda);
        self.bind_parameters(index, parameters);
        self.inside(index, |walk| walk.visit_expr(body));
        self.returns(index, body);
        self.found.lambdas.insert(node, super::index(index));
    }

    fn visit_defaults(&mut self, parameters: Parameters) {
        for parameter in &self.tree.parameters[parameters.all.range()] {
            parameter.default.into_iter().for_each(|default| self.visit_expr(default));
        }
    }

    fn inside(&mut self, index: usize, walk: impl FnOnce(&mut Self)) {
        let floor = std::mem::replace(&mut self.around.floor, self.around.guards.len());
        let care = self.around.care.take();
        self.around.functions.push(index);
        self.around.scopes.push(Scope::Function(index));
        walk(self);
        self.around.scopes.pop();
        self.around.functions.pop();
        self.around.floor = floor;
        self.around.care = care;
    }

    fn visit_if(&mut self, test: ExprId, body: Many, clauses: Many) {
        let tree = self.tree;
        self.visit_expr(test);
        self.visit_held(test, body);
        let mut leaves = guards::leaves(tree, body);
        // What holds to the end of the block around it, which `visit_body` restores.
        let mut lasting = self.around.guards.len();
        self.fail(test);
        if leaves {
            lasting = self.around.guards.len();
        }
        for clause in &tree.clauses[clauses.range()] {
            let Some(test) = clause.test else {
                self.visit_body(clause.body);
                continue;
            };
            self.visit_expr(test);
            self.visit_held(test, clause.body);
            self.fail(test);
            leaves &= guards::leaves(tree, clause.body);
            if leaves {
                lasting = self.around.guards.len();
            }
        }
        self.around.guards.truncate(lasting);
    }

    /// Walks a body that runs where a test held.
    fn visit_held(&mut self, test: ExprId, body: Many) {
        let before = self.around.guards.len();
        self.hold(test);
        self.visit_body(body);
        self.around.guards.truncate(before);
    }

    fn visit_class(&mut self, name: Name, bases: Many, body: Many) {
        let index = self.open_class(name, bases);
        self.bind(name, Binding::Class(super::index(index)));
        self.around.classes.push(index);
        self.around.scopes.push(Scope::Class(index));
        self.visit_body(body);
        self.around.scopes.pop();
        self.around.classes.pop();
    }

    fn visit_with(&mut self, items: Many, body: Many, is_async: bool) {
        for item in &self.tree.withs[items.range()] {
            let context = item.context;
            if is_async {
                self.around.marks.wait(self.tree, context);
            }
            self.visit_expr(context);
            let entered = if is_async {
                Value::EnteredAsync(context)
            } else {
                self.touch(context, context, Name::new("__enter__"));
                Value::Entered(context)
            };
            if let Some(target) = item.target {
                self.visit_expr(target);
                self.assign(target, entered);
            }
        }
        self.with_care(self.care_of(items), |walk| walk.visit_body(body));
    }

    /// The head of a loop: its target is bound before its body is walked, and not walked itself.
    fn visit_iteration(&mut self, target: ExprId, iter: ExprId, is_async: bool) {
        if is_async {
            self.around.marks.wait(self.tree, iter);
        }
        self.visit_expr(iter);
        if !is_async {
            self.touch(iter, iter, Name::new("__iter__"));
        }
        self.assign(target, Value::Element(iter));
    }

    /// Targets are bound before the parts that use them are walked.
    fn visit_comprehension(&mut self, generators: Many) {
        for generator in &self.tree.generators[generators.range()] {
            self.visit_iteration(generator.target, generator.iter, generator.is_async);
            self.visit_list(generator.ifs);
        }
    }

    fn visit_list(&mut self, exprs: Many) {
        self.tree.list(exprs).iter().for_each(|expr| self.visit_expr(*expr));
    }

    #[inline]
    pub(super) fn visit_expr(&mut self, expr: ExprId) {
        // Most have nothing in them.
        if !matches!(self.tree.expr(expr), Syntax::Name(_) | Syntax::Str) {
            self.visit_parts(expr);
        }
    }

    fn visit_parts(&mut self, expr: ExprId) {
        let tree = self.tree;
        match tree.expr(expr) {
            Syntax::Name(_)
            | Syntax::Str
            | Syntax::Bytes
            | Syntax::Number
            | Syntax::Bool
            | Syntax::None
            | Syntax::Ellipsis => {}
            Syntax::Attr { value, name, is_load } => {
                self.visit_expr(value);
                if is_load {
                    self.touch(expr, value, name);
                }
            }
            Syntax::Call { func, arguments, positional } => {
                self.visit_call(expr, func, arguments, positional);
            }
            Syntax::Await(value) => {
                if let Syntax::Name(name) = tree.expr(value) {
                    self.around.awaited_names.insert((self.function(), name));
                }
                self.around.marks.wait(tree, value);
                self.visit_expr(value);
            }
            Syntax::Subscript { value: left, slice: right }
            | Syntax::Binary { left, right, .. } => {
                self.visit_expr(left);
                self.visit_expr(right);
            }
            Syntax::Named { target, value } => {
                self.visit_expr(value);
                self.assign(target, Value::Of(value));
            }
            Syntax::Starred(value) | Syntax::Not(value) | Syntax::Unary(value) => {
                self.visit_expr(value);
            }
            Syntax::If { test, body, orelse } => {
                self.visit_expr(test);
                let before = self.around.guards.len();
                self.hold(test);
                self.visit_expr(body);
                self.around.guards.truncate(before);
                self.fail(test);
                self.visit_expr(orelse);
                self.around.guards.truncate(before);
            }
            Syntax::And(values) => {
                let before = self.around.guards.len();
                for &value in tree.list(values) {
                    self.visit_expr(value);
                    self.hold(value);
                }
                self.around.guards.truncate(before);
            }
            Syntax::Or(parts)
            | Syntax::List(parts)
            | Syntax::Tuple(parts)
            | Syntax::Set(parts)
            | Syntax::Format(parts)
            | Syntax::Slice(parts) => self.visit_list(parts),
            Syntax::Compare { left, comparators, .. } => {
                self.visit_expr(left);
                self.visit_list(comparators);
            }
            Syntax::Lambda { parameters, body } => self.visit_lambda(expr, parameters, body),
            Syntax::Dict(items) => {
                for &(key, value) in &tree.items[items.range()] {
                    key.into_iter().for_each(|key| self.visit_expr(key));
                    self.visit_expr(value);
                }
            }
            Syntax::ListComp { elt, generators }
            | Syntax::SetComp { elt, generators }
            | Syntax::Generator { elt, generators } => {
                self.visit_comprehension(generators);
                self.visit_expr(elt);
            }
            Syntax::DictComp { key, value, generators } => {
                self.visit_comprehension(generators);
                self.visit_expr(value);
                key.into_iter().for_each(|key| self.visit_expr(key));
            }
            Syntax::Yield(value) => {
                self.iterated();
                if let Some(value) = value {
                    self.visit_expr(value);
                    self.yields(self.function(), value);
                }
            }
            Syntax::YieldFrom(value) => {
                self.iterated();
                self.visit_expr(value);
                // It gives what that gives, one after the other.
                self.returns(self.function(), value);
            }
        }
    }

    /// The function is a generator.
    fn iterated(&mut self) {
        let function = self.function();
        self.found.functions[function].body = Body::Iterated;
    }
}
