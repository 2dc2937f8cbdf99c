//! `guard verify`: receipts held against the tree, then proven again.

use std::path::{Path, PathBuf};

use anstream::eprintln;
use serde_json::{Value, json};

use super::args::VerifyArgs;
use super::exit::{DONE, REFUSED};
use super::out::out;
use super::session;
use super::trust::{self, Said};
use crate::gate::teeth::Lab;
use crate::gate::{Rig, Versions, preflight};
use crate::git::Content;
use crate::project::{Overrides, Project, Surroundings};
use crate::receipt::{self, Compared, Ground, Proof, Receipt, ReceiptError};
use crate::ui::{BAD, DIM, GOOD};

/// One proof of one receipt, and what became of it.
struct Case {
    file: String,
    receipt: Receipt,
    proof: Proof,
    came: Came,
}

enum Came {
    /// Its content is there; with `--stale-only` that is all that is known.
    Bound,
    Same,
    Stale(Vec<receipt::Change>),
    Differs(Vec<String>),
}

pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<u8> {
    if args.schema {
        out(&format!("{:#}\n", receipt::schema()))?;
        return Ok(DONE);
    }
    let here = session::here()?;
    let (repository, _) = session::runs(&here)?;
    let named = match args.receipts.as_slice() {
        [] => vec![own_folder(repository.root(), &here)?],
        named => named.to_vec(),
    };
    // What is damaged is said before anything is run.
    let mut cases = Vec::new();
    for (file, text) in receipt::collect(&named)? {
        let receipt = receipt::read(&file, &text)?;
        cases.extend(receipt.proofs.clone().into_iter().map(|proof| Case {
            file: file.clone(),
            receipt: receipt.clone(),
            proof,
            came: Came::Bound,
        }));
    }
    let mut dirs: Vec<String> = cases.iter().map(|case| case.receipt.project.clone()).collect();
    dirs.sort();
    dirs.dedup();
    let mut projects = Vec::new();
    for dir in dirs {
        // A receipt says which of the repository's projects it is about, as `--project` does.
        let folder = args.place.project.clone().unwrap_or_else(|| repository.root().join(&dir));
        let overrides = Overrides { project: Some(folder), ..session::overrides(&args.place) };
        projects.push((dir, Project::find(repository.root(), &here, &overrides)?, overrides));
    }
    for (dir, project, _) in &projects {
        let ground = Ground::read(&repository, project)?;
        let mut is_left = false;
        for case in cases.iter_mut().filter(|case| case.receipt.project == *dir) {
            let changes = receipt::stale(&case.proof, &ground);
            is_left |= changes.is_empty();
            if !changes.is_empty() {
                case.came = Came::Stale(changes);
            }
        }
        if is_left && !args.stale_only {
            trust::demand(project, None, if args.trust { Said::Yes } else { Said::Nothing })?;
        }
    }
    let mut versions = None;
    for (dir, project, overrides) in projects.iter().filter(|_| !args.stale_only) {
        let mut left: Vec<&mut Case> = (cases.iter_mut())
            .filter(|case| case.receipt.project == *dir && matches!(case.came, Came::Bound))
            .collect();
        if left.is_empty() {
            continue;
        }
        let ground = Ground::read(&repository, project)?;
        let python = project.interpreter(overrides, &Surroundings::of_process())?;
        let rig = Rig { project: project.clone(), python, keep: None };
        versions = Some(preflight(&rig)?);
        let mut lab = Lab::open(&rig, Content::Working)?;
        for case in &mut left {
            eprintln!("{DIM}proving {} again{DIM:#}", case.proof.key);
            case.came = match receipt::compare(&mut lab, &case.proof, &ground, args.repeat)? {
                Compared::Same => Came::Same,
                Compared::Differs(differences) => Came::Differs(differences),
            };
        }
    }
    if args.json {
        out(&format!("{:#}\n", as_json(&cases, versions.as_ref())))?;
    } else {
        out(&cases.iter().map(|case| shown(case, versions.as_ref())).collect::<String>())?;
    }
    let holds = |case: &Case| matches!(case.came, Came::Bound | Came::Same);
    Ok(if cases.iter().all(holds) { DONE } else { REFUSED })
}

/// The repository's own receipts, named as seen from `here` where that is short.
fn own_folder(root: &Path, here: &Path) -> Result<PathBuf, ReceiptError> {
    let is_root = here.canonicalize().is_ok_and(|here| here == root);
    let folder = if is_root { PathBuf::from(receipt::FOLDER) } else { root.join(receipt::FOLDER) };
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(ReceiptError::None { folder: folder.display().to_string() }),
    }
}

fn word(came: &Came) -> &'static str {
    match came {
        Came::Bound => "unchanged",
        Came::Same => "same",
        Came::Stale(_) => "stale",
        Came::Differs(_) => "differs",
    }
}

fn lines(came: &Came) -> Vec<String> {
    match came {
        Came::Bound | Came::Same => Vec::new(),
        Came::Stale(changes) => changes.iter().map(ToString::to_string).collect(),
        Came::Differs(differences) => differences.clone(),
    }
}

fn shown(case: &Case, versions: Option<&Versions>) -> String {
    let style = match case.came {
        Came::Bound | Came::Same => GOOD,
        Came::Stale(_) | Came::Differs(_) => BAD,
    };
    let word = word(&case.came);
    let mut text = format!("{style}{word:<9}{style:#} {} ({})\n", case.proof.key, case.file);
    for line in lines(&case.came) {
        text.push_str(&format!("  {line}\n"));
    }
    if matches!(case.came, Came::Stale(_)) {
        text.push_str("  prove it anew with `guard run`, or take the receipt away\n");
    }
    if let (Some(now), Came::Differs(_)) = (versions, &case.came)
        && *now != case.receipt.versions
    {
        text.push_str(&format!("  then {}, now {}\n", told(&case.receipt.versions), told(now)));
    }
    text
}

fn told(versions: &Versions) -> String {
    let Versions { python, pytest, blockbuster, .. } = versions;
    format!("Python {python}, pytest {pytest}, blockbuster {blockbuster}")
}

fn as_json(cases: &[Case], versions: Option<&Versions>) -> Value {
    let case = |case: &Case| {
        json!({
            "receipt": case.file,
            "key": case.proof.key,
            "outcome": word(&case.came),
            "why": lines(&case.came),
            "versions": case.receipt.versions,
        })
    };
    json!({ "versions": versions, "proofs": cases.iter().map(case).collect::<Vec<_>>() })
}
