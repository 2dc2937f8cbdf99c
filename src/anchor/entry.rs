//! The production function that an anchor has to call: the async root of the candidate's chain.

use ruff_python_ast::{Stmt, StmtClassDef, StmtFunctionDef};
use serde::{Deserialize, Serialize};

use super::suite::dotted;
use super::{Facts, SourceFile};
use crate::model::Candidate;
use crate::scan::syntax::Module;

/// How a test gets hold of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// By importing it.
    Function,
    /// Through an object of its class.
    Method,
    /// Not by name: it is made inside of another function.
    Nested,
    /// By importing its module: it is no function.
    ModuleBody,
    /// Unknown: its source was not given, or does not hold it.
    Unknown,
}

/// One parameter that a call has to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its annotation as written.
    pub annotation: Option<String>,
    /// Whether it can only be given by name.
    pub keyword_only: bool,
}

/// An entry point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its file, relative to the repository's root.
    pub path: String,
    /// The name its file is imported by, where it has one.
    pub module: Option<String>,
    /// Its dotted name inside of the module: `Store.put`.
    pub function: String,
    /// How a test gets hold of it.
    pub kind: EntryKind,
    /// Whether a test has to await it.
    pub is_async: bool,
    /// The parameters without a default, `self` left out.
    pub parameters: Vec<Parameter>,
    /// The same of its class's `__init__`, for a method.
    pub constructor: Vec<Parameter>,
    /// The HTTP route that its decorator declares.
    pub route: Option<Route>,
}

/// An HTTP route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// As the decorator is called: `get`, `websocket`.
    pub method: String,
    /// As it is written there, without the prefix of its router: `/items/{id}`.
    pub path: String,
}

impl Route {
    /// Whether a client's call asks for it, whatever prefix its router has. Parts of the address
    /// that are computed are `{}`.
    pub fn is_asked(&self, method: &str, address: &str) -> bool {
        let same = match method {
            "request" | "stream" => true,
            "websocket_connect" => self.method == "websocket",
            method => method == self.method || self.method == "route" || self.method == "api_route",
        };
        let parts = |path: &str| -> Vec<String> {
            path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let mut asked = parts(address.split(['?', '#']).next().unwrap_or(address));
        let mut wanted = parts(&self.path);
        // `{rest:path}` takes what is left.
        if wanted.last().is_some_and(|part| part.ends_with(":path}")) {
            wanted.pop();
            let Some(end) =
                (wanted.len()..asked.len()).find(|&end| ends_alike(&asked[..end], &wanted))
            else {
                return false;
            };
            asked.truncate(end);
        }
        let says_something = wanted.iter().any(|part| !part.starts_with('{'));
        same && says_something && ends_alike(&asked, &wanted)
    }
}

fn ends_alike(asked: &[String], wanted: &[String]) -> bool {
    asked.len() >= wanted.len()
        && asked[asked.len() - wanted.len()..]
            .iter()
            .zip(wanted)
            .all(|(asked, wanted)| wanted.starts_with('{') || asked == wanted)
}

impl Entry {
    /// The class, where it is a method, and the name in it.
    pub fn split(&self) -> (Option<&str>, &str) {
        self.function
            .rsplit_once('.')
            .map_or((None, self.function.as_str()), |(class, name)| (Some(class), name))
    }
}

/// The entry point of a candidate. `production` holds the files of its chain, as far as known.
pub fn entry_of(candidate: &Candidate, production: &[SourceFile], facts: &Facts) -> Entry {
    let (path, function) = candidate
        .chain
        .first()
        .map_or((&candidate.key.path, &candidate.key.function), |hop| (&hop.path, &hop.function));
    read(path, function, production, facts)
}

/// What is known of one function.
pub(super) fn read(path: &str, function: &str, production: &[SourceFile], facts: &Facts) -> Entry {
    let mut entry = Entry {
        path: path.to_owned(),
        module: facts.import_path(path),
        function: function.replace("<locals>.", ""),
        kind: EntryKind::Unknown,
        is_async: true,
        parameters: Vec::new(),
        constructor: Vec::new(),
        route: None,
    };
    if function == "<module>" {
        entry.kind = EntryKind::ModuleBody;
        entry.is_async = false;
        return entry;
    }
    let Some(file) = production.iter().find(|file| file.path == path) else { return entry };
    let module = Module::parse(file.text.clone());
    let parts: Vec<&str> = entry.function.split('.').collect();
    let Some(found) = find(&module.tree().body, &parts) else { return entry };
    entry.is_async = found.def.is_async;
    entry.kind = match (found.nested, found.class) {
        (true, _) => EntryKind::Nested,
        (false, Some(_)) => EntryKind::Method,
        (false, None) => EntryKind::Function,
    };
    let is_static =
        found.def.decorator_list.iter().any(|d| dotted(&d.expression) == "staticmethod");
    entry.parameters = parameters(&module, found.def, found.class.is_some() && !is_static);
    if let Some(class) = found.class {
        let constructor = class.body.iter().find_map(|stmt| match stmt {
            Stmt::FunctionDef(def) if def.name.as_str() == "__init__" => Some(def),
            _ => None,
        });
        if let Some(constructor) = constructor {
            entry.constructor = parameters(&module, constructor, true);
        }
    }
    entry.route = route(found.def);
    entry
}

struct Found<'a> {
    def: &'a StmtFunctionDef,
    class: Option<&'a StmtClassDef>,
    nested: bool,
}

