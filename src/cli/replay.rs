//! `guard replay`: what a run printed, again, from its journal alone. Lines of progress go to
//! standard error and the result to standard output, as they did when it ran.

use anstream::{eprint, eprintln};

use super::args::ReplayArgs;
use super::out::out;
use super::{exit, run, runs, session};
use crate::engine::Stop;
use crate::git::Repository;
use crate::journal::{Inconsistent, JournalError, Recording, State};
use crate::model::Event;
use crate::report::{line, pull_request_text};
use crate::sop::End;
use crate::ui::{BOLD, show};

pub(super) fn replay(args: &ReplayArgs) -> anyhow::Result<u8> {
    let (recording, repository) = recording(args.run.as_deref())?;
    let mut events = recording.entries.into_iter().map(|entry| entry.event);
    let Some(Event::Started(info)) = events.next() else {
        return Err(Inconsistent::NotStarted.into());
    };
    let mut state = State::start(*info)?;
    for event in events {
        let said = line(&state.sop, &event);
        state.apply(event)?;
        if let Some(line) = said {
            eprintln!("{}", show(&line));
        }
    }
    // A journal that names no template is of a guard that did not record it.
    let assets = session::assets_for(repository.as_ref().map(Repository::root));
    match runs::standing(&state) {
        Stop::End(End::NothingToDo) => out(&format!("{}\n", run::nothing(&state)))?,
        Stop::End(End::Delivered) => out(&pull_request_text(&state, &assets)?)?,
        Stop::End(End::Refused) => {
            out(&pull_request_text(&state, &assets)?)?;
            eprint!("{}", run::refused(&state));
        }
        stop @ (Stop::Questions(_) | Stop::Left) => {
            eprintln!("{BOLD}{} {}{BOLD:#}", state.info.run, run::says(&stop));
        }
    }
    Ok(exit::DONE)
}

/// The journal of a run by its name, or by its file; with the repository, where there is one.
pub(super) fn recording(wanted: Option<&str>) -> anyhow::Result<(Recording, Option<Repository>)> {
    let here = session::here()?;
    if let Some(file) = wanted.map(std::path::Path::new).filter(|path| path.is_file()) {
        return Ok((Recording::read(file)?, Repository::discover(&here).ok()));
    }
    let (repository, runs) = session::runs(&here)?;
    let name = match wanted {
        Some(name) if runs.names().iter().any(|known| known == name) => name.to_owned(),
        Some(name) => {
            return Err(exit::Usage(format!(
                "there is no run and no file `{name}`; `guard runs` lists the runs"
            ))
            .into());
        }
        None => runs.names().pop().ok_or_else(|| {
            exit::Usage(
                "there is no run in this repository yet; begin one with `guard run`".to_owned(),
            )
        })?,
    };
    let recording = runs.recording(&name).map_err(|error| match error {
        JournalError::NotBegun { .. } if wanted.is_none() => exit::Usage(format!(
            "{name}, the latest run, never began; name another one, `guard runs` lists them"
        ))
        .into(),
        error => anyhow::Error::from(error),
    })?;
    Ok((recording, Some(repository)))
}
