//! `guard trust`, and what asks for it: nothing that the repository names is run before somebody
//! has said yes to it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anstream::eprintln;

use super::args::TrustArgs;
use super::out::out;
use super::{exit, session};
use crate::assets::{self, Assets};
use crate::git::Repository;
use crate::model::Source;
use crate::project::{Errand, Ledger, Overrides, Project, TrustError};
use crate::rewrite;
use crate::ui::{BOLD, DIM};

pub(super) fn trust(args: &TrustArgs) -> anyhow::Result<u8> {
    let here = session::here()?;
    let repository = Repository::discover(&here)?;
    let root = repository.root();
    let mut ledger = Ledger::open(root)?;
    if args.forget {
        ledger.forget()?;
        eprintln!("{DIM}nothing of {} is trusted any more{DIM:#}", root.display());
        return Ok(exit::DONE);
    }
    let overrides = Overrides { project: args.project.clone(), ..Overrides::default() };
    let mut errands: Vec<Errand> =
        Project::find(root, &here, &overrides)?.errand().into_iter().collect();
    for file in procedures(root, &args.procedures)? {
        let text = std::fs::read_to_string(&file)
            .map_err(|error| exit::Usage(format!("could not read {}: {error}", file.display())))?;
        let name = inside(root, &file).unwrap_or_else(|| file.display().to_string());
        let errand = Errand::procedure(&name, &text);
        if errands.iter().all(|known| known.sha256 != errand.sha256) {
            errands.push(errand);
        }
    }
    if errands.is_empty() {
        eprintln!("this repository has guard run nothing of its own; there is nothing to trust");
        return Ok(exit::DONE);
    }
    let mut text = String::new();
    for errand in &errands {
        let known = if ledger.trusts(errand) { ", trusted already" } else { "" };
        writeln!(
            text,
            "{BOLD}{}{BOLD:#} {DIM}{}{known}{DIM:#}",
            errand.file,
            &errand.sha256[..12]
        )?;
        for line in seen(errand).lines() {
            writeln!(text, "  {line}")?;
        }
    }
    out(&text)?;
    if args.dry_run {
        eprintln!("{DIM}nothing was trusted{DIM:#}");
        return Ok(exit::DONE);
    }
    for errand in &errands {
        ledger.add(errand)?;
    }
    eprintln!("trusted, until it changes; `guard trust --forget` takes it back");
    Ok(exit::DONE)
}

/// What a person needs to see: of a procedure that stands in for one of guard's, the difference.
fn seen(errand: &Errand) -> String {
    let name = Path::new(&errand.file).file_name().unwrap_or_default().to_string_lossy();
    match Assets::new(assets::Overrides::default()).load(&format!("sop/{name}")) {
        Ok(own) if own.text == errand.shown => format!("guard's own {name}, as it is"),
        Ok(own) => rewrite::diff(&format!("sop/{name}"), &own.text, &errand.shown),
        Err(_) => errand.shown.clone(),
    }
}

/// The procedures that are named, or all of `.guard/sop`.
fn procedures(root: &Path, named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let here = session::here()?;
    if !named.is_empty() {
        return Ok(named.iter().map(|file| here.join(file)).collect());
    }
    let Ok(folder) = std::fs::read_dir(root.join(".guard/sop")) else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> = folder
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "yaml" || ext == "yml"))
        .collect();
    files.sort();
    Ok(files)
}

/// A file of the repository, relative to its root; also one that is a link to elsewhere, since the
/// repository says where.
fn inside(root: &Path, file: &Path) -> Option<String> {
    let real = file.canonicalize().ok();
    [real.as_deref(), Some(file)]
        .into_iter()
        .flatten()
        .find_map(|path| path.strip_prefix(root).ok())
        .map(|path| path.to_string_lossy().into_owned())
}

/// Lets a run go on when everything of the repository's that it would run is trusted: once and for
/// all, by `--trust`, or by these hashes. Gives the hashes that were needed.
pub(super) fn demand(
    project: &Project,
    sop: Option<&Source>,
    said: Said<'_>,
) -> anyhow::Result<Vec<String>> {
    let mut advice = "guard trust".to_owned();
    let mut errands: Vec<Errand> = project.errand().into_iter().collect();
    if let Some(sop) = sop.filter(|sop| sop.from != "embedded") {
        let file = session::here()?.join(&sop.from);
        if let Some(name) = inside(&project.root, &file) {
            errands.push(Errand::procedure(&name, &sop.text));
            if !name.starts_with(".guard/sop/") {
                advice.push_str(&format!(" {}", crate::exec::quote(&sop.from)));
            }
        }
    }
    let needed = errands.iter().map(|errand| errand.sha256.clone()).collect();
    if errands.is_empty() || matches!(said, Said::Yes) {
        return Ok(needed);
    }
    let ledger = Ledger::open(&project.root)?;
    let hashes = match said {
        Said::Hashes(hashes) => hashes,
        Said::Yes | Said::Nothing => &[],
    };
    errands.retain(|errand| !ledger.trusts(errand) && !hashes.contains(&errand.sha256));
    if errands.is_empty() {
        Ok(needed)
    } else {
        Err(TrustError::Untrusted { errands, advice }.into())
    }
}

/// What was said of trust in this call, or when the run began.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said<'a> {
    /// Nothing: only what is trusted once and for all counts.
    Nothing,
    /// `--trust`.
    Yes,
    /// `--trust`, when the run began, to what has these hashes.
    Hashes(&'a [String]),
}
