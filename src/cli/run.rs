//! `guard run`: the whole procedure, and what is printed when it stops.

use std::io::IsTerminal as _;

use anstream::{eprint, eprintln};
use serde_json::{Value, json};

use super::args::{Results, RunArgs};
use super::exit::{self, DONE, NEEDS_ANSWERS, REFUSED};
use super::out::out;
use super::session::{self, Begin, Session};
use super::trust::Said;
use crate::engine::{Asker, Stop, World, drive, title};
use crate::journal::State;
use crate::model::{Evidence, Memory, Mode};
use crate::project::Overrides;
use crate::report::{looked, pull_request_text, recalled};
use crate::sop::{Detector, End};
use crate::ui::{AnswersFile, BOLD, DIM, Progress, Terminal, Voice, open_questions, show_open};

pub(super) fn run(args: &RunArgs) -> anyhow::Result<u8> {
    let file = args.answers.as_deref().map(AnswersFile::read).transpose()?;
    let here = session::here()?;
    let (repository, runs) = session::runs(&here)?;
    let session = if args.resume {
        let name = session::open_run(&repository, &runs, None)?;
        let journal = runs.open(&name)?;
        eprintln!("{DIM}going on with {name}{DIM:#}");
        Session::resume(repository, journal, said(args), &args.results)?
    } else {
        match runs.latest_open(&repository.root().to_string_lossy()) {
            Ok(Some(open)) => {
                eprintln!(
                    "{DIM}{open} has not ended; `guard run --resume` would go on with it{DIM:#}"
                );
            }
            Ok(None) => {}
            Err(damaged) => eprintln!("{DIM}{damaged}{DIM:#}"),
        }
        let mode = match (args.all, args.committed) {
            (true, _) => Mode::WholeTree,
            (false, true) => Mode::Committed,
            (false, false) => Mode::Change,
        };
        let memory = if args.no_memory { Memory::Off } else { Memory::Kept };
        let (base, sop) = (args.base.clone(), args.sop.clone());
        let (receipts, repeat) = (args.receipts.clone(), args.repeat);
        let begin = Begin { base, mode, sop, memory, trust: said(args), receipts, repeat };
        let overrides =
            Overrides { place: session::place(args.in_place), ..session::overrides(&args.place) };
        Session::start(&here, begin, overrides, &args.results)?
    };
    let at_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let prompts = at_terminal && !args.non_interactive && !args.results.json;
    let mut voice = Voice::new(file, prompts.then(Terminal::default));
    go(session, &mut voice, &args.results)
}

fn said(args: &RunArgs) -> Said<'static> {
    if args.trust { Said::Yes } else { Said::Nothing }
}

/// Drives a session until it stops, and prints what it came to.
pub(super) fn go(
    mut session: Session,
    asker: &mut dyn Asker,
    results: &Results,
) -> anyhow::Result<u8> {
    let run = session.journal.state().info.run.clone();
    let stop = drive(&mut session.journal, &mut session.world, asker, &mut Progress::default());
    let stop = match stop {
        Ok(stop) => stop,
        Err(error) => {
            eprintln!("{DIM}{run} is kept; `guard run --resume` goes on with it{DIM:#}");
            return Err(error);
        }
    };
    let state = session.journal.state();
    let text = text(&session.world, state, &stop)?;
    if let (Some(text), Some(file)) = (&text, &results.output)
        && let Err(error) = std::fs::write(file, text)
    {
        // The run has ended: what it came to must not be lost with the file.
        out(text)?;
        return Err(exit::Usage(format!(
            "could not write the pull-request text to {}: {error}; it is on standard output",
            file.display()
        ))
        .into());
    }
    if results.json {
        out(&format!("{:#}\n", summary(&session.world, state, &stop, text.as_deref())?))?;
        return Ok(code(&stop));
    }
    match &stop {
        Stop::End(End::NothingToDo) => out(&format!("{}\n", nothing(state)))?,
        Stop::End(End::Delivered | End::Refused) => match (&text, &results.output) {
            (Some(_), Some(file)) => {
                eprintln!("{BOLD}the pull-request text is in {}{BOLD:#}", file.display())
            }
            (Some(text), None) => out(text)?,
            (None, _) => {}
        },
        Stop::Questions(questions) => {
            let open = show_open(&open_questions(state, &session.world, questions));
            out(&format!("{}\n", open.trim_start()))?;
            eprintln!("{BOLD}{run} {}{BOLD:#}", says(&stop));
        }
        Stop::Left => eprintln!("{BOLD}{run} {}{BOLD:#}", says(&stop)),
    }
    if stop == Stop::End(End::Refused) {
        eprint!("{}", refused(state));
    }
    Ok(code(&stop))
}

