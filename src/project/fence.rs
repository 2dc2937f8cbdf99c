//! `[fence]`: sync functions that are known to be heavy, where nobody may call them on the loop, and
//! the few places where one may after all. What the words mean is checked here; whether they are
//! true of the project, by the fence itself.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::ProjectError;
use super::mark::{Mark, Marked};
use super::paths::join;
use crate::model::Measurement;

/// The audit document where none is named.
const AUDIT: &str = "BLOCKING-CALLS-AUDIT.md";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FenceConfig {
    names: Vec<NameConfig>,
    /// Names that must be among them.
    #[serde(rename = "smoking-guns")]
    smoking_guns: Vec<Spanned<String>>,
    /// Files and folders in scope.
    modules: Vec<Spanned<String>>,
    /// Modules from which the scope is computed.
    entries: Vec<Spanned<String>>,
    allow: Vec<Spanned<AllowConfig>>,
    /// The Markdown document with the evidence.
    audit: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NameConfig {
    name: Spanned<String>,
    worst: Spanned<String>,
    how: Spanned<String>,
    #[serde(rename = "never-leaves", default)]
    never_leaves: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowConfig {
    file: String,
    function: String,
    callee: String,
}

/// What a project says of its fence. Paths are relative to the repository's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FenceRules {
    /// The table itself.
    pub mark: Mark,
    /// The folder of the configuration file.
    pub folder: String,
    /// The fenced names, in the order of the file.
    pub names: Vec<FencedName>,
    /// Names that must be among them.
    pub smoking_guns: Vec<Marked<String>>,
    /// Files and folders in scope.
    pub modules: Vec<Marked<String>>,
    /// Modules from which the scope is computed, as written: a dotted name, or a file.
    pub entries: Vec<Marked<String>>,
    /// Bare calls that may stay.
    pub allow: Vec<AllowedSite>,
    /// The audit document.
    pub audit: Marked<String>,
    /// The last names of what the project itself says takes work off the loop.
    pub offloaders: Vec<String>,
}

/// A function that is heavy and sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FencedName {
    /// The last name of its calls.
    pub name: Marked<String>,
    /// How long it takes in the worst case.
    pub worst: Marked<Measurement>,
    /// How that was measured.
    pub how: Marked<String>,
    /// Whether the name may never leave the list.
    pub never_leaves: bool,
}

/// A place where a bare call may stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedSite {
    /// Where the entry stands.
    pub mark: Mark,
    /// The file of the call.
    pub file: String,
    /// The async function, dotted, or by its own name where the file has one such alone.
    pub function: String,
    /// The fenced name.
    pub callee: String,
}

impl FenceRules {
    pub(super) fn of(
        config: &Spanned<FenceConfig>,
        file: &str,
        folder: &str,
        text: &str,
    ) -> Result<Self, ProjectError> {
        let (file, text) = (Arc::from(file), Arc::from(text));
        let place = |span| Mark::new(&file, &text, span);
        let marked = |value: &Spanned<String>| Marked {
            value: value.get_ref().clone(),
            mark: place(value.span()),
        };
        let path = |path: &str, mark: &Mark| {
            join(folder, path).ok_or_else(|| {
                let title = format!("`{path}` leaves the repository");
                mark.error(&title, "relative to this file's folder, inside the repository")
            })
        };
        let marked_path = |value: &Spanned<String>| -> Result<_, ProjectError> {
            let mark = place(value.span());
            Ok(Marked { value: path(value.get_ref(), &mark)?, mark })
        };
        let fence = config.get_ref();
        let mut names = Vec::with_capacity(fence.names.len());
        for given in &fence.names {
            let worst = place(given.worst.span());
            let value = (given.worst.get_ref().parse::<Measurement>())
                .map_err(|error| worst.error(&error.to_string(), "the worst case"))?;
            names.push(FencedName {
                name: marked(&given.name),
                worst: Marked { value, mark: worst },
                how: marked(&given.how),
                never_leaves: given.never_leaves,
            });
        }
        let mut allow = Vec::with_capacity(fence.allow.len());
        for given in &fence.allow {
            let mark = place(given.span());
            let AllowConfig { file, function, callee } = given.get_ref();
            allow.push(AllowedSite {
                file: path(file, &mark)?,
                function: function.clone(),
                callee: callee.clone(),
                mark,
            });
        }
        let mark = place(config.span());
        let audit = match &fence.audit {
            Some(given) => marked_path(given)?,
            None => Marked { value: path(AUDIT, &mark)?, mark: mark.clone() },
        };
        Ok(Self {
            mark,
            folder: folder.to_owned(),
            names,
            smoking_guns: fence.smoking_guns.iter().map(marked).collect(),
            modules: fence.modules.iter().map(marked_path).collect::<Result<_, _>>()?,
            entries: fence.entries.iter().map(marked).collect(),
            allow,
            audit,
            offloaders: Vec::new(),
        })
    }

    /// A path relative to the root as the configuration file would write it; as it is when it
    /// stands outside of that file's folder.
    pub fn written<'a>(&self, path: &'a str) -> &'a str {
        match self.folder.as_str() {
            "" => path,
            folder => {
                path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
            }
        }
    }

    /// Whether the audit document, which may write paths either way, means this one.
    pub fn is_path(&self, written: &str, path: &str) -> bool {
        written == path || self.path(written).as_deref() == Some(path)
    }

    /// A path that the configuration file writes, relative to the root.
    pub fn path(&self, written: &str) -> Option<String> {
        join(&self.folder, written)
    }
}
