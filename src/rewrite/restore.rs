//! Brings back a function as it was, where its fix is no offload that could be taken away.

use std::collections::BTreeSet;

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::Refusal;
use super::edits::{Edits, Rewrite, sound};
use super::imports::add_statements;
use super::missing::{Missing, names_used};
use super::trivia::{line_end, line_start};
use super::walk::walk;
use crate::scan::syntax::Module;

/// Puts the text of `function` (dotted, its decorators included) as it stands in `base` in the
/// place of the one in `head`. Imports and top-level definitions that it needs and `head` lacks
/// come back with it, the definitions at the end of the file. A
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
        needed.extend(names_used(AnyNodeRef::StmtFunctionDef(then)));
    }
    let Some(site) = site else {
        return Err(Refusal::Unchanged { function: function.to_owned() });
    };
    let missing = Missing::of(head, base, function, needed)?;
    if !missing.imports.is_empty() {
        add_statements(head, &missing.imports, &mut edits);
    }
    if !missing.definitions.is_empty() {
        edits.append(head.source(), &appended(head, &missing.definitions));
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

/// Definitions as they stand at the end of a file, which ends as it did.
fn appended(head: &Module, definitions: &[String]) -> String {
    let source = head.source();
    let text = unix(&definitions.join("\n\n\n"));
    let text = match source.ends_with('\n') {
        true => format!("\n\n{text}\n"),
        false => format!("\n\n\n{text}"),
    };
    text.replace('\n', line_end(source))
}
