//! `guard status`: where a run stands and what it asks.

use std::fmt::Write as _;

use anstream::eprintln;

use super::args::StatusArgs;
use super::out::out;
use super::session::{self, Session};
use super::{exit, run, runs};
use crate::engine::Stop;

pub(super) fn status(args: &StatusArgs) -> anyhow::Result<u8> {
    let (repository, known) = session::runs(&session::here()?)?;
    let name = match &args.run {
        Some(run) => run.clone(),
        None => known.latest()?.ok_or_else(|| {
            exit::Usage(
                "there is no run in this repository yet; begin one with `guard run`".to_owned(),
            )
        })?,
    };
    let state = session::read(&known, &name)?;
    let session = Session::looking(repository, &state)?;
    let stop = runs::standing(&state);
    if args.json {
        let text = run::text(&session.world, &state, &stop)?;
        out(&format!("{:#}\n", run::summary(&session.world, &state, &stop, text.as_deref())?))?;
        return Ok(exit::DONE);
    }
    let mut text = format!("{name}: {}\n", run::says(&stop));
    for progress in &state.candidates {
        let route = progress.disposition.as_ref().map(|disposition| disposition.route());
        let route = route.or(progress.route).map_or_else(String::new, |route| route.to_string());
        let title = crate::engine::title(&progress.candidate);
        writeln!(text, "  {title} {route} {}", progress.state)?;
    }
    if let Stop::Questions(questions) = &stop {
        let open = crate::ui::open_questions(&state, &session.world, questions);
        writeln!(text, "{}", crate::ui::show_open(&open))?;
    } else if stop == Stop::Left {
        eprintln!("go on with `guard run --resume`");
    }
    out(&text)?;
    Ok(exit::DONE)
}
