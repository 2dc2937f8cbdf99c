//! A file of tests as facts: what each function calls, names and says, in a form in which the
//! questions of Steps 3 and 4 can be asked without a syntax tree.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::SourceFile;
use crate::scan::syntax::Module;

/// One file.
pub(super) struct TestFile {
    pub(super) path: String,
    /// Local name → dotted name, of every import anywhere in the file, and of names given to what
    /// was imported.
    pub(super) imports: BTreeMap<String, String>,
    /// Functions at the top and in classes at the top.
    pub(super) functions: Vec<Function>,
    /// The decorator-like texts that hold for the whole file (`pytestmark = …`).
    pub(super) marks: Vec<String>,
    /// The first line that is no Python.
    pub(super) broken: Option<usize>,
}

/// One function of it, what is nested in it included.
pub(super) struct Function {
    /// `test_x`, or `TestY.test_x`.
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) is_async: bool,
    pub(super) parameters: Vec<String>,
    /// Without the `@`; those of its class follow its own.
    pub(super) decorators: Vec<String>,
    pub(super) calls: Vec<Call>,
    /// Every name and dotted name, as written.
    pub(super) names: BTreeSet<String>,
    /// Every string; what an f-string computes is `{}`.
    pub(super) literals: Vec<String>,
    /// The line of a `raise NotImplementedError`.
    pub(super) unfinished: Option<usize>,
}

/// One call in it.
pub(super) struct Call {
    pub(super) line: usize,
    /// As written: `store.put`, `Store().put`; `?.put` where what stands before the dot is no name.
    pub(super) callee: String,
    pub(super) arguments: Vec<Argument>,
}

/// One argument of a call.
pub(super) struct Argument {
    pub(super) keyword: Option<String>,
    pub(super) text: String,
    /// The value of a string; what an f-string computes is `{}`.
    pub(super) literal: Option<String>,
}

impl TestFile {
    pub(super) fn read(file: &SourceFile) -> Self {
        let module = Module::parse(file.text.clone());
        let mut read = Self {
            path: file.path.clone(),
            imports: BTreeMap::new(),
            functions: Vec::new(),
            marks: Vec::new(),
            broken: module.errors().first().map(|error| module.line(error.location.start())),
        };
        let mut imports = Imports(&mut read.imports);
        imports.visit_body(&module.tree().body);
        for stmt in &module.tree().body {
            match stmt {
                Stmt::FunctionDef(def) => {
                    read.functions.push(function(&module, def, "", &[]));
                }
                Stmt::ClassDef(class) => {
                    let decorators: Vec<String> = class
                        .decorator_list
                        .iter()
                        .map(|decorator| module.text(&decorator.expression).to_owned())
                        .collect();
                    let prefix = format!("{}.", class.name);
                    for inner in &class.body {
                        if let Stmt::FunctionDef(def) = inner {
                            read.functions.push(function(&module, def, &prefix, &decorators));
                        }
                    }
                }
                Stmt::Assign(assign) => {
                    let marks = assign.targets.iter().any(|target| {
                        target.as_name_expr().is_some_and(|name| name.id == "pytestmark")
                    });
                    if marks {
                        read.marks.push(module.text(&*assign.value).to_owned());
                    }
                }
                _ => {}
            }
        }
        read
    }

    /// The dotted name that a written name stands for, by the file's imports.
    pub(super) fn resolve(&self, written: &str) -> Option<String> {
        let (first, rest) = written.split_once('.').map_or((written, None), |(a, b)| (a, Some(b)));
        let imported = self.imports.get(first)?;
        Some(rest.map_or_else(|| imported.clone(), |rest| format!("{imported}.{rest}")))
    }

    /// The functions that pytest collects from a file of this name.
    pub(super) fn tests(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(|function| {
            let (class, name) = function.split();
            name.starts_with("test") && class.is_none_or(|class| class.starts_with("Test"))
        })
    }

    /// A test and what it runs in this file and in `conftest`: helpers, fixtures, their like.
    pub(super) fn reach<'a>(
        &'a self,
        test: &'a Function,
        conftest: Option<&'a TestFile>,
    ) -> Vec<(&'a TestFile, &'a Function)> {
        let mut reached = vec![(self, test)];
        let mut next = 0;
        while let Some(&(_, from)) = reached.get(next) {
            next += 1;
            for file in std::iter::once(self).chain(conftest) {
                for function in &file.functions {
                    let (class, name) = function.split();
                    let named = from.parameters.iter().any(|parameter| parameter == name)
                        || from.names.iter().any(|written| match class {
                            None => written == name,
                            Some(_) => written.strip_prefix("self.").is_some_and(|own| own == name),
                        })
                        || function.decorators.iter().any(|text| text.contains("autouse=True"));
                    let known = reached.iter().any(|(_, known)| std::ptr::eq(*known, function));
                    if named && !known {
                        reached.push((file, function));
                    }
                }
            }
        }
        reached
    }
}

impl Function {
    /// The class, and the name in it.
    pub(super) fn split(&self) -> (Option<&str>, &str) {
        self.name.rsplit_once('.').map_or((None, &self.name), |(class, name)| (Some(class), name))
    }

