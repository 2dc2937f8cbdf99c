//! `guard doctor`: whether guard can work here, one line a check, each with what to do; and what the
//! gate sees, asked of the gate itself.

mod args;
mod check;
mod gate;
mod show;

pub(super) use args::DoctorArgs;
use args::DoctorFormat;
use check::{Check, Status};

use super::exit::{DONE, NO_GATE};
use super::out::out;
use super::session;
use super::trust::{self, Said};
use crate::git::{Repository, worktree};
use crate::model::Sight;
use crate::project::{Overrides, Project};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Diagnosis {
    checks: Vec<Check>,
    /// None where the gate could not be asked.
    sight: Option<Sight>,
}

impl Diagnosis {
    fn add(&mut self, check: Check) {
        self.checks.push(check);
    }

    fn is_usable(&self) -> bool {
        self.checks.iter().all(|check| check.status != Status::Bad)
    }
}

pub(super) fn doctor(args: &DoctorArgs) -> anyhow::Result<u8> {
    let mut diagnosis = Diagnosis::default();
    if let Some((project, overrides)) = place(&mut diagnosis, args)? {
        gate::ask(&mut diagnosis, project, &overrides)?;
    }
    match args.format {
        DoctorFormat::Text => out(&show::text(&diagnosis))?,
        DoctorFormat::Json => out(&format!("{:#}\n", show::json(&diagnosis)))?,
    }
    Ok(if diagnosis.is_usable() { DONE } else { NO_GATE })
}

/// Everything that is known without running anything of the project's.
fn place(
    diagnosis: &mut Diagnosis,
    args: &DoctorArgs,
) -> anyhow::Result<Option<(Project, Overrides)>> {
    let here = session::here()?;
    let repository = match Repository::discover(&here) {
        Ok(repository) => repository,
        Err(error) => {
            let next = "go into a repository, or make one with `git init`";
            diagnosis.add(Check::bad("git", chain(&error), next));
            return Ok(None);
        }
    };
    let root = repository.root();
    worktree::sweep(root)?;
    diagnosis.add(Check::ok("git", format!("the repository at {}", root.display())));
    let overrides = session::overrides(&args.place);
    let project = match Project::find(root, &here, &overrides) {
        Ok(project) => project,
        Err(error) => {
            let next = "see docs/configuration.md";
            diagnosis.add(Check::bad("project", chain(&error), next));
            return Ok(None);
        }
    };
    let dir = if project.dir.is_empty() { "the root" } else { &project.dir };
    let from = project.config.as_deref().unwrap_or("found by looking");
    diagnosis.add(if project.roots.is_empty() {
        let said = format!("no production code was found from {dir} ({from})");
        Check::bad("project", said, "name its folders as `roots` in guard.toml")
    } else {
        Check::ok("project", format!("{} in {dir} ({from})", project.roots.join(", ")))
    });
    let said = if args.trust { Said::Yes } else { Said::Nothing };
    match trust::demand(&project, None, said) {
        Ok(needed) if needed.is_empty() => {
            diagnosis.add(Check::ok("trust", "nothing of the repository's own is run"));
        }
        Ok(_) => diagnosis.add(Check::ok("trust", "what the repository has guard run is trusted")),
        Err(error) => {
            let said = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
            diagnosis.add(Check::bad("trust", said, "look at it and say yes with `guard trust`"));
            return Ok(None);
        }
    }
    Ok(Some((project, overrides)))
}

/// An error with its causes, on as many lines as it has.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push_str(&format!(": {error}"));
        cause = error.source();
    }
    said
}
