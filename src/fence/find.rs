//! Calls of fenced names in the bodies of async functions, and whether a thread runs them.
//!
//! A call is matched by its last name: `f()`, `m.f()`, `m.s.f()`; an import under another name is
//! seen through. What stands in the arguments of `await asyncio.to_thread(…)` is exempt. A nested
//! `def` is not bound, for whoever calls it decides where it runs. A lambda is: it has no name by
//! which it is handed on and found again, and `sorted(key=lambda …)` calls it on the spot.
//! Decorators and default values run where the `def` stands, not in it.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::look::dotted;
use crate::project::FenceRules;
use crate::scan::syntax::Module;

/// What the matcher is told, all of it by last names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Told {
    /// The fenced names.
    pub(super) names: BTreeSet<String>,
    /// The project's own ways to a thread.
    pub(super) offloaders: BTreeSet<String>,
}

impl Told {
    /// By the configuration.
    pub(super) fn by(rules: &FenceRules) -> Self {
        Self {
            names: rules.names.iter().map(|fenced| fenced.name.value.clone()).collect(),
            offloaders: rules.offloaders.iter().cloned().collect(),
        }
    }
}

/// How a call of a fenced name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// On the loop.
    Bare,
    /// A thread runs it.
    Wrapped,
    /// Exempt, and on the loop all the same: `to_thread(f())` calls `f` before it hands anything on.
    Eager,
}

/// One call of a fenced name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) stand: Stand,
    /// The fenced name.
    pub(super) name: String,
    /// What is called, as written.
    pub(super) callee: String,
    /// The async function, dotted.
    pub(super) function: String,
    /// Of the call; of the offload where it is wrapped. From 1.
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
    /// The source line, trimmed.
    pub(super) code: String,
}

/// Every such call of a file, in file order.
pub(super) fn find(module: &Module, told: &Told) -> Vec<Site> {
    let body = &module.tree().body;
    let mut finder = Finder {
        module,
        told,
        aliases: Aliases::of(body),
        classes: Vec::new(),
        function: None,
        thread: None,
        lambdas: 0,
        found: Vec::new(),
    };
    finder.visit_body(body);
    finder.found.sort_by_key(|site| (site.line, site.column));
    finder.found
}

/// What imports of a file say of its names.
#[derive(Default)]
struct Aliases<'a> {
    /// `from m import f as g`: `g` to `f`.
    renamed: BTreeMap<&'a str, &'a str>,
    /// Names that are `asyncio.to_thread`.
    to_thread: BTreeSet<&'a str>,
}

impl<'a> Aliases<'a> {
    fn of(body: &'a [Stmt]) -> Self {
        let mut aliases = Self::default();
        aliases.visit_body(body);
        aliases
    }
}

impl<'a> Visitor<'a> for Aliases<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::ImportFrom(node) = stmt {
            let module = node.module.as_ref().map_or("", |module| module.as_str());
            for alias in &node.names {
                let name = alias.name.as_str();
                let local = alias.asname.as_ref().map_or(name, |local| local.as_str());
                if name == "to_thread" && matches!(module, "asyncio" | "asyncio.threads") {
                    self.to_thread.insert(local);
                } else if local != name {
                    self.renamed.insert(local, name);
                }
            }
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

struct Finder<'a> {
    module: &'a Module,
    told: &'a Told,
    aliases: Aliases<'a>,
    classes: Vec<&'a str>,
    /// The async function whose body is walked; none in a sync one.
    function: Option<String>,
    /// Where the awaited offload begins whose arguments are walked.
    thread: Option<TextSize>,
    /// How many lambdas of these arguments are around the walk.
    lambdas: usize,
    found: Vec<Site>,
}

