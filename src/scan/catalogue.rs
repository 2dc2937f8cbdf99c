//! What blocks and what offloads, as data: `sinks.yaml`, read once. docs/sinks.md is its policy.

mod file;
mod marks;
mod meant;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::name::Name;
use crate::model::Priority;
use crate::project::Rules;
pub(super) use file::EMBEDDED;
use file::{Elsewhere, File, Handlers, file};
pub(super) use marks::Mark;
use marks::Marks;

/// One blocking primitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sink {
    /// For instance `BLOCKING_FILE_IO`.
    pub category: String,
    /// For instance `FILE_WRITE`.
    pub operation: String,
    /// Review order.
    pub priority: Priority,
    /// Whether Blockbuster's default rules refuse it.
    pub seen_by_blockbuster: bool,
}

/// What runs a function in a thread.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offload {
    pub(super) function: Option<String>,
    pub(super) method: Option<String>,
    pub(super) argument: usize,
    pub(super) operation: String,
    #[serde(default)]
    pub(super) curried: bool,
}

/// What has the loop call a function later.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Callback {
    pub(super) method: String,
    pub(super) argument: usize,
}

/// Sync methods that a framework calls on the loop.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hooks {
    pub(super) base: String,
    /// Sync name to async name.
    pub(super) twins: BTreeMap<String, String>,
}

/// Sync methods that a framework calls on the loop, whatever else the class has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Served {
    /// The framework's classes, by their full names.
    pub(super) bases: FxHashSet<Name>,
    pub(super) methods: Vec<Name>,
}

/// Objects that one thread may use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bound {
    /// By the loop's alone.
    pub(super) to_loop: FxHashSet<Name>,
    /// By the one that made them.
    pub(super) to_thread: FxHashSet<Name>,
}

/// What is known of objects of one type.
#[derive(Debug, Default)]
pub(super) struct ObjectType {
    pub(super) name: Name,
    /// Attributes and methods that give another object of the type.
    pub(super) same: FxHashSet<Name>,
    /// Attributes and methods that give many.
    pub(super) many: FxHashSet<Name>,
    /// Whether `/` gives another one.
    pub(super) joins: bool,
    /// Whether findings name the type in place of a plain receiver.
    pub(super) canonical: bool,
    hints: FxHashSet<Name>,
    methods: FxHashMap<Name, Sink>,
    /// What every method does but these.
    any: Option<(Sink, FxHashSet<Name>)>,
}

/// The catalogue, indexed.
#[derive(Debug)]
pub struct Catalogue {
    functions: FxHashMap<Name, Sink>,
    types: Vec<ObjectType>,
    type_names: FxHashMap<Name, usize>,
    makers: FxHashMap<Name, usize>,
    tops: FxHashSet<String>,
    offloads: FxHashMap<Name, Offload>,
    offload_methods: FxHashMap<Name, Offload>,
    elsewhere: Elsewhere,
    callbacks: FxHashMap<Name, Callback>,
    pub(super) hooks: Vec<Hooks>,
    pub(super) served: Vec<Served>,
    /// Decorators of functions that a framework calls on the loop, by their own names: the types and
    /// modules whose they are.
    handlers: FxHashMap<Name, FxHashSet<Name>>,
    /// Words in the names of functions that run before anything is served.
    pub(super) startup: FxHashSet<String>,
    common: FxHashSet<Name>,
    /// The type of a path.
    path: Name,
    pub(super) bound: Bound,
    /// What each name is of all that.
    pub(super) marks: Marks,
}

