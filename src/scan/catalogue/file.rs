//! `sinks.yaml` as it is written.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::super::name::Name;
use super::{Bound, Callback, Hooks, Offload, Served};
use crate::model::Priority;

pub(in crate::scan) const EMBEDDED: &str = include_str!("../sinks.yaml");

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) operations: BTreeMap<String, Operation>,
    pub(super) functions: BTreeMap<String, Sight>,
    pub(super) types: Vec<TypeEntry>,
    pub(super) offloads: Vec<Offload>,
    pub(super) elsewhere: Elsewhere,
    pub(super) callbacks: Vec<Callback>,
    pub(super) hooks: Vec<Hooks>,
    pub(super) served: Vec<Served>,
    pub(super) handlers: Vec<Handlers>,
    pub(super) startup: FxHashSet<String>,
    pub(super) common: FxHashSet<Name>,
    pub(super) bound: Bound,
}

/// What a sink does.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operation {
    pub(super) category: String,
    pub(super) priority: Priority,
}

/// Functions of one operation: those that Blockbuster refuses, and those that it lets pass.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sight {
    #[serde(default)]
    pub(super) seen: Vec<String>,
    #[serde(default)]
    pub(super) unseen: Vec<String>,
}

/// What hands a function to another thread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Elsewhere {
    pub(super) methods: FxHashSet<Name>,
    pub(super) functions: FxHashSet<Name>,
}

/// Decorators by which functions are handed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Handlers {
    /// Types and modules, by their full names.
    pub(super) of: Vec<Name>,
    /// Their methods and functions.
    pub(super) names: Vec<Name>,
}

/// Objects of one type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypeEntry {
    pub(super) name: String,
    #[serde(default)]
    pub(super) also: Vec<String>,
    #[serde(default)]
    pub(super) made_by: Vec<String>,
    #[serde(default)]
    pub(super) same: FxHashSet<Name>,
    #[serde(default)]
    pub(super) many: FxHashSet<Name>,
    #[serde(default)]
    pub(super) joins: bool,
    #[serde(default)]
    pub(super) canonical: bool,
    #[serde(default)]
    pub(super) hints: FxHashSet<Name>,
    #[serde(default)]
    pub(super) methods: BTreeMap<String, Vec<Name>>,
    /// The operation of every method that `except` does not name.
    pub(super) any: Option<String>,
    #[serde(default)]
    pub(super) except: FxHashSet<Name>,
    #[serde(default)]
    pub(super) unseen: FxHashSet<Name>,
}

/// The embedded file.
pub(super) fn file() -> File {
    serde_saphyr::from_str(EMBEDDED).expect("the embedded catalogue is valid")
}
