//! `guard init`: a gate for a project that has none.

use std::fmt::Write as _;

use anstream::eprintln;
use anyhow::Context;

use super::args::InitArgs;
use super::out::out;
use super::{exit, session};
use crate::anchor::Facts;
use crate::anchor::init::{FileAction, apply, plan};
use crate::git::Repository;
use crate::project::Project;
use crate::ui::{BOLD, DIM};

pub(super) fn init(args: &InitArgs) -> anyhow::Result<u8> {
    let here = session::here()?;
    let repository = Repository::discover(&here)?;
    let project = Project::find(repository.root(), &here, &session::overrides(&args.place))?;
    let facts = Facts::read(&project).context("could not read the project's own files")?;
    let plan = plan(&facts, &session::assets_for(Some(repository.root())))?;
    if !args.dry_run {
        apply(repository.root(), &plan)?;
    }
    let mut text = String::new();
    for file in &plan.files {
        match &file.action {
            FileAction::Create => writeln!(text, "create  {}", file.path),
            FileAction::Append => writeln!(text, "append  {}", file.path),
            FileAction::Keep(why) => writeln!(text, "keep    {} {DIM}{why}{DIM:#}", file.path),
        }?;
    }
    for dependency in &plan.dependencies {
        match &dependency.named_in {
            Some(file) => {
                writeln!(text, "named   {} {DIM}in {file}{DIM:#}", dependency.requirement)
            }
            None => writeln!(text, "needs   {}", dependency.requirement),
        }?;
    }
    out(&text)?;
    if let Some(command) = &plan.add_command {
        eprintln!("{BOLD}add what it needs:{BOLD:#} {command}");
    }
    if args.dry_run {
        eprintln!("{DIM}nothing was written{DIM:#}");
    } else if plan.is_done() {
        eprintln!("{DIM}the gate is there; nothing was written{DIM:#}");
    }
    Ok(exit::DONE)
}
