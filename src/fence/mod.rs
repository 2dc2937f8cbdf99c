//! A fence around sync functions that are known to be heavy: no `async def` in scope may call one
//! but inside `await asyncio.to_thread(…)`, or at a place whose cost was measured and written down.
//!
//! Beside the builtin detector, which knows what blocks, this one is told: by the configuration,
//! name by name, each with its measurement. It believes nothing that it can check first.

mod allow;
pub mod audit;
mod config_text;
mod error;
mod find;
mod findings;
mod guns;
mod look;
mod names;
mod record;
mod scope;
mod self_check;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use error::FenceError;
pub use findings::{CATEGORY, findings};
pub use record::{Row, Written, add, record};

use audit::Audit;
use look::look;

use crate::git::Repository;
use crate::model::Finding;
use crate::project::Project;
use crate::scan;

/// What takes longer belongs off the loop; what takes less may stay. Exactly this is neither.
pub const LIMIT: Duration = Duration::from_millis(50);

/// What the fence found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Calls that stand bare in an `async def`, by path and line.
    pub bare: Vec<Finding>,
    /// Calls that run in a thread, by path and line.
    pub wrapped: Vec<Finding>,
    /// How many bare calls are allowed.
    pub allowed: usize,
    /// How many names are fenced.
    pub names: usize,
    /// How many files are in scope.
    pub files: usize,
    /// What is no violation and should not be so, each with its place.
    pub warnings: Vec<String>,
}

impl Report {
    /// Whether nothing stands bare.
    pub fn holds(&self) -> bool {
        self.bare.is_empty()
    }
}

/// A bare call as a fence says it: `file:line async def fn -> callee()`.
pub fn line(finding: &Finding) -> String {
    let at = &finding.location;
    let last = |dotted: &'_ str| dotted.rsplit('.').next().unwrap_or_default().to_owned();
    let function = last(&at.function);
    let callee = &finding.blocking_call.operation;
    format!("{}:{} async def {function} -> {callee}()", at.path, at.line)
}

/// Checks the fence itself, then what it fences. `repository` tells which names may never leave.
///
/// # Errors
/// No fence; one without teeth; a name, a measurement, an audit row or a place that is not what the
/// configuration says; a file in scope that cannot be read; a matcher that fails its self-check.
pub fn check(project: &Project, repository: Option<&Repository>) -> Result<Report, FenceError> {
    let rules = project.fence()?;
    if let Some(rules) = &rules {
        names::have_teeth(rules)?;
        guns::in_names(rules)?;
    }
    let compared = guns::kept(project, repository, rules.as_ref())?;
    let rules = rules.ok_or_else(|| FenceError::none(project))?;
    let files = scan::collect(&project.root, &project.roots, &project.exclude)
        .map_err(FenceError::Files)?;
    let looks = look(&files, &find::Told::by(&rules));
    names::are_sync(&rules, &files, &looks)?;
    let audit = Audit::read(&project.root, &rules.audit.value)?;
    names::are_audited(&rules, &audit)?;
    let scope = scope::strict(&rules, &files, &looks)?;
    let warnings = allow::checked(&rules, &audit, &files, &looks, &scope)?;
    let checked = self_check::all(&rules)?;
    let mut report = findings::report(&checked, &rules, &files, &looks, &scope);
    report.warnings.extend(warnings);
    report.warnings.extend(compared);
    Ok(report)
}
