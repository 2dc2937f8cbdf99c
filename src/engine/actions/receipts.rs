//! Step 6: what was proven, as a document that outlives the run.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use super::reverts::at_base;
use super::{World, bound, survey};
use crate::gate::{Versions, preflight};
use crate::git::ChangedFile;
use crate::journal::{Progress, State};
use crate::model::{Memory, Operator, Proof, TeethReport};
use crate::receipt::{self, AssetHash, FORMAT, Receipt, ReceiptError, Surroundings, Version};
use crate::sop::Gate;

/// A receipt that is to be written.
pub(super) struct Planned {
    /// Relative to the root where it is inside, else absolute.
    pub(super) file: String,
    /// Whose.
    pub(super) candidate: String,
    receipt: Receipt,
}

/// Receipts that were written, with what stood in their place, for when the delivery fails.
pub(super) struct Written {
    before: Vec<(PathBuf, Option<Vec<u8>>)>,
}

/// The folder of the run's receipts; none when it leaves none. A gate that is only a command is its
/// own receipt: whoever wants to know runs it.
fn folder(state: &State) -> Option<&str> {
    if state.sop.gate != Gate::Pytest {
        return None;
    }
    let options = &state.info.options;
    match (&options.receipts, options.memory) {
        (Some(folder), _) => Some(folder),
        (None, Memory::Kept) => Some(receipt::FOLDER),
        (None, Memory::Off) => None,
    }
}

/// One for each candidate that teeth have proven.
pub(super) fn plan(world: &World, state: &State) -> anyhow::Result<Vec<Planned>> {
    let proven = |progress: &&Progress| {
        let proof = progress.disposition.as_ref().map(|disposition| disposition.proof());
        matches!(proof, Some(Proof::Teeth(_)))
    };
    let Some(folder) = folder(state) else { return Ok(Vec::new()) };
    if !state.candidates.iter().any(|progress| proven(&progress)) {
        return Ok(Vec::new());
    }
    let versions = preflight(world.rig()?)?;
    let head = survey::head(world, state)?;
    let changes = match &state.info.base {
        Some((_, commit)) => world.repository.changes(commit, World::content(&state.info))?,
        None => Vec::new(),
    };
    let read = |path: &str| world.judged(state, path);
    let around = Surroundings { project: &world.project, wrappers: &head.wrappers, read: &read };
    let mut planned = Vec::new();
    for progress in state.candidates.iter().filter(proven) {
        let key = &progress.candidate.key;
        if let Some(receipt) = receipt(world, state, progress, &around, &changes, &versions) {
            let file = format!("{}/{}", folder.trim_end_matches('/'), receipt::name(key));
            let candidate = progress.candidate.id.0.clone();
            planned.push(Planned { file, candidate, receipt });
        }
    }
    Ok(planned)
}

fn receipt(
    world: &World,
    state: &State,
    progress: &Progress,
    around: &Surroundings<'_>,
    changes: &[ChangedFile],
    versions: &Versions,
) -> Option<Receipt> {
    let disposition = progress.disposition.as_ref()?;
    let Proof::Teeth(teeth) = disposition.proof() else { return None };
    let tests = bound::tests(world, &teeth.selection)
        .unwrap_or_else(|| vec![world.project.anchors.clone()]);
    let version = |report: &TeethReport| version(world, state, changes, report);
    let key = &progress.candidate.key;
    let proof = receipt::proof(key, disposition.route(), tests, teeth, around, version)?;
    Some(Receipt {
        format: FORMAT.to_owned(),
        guard: env!("CARGO_PKG_VERSION").to_owned(),
        project: world.project.dir.clone(),
        versions: versions.clone(),
        assets: assets(state),
        proofs: vec![proof],
    })
}

/// The files that decide what a proof is.
fn assets(state: &State) -> Vec<AssetHash> {
    let sop = &state.info.sop;
    let sources = [(format!("sop/{}.yaml", sop.name), sop.from.clone(), sop.sha256.clone())];
    sources
        .into_iter()
        .map(|(name, from, sha256)| AssetHash { name, from, sha256 })
        .chain(std::iter::once(receipt::plugin()))
        .collect()
}

/// Where git has the version that was brought back: at the merge base, or as the run began.
fn version(
    world: &World,
    state: &State,
    changes: &[ChangedFile],
    report: &TeethReport,
) -> Option<Version> {
    let revert = report.revert.as_ref()?;
    let path = &report.site.path;
    let base = state.info.base.as_ref().map(|(_, commit)| commit.clone());
    let base =
        base.and_then(|commit| Some(Version { commit, path: at_base(changes, path)?.to_owned() }));
    let head = Version { commit: state.info.head.clone(), path: path.clone() };
    let known = match revert.operator {
        Operator::UnOffload | Operator::Command => return None,
        Operator::BaseFunction | Operator::BaseFile => return base,
        Operator::PreFixFunction => [base, Some(head)],
    };
    let now = world.judged(state, path)?;
    known.into_iter().flatten().find(|version| {
        let text = world.text_at(&version.commit, &version.path);
        text.is_some_and(|text| receipt::brings_back(&report.site, &now, text, &revert.diff))
    })
}

/// Writes what was planned.
pub(super) fn write(world: &World, planned: &[Planned]) -> anyhow::Result<Written> {
    let root = world.repository.root();
    let mut written = Written { before: Vec::new() };
    for Planned { file, receipt, .. } in planned {
        let path = root.join(file);
        // A link of the repository's own must not lead the writing out of it.
        let is_ours = PathBuf::from(file).is_relative();
        let folder = path.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok());
        let stays = folder.is_some_and(|folder| folder.starts_with(root));
        written.before.push((path.clone(), fs::read(&path).ok()));
        let put = match !is_ours || stays {
            true => receipt::write(&path, receipt),
            false => Err(ReceiptError::Outside { file: file.clone() }),
        };
        if let Err(error) = put {
            written.undo()?;
            return Err(error.into());
        }
    }
    Ok(written)
}

impl Written {
    /// Makes the files what they were.
    pub(super) fn undo(self) -> anyhow::Result<()> {
        for (path, before) in self.before {
            let undone = match before {
                Some(bytes) => fs::write(&path, bytes),
                None => match fs::remove_file(&path) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
                    other => other,
                },
            };
            undone
                .with_context(|| format!("could not take back the receipt {}", path.display()))?;
            // Where it was made for this receipt it is empty, and nobody misses it.
            if let Some(folder) = path.parent() {
                let _ = fs::remove_dir(folder);
            }
        }
        Ok(())
    }
}
