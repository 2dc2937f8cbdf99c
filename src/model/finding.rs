//! What a detector saw: one blocking call that the event loop may reach, in the shape that the
//! reference detector prints, field for field, so that any detector can stand in for the builtin.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The `category` and `operation` of a finding that says a file could not be read as Python.
pub const PARSE_ERROR: &str = "PARSE_ERROR";

/// The order in which findings are reviewed; not proof of a bug. `High` sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Priority {
    /// Work on these before anything else.
    High,
    /// Worth a look once no `High` is left.
    Medium,
    /// Cheap or rarely slow.
    Low,
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
        })
    }
}

/// How the event loop reaches a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Exposure {
    /// The call stands in an `async def`.
    DirectAsync,
    /// A sync function of the same file that an `async def` calls.
    AsyncReachableSameFile,
    /// A sync function that an `async def` of another file calls.
    AsyncReachableCrossFile,
    /// A sync hook that a framework calls on the loop.
    SyncAgentMiddlewareHook,
    /// Not on the loop: an offload runs it in a thread.
    Offloaded,
    /// The file could not be read whole, so nothing is known of what it blocks on.
    ParseIncomplete,
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::DirectAsync => "DIRECT_ASYNC",
            Self::AsyncReachableSameFile => "ASYNC_REACHABLE_SAME_FILE",
            Self::AsyncReachableCrossFile => "ASYNC_REACHABLE_CROSS_FILE",
            Self::SyncAgentMiddlewareHook => "SYNC_AGENT_MIDDLEWARE_HOOK",
            Self::Offloaded => "OFFLOADED",
            Self::ParseIncomplete => "PARSE_INCOMPLETE",
        })
    }
}

/// How sure the detector is that the loop really reaches the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Every hop was resolved.
    Definite,
    /// A hop rests on a convention or an annotation.
    Probable,
    /// A hop rests on a name alone.
    Possible,
}

/// Where something stands. `line` and `column` count from 1, `column` in characters;
/// `path` is relative to the repository's root and has `/` between its parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Relative to the repository's root.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// The enclosing function by its dotted name inside the module (`Store.put`), `<module>` at the top.
    pub function: String,
}

/// What blocks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockingCall {
    /// For instance `BLOCKING_FILE_IO`.
    pub category: String,
    /// For instance `FILE_WRITE`.
    pub operation: String,
    /// The call as written, without its arguments: `shutil.rmtree`, `self.path.open`.
    pub symbol: String,
}

/// One step of the way from the loop to a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hop {
    /// Relative to the repository's root.
    pub path: String,
    /// The line of the call that leads to the next hop, from 1.
    pub line: usize,
    /// The function that makes the call, dotted.
    pub function: String,
}

/// One blocking call that the event loop may reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Review order.
    pub priority: Priority,
    /// Where the call stands.
    pub location: Location,
    /// What it is.
    pub blocking_call: BlockingCall,
    /// How the loop reaches it. Where a detector knows of no loop, it just stands there.
    #[serde(default = "in_the_open")]
    pub event_loop_exposure: Exposure,
    /// One sentence for a person.
    pub reason: String,
    /// The source line, trimmed.
    pub code: String,
    /// From the async root to the call, the call's own function last. Empty when the detector gives none.
    #[serde(default)]
    pub chain: Vec<Hop>,
    /// How sure, where the detector says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Findings that one edit would cure share this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix_unit: Option<String>,
}

fn in_the_open() -> Exposure {
    Exposure::DirectAsync
}

impl Finding {
    /// What identifies the finding across edits.
    pub fn key(&self) -> Key {
        Key {
            path: self.location.path.clone(),
            function: self.location.function.clone(),
            symbol: self.blocking_call.symbol.clone(),
        }
    }
}

/// What identifies a finding. Lines shift with every edit and are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// Relative to the repository's root.
    pub path: String,
    /// Dotted name inside the module.
    pub function: String,
    /// The call as written, without its arguments.
    pub symbol: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}::{}", self.path, self.function, self.symbol)
    }
}
