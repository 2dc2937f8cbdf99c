//! Names that may never leave the list: a fence that lost the call it was built for is a fence in
//! name only. The list `smoking-guns` holds against an edit of one line; the merge base holds
//! against an edit of both.

use std::collections::{BTreeMap, BTreeSet};

use super::FenceError;
use crate::git::Repository;
use crate::project::{FenceRules, Project};

/// Refuses a smoking gun that is not fenced.
pub(super) fn in_names(rules: &FenceRules) -> Result<(), FenceError> {
    for gun in &rules.smoking_guns {
        if !rules.names.iter().any(|fenced| fenced.name.value == gun.value) {
            let title = format!("the smoking gun `{}` is not fenced", gun.value);
            let label = "put it back into `names`; it may never leave them";
            return Err(gun.mark.error(&title, label).into());
        }
    }
    Ok(())
}

/// Refuses a configuration that has lost a name, or the word that it may never leave, which the
/// merge base has. Without a repository there is nothing to compare with; without a base that is
/// said, by a warning.
pub(super) fn kept(
    project: &Project,
    repository: Option<&Repository>,
    now: Option<&FenceRules>,
) -> Result<Option<String>, FenceError> {
    let Some(repository) = repository else { return Ok(None) };
    let kept = now.map(guns).unwrap_or_default();
    let base = match repository.base(None) {
        Ok(base) => base,
        Err(_) if kept.is_empty() => return Ok(None),
        Err(error) => {
            let what = "whether a smoking gun has left the fence could not be looked up";
            return Ok(Some(format!("{what}: {error}")));
        }
    };
    let mut texts = BTreeMap::new();
    for place in project.config_places() {
        if let Some(bytes) = repository.file_at(&base.merge_base, &place)? {
            texts.insert(place, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    // A base whose configuration could not be used had no fence.
    let Ok(Some(before)) = project.fence_in(&texts) else { return Ok(None) };
    let fenced: BTreeSet<&str> =
        now.iter().flat_map(|now| &now.names).map(|it| it.name.value.as_str()).collect();
    for name in guns(&before) {
        let is_fenced = fenced.contains(name);
        if is_fenced && kept.contains(name) {
            continue;
        }
        let lost = match is_fenced {
            true => "may leave the fence now",
            false => "has left the fence",
        };
        let what = format!(
            "the smoking gun `{name}` {lost}, and at {} ({}) it never could",
            base.name,
            &base.merge_base[..base.merge_base.len().min(12)]
        );
        return Err(match now {
            Some(now) => {
                let label = match is_fenced {
                    true => "give it back its `never-leaves = true`",
                    false => "put it back, with `never-leaves = true`",
                };
                now.mark.error(&what, label).into()
            }
            None => FenceError::Unfit(format!("{what}; put the whole `[fence]` back")),
        });
    }
    Ok(None)
}

/// The names that may never leave.
fn guns(rules: &FenceRules) -> BTreeSet<&str> {
    let never = rules.names.iter().filter(|fenced| fenced.never_leaves);
    let listed = rules.smoking_guns.iter().map(|gun| gun.value.as_str());
    never.map(|fenced| fenced.name.value.as_str()).chain(listed).collect()
}
