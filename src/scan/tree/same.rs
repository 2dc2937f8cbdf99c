//! Two trees side by side: equal in structure and places, however their nodes are numbered.

use std::fmt::Write;

use super::{
    Argument, Clause, Comprehension, Expr, ExprId, Function, Keyword, Many, Parameters, Stmt,
    StmtId, Tree,
};

/// Whether two trees are the same; else where they first differ.
pub(in crate::scan) fn same(one: &Tree, other: &Tree) -> Result<(), String> {
    let lines = (&one.lines, &other.lines);
    let (one, other) = (shown(one), shown(other));
    if one == other {
        return if lines.0 == lines.1 { Ok(()) } else { Err(format!("lines start at {lines:?}")) };
    }
    let (mut left, mut right) = (one.lines(), other.lines());
    let mut before: Vec<&str> = Vec::new();
    loop {
        let (one, other) = (left.next(), right.next());
        if one != other {
            let around = before[before.len().saturating_sub(12)..].join("\n");
            return Err(format!("after\n{around}\none:   {one:?}\nother: {other:?}"));
        }
        before.extend(one);
    }
}

/// A tree as text, a node to a line, children indented.
pub(in crate::scan) fn shown(tree: &Tree) -> String {
    let mut shower = Shower { tree, out: String::new(), depth: 0 };
    shower.body("module", tree.body);
    shower.out
}

struct Shower<'t> {
    tree: &'t Tree,
    out: String,
    depth: usize,
}

