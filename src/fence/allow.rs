//! Bare calls that may stay: each at one place, each with a measurement that says it is quick there.

use std::collections::BTreeSet;

use super::audit::{Audit, Class};
use super::find::{Site, Stand};
use super::look::{Kind, Look};
use super::{FenceError, LIMIT};
use crate::model::nearest;
use crate::project::{AllowedSite, FenceRules};
use crate::scan::{SourceFile, Unread};

/// Whether the configuration allows a bare call.
pub(super) fn is_allowed(rules: &FenceRules, path: &str, look: &Look, site: &Site) -> bool {
    rules.allow.iter().any(|allowed| matches(allowed, path, look, site))
}

fn matches(allowed: &AllowedSite, path: &str, look: &Look, site: &Site) -> bool {
    allowed.file == path
        && allowed.callee == site.name
        && asyncs(look, &allowed.function).as_slice() == [site.function.as_str()]
}

/// The async functions that a name means: the one of this dotted name, else those whose own name
/// it is.
pub(super) fn asyncs<'a>(look: &'a Look, name: &str) -> Vec<&'a str> {
    let own = || look.defs.iter().filter(|def| def.kind == Kind::Async);
    if let Some(def) = own().find(|def| def.dotted == name) {
        return vec![&def.dotted];
    }
    let named: BTreeSet<&str> =
        own().filter(|def| def.name == name).map(|def| def.dotted.as_str()).collect();
    named.into_iter().collect()
}

/// Refuses an entry without its evidence; gives warnings of those that match no call any more.
pub(super) fn checked(
    rules: &FenceRules,
    audit: &Audit,
    files: &[SourceFile],
    looks: &[Result<Look, Unread>],
    scope: &BTreeSet<usize>,
) -> Result<Vec<String>, FenceError> {
    let mut warnings = Vec::new();
    for allowed in &rules.allow {
        let callee = &allowed.callee;
        let fenced = rules.names.iter().map(|fenced| fenced.name.value.as_str());
        if !fenced.clone().any(|name| name == callee) {
            let title = format!("`{callee}` is allowed and not fenced");
            let label = match nearest(callee, fenced) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "a call that is not fenced needs no entry".to_owned(),
            };
            return Err(allowed.mark.error(&title, &label).into());
        }
        measured(rules, audit, allowed)?;
        let at = scope.iter().find(|&&index| files[index].path == allowed.file);
        let look = at.and_then(|&index| looks[index].as_ref().ok());
        if let Some(look) = look
            && let several @ [_, _, ..] = asyncs(look, &allowed.function).as_slice()
        {
            let title = format!("`{}` is several async functions", allowed.function);
            let label = format!("say which: {}", several.join(", "));
            return Err(allowed.mark.error(&title, &label).into());
        }
        let is_used = look.is_some_and(|look| {
            (look.sites.iter()).any(|site| {
                site.stand == Stand::Bare && matches(allowed, &allowed.file, look, site)
            })
        });
        if !is_used {
            warnings.push(format!(
                "{}:{}: stale: no bare `{callee}()` stands in `async def {}` of {}; take the \
                 entry out",
                allowed.mark.file(),
                allowed.mark.line(),
                allowed.function,
                allowed.file
            ));
        }
    }
    Ok(warnings)
}

/// Refuses an entry without a `safe-fast` row below the limit.
fn measured(rules: &FenceRules, audit: &Audit, allowed: &AllowedSite) -> Result<(), FenceError> {
    let AllowedSite { file, function, callee, mark } = allowed;
    let own = |name: &str| {
        let last = |name: &'_ str| name.rsplit('.').next().unwrap_or_default().to_owned();
        name == function
            || (!name.contains('.') || !function.contains('.')) && last(name) == last(function)
    };
    let row = audit.rows().find(|row| {
        row.class == Class::SafeFast
            && row.callee == *callee
            && own(&row.function)
            && rules.is_path(&row.file, file)
    });
    let Some(row) = row else {
        let title =
            format!("the allowed `{callee}()` has no `safe-fast` row in {}", rules.audit.value);
        let label = "measure it there, and `guard fence record --class safe-fast`";
        return Err(mark.error(&title, label).into());
    };
    if row.worst.worst() >= LIMIT {
        return Err(FenceError::Refused {
            rendered: audit.fault(
                row,
                &format!("`{callee}` is `safe-fast` and takes {}", row.worst),
                "the measurement of an allowed call is below 50 ms; wrap this one",
            ),
        });
    }
    Ok(())
}
