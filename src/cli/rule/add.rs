//! `guard rule add`: into the project's central list, when an anchor shows the gap and nothing else
//! turns red.

use std::fs;
use std::io;

use anstream::eprintln;

use super::args::RuleAddArgs;
use super::{Case, refusal};
use crate::cli::exit::{DONE, NEEDS_ANSWERS, REFUSED, Usage};
use crate::cli::out::out;
use crate::gate::rule::{Admission, Gap, ListError, admit, gap, message};
use crate::gate::teeth::Lab;
use crate::git::Content;
use crate::scan::decode;
use crate::ui::BOLD;

/// Where the rule is, or is to be.
enum Spot {
    /// guard writes it.
    Write { file: String, now: String, text: String },
    /// Somebody has written it: the file as it is, and as `HEAD` has it.
    There { file: String, now: String, head: String },
    /// guard does not know the project's list.
    Unknown,
}

pub(super) fn add(args: &RuleAddArgs) -> anyhow::Result<u8> {
    let case = Case::open(&args.of)?;
    let because = case.because(args.of.because.as_deref())?;
    let spot = spot(&case, args)?;
    let mut lab = Lab::open(&case.rig, Content::Working)?;
    if let Spot::There { file, head, .. } = &spot {
        lab.lay(file, head)?;
    }
    let gap = match gap(&mut lab, &case.request, &case.rule)? {
        Ok(gap) => gap,
        Err(refused) => return refuse(&case, &refused),
    };
    let (file, text) = match &spot {
        Spot::Write { file, text, .. } => (file, text),
        Spot::There { file, now, .. } => (file, now),
        Spot::Unknown => return by_hand(&case, &gap),
    };
    let admission = match admit(&mut lab, &case.request, (file, text))? {
        Ok(admission) => admission,
        Err(refused) => return refuse(&case, &refused),
    };
    if let Spot::Write { file, now, text } = &spot {
        write(&case, file, now, text)?;
    }
    let effect = effect(&gap, &admission);
    out(&format!("added: {}\n{effect}\n", case.rule.name))?;
    if args.commit {
        let about = format!("{}; {because}", case.about());
        let message = message(&[(case.rule.name.clone(), about)], Some(&effect));
        let commit = case.repository.commit(std::slice::from_ref(file), &message)?;
        eprintln!("{BOLD}committed {file} alone: {}{BOLD:#}", &commit[..commit.len().min(10)]);
    } else {
        eprintln!("{BOLD}{file} holds the rule; commit it alone, before the anchor{BOLD:#}");
    }
    Ok(DONE)
}

fn spot(case: &Case, args: &RuleAddArgs) -> anyhow::Result<Spot> {
    let head = |file: &str| -> anyhow::Result<Option<String>> {
        let bytes = case.repository.file_at(&case.repository.head()?, file)?;
        Ok(bytes.and_then(|bytes| decode::decode(&bytes).ok()))
    };
    let Some(list) = &case.list else {
        let Some(file) = &args.file else { return Ok(Spot::Unknown) };
        let now = read(case, file)?;
        return match head(file)? {
            Some(head) if head != now => Ok(Spot::There { file: file.clone(), now, head }),
            Some(_) | None => Err(Usage(format!(
                "{file} is as `HEAD` has it, or `HEAD` has none: add the rule to the list there and leave it uncommitted, then say this again"
            ))
            .into()),
        };
    };
    let (file, now) = (list.file.clone(), read(case, &list.file)?);
    let head = head(&file)?;
    let changed = head.as_ref().is_none_or(|head| *head != now);
    if !list.has(&now, &case.rule) {
        if args.commit && changed {
            return Err(others(&file).into());
        }
        let text = list.with(&now, &case.rule)?;
        return Ok(Spot::Write { file, now, text });
    }
    let head = head.filter(|head| !list.has(head, &case.rule)).ok_or_else(|| {
        let name = &case.rule.name;
        Usage(format!("`{}` of {file} has a rule for `{name}` already, at `HEAD`", list.list))
    })?;
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    if args.commit && squeezed(&list.with(&head, &case.rule)?) != squeezed(&now) {
        return Err(others(&file).into());
    }
    Ok(Spot::There { file, now, head })
}

fn others(file: &str) -> Usage {
    Usage(format!(
        "{file} has other uncommitted changes, and a rule is committed alone. Commit or stash them, then say this again"
    ))
}

fn read(case: &Case, file: &str) -> Result<String, ListError> {
    let bytes = fs::read(case.rig.project.root.join(file));
    bytes
        .and_then(|bytes| {
            decode::decode(&bytes)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.message))
        })
        .map_err(|source| ListError::Io { what: "read", file: file.to_owned(), source })
}

/// Nothing is written over what somebody wrote meanwhile.
fn write(case: &Case, file: &str, now: &str, text: &str) -> anyhow::Result<()> {
    if read(case, file)? != now {
        let why = format!("{file} was changed meanwhile; nothing was written. Say this again");
        return Err(Usage(why).into());
    }
    fs::write(case.rig.project.root.join(file), text).map_err(|source| ListError::Io {
        what: "write",
        file: file.to_owned(),
        source,
    })?;
    Ok(())
}

fn effect(gap: &Gap, admission: &Admission) -> String {
    format!(
        "Without it that anchor is green with and without its offload. Under it the whole gate is green: {} tests, {} before it; the anchor is red without its offload and green with it.",
        admission.after.tests.len(),
        gap.before.tests.len()
    )
}

fn refuse(case: &Case, refused: &crate::gate::rule::Refused) -> anyhow::Result<u8> {
    out(&format!("{}\n", refusal::said(&case.rule, refused)))?;
    eprintln!("{BOLD}nothing was written{BOLD:#}");
    Ok(REFUSED)
}

/// The gap is shown, and guard does not know where the project keeps its rules.
fn by_hand(case: &Case, gap: &Gap) -> anyhow::Result<u8> {
    out(&format!(
        "the gap is real: {}\nguard does not know this project's central list of rules. Add this there:\n\n{}\n\nand say this again with `--file` and the list's file; or name it once and for all in guard.toml:\n\n[gate.rules]\nfile = \"…\"\nlist = \"…\"\n",
        gap.report.explanation,
        case.rule.plain()
    ))?;
    Ok(NEEDS_ANSWERS)
}
