//! One thing that was looked at.

use serde::Serialize;

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// guard works, and sees less than it could.
    Warn,
    /// The gate cannot be used.
    Bad,
}

/// One line of the diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// One word.
    pub(super) name: &'static str,
    pub(super) status: Status,
    /// What was found.
    pub(super) said: String,
    /// What to do; none where all is well.
    pub(super) next: Option<String>,
}

impl Check {
    pub(super) fn ok(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, status: Status::Ok, said: said.into(), next: None }
    }

    pub(super) fn warn(
        name: &'static str,
        said: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self { name, status: Status::Warn, said: said.into(), next: Some(next.into()) }
    }

    pub(super) fn bad(
        name: &'static str,
        said: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self { name, status: Status::Bad, said: said.into(), next: Some(next.into()) }
    }
}
