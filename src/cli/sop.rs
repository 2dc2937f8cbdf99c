//! `guard sop`: look at procedures.

use std::fmt::Write as _;
use std::path::Path;

use anstream::eprintln;

use super::args::{PictureFormat, SopArgs, SopCommand};
use super::exit;
use super::out::out;
use super::session::{self, assets_for, load_sop};
use crate::assets::Assets;
use crate::git::Repository;
use crate::model::nearest;
use crate::report::{Picture, explain_state, graph};
use crate::sop::{Sop, schema};

pub(super) fn sop(args: &SopArgs) -> anyhow::Result<u8> {
    match &args.command {
        SopCommand::List => out(&list(&assets()?)?)?,
        SopCommand::Check { file } => check(file)?,
        SopCommand::Show { sop } => out(&load_sop(&assets()?, sop)?.0.text)?,
        SopCommand::Schema => out(&format!("{:#}\n", schema()))?,
        SopCommand::Explain { state, sop } => {
            let sop = load(sop)?;
            let text = explain_state(&sop, state).ok_or_else(|| unknown(&sop, state))?;
            out(&text)?;
        }
        SopCommand::Graph { sop, format } => {
            let picture = match format {
                PictureFormat::Text => Picture::Text,
                PictureFormat::Mermaid => Picture::Mermaid,
                PictureFormat::Dot => Picture::Dot,
                PictureFormat::Svg => Picture::Svg,
            };
            out(&graph(&load(sop)?, picture))?;
        }
    }
    Ok(exit::DONE)
}

/// Assets as the repository around sees them, where there is one.
pub(super) fn assets() -> anyhow::Result<Assets> {
    let here = session::here()?;
    Ok(assets_for(Repository::discover(&here).ok().as_ref().map(Repository::root)))
}

pub(super) fn load(wanted: &str) -> anyhow::Result<Sop> {
    Ok(load_sop(&assets()?, wanted)?.1)
}

fn check(file: &Path) -> anyhow::Result<()> {
    let assets = assets()?;
    let (source, sop) = session::load_sop(&assets, &file.to_string_lossy())?;
    session::check_assets(&assets, &source.from, &source.text)?;
    let states = sop.states.len() + sop.each.states.len();
    eprintln!("{} is sound: {states} states, every delivery behind a proof", file.display());
    Ok(())
}

/// One line a procedure; one that is not sound is listed as that.
fn list(assets: &Assets) -> anyhow::Result<String> {
    let mut text = String::new();
    for name in assets.names("sop/") {
        let Some(short) = name.strip_prefix("sop/").and_then(|name| name.strip_suffix(".yaml"))
        else {
            continue;
        };
        let asset = assets.load(&name)?;
        let what = match Sop::load(&asset.source.to_string(), &asset.text) {
            Ok(sop) => sop.title,
            Err(error) => format!(
                "not sound; `guard sop check {}` shows {}",
                asset.source,
                if error.problems.len() == 1 {
                    "why".to_owned()
                } else {
                    format!("its {} problems", error.problems.len())
                }
            ),
        };
        writeln!(text, "{short}  {what}  ({})", asset.source)?;
    }
    Ok(text)
}

fn unknown(sop: &Sop, wanted: &str) -> exit::Usage {
    let states = sop.states.iter().chain(&sop.each.states).map(|state| state.id.0.as_str());
    let known: Vec<&str> = states
        .chain([sop.each.id.0.as_str(), sop.each.end.0.as_str()])
        .chain(sop.ends.iter().map(|(end, _)| end.0.as_str()))
        .collect();
    let near = nearest(wanted, known.iter().copied()).map_or_else(
        || format!("its states are {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    exit::Usage(format!("`{}` has no state `{wanted}`; {near}", sop.name))
}
