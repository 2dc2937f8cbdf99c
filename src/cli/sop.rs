//! `guard sop`: look at procedures.

use anstream::eprintln;
use anyhow::Context;

use super::args::{SopArgs, SopCommand};
use super::exit;
use super::out::out;
use super::session::{assets_for, load_sop};
use crate::sop::Sop;

pub(super) fn sop(args: &SopArgs) -> anyhow::Result<u8> {
    match &args.command {
        SopCommand::Check { file } => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("could not read the procedure {}", file.display()))
                .map_err(|error| exit::Usage(format!("{error:#}")))?;
            let sop = Sop::load(&file.display().to_string(), &text)?;
            let states = sop.states.len() + sop.each.states.len();
            eprintln!(
                "{} is sound: {states} states, every delivery behind a proof",
                file.display()
            );
        }
        SopCommand::Show { sop } => out(&load_sop(&assets_for(None), sop)?.0.text)?,
    }
    Ok(exit::DONE)
}
