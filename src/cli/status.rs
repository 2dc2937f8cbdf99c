//! `guard status`: where a run stands and what it asks.

use anstream::{eprintln, println};

use super::args::StatusArgs;
use super::session::{self, Session};
use super::{exit, run};
use crate::engine::{Next, Stop, next};

pub(super) fn status(args: &StatusArgs) -> anyhow::Result<u8> {
    let (repository, runs) = session::runs(&session::here()?)?;
    let name = match &args.run {
        Some(run) => run.clone(),
        None => runs.latest()?.ok_or_else(|| {
            exit::Usage(
                "there is no run in this repository yet; begin one with `guard run`".to_owned(),
            )
        })?,
    };
    let state = session::read(&runs, &name)?;
    let session = Session::looking(repository, &state)?;
    let stop = match next(&state) {
        Next::Ask(questions) => Stop::Questions(questions),
        Next::End(end) => Stop::End(end),
        Next::Act(_) | Next::Move { .. } => Stop::Left,
    };
    if args.json {
        println!("{:#}", run::summary(&session.world, &state, &stop, None)?);
        return Ok(exit::DONE);
    }
    println!("{name}: {}", run::says(&stop));
    for progress in &state.candidates {
        let route = progress.disposition.as_ref().map(|disposition| disposition.route());
        let route = route.or(progress.route).map_or_else(String::new, |route| route.to_string());
        println!("  {} {route} {}", crate::engine::title(&progress.candidate), progress.state);
    }
    if let Stop::Questions(questions) = &stop {
        let open = crate::ui::open_questions(&state, &session.world, questions);
        println!("{}", crate::ui::show_open(&open));
    } else if stop == Stop::Left {
        eprintln!("go on with `guard run --resume`");
    }
    Ok(exit::DONE)
}
