//! `guard skill export`: a procedure as a skill for coding agents.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::eprintln;

use super::args::{SkillArgs, SkillCommand, SkillExportArgs};
use super::exit;
use super::out::out;
use super::sop::{assets, load};
use crate::report::{MARK, skill};

pub(super) fn command(args: &SkillArgs) -> anyhow::Result<u8> {
    match &args.command {
        SkillCommand::Export(args) => export(args),
    }
}

fn export(args: &SkillExportArgs) -> anyhow::Result<u8> {
    let sop = load(&args.sop)?;
    let files = skill(&sop, &assets()?)?;
    let dir = args.dir.clone().unwrap_or_else(|| Path::new("skills").join(&sop.name));
    if args.check {
        let differs: Vec<PathBuf> = (files.iter())
            .filter(|(path, text)| fs::read_to_string(dir.join(path)).ok().as_ref() != Some(text))
            .map(|(path, _)| dir.join(path))
            .collect();
        for path in &differs {
            eprintln!("{} is not what `guard skill export` writes", path.display());
        }
        return Ok(if differs.is_empty() { exit::DONE } else { exit::REFUSED });
    }
    let own = dir.join("SKILL.md");
    if fs::read_to_string(&own).is_ok_and(|text| !text.contains(MARK)) {
        return Err(exit::Usage(format!(
            "{} is not exported by guard and stays as it is; name another folder with `--dir`",
            own.display()
        ))
        .into());
    }
    let mut written = String::new();
    for (path, text) in &files {
        let path = dir.join(path);
        let put = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&path, text)
        };
        put()
            .map_err(|error| exit::Usage(format!("could not write {}: {error}", path.display())))?;
        written.push_str(&format!("{}\n", path.display()));
    }
    out(&written)?;
    Ok(exit::DONE)
}
