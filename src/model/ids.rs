//! Small names: states, routes, and the nearest of several names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a state of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateId(pub String);

impl fmt::Display for StateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The way on which a candidate is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Offloaded already: an anchor locks it.
    Guard,
    /// On the loop: offload it, then an anchor locks it.
    FixAndAnchor,
    /// Not exposed, or acceptable: one line says why.
    NoAction,
    /// The gate is blind to the primitive: a rule, or an escalation. Emerges from teeth.
    Rule,
}

impl Route {
    /// The route of this name in an answer.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "guard" => Some(Self::Guard),
            "fix-and-anchor" => Some(Self::FixAndAnchor),
            "no-action" => Some(Self::NoAction),
            "rule" => Some(Self::Rule),
            _ => None,
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Guard => "GUARD",
            Self::FixAndAnchor => "FIX+ANCHOR",
            Self::NoAction => "NO-ACTION",
            Self::Rule => "RULE",
        })
    }
}

/// The name nearest to a misspelt one, when one is near enough to be meant.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wanted, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(wanted.len()).div_ceil(3))
        .min()
        .map(|(_, name)| name)
}
