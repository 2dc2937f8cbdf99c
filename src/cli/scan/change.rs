//! What of a scan a change brings onto the loop.

use std::collections::{HashMap, HashSet};

use super::Places;
use crate::cli::exit;
use crate::git::{Change, ChangedFile, Content};
use crate::model::{Exposure, Key, Origin};
use crate::scan::{self, Analysis, PathFilter, SourceFile, scope};

/// Leaves what is new since the base: findings on added lines, findings that are new by key, calls
/// that became reachable, offloads that the change adds, and what may be wrong with them.
pub(super) fn keep_new(analysis: &mut Analysis, places: &Places, base: &str) -> anyhow::Result<()> {
    let Some(repository) = &places.repository else {
        let what = "there is no git repository here to compare with; leave out `--base`";
        return Err(exit::Usage(what.to_owned()).into());
    };
    let base = repository.base(Some(base))?;
    let changes = repository.changes(&base.merge_base, Content::Working)?;
    let filter = PathFilter::new(&places.roots, &places.exclude)?;
    let files: Vec<SourceFile> = repository
        .files_at(&base.merge_base, &places.roots, "py")?
        .into_iter()
        .filter(|(path, _)| filter.admits(path))
        .map(|(path, bytes)| SourceFile::new(path, bytes))
        .collect();
    let before = scan::analyze(&files, &places.options);
    let candidates = scope::candidates(&before, analysis, &changes);
    let (mut whole, mut lines, mut offloads) = (HashSet::new(), HashSet::new(), HashSet::new());
    for candidate in candidates {
        for origin in &candidate.origins {
            let keys: Option<&mut HashSet<Key>> = match origin {
                Origin::NewByKey | Origin::NewlyReachable => Some(&mut whole),
                Origin::AddedLine => Some(&mut lines),
                Origin::AddedOffload => Some(&mut offloads),
                Origin::FixedFinding | Origin::AnchorExecutes | Origin::WholeTree => None,
            };
            if let Some(keys) = keys {
                keys.insert(candidate.key.clone());
            }
        }
    }
    let changed: HashMap<&str, &ChangedFile> = (changes.iter())
        .filter(|file| file.change != Change::Deleted)
        .map(|file| (file.path.as_str(), file))
        .collect();
    let is_added = |path: &str, line| changed.get(path).is_some_and(|file| file.adds(line));
    analysis.hazards.retain(|hazard| is_added(&hazard.location.path, hazard.location.line));
    analysis.findings.retain(|finding| {
        let key = finding.key();
        if finding.event_loop_exposure == Exposure::Offloaded {
            return offloads.contains(&key);
        }
        whole.contains(&key)
            || (lines.contains(&key) && is_added(&finding.location.path, finding.location.line))
    });
    Ok(())
}
