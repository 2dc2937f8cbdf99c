//! Brings back a function as it was, where its fix is no offload that could be taken away.

use std::collections::BTreeSet;

use ruff_python_ast::{Alias, AnyNodeRef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::Refusal;
use super::edits::{Edits, Rewrite, sound};
use super::imports::add_statements;
use super::trivia::{line_end, line_start};
use super::walk::{walk, walk_below};
use crate::scan::syntax::Module;

/// Puts the text of `function` (dotted, its decorators included) as it stands in `base` in the
/// place of the one in `head`. Imports that it needs and `head` lacks come back with it. A
/// function that is defined several times (a property and its setter, overloads) is restored
/// one by one, in order.
///
/// # Errors
/// When the function does not stand in both the same number of times, is the same in both,
/// or needs something else that `head` no longer defines.
pub fn restore_function(head: &Module, base: &Module, function: &str) -> Result<Rewrite, Refusal> {
    sound(head)?;
    sound(base)?;
    let (in_head, in_base) = (definitions(head, function), definitions(base, function));
    if in_head.len() != in_base.len() || in_head.is_empty() {
        return Err(Refusal::FunctionsDiffer {
            function: function.to_owned(),
            in_head: in_head.len(),
            in_base: in_base.len(),
        });
    }
    let mut edits = Edits::default();
    let mut site: Option<TextRange> = None;
    let mut needed = BTreeSet::new();
    for (now, then) in in_head.iter().zip(&in_base) {
        let (text, old) = (unix(head.text(*now)), unix(base.text(*then)));
        if text == old {
            continue;
        }
        if indent(head, now) != indent(base, then) {
            return Err(Refusal::Moved { function: function.to_owned() });
        }
        edits.replace(now.start(), now.end(), old.replace('\n', line_end(head.source())));
        site = Some(site.map_or(now.range(), |site| site.cover(now.range())));
        names_used(then, &mut needed);
    }
    let Some(site) = site else {
        return Err(Refusal::Unchanged { function: function.to_owned() });
    };
    let imports = missing_imports(head, base, function, &needed)?;
    if !imports.is_empty() {
        add_statements(head, &imports, &mut edits);
    }
    edits.apply(head, site)
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn indent<'s>(module: &'s Module, def: &StmtFunctionDef) -> &'s str {
    let start = line_start(module.source(), def.start());
    &module.source()[start.to_usize()..def.start().to_usize()]
}

fn definitions<'a>(module: &'a Module, function: &str) -> Vec<&'a StmtFunctionDef> {
    let mut found = Vec::new();
    walk(module, |above, node| {
        let AnyNodeRef::StmtFunctionDef(def) = node else { return };
        let outer = above.iter().filter_map(|node| match node {
            AnyNodeRef::StmtFunctionDef(def) => Some(def.name.as_str()),
            AnyNodeRef::StmtClassDef(def) => Some(def.name.as_str()),
            _ => None,
        });
        if outer.chain([def.name.as_str()]).collect::<Vec<_>>().join(".") == function {
            found.push(def);
        }
    });
    found
}

/// The names that a function takes from around it.
fn names_used(def: &StmtFunctionDef, names: &mut BTreeSet<String>) {
    let mut used = BTreeSet::new();
    let mut own = BTreeSet::new();
    walk_below(AnyNodeRef::StmtFunctionDef(def), |_, node| match node {
        AnyNodeRef::ExprName(name) if name.ctx.is_load() => {
            used.insert(name.id.to_string());
        }
        AnyNodeRef::ExprName(name) => {
            own.insert(name.id.to_string());
        }
        AnyNodeRef::Parameter(parameter) => {
            own.insert(parameter.name.to_string());
        }
        AnyNodeRef::Alias(alias) => {
            own.insert(local(alias));
        }
        _ => {}
    });
    names.extend(used.difference(&own).cloned());
}

/// The import statements of `base` that bind what is needed and what `head` does not bind.
fn missing_imports(
    head: &Module,
    base: &Module,
    function: &str,
    needed: &BTreeSet<String>,
) -> Result<Vec<String>, Refusal> {
    let bound = bindings(head);
    let bound: BTreeSet<&str> = bound.iter().map(|(name, _)| name.as_str()).collect();
    let mut imports = Vec::new();
    for (name, import) in bindings(base) {
        if !needed.contains(&name) || bound.contains(name.as_str()) {
            continue;
        }
        match import {
            Some(statement) if imports.contains(&statement) => {}
            Some(statement) => imports.push(statement),
            None => return Err(Refusal::MissingName { function: function.to_owned(), name }),
        }
    }
    Ok(imports)
}

/// What the top level of a file binds, conditionally too, and the import statement that does.
fn bindings(module: &Module) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    walk(module, |above, node| {
        let is_top = above.iter().all(|node| {
            !matches!(
                node,
                AnyNodeRef::StmtFunctionDef(_)
                    | AnyNodeRef::StmtClassDef(_)
                    | AnyNodeRef::ExprLambda(_)
            )
        });
        if !is_top {
            return;
        }
        match node {
            AnyNodeRef::StmtImport(import) => {
                for alias in &import.names {
                    found.push((local(alias), Some(format!("import {}", spelled(alias)))));
                }
            }
            AnyNodeRef::StmtImportFrom(import) => {
                let from = format!(
                    "{}{}",
                    ".".repeat(import.level as usize),
                    import.module.as_ref().map_or("", |module| module.as_str())
                );
                for alias in &import.names {
                    let text = format!("from {from} import {}", spelled(alias));
                    found.push((local(alias), Some(text)));
                }
            }
            AnyNodeRef::StmtFunctionDef(def) => found.push((def.name.to_string(), None)),
            AnyNodeRef::StmtClassDef(def) => found.push((def.name.to_string(), None)),
            AnyNodeRef::ExprName(name) if name.ctx.is_store() => {
                found.push((name.id.to_string(), None));
            }
            _ => {}
        }
    });
    found
}

fn local(alias: &Alias) -> String {
    match &alias.asname {
        Some(asname) => asname.to_string(),
        None => alias.name.split('.').next().unwrap_or_default().to_owned(),
    }
}

fn spelled(alias: &Alias) -> String {
    match &alias.asname {
        Some(asname) => format!("{} as {asname}", alias.name),
        None => alias.name.to_string(),
    }
}
