//! One file per subcommand; here the table of them, and what an error comes to.

mod answer;
mod args;
mod demo;
mod doctor;
mod exit;
mod fence;
mod init;
mod log;
mod mend;
mod merge;
mod out;
mod replay;
mod rule;
mod run;
mod runs;
mod scan;
mod session;
mod skill;
mod sop;
mod status;
mod teeth;
mod trust;
mod verify;
mod when;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use anstream::eprintln;
use clap::Parser;

use crate::exec::listen;
use crate::ui::BAD;
use args::{Args, Command};

/// The whole program: arguments in, exit code out.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are no errors, and clap prints them to standard output.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { exit::USAGE } else { exit::DONE });
        }
    };
    let call = AssertUnwindSafe(|| call(args));
    let code = catch_unwind(call).unwrap_or_else(|_| {
        eprintln!(
            "{BAD}error{BAD:#}: this is a defect of guard's; please report it with the lines above"
        );
        exit::DEFECT
    });
    ExitCode::from(code)
}

fn call(args: Args) -> u8 {
    // A scan has nothing to clean up behind it, so a signal ends it where it is.
    let listening = if let Command::Scan(_) = args.command { Ok(()) } else { listen() };
    let ready = listening.map_err(anyhow::Error::from).and_then(|()| mend::mend());
    let outcome = ready.and_then(|()| match args.command {
        Command::Run(args) => run::run(&args),
        Command::Answer(args) => answer::answer(&args),
        Command::Status(args) => status::status(&args),
        Command::Runs(args) => runs::runs(&args),
        Command::Log(args) => log::log(&args),
        Command::Replay(args) => replay::replay(&args),
        Command::Scan(args) => scan::scan(&args),
        Command::Fence(args) => fence::fence(&args),
        Command::Doctor(args) => doctor::doctor(&args),
        Command::Rule(args) => rule::command(&args),
        Command::Init(args) => init::init(&args),
        Command::Demo(args) => demo::demo(&args),
        Command::Sop(args) => sop::sop(&args),
        Command::Skill(args) => skill::command(&args),
        Command::Trust(args) => trust::trust(&args),
        Command::Teeth(args) => teeth::teeth(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Verify(args) => verify::verify(&args),
    });
    outcome.unwrap_or_else(|error| {
        let mut causes = error.chain();
        if let Some(what) = causes.next() {
            let what = what.to_string();
            // What shows a place in a file begins with the word already.
            eprintln!("{BAD}error{BAD:#}: {}", what.strip_prefix("error: ").unwrap_or(&what));
        }
        for cause in causes {
            eprintln!("  because: {cause}");
        }
        exit::of_error(&error)
    })
}
