//! `guard scan`: the findings alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anstream::eprintln;

use super::args::{Format, ScanArgs};
use super::out::out;
use super::{exit, session};
use crate::git::Repository;
use crate::model::{Exposure, Finding};
use crate::project::Project;
use crate::scan::{self, Options};

pub(super) fn scan(args: &ScanArgs) -> anyhow::Result<u8> {
    let here = session::here()?;
    let (root, roots, exclude) = places(args, &here)?;
    let files = scan::collect(&root, &roots, &exclude)?;
    let analysis = scan::analyze(&files, &Options::default());
    let findings: Vec<&Finding> = (analysis.findings.iter())
        .filter(|finding| args.offloaded || finding.event_loop_exposure != Exposure::Offloaded)
        .collect();
    let text = match args.format {
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&findings)?),
        Format::Text => lines(&findings),
    };
    match &args.output {
        Some(file) => std::fs::write(file, text)
            .map_err(|error| exit::Usage(format!("could not write {}: {error}", file.display())))?,
        None => out(&text)?,
    }
    let s = if findings.len() == 1 { "" } else { "s" };
    eprintln!("{} finding{s} in {} files", findings.len(), analysis.files);
    Ok(exit::DONE)
}

/// What to scan: the root that paths are relative to, the roots, and what is left out.
fn places(args: &ScanArgs, here: &Path) -> anyhow::Result<(PathBuf, Vec<String>, Vec<String>)> {
    if args.paths.is_empty() {
        let repository = Repository::discover(here)?;
        let project = Project::find(repository.root(), here, &session::overrides(&args.place))?;
        return Ok((project.root, project.roots, project.exclude));
    }
    for path in &args.paths {
        anyhow::ensure!(
            path.exists(),
            exit::Usage(format!("there is no file or folder {}", path.display()))
        );
    }
    let roots =
        args.paths.iter().map(|path| path.to_string_lossy().trim_end_matches('/').to_owned());
    Ok((
        here.to_owned(),
        roots.map(|root| if root == "." { String::new() } else { root }).collect(),
        Vec::new(),
    ))
}

fn lines(findings: &[&Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let at = &finding.location;
        writeln!(
            text,
            "{}:{}:{}: {} {} {} in {} [{}]",
            at.path,
            at.line,
            at.column,
            finding.priority,
            finding.blocking_call.operation,
            finding.blocking_call.symbol,
            at.function,
            finding.event_loop_exposure
        )
        .expect("a string takes everything");
    }
    text
}
