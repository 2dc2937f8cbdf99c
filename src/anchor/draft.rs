//! Step 4: a new anchor, as far as it can be written without knowing what the inputs mean.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::entry::{Entry, EntryKind, Parameter, entry_of};
use super::locate::branches;
use super::{AsyncPlugin, Facts, SourceFile};
use crate::assets::{Assets, TemplateError};
use crate::model::Candidate;

/// A drafted anchor. Nothing is written yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Where it goes, relative to the repository's root; no file is there.
    pub path: String,
    /// pytest's node id, its file relative to the repository's root.
    pub test: String,
    /// The whole file.
    pub text: String,
    /// What a person has to fill in; empty when the draft runs as it is.
    pub needs: Vec<String>,
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The template is broken.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// What a template of an anchor must render: one with everything, one with as little as there can
/// be.
pub fn samples() -> Vec<Value> {
    let sample = |optional: Option<&str>, several: &[&str], flag: bool| {
        json!({
            "entry": "sample", "module": "sample", "symbol": "sample", "function": "sample",
            "path": "sample", "branch": optional, "stdlib_imports": several, "needs_pytest": flag,
            "import_line": optional, "marker": optional, "anyio": flag, "test": "test_sample",
            "parameters": "", "body": ["pass"],
        })
    };
    vec![sample(Some("sample"), &["sample"], true), sample(None, &[], false)]
}

/// Drafts an anchor into a file of its own, next to whatever is there already. `template` is the
/// asset that it is rendered from.
///
/// # Errors
/// When the template does not render.
pub fn draft(
    candidate: &Candidate,
    production: &[SourceFile],
    facts: &Facts,
    assets: &Assets,
    template: &str,
) -> Result<Draft, DraftError> {
    let entry = entry_of(candidate, production, facts);
    let branches = branches(candidate, production);
    let mut needs = Vec::new();
    let (import, mut body) = call(&entry, &mut needs);
    for branch in &branches {
        needs.push(format!(
            "an input that takes the branch `{}` (line {})",
            branch.head, branch.line
        ));
    }
    if !needs.is_empty() {
        let mut open: Vec<String> = needs.iter().map(|need| format!("# Needs {need}.")).collect();
        open.push(
            "raise NotImplementedError(\"fill in the inputs, then take this line out\")".to_owned(),
        );
        open.append(&mut body);
        body = open;
    }
    let uses_tmp = body.iter().any(|line| line.contains("tmp_path"));
    let (_, name) = entry.split();
    let test = format!("test_{}_does_not_block_on_{}", snake(name), snake(&candidate.key.symbol));
    let path = free(facts, &entry, &snake(name));
    let way: Vec<String> = branches.iter().map(|branch| format!("`{}`", branch.head)).collect();
    let data = json!({
        "entry": entry.function,
        "module": entry.module.as_deref().unwrap_or(&entry.path),
        "symbol": candidate.key.symbol,
        "function": candidate.key.function,
        "path": candidate.key.path,
        "branch": (!way.is_empty()).then(|| format!("the way leads through {}", way.join(", "))),
        "stdlib_imports": if uses_tmp { vec!["from pathlib import Path"] } else { Vec::new() },
        "needs_pytest": facts.plugin != AsyncPlugin::AsyncioAuto,
        "import_line": import,
        "marker": match facts.plugin {
            AsyncPlugin::AsyncioStrict => Some("pytest.mark.asyncio"),
            AsyncPlugin::AsyncioAuto => None,
            AsyncPlugin::Anyio => Some("pytest.mark.anyio"),
        },
        "anyio": facts.plugin == AsyncPlugin::Anyio,
        "test": test,
        "parameters": if uses_tmp { "tmp_path: Path" } else { "" },
        "body": body,
    });
    let text = assets.render(template, &data)?;
    Ok(Draft { test: format!("{path}::{test}"), path, text, needs })
}

