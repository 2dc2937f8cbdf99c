//! `guard fence`: the check, and what is written down for it.

use anstream::eprintln;

use super::args::{FenceArgs, FenceFormat};
use super::out::out;
use super::{exit, session};
use crate::fence::{self, Report};
use crate::git::{GitError, Repository};
use crate::model::Finding;
use crate::project::{Overrides, Project};
use crate::report;
use crate::ui::WARN;

pub(super) fn fence(args: &FenceArgs) -> anyhow::Result<u8> {
    let (project, repository) = place(args)?;
    check(args.format, &project, repository.as_ref())
}

/// The project and, where there is one, its repository: a fence needs no history to hold.
fn place(args: &FenceArgs) -> anyhow::Result<(Project, Option<Repository>)> {
    let here = session::here()?;
    let repository = match Repository::discover(&here) {
        Ok(repository) => Some(repository),
        Err(
            GitError::NotARepository { .. } | GitError::Bare { .. } | GitError::NoCommits { .. },
        ) => None,
        Err(error) => return Err(error.into()),
    };
    let root = repository.as_ref().map_or(here.as_path(), Repository::root);
    let overrides = Overrides { project: args.project.clone(), python: None };
    Ok((Project::find(root, &here, &overrides)?, repository))
}

fn check(
    format: FenceFormat,
    project: &Project,
    repository: Option<&Repository>,
) -> anyhow::Result<u8> {
    let report = fence::check(project, repository)?;
    let bare: Vec<&Finding> = report.bare.iter().collect();
    out(&match format {
        FenceFormat::Text => {
            report.bare.iter().map(|finding| format!("{}\n", fence::line(finding))).collect()
        }
        FenceFormat::Json => {
            let all: Vec<&Finding> = report.bare.iter().chain(&report.wrapped).collect();
            format!("{}\n", serde_json::to_string_pretty(&all)?)
        }
        FenceFormat::Sarif => report::sarif(&bare)?,
        FenceFormat::Github => report::github(&bare),
    })?;
    for warning in &report.warnings {
        eprintln!("{WARN}warning{WARN:#}: {warning}");
    }
    eprintln!("{}", counted(&report));
    Ok(if report.holds() { exit::DONE } else { exit::REFUSED })
}

/// What was found, and what to do about it.
fn counted(report: &Report) -> String {
    let many = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    };
    let held = format!(
        "{} in {}: {} wrapped, {} allowed",
        many(report.names, "fenced name"),
        many(report.files, "file"),
        report.wrapped.len(),
        report.allowed
    );
    if report.holds() {
        return format!("the fence holds: {held}");
    }
    format!(
        "{held}, {}. Wrap each in `await asyncio.to_thread(…)`; or measure it where it stands, and \
         if it takes less than 50 ms there, `guard fence record --class safe-fast`",
        many(report.bare.len(), "bare call")
    )
}
