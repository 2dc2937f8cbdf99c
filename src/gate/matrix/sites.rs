//! Every offload of the project, and what a running process needs to know it by.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use ruff_text_size::TextSize;
use serde::{Deserialize, Serialize};

use crate::model::Location;
use crate::project::Project;
use crate::rewrite::{self, Offload, OffloadForm, Wrappers};
use crate::scan::syntax::{Module, function_span};
use crate::scan::{self, SourceFile};

/// An offload standing in the project's production code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffloadSite {
    /// Where the offload call starts.
    #[serde(flatten)]
    pub location: Location,
    /// The text of what is offloaded; empty when it is behind a `*` or a keyword.
    pub callee: String,
    /// Through what it leaves the loop.
    pub through: String,
    /// The lines of the call.
    #[serde(skip, default = "no_lines")]
    pub(super) lines: RangeInclusive<usize>,
    /// Whether it counts as executed on any thread: the body of a decorated function runs off the
    /// loop.
    #[serde(skip)]
    pub(super) off_loop: bool,
    #[serde(skip)]
    pub(super) place: Place,
}

impl OffloadSite {
    /// The lines of the call, from 1.
    pub fn lines(&self) -> RangeInclusive<usize> {
        self.lines.clone()
    }
}

/// Of a site that was read from a report: the tree is not at hand.
fn no_lines() -> RangeInclusive<usize> {
    0..=0
}

/// A site as Python's positions give it: lines from 1, columns from 0 in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) start: (usize, usize),
    pub(super) end: (usize, usize),
    /// Whether it can be turned inline in a running process; an async file cannot.
    pub(super) turns: bool,
}

/// What stands in the tree.
#[derive(Debug, Clone, Default)]
pub(super) struct Inventory {
    pub(super) sites: Vec<OffloadSite>,
    /// The lines of the project's own offload helpers, by file: their callers are sites.
    pub(super) helpers: BTreeMap<String, Vec<(usize, usize)>>,
    pub(super) wrappers: Wrappers,
    /// The text of each file that has a site.
    pub(super) texts: BTreeMap<String, String>,
}

impl Inventory {
    /// Whether a site is the one inside an offload helper of the project's own.
    pub(super) fn is_in_helper(&self, number: usize) -> bool {
        let at = &self.sites[number].location;
        let own = self.helpers.get(&at.path).into_iter().flatten();
        own.into_iter().any(|&(first, last)| (first..=last).contains(&at.line))
    }
}

/// Reads every file of the project's roots in a tree. A file that cannot be read has no sites.
pub(super) fn inventory(tree: &Path, project: &Project) -> anyhow::Result<Inventory> {
    let anchors = format!("{}/", project.anchors);
    let modules: Vec<(String, Module)> = scan::collect(tree, &project.roots, &project.exclude)?
        .into_iter()
        .filter(|file| !file.path.starts_with(&anchors))
        .filter_map(|file: SourceFile| {
            let text = scan::decode::decode(&file.bytes).ok()?;
            may_offload(&text).then(|| (file.path, Module::parse(text)))
        })
        .collect();
    let mut inventory = Inventory::default();
    for (path, module) in &modules {
        let name = path.strip_suffix(".py").unwrap_or(path);
        let name = name.strip_suffix("/__init__").unwrap_or(name).replace('/', ".");
        for helper in rewrite::own_wrappers(module) {
            if let Some(span) = function_span(module, &helper) {
                let lines = module.lines(span);
                let known = inventory.helpers.entry(path.clone()).or_default();
                known.push((*lines.start(), *lines.end()));
            }
            inventory.wrappers.0.push(format!("{name}.{helper}"));
        }
    }
    for (path, module) in modules {
        let offloads = rewrite::offloads_with(&module, &inventory.wrappers);
        inventory.sites.extend(offloads.into_iter().map(|offload| site(&path, &module, offload)));
        inventory.texts.insert(path, module.source().to_owned());
    }
    inventory.sites.sort_by(|one, other| one.location.cmp(&other.location));
    Ok(inventory)
}

/// The project's own offload helpers in a tree, by dotted name.
///
/// # Errors
/// When a pattern of the configuration is no glob.
pub fn wrappers(tree: &Path, project: &Project) -> anyhow::Result<Wrappers> {
    Ok(inventory(tree, project)?.wrappers)
}

/// A quick look that spares most files the parser; a helper's callers may have any words.
fn may_offload(text: &str) -> bool {
    text.contains("async")
}

fn site(path: &str, module: &Module, offload: Offload) -> OffloadSite {
    let before = module.source()[..offload.span.start().to_usize()].trim_end();
    let decorated = before.ends_with('@');
    let lines = match function_span(module, &offload.function) {
        Some(span) if decorated => module.lines(span),
        Some(_) | None => module.lines(offload.span),
    };
    let turns = match offload.form {
        OffloadForm::ToThread
        | OffloadForm::RunInExecutor
        | OffloadForm::Anyio
        | OffloadForm::Threadpool
        | OffloadForm::SyncToAsync
        | OffloadForm::Wrapper => !decorated,
        OffloadForm::Trio | OffloadForm::AsyncFile | OffloadForm::AsyncPath => false,
    };
    OffloadSite {
        lines,
        off_loop: decorated,
        place: Place {
            path: path.to_owned(),
            start: bytes(module, offload.span.start()),
            end: bytes(module, offload.span.end()),
            turns,
        },
        location: Location {
            path: path.to_owned(),
            line: offload.line,
            column: offload.column,
            function: offload.function,
        },
        callee: offload.callee,
        through: offload.form.to_string(),
    }
}

fn bytes(module: &Module, offset: TextSize) -> (usize, usize) {
    let before = &module.source()[..offset.to_usize()];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (module.line(offset), before.len() - start)
}