impl<'a> Finder<'a> {
    /// The fenced name that an expression ends in.
    fn fenced(&self, expr: &'a Expr) -> Option<&'a str> {
        let name = match expr {
            Expr::Name(node) => {
                let local = node.id.as_str();
                match self.aliases.renamed.get(local) {
                    Some(name) if !self.told.names.contains(local) => name,
                    Some(_) | None => local,
                }
            }
            Expr::Attribute(node) => node.attr.as_str(),
            _ => return None,
        };
        self.told.names.contains(name).then_some(name)
    }

    fn push(&mut self, stand: Stand, callee: &'a Expr, at: TextSize) {
        let (Some(name), Some(function)) = (self.fenced(callee), &self.function) else { return };
        let (line, column) = self.module.position(at);
        let site = Site {
            stand,
            name: name.to_owned(),
            callee: self.module.text(callee).to_owned(),
            function: function.clone(),
            line,
            column,
            code: self.module.trimmed_line(line).to_owned(),
        };
        if !self.found.contains(&site) {
            self.found.push(site);
        }
    }

    /// Whether a call is `asyncio.to_thread(…)`, under whatever name, or anyio's.
    fn is_to_thread(&self, call: &ast::ExprCall) -> bool {
        match &*call.func {
            Expr::Name(name) => self.aliases.to_thread.contains(name.id.as_str()),
            Expr::Attribute(node) => match node.attr.as_str() {
                "to_thread" => true,
                "run_sync" => match &*node.value {
                    Expr::Name(name) => name.id == "to_thread",
                    Expr::Attribute(inner) => &inner.attr == "to_thread",
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a call has a thread run what it is given. Only `to_thread` exempts what is called in
    /// its arguments; to any of these a function may be handed.
    fn is_offload(&self, call: &ast::ExprCall) -> bool {
        const OTHERS: [&str; 4] =
            ["run_in_executor", "run_in_threadpool", "sync_to_async", "asyncify"];
        let last = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(node) => node.attr.as_str(),
            _ => return false,
        };
        self.is_to_thread(call) || OTHERS.contains(&last) || self.told.offloaders.contains(last)
    }

    /// Functions that are handed on, by name or in a `partial`.
    fn hand_on(&mut self, arguments: &'a ast::Arguments, at: TextSize) {
        let keywords = arguments.keywords.iter().map(|keyword| &keyword.value);
        for argument in arguments.args.iter().chain(keywords) {
            self.push(Stand::Wrapped, argument, at);
            if let Expr::Call(call) = argument
                && let Expr::Name(ast::ExprName { id, .. })
                | Expr::Attribute(ast::ExprAttribute {
                    attr: ast::Identifier { id, .. }, ..
                }) = &*call.func
                && id == "partial"
            {
                call.arguments.args.iter().for_each(|each| self.push(Stand::Wrapped, each, at));
            }
        }
    }

    fn visit_await(&mut self, node: &'a ast::ExprAwait) {
        let call = match &*node.value {
            Expr::Call(call) if self.is_to_thread(call) => call,
            other => return self.visit_expr(other),
        };
        if let Expr::Attribute(func) = &*call.func {
            self.visit_expr(&func.value);
        }
        self.hand_on(&call.arguments, call.start());
        let before = (self.thread.replace(call.start()), std::mem::take(&mut self.lambdas));
        self.visit_arguments(&call.arguments);
        (self.thread, self.lambdas) = before;
    }

    fn visit_call(&mut self, node: &'a ast::ExprCall) {
        match self.thread {
            None => self.push(Stand::Bare, &node.func, node.start()),
            Some(at) if self.lambdas > 0 => self.push(Stand::Wrapped, &node.func, at),
            Some(_) => self.push(Stand::Eager, &node.func, node.start()),
        }
        if self.is_offload(node) {
            self.hand_on(&node.arguments, node.start());
        }
        self.visit_expr(&node.func);
        self.visit_arguments(&node.arguments);
    }

    fn visit_function(&mut self, node: &'a ast::StmtFunctionDef) {
        node.decorator_list.iter().for_each(|each| self.visit_expr(&each.expression));
        self.visit_parameters(&node.parameters);
        if let Some(returns) = &node.returns {
            self.visit_annotation(returns);
        }
        let inside = node.is_async.then(|| dotted(&self.classes, &node.name));
        let outside = std::mem::replace(&mut self.function, inside);
        self.visit_body(&node.body);
        self.function = outside;
    }

    fn visit_class(&mut self, node: &'a ast::StmtClassDef) {
        node.decorator_list.iter().for_each(|each| self.visit_expr(&each.expression));
        if let Some(arguments) = &node.arguments {
            self.visit_arguments(arguments);
        }
        self.classes.push(&node.name);
        self.visit_body(&node.body);
        self.classes.pop();
    }
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(node) => self.visit_function(node),
            Stmt::ClassDef(node) => self.visit_class(node),
            other => walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(node) => self.visit_await(node),
            Expr::Call(node) => self.visit_call(node),
            Expr::Lambda(node) => {
                if let Some(parameters) = &node.parameters {
                    self.visit_parameters(parameters);
                }
                self.lambdas += 1;
                self.visit_expr(&node.body);
                self.lambdas -= 1;
            }
            other => walk_expr(self, other),
        }
    }
}
