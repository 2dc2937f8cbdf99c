//! What a project adds to the detector: calls that block, what takes work off the loop, and methods
//! that a framework calls on it.

use serde::Deserialize;

/// Additions to the detector's catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Calls that block.
    pub sinks: Vec<SinkRule>,
    /// What runs a function in a thread.
    pub offloaders: Vec<OffloaderRule>,
    /// Sync methods that a framework calls on the loop.
    pub entries: Vec<EntryRule>,
}

/// A function outside of the scanned code that blocks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkRule {
    /// Its full name, or those of a type and its method: `acme.Client.fetch`.
    pub function: String,
    /// What it does, by a name of the catalogue: `HTTP_REQUEST`.
    pub operation: String,
    /// Whether the gate has a rule for it.
    #[serde(default)]
    pub seen: bool,
}

/// Something that runs a function in a thread.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffloaderRule {
    /// Its full name; or
    pub function: Option<String>,
    /// the name of a method, on whatever object.
    pub method: Option<String>,
    /// Which positional argument is handed on, from 0.
    #[serde(default)]
    pub argument: usize,
}

/// Sync methods that a framework calls on the loop.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryRule {
    /// The last name of the base class.
    pub base: String,
    /// The methods.
    pub methods: Vec<String>,
}

/// Where a project keeps the rules that it adds to the gate's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentralRules {
    /// The file; relative to the configuration's in there, to the root when it leaves this module.
    pub file: String,
    /// The tuple, list or set at its top.
    pub list: String,
    /// One entry, with `{name}`, `{module}`, `{owner}` and `{function}` in it; by default as the gate
    /// of `guard init` has it.
    #[serde(default)]
    pub entry: Option<String>,
}