/// The pull-request text of a run that came to an end with one.
pub(super) fn text(world: &World, state: &State, stop: &Stop) -> anyhow::Result<Option<String>> {
    Ok(match stop {
        Stop::End(End::Delivered | End::Refused) => Some(pull_request_text(state, &world.assets)?),
        Stop::End(End::NothingToDo) | Stop::Questions(_) | Stop::Left => None,
    })
}

/// The exit code of where a run stands.
pub(super) fn code(stop: &Stop) -> u8 {
    match stop {
        Stop::End(End::NothingToDo | End::Delivered) => DONE,
        Stop::End(End::Refused) => REFUSED,
        Stop::Questions(_) | Stop::Left => NEEDS_ANSWERS,
    }
}

/// One word about where a run stands, for machines.
pub(super) fn status(stop: &Stop) -> &'static str {
    match stop {
        Stop::End(End::NothingToDo) => "nothing-to-do",
        Stop::End(End::Delivered) => "delivered",
        Stop::End(End::Refused) => "refused",
        Stop::Questions(_) => "needs-answers",
        Stop::Left => "waiting",
    }
}

/// One line about where a run stands.
pub(super) fn says(stop: &Stop) -> String {
    match stop {
        Stop::End(End::NothingToDo) => "found nothing to do".to_owned(),
        Stop::End(End::Delivered) => "is delivered".to_owned(),
        Stop::End(End::Refused) => "is refused".to_owned(),
        Stop::Questions(questions) if questions.len() == 1 => "waits for 1 answer".to_owned(),
        Stop::Questions(questions) => format!("waits for {} answers", questions.len()),
        Stop::Left => "waits; `guard run --resume` goes on with it".to_owned(),
    }
}

/// The report that nothing is in scope, with what the detector cannot see.
pub(super) fn nothing(state: &State) -> String {
    let scope = state.latest(|evidence| match evidence {
        Evidence::Scope(scope) => Some(scope),
        _ => None,
    });
    let Some(scope) = scope else { return "nothing in scope".to_owned() };
    let against =
        state.info.base.as_ref().map_or_else(String::new, |(name, _)| format!(" against {name}"));
    let looked = looked(scope);
    let nothing = match &state.sop.detector {
        Detector::Builtin => "no blocking call that this change brings to the event loop",
        Detector::Command(_) => "nothing that this change brings in",
    };
    let mut text = if scope.recalled.settled.is_empty() {
        format!("Nothing in scope{against}: {looked} and found {nothing}.")
    } else {
        format!("Nothing open{against}: {looked}, and what it found is settled.")
    };
    for line in recalled(&scope.recalled) {
        text.push_str(&format!("\nEarlier: {line}."));
    }
    for spot in &scope.blind_spots {
        text.push_str("\nNot seen: ");
        text.push_str(spot);
    }
    text
}

/// What a run that is refused says of the suite.
pub(super) fn refused(state: &State) -> String {
    let suite = state.latest(|evidence| match evidence {
        Evidence::Suite(suite) => suite.run.as_ref(),
        _ => None,
    });
    suite.map_or_else(String::new, |run| {
        format!("the whole gate is red: `{}`\n{}\n", run.command, run.output_tail.trim_end())
    })
}

/// The result as JSON.
pub(super) fn summary(
    world: &World,
    state: &State,
    stop: &Stop,
    text: Option<&str>,
) -> anyhow::Result<Value> {
    let candidates: Vec<Value> = (state.candidates.iter())
        .map(|progress| {
            json!({
                "id": progress.candidate.id,
                "title": title(&progress.candidate),
                "candidate": progress.candidate,
                "state": progress.state,
                "route": progress.route,
                "disposition": progress.disposition,
            })
        })
        .collect();
    let mut value = json!({
        "run": state.info.run,
        "status": status(stop),
        "exit": code(stop),
        "candidates": candidates,
    });
    let list = state.latest(|evidence| match evidence {
        Evidence::Scope(scope) => scope.list.as_ref(),
        _ => None,
    });
    if let Some(list) = list {
        value["list"] = json!(list);
    }
    let recalled = state.latest(|evidence| match evidence {
        Evidence::Scope(scope) => Some(&scope.recalled),
        _ => None,
    });
    if let Some(recalled) = recalled {
        value["recalled"] = json!(recalled);
    }
    if let Stop::Questions(questions) = stop {
        value["questions"] = serde_json::to_value(open_questions(state, world, questions))?;
        value["answer"] =
            json!(crate::ui::command(&state.info.run, &questions.iter().collect::<Vec<_>>()));
    }
    if let Some(text) = text {
        value["pull_request"] = json!(text);
    }
    Ok(value)
}