fn find<'a>(body: &'a [Stmt], parts: &[&str]) -> Option<Found<'a>> {
    let (first, rest) = parts.split_first()?;
    body.iter().find_map(|stmt| match stmt {
        Stmt::FunctionDef(def) if def.name.as_str() == *first => {
            if rest.is_empty() {
                return Some(Found { def, class: None, nested: false });
            }
            find(&def.body, rest).map(|found| Found { nested: true, ..found })
        }
        Stmt::ClassDef(class) if class.name.as_str() == *first => {
            let found = find(&class.body, rest)?;
            Some(Found { class: found.class.or(Some(class)), ..found })
        }
        Stmt::If(stmt) => find(&stmt.body, parts)
            .or_else(|| stmt.elif_else_clauses.iter().find_map(|clause| find(&clause.body, parts))),
        Stmt::Try(stmt) => find(&stmt.body, parts).or_else(|| find(&stmt.orelse, parts)),
        Stmt::With(stmt) => find(&stmt.body, parts),
        _ => None,
    })
}

fn parameters(module: &Module, def: &StmtFunctionDef, bound: bool) -> Vec<Parameter> {
    let all = &def.parameters;
    let positional = all.posonlyargs.iter().chain(&all.args).map(|p| (p, false)).skip(bound.into());
    positional
        .chain(all.kwonlyargs.iter().map(|parameter| (parameter, true)))
        .filter(|(parameter, _)| parameter.default.is_none())
        .map(|(parameter, keyword_only)| Parameter {
            name: parameter.parameter.name.to_string(),
            annotation: parameter
                .parameter
                .annotation
                .as_deref()
                .map(|annotation| module.text(annotation).to_owned()),
            keyword_only,
        })
        .collect()
}

const METHODS: [&str; 9] =
    ["get", "post", "put", "delete", "patch", "head", "route", "api_route", "websocket"];

fn route(def: &StmtFunctionDef) -> Option<Route> {
    def.decorator_list.iter().find_map(|decorator| {
        let call = decorator.expression.as_call_expr()?;
        let method = call.func.as_attribute_expr()?.attr.to_string();
        let literal = call.arguments.args.first()?.as_string_literal_expr()?;
        let path = literal.value.to_str().to_owned();
        METHODS.contains(&method.as_str()).then_some(Route { method, path })
    })
}

/// Whether a function of a file is async, where its source is known.
pub(super) fn is_async(path: &str, function: &str, production: &[SourceFile]) -> Option<bool> {
    let file = production.iter().find(|file| file.path == path)?;
    let module = Module::parse(file.text.clone());
    let name = function.replace("<locals>.", "");
    let parts: Vec<&str> = name.split('.').collect();
    find(&module.tree().body, &parts).map(|found| found.def.is_async)
}