impl std::fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Elsewhere").finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The embedded catalogue.
    pub fn embedded() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| {
            Self::index(file()).expect("the embedded catalogue names operations that it defines")
        })
    }

    /// The embedded catalogue with what a project adds.
    ///
    /// # Errors
    /// When a rule names an operation that the catalogue does not have; the message says which are
    /// near.
    pub(super) fn with(rules: &Rules) -> Result<Self, String> {
        let mut file = file();
        for rule in &rules.sinks {
            if !file.operations.contains_key(&rule.operation) {
                return Err(unknown(&rule.operation, file.operations.keys()));
            }
            let sight = file.functions.entry(rule.operation.clone()).or_default();
            let names = if rule.seen { &mut sight.seen } else { &mut sight.unseen };
            names.push(rule.function.clone());
        }
        file.offloads.extend(rules.offloaders.iter().map(|rule| Offload {
            function: rule.function.clone(),
            method: rule.method.clone(),
            argument: rule.argument,
            operation: "WRAPPER".to_owned(),
            curried: false,
        }));
        file.hooks.extend(rules.entries.iter().map(|rule| Hooks {
            base: rule.base.clone(),
            // A method that no class has: without a twin they always run on the loop.
            twins: rule.methods.iter().map(|name| (name.clone(), String::new())).collect(),
        }));
        Self::index(file)
    }

    fn index(file: File) -> Result<Self, String> {
        let sink = |operation: &str, seen: bool| {
            let known =
                file.operations.get(operation).ok_or(format!("unknown operation {operation}"))?;
            Ok::<_, String>(Sink {
                category: known.category.clone(),
                operation: operation.to_owned(),
                priority: known.priority,
                seen_by_blockbuster: seen,
            })
        };
        let mut functions = FxHashMap::default();
        for (operation, sight) in &file.functions {
            for (names, seen) in [(&sight.seen, true), (&sight.unseen, false)] {
                for name in names {
                    functions.insert(Name::new(name), sink(operation, seen)?);
                }
            }
        }
        let (mut types, mut type_names, mut makers) =
            (Vec::new(), FxHashMap::default(), FxHashMap::default());
        for entry in file.types {
            let index = types.len();
            for name in entry.also.iter().chain([&entry.name]) {
                type_names.insert(Name::new(name), index);
            }
            makers.extend(entry.made_by.iter().map(|name| (Name::new(name), index)));
            let mut methods = FxHashMap::default();
            for (operation, names) in entry.methods {
                for name in names {
                    let seen = !entry.unseen.contains(&name);
                    methods.insert(name, sink(&operation, seen)?);
                }
            }
            let any = entry.any.map(|operation| sink(&operation, true)).transpose()?;
            types.push(ObjectType {
                any: any.map(|sink| (sink, entry.except)),
                name: Name::new(&entry.name),
                same: entry.same,
                many: entry.many,
                joins: entry.joins,
                canonical: entry.canonical,
                hints: entry.hints,
                methods,
            });
        }
        let tops = functions
            .keys()
            .chain(type_names.keys())
            .filter_map(|name| name.split_once('.').map(|(top, _)| top.to_owned()))
            .chain(
                ["asyncio", "json", "logging", "typing", "collections", "functools"]
                    .map(str::to_owned),
            )
            .collect();
        let mut handlers: FxHashMap<Name, FxHashSet<Name>> = FxHashMap::default();
        for Handlers { of, names } in file.handlers {
            for name in names {
                handlers.entry(name).or_default().extend(&of);
            }
        }
        let mut catalogue = Self {
            functions,
            types,
            type_names,
            makers,
            tops,
            offloads: by(&file.offloads, |offload| offload.function.as_deref()),
            offload_methods: by(&file.offloads, |offload| offload.method.as_deref()),
            elsewhere: file.elsewhere,
            callbacks: by(&file.callbacks, |callback| Some(&callback.method)),
            hooks: file.hooks,
            served: file.served,
            handlers,
            startup: file.startup,
            common: file.common,
            path: Name::new("pathlib.Path"),
            bound: file.bound,
            marks: Marks::default(),
        };
        catalogue.marks = catalogue.marked();
        Ok(catalogue)
    }

    /// The function of this full name, where it blocks; a method by its type's name counts.
    pub(super) fn function(&self, name: Name) -> Option<&Sink> {
        self.functions.get(&name).or_else(|| {
            let (object, method) = name.text().rsplit_once('.')?;
            self.method(Name::new(object), Name::new(method))
        })
    }

    /// The method of an object of this type, where it blocks.
    pub(super) fn method(&self, object: Name, name: Name) -> Option<&Sink> {
        let object = self.object(object)?;
        let any = || object.any.as_ref().filter(|(_, except)| !except.contains(&name));
        object.methods.get(&name).or_else(|| any().map(|(sink, _)| sink))
    }

    /// A path method whose receiver is known by its name alone.
    pub(super) fn hinted(&self, receiver: &str, method: Name) -> Option<&Sink> {
        let path = self.object(self.path)?;
        (path.hints.contains(&method) && names_a_path(receiver))
            .then(|| path.methods.get(&method))
            .flatten()
    }

    pub(super) fn object(&self, name: Name) -> Option<&ObjectType> {
        self.type_names.get(&name).map(|&index| &self.types[index])
    }

    /// The type of what calling a function or a type gives.
    pub(super) fn made_by(&self, function: Name) -> Option<&ObjectType> {
        self.makers
            .get(&function)
            .map(|&index| &self.types[index])
            .or_else(|| self.object(function))
    }

    /// Whether a module at the top is that of a library of the catalogue.
    pub(super) fn is_library(&self, top: &str) -> bool {
        self.tops.contains(top)
    }

    /// Whether a method's name says nothing of its class: one word, a name of Python's own, or one that
    /// objects outside of the project have.
    pub(super) fn is_common(&self, method: Name) -> bool {
        let name = method.text();
        let words = name.split('_').filter(|word| !word.is_empty()).count();
        words < 2
            || name.starts_with("__")
            || self.common.contains(&method)
            || self
                .types
                .iter()
                .any(|object| object.methods.contains_key(&method) || object.same.contains(&method))
    }

    /// The types and modules of which a decorator of this name has its function called on the loop.
    pub(super) fn handlers(&self, decorator: Name) -> Option<&FxHashSet<Name>> {
        self.handlers.get(&decorator)
    }

    pub(super) fn offload(&self, function: Name) -> Option<&Offload> {
        self.offloads.get(&function)
    }

    pub(super) fn offload_method(&self, method: Name) -> Option<&Offload> {
        self.offload_methods.get(&method)
    }

    /// The names of methods that have the loop call something later.
    pub(super) fn callback_methods(&self) -> impl Iterator<Item = Name> {
        self.callbacks.keys().copied()
    }

    pub(super) fn callback(&self, method: Name) -> Option<&Callback> {
        self.callbacks.get(&method)
    }
}

fn by<T: Clone>(all: &[T], key: impl Fn(&T) -> Option<&str>) -> FxHashMap<Name, T> {
    all.iter().filter_map(|each| Some((Name::new(key(each)?), each.clone()))).collect()
}

fn unknown<'a>(operation: &str, known: impl Iterator<Item = &'a String>) -> String {
    let near = known
        .max_by(|one, two| strsim::jaro(one, operation).total_cmp(&strsim::jaro(two, operation)));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("there is no operation `{operation}`{near}")
}

/// Whether a name says that it holds a path.
fn names_a_path(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["target", "dest", "destination", "source"].contains(&name.as_str())
        || ["_dir", "_file", "_root"].iter().any(|end| name.ends_with(end))
        || name.contains("path")
}