impl Shower<'_> {
    fn line(&mut self, text: impl std::fmt::Display, inside: impl FnOnce(&mut Self)) {
        // Deep trees would be squares of white space.
        let indent = 2 * self.depth.min(20);
        let deeper = self.depth.checked_sub(20).map(|deeper| format!("{deeper} "));
        let deeper = deeper.unwrap_or_default();
        writeln!(self.out, "{:indent$}{deeper}{text}", "").unwrap();
        self.depth += 1;
        inside(self);
        self.depth -= 1;
    }

    fn body(&mut self, role: &str, many: Many) {
        let tree = self.tree;
        self.line(role, |it| tree.body(many).iter().for_each(|stmt| it.stmt(*stmt)));
    }

    fn list(&mut self, role: &str, many: Many) {
        let tree = self.tree;
        self.line(role, |it| tree.list(many).iter().for_each(|expr| it.expr(*expr)));
    }

    fn optional(&mut self, role: &str, expr: Option<ExprId>) {
        self.line(role, |it| expr.into_iter().for_each(|expr| it.expr(expr)));
    }

    fn clauses(&mut self, many: Many) {
        for Clause { test, body } in &self.tree.clauses[many.range()] {
            self.optional("clause", *test);
            self.body("then", *body);
        }
    }

    fn generators(&mut self, many: Many) {
        for generator in &self.tree.generators[many.range()] {
            let Comprehension { target, iter, ifs, is_async } = *generator;
            self.line(format!("for async={is_async}"), |it| {
                it.expr(target);
                it.expr(iter);
                it.list("ifs", ifs);
            });
        }
    }

    fn parameters(&mut self, parameters: Parameters) {
        let Parameters { all, positional, variadic } = parameters;
        let tree = self.tree;
        self.line(format!("parameters positional={positional} variadic={variadic}"), |it| {
            for parameter in &tree.parameters[all.range()] {
                it.optional(&format!("parameter {}", parameter.name), parameter.annotation);
                it.optional("default", parameter.default);
            }
        });
    }

    fn stmt(&mut self, id: StmtId) {
        let tree = self.tree;
        match *tree.stmt(id) {
            Stmt::Import(aliases) => self.line("Import", |it| it.aliases(aliases)),
            Stmt::ImportFrom { module, level, names } => {
                self.line(format!("ImportFrom {module:?} {level}"), |it| it.aliases(names));
            }
            Stmt::Function(function) => self.function(function),
            Stmt::Class { name, decorators, bases, body } => {
                self.line(format!("Class {name}"), |it| {
                    it.list("decorators", decorators);
                    it.list("bases", bases);
                    it.body("body", body);
                });
            }
            Stmt::With { items, body, is_async } => {
                self.line(format!("With async={is_async}"), |it| {
                    for item in &tree.withs[items.range()] {
                        it.optional("context", Some(item.context));
                        it.optional("as", item.target);
                    }
                    it.body("body", body);
                });
            }
            Stmt::For { target, iter, body, orelse, is_async } => {
                self.line(format!("For async={is_async}"), |it| {
                    it.expr(target);
                    it.expr(iter);
                    it.body("body", body);
                    it.body("orelse", orelse);
                });
            }
            Stmt::If { test, body, clauses } => self.line("If", |it| {
                it.expr(test);
                it.body("then", body);
                it.clauses(clauses);
            }),
            Stmt::While { test, body, orelse } => self.line("While", |it| {
                it.expr(test);
                it.body("body", body);
                it.body("orelse", orelse);
            }),
            Stmt::Try { body, handlers, orelse, finalbody } => self.line("Try", |it| {
                it.body("body", body);
                it.clauses(handlers);
                it.body("orelse", orelse);
                it.body("finally", finalbody);
            }),
            Stmt::Match { subject, cases } => self.line("Match", |it| {
                it.expr(subject);
                for case in &tree.cases[cases.range()] {
                    it.list("case", case.pattern);
                    it.optional("guard", case.guard);
                    it.body("body", case.body);
                }
            }),
            Stmt::Assign { targets, value } => self.line("Assign", |it| {
                it.list("targets", targets);
                it.expr(value);
            }),
            Stmt::AnnAssign { target, annotation, value } => self.line("AnnAssign", |it| {
                it.expr(target);
                it.expr(annotation);
                it.optional("value", value);
            }),
            Stmt::Return(value) => self.optional("Return", value),
            Stmt::Expr(expr) => self.optional("Expr", Some(expr)),
            Stmt::Global(names) => self.names("Global", names),
            Stmt::Nonlocal(names) => self.names("Nonlocal", names),
            Stmt::Raise(parts) => self.list("Raise", parts),
            Stmt::Continue => self.line("Continue", |_| {}),
            Stmt::Break => self.line("Break", |_| {}),
            Stmt::Other(parts) => self.list("Other", parts),
        }
    }

    fn function(&mut self, function: Function) {
        let Function { name, decorators, parameters, returns, body, is_async } = function;
        self.line(format!("Function {name} async={is_async}"), |it| {
            it.list("decorators", decorators);
            it.parameters(parameters);
            it.optional("returns", returns);
            it.body("body", body);
        });
    }

    fn aliases(&mut self, many: Many) {
        for alias in &self.tree.aliases[many.range()] {
            self.line(format!("{:?} as {:?}", alias.name, alias.local), |_| {});
        }
    }

    fn names(&mut self, role: &str, many: Many) {
        let names = &self.tree.names[many.range()];
        self.line(format!("{role} {names:?}"), |_| {});
    }

    fn expr(&mut self, id: ExprId) {
        let tree = self.tree;
        let node = tree.exprs[id.0 as usize];
        let place = format!("{}..{}", node.start, node.end);
        match node.expr {
            Expr::Name(name) => self.line(format!("Name {name} {place}"), |_| {}),
            Expr::Attr { value, name, is_load } => {
                self.line(format!("Attr {name} load={is_load} {place}"), |it| it.expr(value));
            }
            Expr::Call { func, arguments, positional } => {
                self.line(format!("Call positional={positional} {place}"), |it| {
                    it.expr(func);
                    for Argument { keyword, value } in &tree.arguments[arguments.range()] {
                        match keyword {
                            Keyword::Position => it.expr(*value),
                            Keyword::Named(name) => it.optional(&format!("{name}="), Some(*value)),
                            Keyword::Unpacked => it.optional("**", Some(*value)),
                        }
                    }
                });
            }
            Expr::Await(value) => self.node("Await", &place, [value]),
            Expr::Subscript { value, slice } => self.node("Subscript", &place, [value, slice]),
            Expr::Named { target, value } => self.node("Named", &place, [target, value]),
            Expr::Starred(value) => self.node("Starred", &place, [value]),
            Expr::If { test, body, orelse } => self.node("If", &place, [test, body, orelse]),
            Expr::And(values) => self.list(&format!("And {place}"), values),
            Expr::Or(values) => self.list(&format!("Or {place}"), values),
            Expr::Binary { operator, left, right } => {
                self.node(&format!("Binary {operator:?}"), &place, [left, right]);
            }
            Expr::Not(value) => self.node("Not", &place, [value]),
            Expr::Unary(value) => self.node("Unary", &place, [value]),
            Expr::Compare { operator, left, comparators } => {
                self.line(format!("Compare {operator:?} {place}"), |it| {
                    it.expr(left);
                    it.list("comparators", comparators);
                });
            }
            Expr::Lambda { parameters, body } => self.line(format!("Lambda {place}"), |it| {
                parameters.into_iter().for_each(|all| it.parameters(all));
                it.expr(body);
            }),
            Expr::List(parts) => self.list(&format!("List {place}"), parts),
            Expr::Tuple(parts) => self.list(&format!("Tuple {place}"), parts),
            Expr::Set(parts) => self.list(&format!("Set {place}"), parts),
            Expr::Dict(items) => self.line(format!("Dict {place}"), |it| {
                for (key, value) in &tree.items[items.range()] {
                    it.optional("key", *key);
                    it.expr(*value);
                }
            }),
            Expr::ListComp { elt, generators } => {
                self.comprehension("ListComp", &place, [elt], generators);
            }
            Expr::SetComp { elt, generators } => {
                self.comprehension("SetComp", &place, [elt], generators);
            }
            Expr::Generator { elt, generators } => {
                self.comprehension("Generator", &place, [elt], generators);
            }
            Expr::DictComp { key, value, generators } => {
                let parts = key.into_iter().chain([value]);
                self.comprehension("DictComp", &place, parts, generators);
            }
            Expr::Format(parts) => self.list(&format!("Format {place}"), parts),
            Expr::Slice(parts) => self.list(&format!("Slice {place}"), parts),
            Expr::Yield(value) => self.optional(&format!("Yield {place}"), value),
            Expr::YieldFrom(value) => self.node("YieldFrom", &place, [value]),
            Expr::Str | Expr::Bytes | Expr::Number | Expr::Bool | Expr::None | Expr::Ellipsis => {
                self.line(format!("{:?} {place}", node.expr), |_| {})
            }
        }
    }

    fn node(&mut self, kind: &str, place: &str, parts: impl IntoIterator<Item = ExprId>) {
        self.line(format!("{kind} {place}"), |it| parts.into_iter().for_each(|id| it.expr(id)));
    }

    fn comprehension(
        &mut self,
        kind: &str,
        place: &str,
        parts: impl IntoIterator<Item = ExprId>,
        generators: Many,
    ) {
        self.line(format!("{kind} {place}"), |it| {
            parts.into_iter().for_each(|id| it.expr(id));
            it.generators(generators);
        });
    }
}
