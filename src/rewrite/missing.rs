//! What a function of the base needs from around it and the file no longer has.

use std::collections::{BTreeSet, HashMap};

use ruff_python_ast::{Alias, AnyNodeRef};
use ruff_text_size::{Ranged, TextRange};

use super::Refusal;
use super::walk::{walk, walk_below};
use crate::scan::syntax::Module;

/// Statements that must come back with a function.
pub(super) struct Missing {
    /// Import statements.
    pub(super) imports: Vec<String>,
    /// Top-level definitions and assignments.
    pub(super) definitions: Vec<String>,
}

/// How the top level of a file binds a name.
#[derive(Debug, Clone)]
enum Binding {
    /// By this import statement.
    Import(String),
    /// By the statement of this span, which stands at the top.
    Definition(TextRange),
    /// In a block of a statement.
    Conditional,
}

impl Missing {
    /// Follows the names that are `needed`, and those that what comes back needs in its turn.
    pub(super) fn of(
        head: &Module,
        base: &Module,
        function: &str,
        needed: BTreeSet<String>,
    ) -> Result<Self, Refusal> {
        let (bound, available) = (bindings(head), bindings(base));
        let mut missing = Self { imports: Vec::new(), definitions: Vec::new() };
        let mut definitions = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = needed.into_iter().collect();
        while let Some(name) = open.pop() {
            if bound.contains_key(&name) || !seen.insert(name.clone()) {
                continue;
            }
            match available.get(&name) {
                // A builtin, or a name of the class or function around it.
                None => {}
                Some(Binding::Import(statement)) => missing.imports.push(statement.clone()),
                Some(Binding::Definition(range)) => {
                    let stmt = base.tree().body.iter().find(|stmt| stmt.range() == *range);
                    open.extend(stmt.into_iter().flat_map(|stmt| names_used(stmt.into())));
                    definitions.insert((range.start(), range.end()));
                }
                Some(Binding::Conditional) => {
                    return Err(Refusal::MissingName { function: function.to_owned(), name });
                }
            }
        }
        missing.imports.sort();
        // A default or a decorator runs when it is defined, so the order of the base stays.
        missing.definitions = definitions
            .into_iter()
            .map(|(start, end)| base.source()[TextRange::new(start, end)].to_owned())
            .collect();
        Ok(missing)
    }
}

/// The names that a definition takes from around it.
pub(super) fn names_used(definition: AnyNodeRef<'_>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut own = BTreeSet::new();
    walk_below(definition, |_, node| match node {
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
    used.difference(&own).cloned().collect()
}

/// What the top level of a file binds, in its blocks too; the last binding counts, but one that
/// is no mere block's goes before.
fn bindings(module: &Module) -> HashMap<String, Binding> {
    let mut found: HashMap<String, Binding> = HashMap::new();
    walk(module, |above, node| {
        let is_inner = above.iter().any(|node| {
            matches!(
                node,
                AnyNodeRef::StmtFunctionDef(_)
                    | AnyNodeRef::StmtClassDef(_)
                    | AnyNodeRef::ExprLambda(_)
            )
        });
        if is_inner {
            return;
        }
        let mut bind = |name: String, binding: Binding| {
            if !matches!(binding, Binding::Conditional) || !found.contains_key(&name) {
                found.insert(name, binding);
            }
        };
        let defined = |top: Option<&AnyNodeRef<'_>>, span: TextRange| match top {
            None => Binding::Definition(span),
            Some(AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_)) if above.len() == 1 => {
                Binding::Definition(above[0].range())
            }
            Some(_) => Binding::Conditional,
        };
        match node {
            AnyNodeRef::StmtImport(import) => {
                for alias in &import.names {
                    bind(local(alias), Binding::Import(format!("import {}", spelled(alias))));
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
                    bind(local(alias), Binding::Import(text));
                }
            }
            AnyNodeRef::StmtFunctionDef(def) => {
                bind(def.name.to_string(), defined(above.last(), def.range()));
            }
            AnyNodeRef::StmtClassDef(def) => {
                bind(def.name.to_string(), defined(above.last(), def.range()));
            }
            AnyNodeRef::ExprName(name) if name.ctx.is_store() => {
                bind(name.id.to_string(), defined(above.last(), name.range()));
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
