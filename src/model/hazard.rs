//! What may be wrong with an offload: a warning with its reason, for a person to judge. It refuses
//! nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Location;

/// In which way an offload may be worse than the stall that it takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HazardKind {
    /// Cleanup that nothing bounds, or whose failure hides why it was needed.
    CarelessCleanup,
    /// What runs in the thread starts without the caller's `ContextVar`s.
    DroppedContext,
    /// An object is used in a thread that it does not belong to.
    WrongThread,
    /// A coroutine function is handed to a thread, where nobody awaits it.
    Unawaited,
}

impl fmt::Display for HazardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CarelessCleanup => "CARELESS_CLEANUP",
            Self::DroppedContext => "DROPPED_CONTEXT",
            Self::WrongThread => "WRONG_THREAD",
            Self::Unawaited => "UNAWAITED",
        })
    }
}

/// One warning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hazard {
    /// Where the offload stands.
    pub location: Location,
    /// What is offloaded, as written.
    pub symbol: String,
    /// In which way.
    pub kind: HazardKind,
    /// One sentence.
    pub reason: String,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.location;
        write!(f, "{}:{}:{}: {}: {}", at.path, at.line, at.column, self.symbol, self.reason)
    }
}
