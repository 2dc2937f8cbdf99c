//! Whether a name may be fenced: it is a sync function that the project defines, it is slow, and
//! the audit document says so.

use std::collections::BTreeSet;

use super::audit::{Audit, Class};
use super::look::{Kind, Look};
use super::{FenceError, LIMIT};
use crate::model::nearest;
use crate::project::FenceRules;
use crate::scan::{SourceFile, Unread};

/// Refuses a fence that fences nothing, and names that could never match.
pub(super) fn have_teeth(rules: &FenceRules) -> Result<(), FenceError> {
    if rules.names.is_empty() {
        return Err((rules.mark)
            .error(
                "a fence without teeth: `names` is empty",
                "name at least one heavy sync function, with `name`, `worst` and `how`",
            )
            .into());
    }
    let mut seen = BTreeSet::new();
    for fenced in &rules.names {
        let name = fenced.name.value.as_str();
        let refused = |title: &str, label: &str| Err(fenced.name.mark.error(title, label).into());
        if let Some((_, last)) = name.rsplit_once('.') {
            let title = format!("`{name}` is more than a last name");
            return refused(&title, &format!("calls are matched by their last name: `{last}`"));
        }
        if !is_identifier(name) {
            return refused(&format!("`{name}` is no name in Python"), "the function's own name");
        }
        if !seen.insert(name) {
            return refused(&format!("`{name}` is fenced twice"), "keep one of the two");
        }
        if fenced.how.value.trim().is_empty() {
            let title = format!("`how` does not say how `{name}` was measured");
            return Err((fenced.how.mark.error(&title, "on what, with which input, when")).into());
        }
        if fenced.worst.value.worst() <= LIMIT {
            let title = format!("`{name}` is too quick to be fenced: {}", fenced.worst.value);
            return Err(fenced.worst.mark.error(&title, "the worst case, above 50 ms").into());
        }
    }
    Ok(())
}

/// Letters, digits and `_`, and no digit first.
pub(super) fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_numeric())
}

/// Refuses a name that is no sync `def` of the project, or an `async def` as well: a call is
/// matched by its last name, which could then be either.
pub(super) fn are_sync(
    rules: &FenceRules,
    files: &[SourceFile],
    looks: &[Result<Look, Unread>],
) -> Result<(), FenceError> {
    for fenced in &rules.names {
        sync_def(&fenced.name.value, files, looks)
            .map_err(|(title, label)| fenced.name.mark.error(&title, &label))?;
    }
    Ok(())
}

/// What keeps a name from being that of sync functions alone, and what to do about it.
pub(super) fn sync_def(
    name: &str,
    files: &[SourceFile],
    looks: &[Result<Look, Unread>],
) -> Result<(), (String, String)> {
    let defs = || {
        (files.iter().zip(looks)).flat_map(|(file, look)| {
            look.iter().flat_map(|look| &look.defs).map(move |def| (&file.path, def))
        })
    };
    let mut own = defs().filter(|(_, def)| def.name == name).peekable();
    if own.peek().is_none() {
        let sync = defs().filter(|(_, def)| def.kind == Kind::Sync);
        let mut label = match nearest(name, sync.map(|(_, def)| def.name.as_str())) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "a fenced name is a sync function of the scanned files".to_owned(),
        };
        let unread =
            files.iter().zip(looks).find_map(|(file, look)| Some((file, look.as_ref().err()?)));
        if let Some((file, unread)) = unread {
            label.push_str(&format!("; {}:{} could not be read", file.path, unread.line));
        }
        return Err((format!("no `def {name}` in the project"), label));
    }
    if let Some((path, def)) = own.find(|(_, def)| def.kind == Kind::Async) {
        let label = "only a sync `def` can be fenced, by a name that no `async def` shares";
        let title = format!("`{name}` is an `async def` at {path}:{}", def.line);
        return Err((title, label.to_owned()));
    }
    Ok(())
}

/// Refuses a name without a `wrapped` row above the limit in the audit document.
pub(super) fn are_audited(rules: &FenceRules, audit: &Audit) -> Result<(), FenceError> {
    for fenced in &rules.names {
        let name = &fenced.name.value;
        let mut rows =
            audit.rows().filter(|row| row.callee == *name && row.class == Class::Wrapped);
        let Some(first) = rows.next() else {
            let title = format!("`{name}` has no `wrapped` row in {}", rules.audit.value);
            let label = "`guard fence record --class wrapped` writes one";
            return Err(fenced.name.mark.error(&title, label).into());
        };
        let is_slow = |row: &super::audit::Entry| row.worst.worst() > LIMIT;
        if !is_slow(first) && !rows.any(is_slow) {
            return Err(FenceError::Refused {
                rendered: audit.fault(
                    first,
                    &format!("`{name}` is `wrapped` and takes {}", first.worst),
                    "the measurement of a fenced call is above 50 ms",
                ),
            });
        }
    }
    Ok(())
}
