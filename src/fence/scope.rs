//! Which files the fence holds in: those that are listed, and those that the named entry modules
//! bring with them by import.

use std::collections::BTreeSet;

use super::FenceError;
use super::look::Look;
use crate::model::nearest;
use crate::project::{FenceRules, Marked};
use crate::scan::{Imports, SourceFile, Unread};

/// The files in scope by their indexes; everything that the configuration names must be there, and
/// be readable.
pub(super) fn strict(
    rules: &FenceRules,
    files: &[SourceFile],
    looks: &[Result<Look, Unread>],
) -> Result<BTreeSet<usize>, FenceError> {
    if rules.modules.is_empty() && rules.entries.is_empty() {
        return Err((rules.mark)
            .error(
                "the fence holds nowhere",
                "needs `modules`, the files in scope, or `entries`, from which they are computed",
            )
            .into());
    }
    let imports = Imports::new(files.iter().map(|file| file.path.as_str()).collect());
    for module in &rules.modules {
        if listed(module, files).is_empty() {
            return Err(missing(module, files).into());
        }
    }
    for entry in &rules.entries {
        if start(rules, entry, files, &imports).is_none() {
            return Err(missing(entry, files).into());
        }
    }
    let scope = lenient(rules, files, looks);
    readable(files, looks, &scope)?;
    Ok(scope)
}

/// The files in scope by their indexes, of what the configuration names and is there.
pub(super) fn lenient(
    rules: &FenceRules,
    files: &[SourceFile],
    looks: &[Result<Look, Unread>],
) -> BTreeSet<usize> {
    let imports = Imports::new(files.iter().map(|file| file.path.as_str()).collect());
    let starts = rules.entries.iter().filter_map(|entry| start(rules, entry, files, &imports));
    let mut scope = imports.reachable(starts, |file| match &looks[file] {
        Ok(look) => &look.imports,
        Err(_) => &[],
    });
    scope.extend(rules.modules.iter().flat_map(|module| listed(module, files)));
    scope
}

/// Refuses a file in scope that could not be read whole.
pub(super) fn readable(
    files: &[SourceFile],
    looks: &[Result<Look, Unread>],
    scope: &BTreeSet<usize>,
) -> Result<(), FenceError> {
    for &index in scope {
        if let Err(unread) = &looks[index] {
            return Err(FenceError::Unread {
                path: files[index].path.clone(),
                line: unread.line,
                reason: unread.message.clone(),
            });
        }
    }
    Ok(())
}

/// A file, or everything below a folder.
fn listed(module: &Marked<String>, files: &[SourceFile]) -> Vec<usize> {
    let is_it = |path: &str| {
        module.value.is_empty()
            || path
                .strip_prefix(module.value.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    (files.iter().enumerate()).filter(|(_, file)| is_it(&file.path)).map(|(at, _)| at).collect()
}

/// The file of an entry, a path or a dotted name.
fn start(
    rules: &FenceRules,
    entry: &Marked<String>,
    files: &[SourceFile],
    imports: &Imports<'_>,
) -> Option<usize> {
    if entry.value.ends_with(".py") {
        let path = rules.path(&entry.value)?;
        return files.iter().position(|file| file.path == path);
    }
    // As a script beside the configuration file would import it.
    imports.module(&rules.path("_.py")?, &entry.value)
}

fn missing(named: &Marked<String>, files: &[SourceFile]) -> crate::project::ProjectError {
    let title = format!("`{}` is not among the project's Python files", named.value);
    let dotted: Vec<String> = (files.iter())
        .map(|file| {
            let path = file.path.strip_suffix(".py").unwrap_or(&file.path);
            path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
        })
        .collect();
    let paths = files.iter().map(|file| file.path.as_str());
    let known: Vec<&str> = match named.value.ends_with(".py") || named.value.contains('/') {
        true => paths.collect(),
        false => dotted.iter().map(String::as_str).collect(),
    };
    let label = match nearest(&named.value, known) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("a file of the scan roots, of which there are {}", files.len()),
    };
    named.mark.error(&title, &label)
}