/// The import and the lines that call the entry point.
fn call(entry: &Entry, needs: &mut Vec<String>) -> (Option<String>, Vec<String>) {
    let (class, name) = entry.split();
    let Some(module) = &entry.module else {
        needs.push(format!("a way to import `{}`: its path is no Python name", entry.path));
        return (None, Vec::new());
    };
    let import = |what: &str| Some(format!("from {module} import {what}"));
    let awaits = if entry.is_async { "await " } else { "" };
    match entry.kind {
        EntryKind::Function => {
            let (mut lines, arguments) = arguments(&entry.parameters, needs);
            lines.push(format!("{awaits}{name}({arguments})"));
            (import(name), lines)
        }
        EntryKind::Method => {
            // Of nested classes, the outermost is what can be imported.
            let class = class.unwrap_or_default();
            let (mut lines, given) = arguments(&entry.constructor, needs);
            lines.push(format!("subject = {class}({given})"));
            let (more, arguments) = arguments(&entry.parameters, needs);
            lines.extend(more);
            lines.push(match name {
                "__init__" => "assert subject is not None".to_owned(),
                "__aenter__" | "__aexit__" => "async with subject:".to_owned(),
                _ => format!("{awaits}subject.{name}({arguments})"),
            });
            if matches!(name, "__aenter__" | "__aexit__") {
                lines.push("    pass".to_owned());
            }
            (import(class.split('.').next().unwrap_or(class)), lines)
        }
        EntryKind::Nested => {
            let outer = entry.function.split('.').next().unwrap_or_default();
            needs.push(format!("a way to `{}` through `{outer}`, which makes it", entry.function));
            (import(outer), Vec::new())
        }
        EntryKind::ModuleBody => {
            needs.push(format!(
                "an import of `{module}` in a fresh process: no function runs the call"
            ));
            (None, Vec::new())
        }
        EntryKind::Unknown => {
            needs.push(format!("a call of `{}` of `{module}`", entry.function));
            (None, Vec::new())
        }
    }
}

/// Lines that make the inputs, and the arguments of the call.
fn arguments(parameters: &[Parameter], needs: &mut Vec<String>) -> (Vec<String>, String) {
    let mut lines = Vec::new();
    let mut given = Vec::new();
    for parameter in parameters {
        let name = &parameter.name;
        let value = fill(parameter).unwrap_or_else(|| {
            let kind = parameter.annotation.as_deref().unwrap_or("no annotation");
            needs.push(format!("a real value for `{name}` ({kind})"));
            lines.push(format!("{name} = ..."));
            name.clone()
        });
        given.push(if parameter.keyword_only { format!("{name}={value}") } else { value });
    }
    (lines, given.join(", "))
}

/// What a fixture of pytest can give for a parameter.
fn fill(parameter: &Parameter) -> Option<String> {
    let name = parameter.name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.split('_').any(|part| part == *word));
    let folder = has(&["dir", "directory", "folder", "root", "base", "home"]);
    let place = if folder { "tmp_path".to_owned() } else { format!("tmp_path / \"{name}\"") };
    let annotation = parameter.annotation.as_deref().unwrap_or_default().trim_matches(['"', '\'']);
    let parts: Vec<&str> = annotation
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|part| !["Union", "Optional", "None", "pathlib", "os", ""].contains(part))
        .collect();
    let only = |allowed: &[&str]| !parts.is_empty() && parts.iter().all(|p| allowed.contains(p));
    if only(&["Path", "PathLike", "str"]) && parts.iter().any(|part| *part != "str") {
        Some(place)
    } else if only(&["str"]) && (folder || has(&["path", "file", "filename"])) {
        Some(format!("str({place})"))
    } else {
        None
    }
}

/// A file name that is free in the anchors' folder.
fn free(facts: &Facts, entry: &Entry, subject: &str) -> String {
    let module = entry.module.as_deref().unwrap_or(&entry.path);
    let module = snake(module.rsplit('.').next().unwrap_or(module));
    let stem = format!("test_{module}_{subject}");
    let path = |suffix: &str| {
        let name = format!("{stem}{suffix}.py");
        if facts.anchors.is_empty() { name } else { format!("{}/{name}", facts.anchors) }
    };
    std::iter::once(path(""))
        .chain((2..).map(|number| path(&format!("_{number}"))))
        .find(|path| !facts.root.join(path).exists())
        .expect("numbers do not end")
}

/// Lower case words with `_` between them: `JsonlStore.put` → `jsonl_store_put`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, c) in name.char_indices() {
        let before = name[..index].chars().next_back();
        if c.is_uppercase() && before.is_some_and(|before| before.is_lowercase()) {
            snake.push('_');
        }
        if c.is_alphanumeric() {
            snake.extend(c.to_lowercase());
        } else if !snake.ends_with('_') {
            snake.push('_');
        }
    }
    snake.trim_matches('_').to_owned()
}
