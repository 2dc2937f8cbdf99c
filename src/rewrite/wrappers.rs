//! Offload helpers of the project's own: an `async def` that does nothing but hand its first
//! parameter to a thread. A call of one is an offload of what it is given.

use std::collections::{HashMap, HashSet};

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::form::recognise;
use super::names::Names;
use super::walk::{function, walk, walk_below};
use crate::scan::syntax::Module;

/// Helpers that stand in other files, by dotted name: `app.io.run_file_io`. Either of a name and
/// an import may have more packages in front than the other; a module must be there in both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrappers(pub Vec<String>);

/// The helpers that calls in one file can reach: its own and those named from outside.
pub(super) struct Known {
    /// Own helper, without the class of a method, to the keywords that are the helper's own.
    own: HashMap<String, Vec<String>>,
    named: Vec<String>,
}

impl Known {
    pub(super) fn of(module: &Module, names: &Names, wrappers: &Wrappers) -> Self {
        let own = found(module, names)
            .into_iter()
            .map(|(name, keywords)| {
                (name.rsplit('.').next().unwrap_or_default().to_owned(), keywords)
            })
            .collect();
        Self { own, named: wrappers.0.clone() }
    }

    fn none() -> Self {
        Self { own: HashMap::new(), named: Vec::new() }
    }

    /// The helper's own keywords when this is a call of one.
    pub(super) fn own_keywords(&self, func: &Expr, resolved: &str) -> Option<&[String]> {
        let local = match func {
            Expr::Name(name) => self.own.get(name.id.as_str()),
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls") => {
                    self.own.get(attribute.attr.as_str())
                }
                _ => None,
            },
            _ => None,
        };
        local.map(Vec::as_slice).or_else(|| {
            let matches = |name: &String| same(name, resolved);
            self.named.iter().any(matches).then_some(&[])
        })
    }
}

/// Whether two dotted names mean the same helper: one may lack the packages in front, since the
/// import is relative or the root of the imports is not that of the paths. A function without
/// any module is too little to go by.
fn same(name: &str, resolved: &str) -> bool {
    let resolved = resolved.trim_start_matches('.');
    let ends = |long: &str, short: &str| {
        short.contains('.') && long.strip_suffix(short).is_some_and(|rest| rest.ends_with('.'))
    };
    name == resolved || ends(resolved, name) || ends(name, resolved)
}

/// The dotted names of the helpers that a file defines; for other files they are [`Wrappers`]
/// once the module's name stands before them.
pub fn own_wrappers(module: &Module) -> Vec<String> {
    found(module, &Names::of(module)).into_iter().map(|(name, _)| name).collect()
}

fn found(module: &Module, names: &Names) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    walk(module, |above, node| {
        let AnyNodeRef::StmtFunctionDef(def) = node else { return };
        let is_method = matches!(above.last(), Some(AnyNodeRef::StmtClassDef(_)));
        if let Some(keywords) = own_keywords(def, is_method, names) {
            let outer = function(&[above, &[node]].concat());
            let prefix = match above.last() {
                Some(AnyNodeRef::StmtClassDef(class)) => format!("{}.", class.name),
                _ if outer == "<module>" => String::new(),
                _ => format!("{outer}."),
            };
            found.push((format!("{prefix}{}", def.name), keywords));
        }
    });
    found
}

/// The keyword-only parameters of a helper; `None` when the function is none.
fn own_keywords(def: &StmtFunctionDef, is_method: bool, names: &Names) -> Option<Vec<String>> {
    let parameters = &def.parameters;
    let positional: Vec<&str> = parameters
        .posonlyargs
        .iter()
        .chain(&parameters.args)
        .map(|parameter| parameter.parameter.name.as_str())
        .collect();
    let function = match (is_method, positional.as_slice()) {
        (true, [_, function]) | (false, [function]) => *function,
        _ => return None,
    };
    if !def.is_async {
        return None;
    }
    let mut carriers = HashSet::from([function]);
    let mut awaits = 0;
    let mut offloads = 0;
    let known = Known::none();
    let def_node = AnyNodeRef::StmtFunctionDef(def);
    walk_below(def_node, |_, node| match node {
        AnyNodeRef::StmtAssign(assign) => {
            if let ([Expr::Name(target)], Expr::Call(call)) = (&*assign.targets, &*assign.value)
                && is_partial_of(call, names, &carriers)
            {
                carriers.insert(target.id.as_str());
            }
        }
        AnyNodeRef::ExprAwait(_) => awaits += 1,
        AnyNodeRef::StmtFor(stmt) if stmt.is_async => awaits += 1,
        AnyNodeRef::ExprCall(call) if call.range() != def.range() => {
            let Some(recognised) = recognise(call, names, &known) else { return };
            let Some(callee) = recognised.callee.expr() else { return };
            let through_context = match callee {
                Expr::Attribute(attribute) if attribute.attr.as_str() == "run" => {
                    call.arguments.args.iter().any(|arg| carries(arg, names, &carriers))
                }
                _ => false,
            };
            if through_context || carries(callee, names, &carriers) {
                offloads += 1;
            }
        }
        _ => {}
    });
    // A helper that awaits something else too (a lock, a set-up) does more than to offload.
    (offloads == 1 && awaits <= 1).then(|| {
        parameters.kwonlyargs.iter().map(|parameter| parameter.parameter.name.to_string()).collect()
    })
}

fn carries(expr: &Expr, names: &Names, carriers: &HashSet<&str>) -> bool {
    match expr {
        Expr::Name(name) => carriers.contains(name.id.as_str()),
        Expr::Call(call) => is_partial_of(call, names, carriers),
        _ => false,
    }
}

fn is_partial_of(call: &ExprCall, names: &Names, carriers: &HashSet<&str>) -> bool {
    names.resolve(&call.func).as_deref() == Some("functools.partial")
        && matches!(call.arguments.args.first(), Some(Expr::Name(name)) if carriers.contains(name.id.as_str()))
}
