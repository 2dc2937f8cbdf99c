//! `guard scan`: the findings alone, in a repository or anywhere else.

mod change;
mod places;

use std::path::Path;

use anstream::eprintln;

use super::args::{Format, Level, ScanArgs, Sureness};
use super::out::out;
use super::{exit, session};
use crate::model::{Confidence, Exposure, Finding, Hazard, Priority};
use crate::report::{self, Listed};
use crate::scan::{self, Analysis, FoundFile, Source};
use crate::ui::{Busy, WARN};
use places::Places;

pub(super) fn scan(args: &ScanArgs) -> anyhow::Result<u8> {
    scan::take_large_steps();
    let here = session::here()?;
    let places = Places::of(args, &here)?;
    let busy = Busy::with("looking for files");
    let files = scan::find(&places.root, &places.roots, &places.exclude)?;
    drop(busy);
    let s = if files.len() == 1 { "" } else { "s" };
    let busy = Busy::with(format!("scanning {} file{s}", files.len()));
    let mut analysis = scan::analyze(&files, &places.options);
    if let Some(wanted) = &args.explain {
        drop(busy);
        return explain(args, &here, &analysis, &files, wanted);
    }
    if let Some(base) = &args.base {
        change::keep_new(&mut analysis, &places, base)?;
    }
    drop(busy);
    let is_offload = |finding: &&Finding| finding.event_loop_exposure == Exposure::Offloaded;
    let findings: Vec<&Finding> = (analysis.findings.iter())
        .filter(|finding| args.offloaded || !is_offload(finding))
        .filter(|finding| finding.confidence <= Some(least(args.confidence)))
        .collect();
    let offloads = match args.offloaded {
        true => 0,
        false => analysis.findings.iter().filter(is_offload).count(),
    };
    // They are about changed lines, or were asked for.
    let hazards: &[Hazard] = match args.base.is_some() || args.offloaded {
        true => &analysis.hazards,
        false => &[],
    };
    let listed = Listed { findings: &findings, files: analysis.files, offloads };
    let text = match args.format {
        Format::Summary => report::summary(listed),
        Format::Text => report::text(listed),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&findings)?),
        Format::Ndjson => report::ndjson(&findings)?,
        Format::Sarif => report::sarif(&findings, hazards)?,
        Format::Github => report::github(&findings, hazards),
    };
    put(args, &here, &text)?;
    // These two carry them where they belong, beside the lines.
    if !matches!(args.format, Format::Sarif | Format::Github) {
        for hazard in hazards {
            eprintln!("{WARN}warning{WARN:#}: {hazard}");
        }
    }
    let for_people = matches!(args.format, Format::Summary | Format::Text);
    if !for_people || args.output.is_some() {
        let s = if findings.len() == 1 { "" } else { "s" };
        eprintln!("{} finding{s} in {} files", findings.len(), analysis.files);
    }
    let fails = args.fail_on.map(at_least).is_some_and(|limit| {
        findings.iter().any(|finding| !is_offload(finding) && finding.priority <= limit)
    });
    Ok(if fails { exit::REFUSED } else { exit::DONE })
}

fn at_least(level: Level) -> Priority {
    match level {
        Level::High => Priority::High,
        Level::Medium => Priority::Medium,
        Level::Low => Priority::Low,
    }
}

/// What says nothing of how sure it is compares as surest.
fn least(sureness: Sureness) -> Confidence {
    match sureness {
        Sureness::Definite => Confidence::Definite,
        Sureness::Probable => Confidence::Probable,
        Sureness::Possible => Confidence::Possible,
    }
}

fn explain(
    args: &ScanArgs,
    here: &Path,
    analysis: &Analysis,
    files: &[FoundFile],
    wanted: &str,
) -> anyhow::Result<u8> {
    let found: Vec<&Finding> =
        analysis.findings.iter().filter(|finding| finding.key().to_string() == wanted).collect();
    if found.is_empty() {
        let nearest = (analysis.findings.iter()).map(|finding| finding.key().to_string()).max_by(
            |one, two| {
                let near = |key: &str| strsim::jaro_winkler(key, wanted);
                near(one).total_cmp(&near(two)).then_with(|| two.cmp(one))
            },
        );
        let hint = match nearest {
            Some(nearest) => format!("; the nearest is `{nearest}`"),
            None => String::new(),
        };
        let what = format!("there is no finding with the key `{wanted}`{hint}");
        return Err(exit::Usage(what).into());
    }
    let mut texts = std::collections::HashMap::new();
    for path in found.iter().flat_map(|finding| {
        finding.chain.iter().map(|hop| &hop.path).chain([&finding.location.path])
    }) {
        if let Ok(at) = files.binary_search_by(|file| file.path.cmp(path))
            && let Ok(bytes) = files[at].bytes()
            && let Ok(text) = scan::decode::decode(&bytes)
        {
            texts.insert(path.as_str(), text);
        }
    }
    let shown: Vec<String> = found
        .iter()
        .map(|finding| report::explain(finding, |path| texts.get(path).map(String::as_str)))
        .collect();
    put(args, here, &shown.join("\n"))?;
    Ok(exit::DONE)
}

/// Prints, or writes to the file of `--output`, where no colours are wanted.
fn put(args: &ScanArgs, here: &Path, text: &str) -> anyhow::Result<()> {
    let Some(file) = &args.output else {
        out(text)?;
        return Ok(());
    };
    let plain = anstream::adapter::strip_str(text).to_string();
    std::fs::write(here.join(file), plain).map_err(|error| {
        exit::Usage(format!("could not write {}: {error}; name another file", file.display()))
    })?;
    Ok(())
}
