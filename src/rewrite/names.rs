//! What a dotted expression means, by the imports of its file: `aio.to_thread` is
//! `asyncio.to_thread` after `import asyncio as aio`.

use std::collections::HashMap;

use ruff_python_ast::{AnyNodeRef, Expr};

use super::walk::walk;
use crate::scan::syntax::Module;

/// Local names and the dotted names they were imported from. Imports count wherever they stand:
/// one inside a function is as good as one at the top.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    pub(super) fn of(module: &Module) -> Self {
        let mut names = HashMap::new();
        walk(module, |_, node| match node {
            AnyNodeRef::StmtImport(import) => {
                for alias in &import.names {
                    if let Some(asname) = &alias.asname {
                        names.insert(asname.to_string(), alias.name.to_string());
                    } else {
                        let root = alias.name.split('.').next().unwrap_or_default();
                        names.insert(root.to_owned(), root.to_owned());
                    }
                }
            }
            AnyNodeRef::StmtImportFrom(import) => {
                let dots = ".".repeat(import.level as usize);
                let from = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    let local = alias.asname.as_ref().unwrap_or(&alias.name);
                    names.insert(local.to_string(), format!("{dots}{from}.{}", alias.name));
                }
            }
            _ => {}
        });
        Self(names)
    }

    /// The dotted name an expression stands for; a root that is not imported stands for itself.
    /// `None` for what is not a name with attributes.
    pub(super) fn resolve(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Name(name) => {
                Some(self.0.get(name.id.as_str()).cloned().unwrap_or_else(|| name.id.to_string()))
            }
            Expr::Attribute(attribute) => {
                Some(format!("{}.{}", self.resolve(&attribute.value)?, attribute.attr))
            }
            _ => None,
        }
    }
}