    /// The mark that keeps it from failing under the gate, its own or the file's.
    pub(super) fn opts_out<'a>(&'a self, file: &'a TestFile) -> Option<&'a str> {
        let marks = ["mark.allow_blocking_io", "mark.skip", "mark.xfail"];
        file.marks
            .iter()
            .chain(&self.decorators)
            .find(|text| marks.iter().any(|mark| text.contains(mark)))
            .map(String::as_str)
    }

    /// pytest's node id.
    pub(super) fn id(&self, path: &str) -> String {
        format!("{path}::{}", self.name.replace('.', "::"))
    }
}

impl Call {
    /// What stands after the last dot.
    pub(super) fn last(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or(&self.callee)
    }
}

fn function(
    module: &Module,
    def: &StmtFunctionDef,
    prefix: &str,
    class_decorators: &[String],
) -> Function {
    let mut facts = Facts {
        module,
        calls: Vec::new(),
        names: BTreeSet::new(),
        literals: Vec::new(),
        unfinished: None,
    };
    for decorator in &def.decorator_list {
        facts.visit_expr(&decorator.expression);
    }
    facts.visit_body(&def.body);
    let own = def.decorator_list.iter().map(|d| module.text(&d.expression).to_owned());
    Function {
        name: format!("{prefix}{}", def.name),
        line: module.line(def.name.start()),
        is_async: def.is_async,
        parameters: def
            .parameters
            .iter_non_variadic_params()
            .map(|parameter| parameter.parameter.name.to_string())
            .collect(),
        decorators: own.chain(class_decorators.iter().cloned()).collect(),
        calls: facts.calls,
        names: facts.names,
        literals: facts.literals,
        unfinished: facts.unfinished,
    }
}

/// A name or a row of attributes, as written, calls without their arguments; `?` for the rest.
pub(super) fn dotted(expr: &Expr) -> String {
    match expr {
        Expr::Name(name) => name.id.to_string(),
        // What `functools.wraps` leaves behind is the function itself.
        Expr::Attribute(attribute) if attribute.attr.as_str() == "__wrapped__" => {
            dotted(&attribute.value)
        }
        Expr::Attribute(attribute) => format!("{}.{}", dotted(&attribute.value), attribute.attr),
        Expr::Call(call) => format!("{}()", dotted(&call.func)),
        _ => "?".to_owned(),
    }
}

fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(string) => Some(string.value.to_str().to_owned()),
        Expr::FString(string) => Some(
            string
                .value
                .elements()
                .map(|element| element.as_literal().map_or("{}", |literal| &*literal.value))
                .collect(),
        ),
        _ => None,
    }
}

struct Imports<'m>(&'m mut BTreeMap<String, String>);

impl<'a> Visitor<'a> for Imports<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let dotted = alias.name.to_string();
                    match &alias.asname {
                        Some(local) => self.0.insert(local.to_string(), dotted),
                        None => {
                            let first = dotted.split('.').next().unwrap_or_default().to_owned();
                            self.0.insert(first.clone(), first)
                        }
                    };
                }
            }
            Stmt::ImportFrom(import) => {
                let from = import.module.as_ref().map(ToString::to_string).unwrap_or_default();
                let dots = ".".repeat(import.level as usize);
                for alias in &import.names {
                    let local = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    self.0.insert(local, format!("{dots}{from}.{}", alias.name));
                }
            }
            Stmt::Assign(assign) => {
                let value = dotted(&assign.value);
                let (first, rest) = value
                    .split_once('.')
                    .map_or((value.as_str(), ""), |(first, rest)| (first, rest));
                let Some(imported) = self.0.get(first) else { return };
                let meant =
                    if rest.is_empty() { imported.clone() } else { format!("{imported}.{rest}") };
                for target in assign.targets.iter().filter_map(Expr::as_name_expr) {
                    self.0.entry(target.id.to_string()).or_insert_with(|| meant.clone());
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }
}

struct Facts<'m> {
    module: &'m Module,
    calls: Vec<Call>,
    names: BTreeSet<String>,
    literals: Vec<String>,
    unfinished: Option<usize>,
}

impl<'a> Visitor<'a> for Facts<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Raise(raise) = stmt
            && let Some(raised) = raise.exc.as_deref()
        {
            let raised = raised.as_call_expr().map_or(raised, |call| &call.func);
            if dotted(raised) == "NotImplementedError" {
                self.unfinished.get_or_insert(self.module.line(stmt.start()));
            }
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => {
                let argument = |keyword: Option<String>, value: &Expr| Argument {
                    keyword,
                    text: self.module.text(value).to_owned(),
                    literal: literal(value),
                };
                let positional = call.arguments.args.iter().map(|value| argument(None, value));
                let named = call.arguments.keywords.iter().map(|keyword| {
                    argument(keyword.arg.as_ref().map(ToString::to_string), &keyword.value)
                });
                let arguments = positional.chain(named).collect();
                self.calls.push(Call {
                    line: self.module.line(call.func.end()),
                    callee: dotted(&call.func),
                    arguments,
                });
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                self.names.insert(dotted(expr));
            }
            _ => self.literals.extend(literal(expr)),
        }
        walk_expr(self, expr);
    }
}
