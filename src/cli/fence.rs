//! `guard fence`: the check, and what is written down for it.

use std::path::Path;

use anstream::eprintln;

use super::args::{
    FenceAddArgs, FenceArgs, FenceClass, FenceCommand, FenceFormat, FenceRecordArgs, Measured,
};
use super::out::out;
use super::{exit, session};
use crate::fence::audit::{Class, Put};
use crate::fence::{self, Report, Row, Written};
use crate::git::{GitError, Repository};
use crate::model::Finding;
use crate::project::{Overrides, Project};
use crate::report;
use crate::ui::WARN;

pub(super) fn fence(args: &FenceArgs) -> anyhow::Result<u8> {
    match &args.command {
        None => {
            let (project, repository) = place(args.project.as_deref())?;
            check(args.format, &project, repository.as_ref())
        }
        Some(FenceCommand::Record(args)) => record(args),
        Some(FenceCommand::Add(args)) => add(args),
    }
}

fn record(args: &FenceRecordArgs) -> anyhow::Result<u8> {
    let (project, _) = place(args.project.as_deref())?;
    let file = session::here()?.join(&args.file);
    let file = file.canonicalize().unwrap_or(file);
    let file = file.strip_prefix(&project.root).unwrap_or(&args.file);
    let row = Row {
        file: file.to_string_lossy().into_owned(),
        function: args.function.clone(),
        callee: args.callee.clone(),
        class: match args.class {
            FenceClass::Wrapped => Class::Wrapped,
            FenceClass::SafeFast => Class::SafeFast,
        },
        worst: args.worst.clone(),
        how: args.how.clone(),
    };
    say(&fence::record(&project, &row)?)
}

fn add(args: &FenceAddArgs) -> anyhow::Result<u8> {
    let (project, _) = place(args.project.as_deref())?;
    let Measured { worst, how } = &args.measured;
    let written = fence::add(&project, &args.name, worst, how)?;
    say(&[written])?;
    eprintln!("`guard fence` says what is still missing");
    Ok(exit::DONE)
}

/// What was written where.
fn say(written: &[Written]) -> anyhow::Result<u8> {
    let mut text = String::new();
    for one in written {
        let put = match one.put {
            Put::Added => "added",
            Put::Updated => "updated",
            Put::Unchanged => "unchanged",
        };
        text.push_str(&format!("{}: {put}\n", one.file));
        text.extend(one.text.lines().map(|line| format!("  {line}\n")));
    }
    out(&text)?;
    Ok(exit::DONE)
}

/// The project and, where there is one, its repository: a fence needs no history to hold.
fn place(dir: Option<&Path>) -> anyhow::Result<(Project, Option<Repository>)> {
    let here = session::here()?;
    let repository = match Repository::discover(&here) {
        Ok(repository) => Some(repository),
        Err(
            GitError::NotARepository { .. } | GitError::Bare { .. } | GitError::NoCommits { .. },
        ) => None,
        Err(error) => return Err(error.into()),
    };
    let root = repository.as_ref().map_or(here.as_path(), Repository::root);
    let overrides = Overrides { project: dir.map(Path::to_owned), ..Overrides::default() };
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
        FenceFormat::Sarif => report::sarif(&bare, &[])?,
        FenceFormat::Github => report::github(&bare, &[]),
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
