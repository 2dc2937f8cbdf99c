//! Sites as findings, in the shape of the reference detector, so that the procedure takes the fence
//! for a detector like any other.

use std::collections::BTreeSet;

use super::allow;
use super::find::{Site, Stand, Told};
use super::look::{Look, look};
use super::self_check::{self, Checked};
use super::{FenceError, Report, scope};
use crate::model::{BlockingCall, Exposure, Finding, Hop, Location, Priority};
use crate::project::FenceRules;
use crate::scan::{SourceFile, Unread};

/// The category of the fence's findings; their operation is the fenced name.
pub const CATEGORY: &str = "FENCED_CALL";

/// Bare and wrapped calls of fenced names in files of any state of the project: the working tree,
/// a commit, an edit that is not written. Allowed calls are no findings. What the configuration
/// names and these files do not have is no error here; [`super::check`] is strict about it.
///
/// # Errors
/// A file in scope that cannot be read; a matcher that fails its self-check.
pub fn findings(files: &[SourceFile], rules: &FenceRules) -> Result<Vec<Finding>, FenceError> {
    let checked = self_check::all(rules)?;
    let looks = look(files, &Told::by(rules));
    let scope = scope::lenient(rules, files, &looks);
    scope::readable(files, &looks, &scope)?;
    let report = report(&checked, rules, files, &looks, &scope);
    let mut findings = report.bare;
    findings.extend(report.wrapped);
    Ok(findings)
}

/// The verdict on what is in scope, by a matcher that was checked.
pub(super) fn report(
    _: &Checked,
    rules: &FenceRules,
    files: &[SourceFile],
    looks: &[Result<Look, Unread>],
    scope: &BTreeSet<usize>,
) -> Report {
    let mut report = Report {
        bare: Vec::new(),
        wrapped: Vec::new(),
        allowed: 0,
        names: rules.names.len(),
        files: scope.len(),
        warnings: Vec::new(),
    };
    for &index in scope {
        let (file, Ok(seen)) = (&files[index], &looks[index]) else { continue };
        for site in &seen.sites {
            match site.stand {
                Stand::Bare if allow::is_allowed(rules, &file.path, seen, site) => {
                    report.allowed += 1;
                }
                Stand::Bare => report.bare.push(finding(rules, file, site)),
                Stand::Wrapped => report.wrapped.push(finding(rules, file, site)),
                Stand::Eager => report.warnings.push(format!(
                    "{}:{}: `{}()` is called to make an argument of `to_thread`, so it runs on \
                     the loop; hand over the function itself, without the parentheses",
                    file.path, site.line, site.callee
                )),
            }
        }
    }
    report
}

fn finding(rules: &FenceRules, file: &SourceFile, site: &Site) -> Finding {
    let fenced = rules.names.iter().find(|fenced| fenced.name.value == site.name);
    let cost = fenced.map_or_else(String::new, |fenced| {
        format!(" takes up to {} ({})", fenced.worst.value, fenced.how.value)
    });
    let (exposure, reason) = match site.stand {
        Stand::Bare | Stand::Eager => (
            Exposure::DirectAsync,
            format!(
                "`{}`{cost} and stands in an async function; wrap it as `await \
                 asyncio.to_thread({}, …)`.",
                site.name, site.callee
            ),
        ),
        Stand::Wrapped => {
            (Exposure::Offloaded, format!("`{}`{cost} and runs in a thread.", site.name))
        }
    };
    let location = Location {
        path: file.path.clone(),
        line: site.line,
        column: site.column,
        function: site.function.clone(),
    };
    Finding {
        priority: Priority::High,
        blocking_call: BlockingCall {
            category: CATEGORY.to_owned(),
            operation: site.name.clone(),
            symbol: site.callee.clone(),
        },
        event_loop_exposure: exposure,
        reason,
        code: site.code.clone(),
        chain: vec![Hop {
            path: location.path.clone(),
            line: location.line,
            function: location.function.clone(),
        }],
        confidence: None,
        fix_unit: Some(format!("{}::{}", location.path, location.function)),
        location,
    }
}
