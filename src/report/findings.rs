//! Findings for a person: file by file, each with its way from the loop; one in depth; and, for
//! programs that read while guard writes, one JSON object a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::model::{Confidence, Exposure, Finding, Hop, Priority};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Lines shown before and after the call of a hop.
const CONTEXT: usize = 2;

/// Findings and what they were found in.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// In the order in which they are to be shown.
    pub findings: &'a [&'a Finding],
    /// How many files were looked at.
    pub files: usize,
    /// How many offloads are not among the findings.
    pub offloads: usize,
}

/// The findings file by file, then a line that counts them. Colours are escape codes, which whoever
/// prints may strip.
pub fn text(listed: Listed<'_>) -> String {
    let mut files: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in listed.findings {
        files.entry(&finding.location.path).or_default().push(finding);
    }
    let mut text = String::new();
    for (path, mut findings) in files {
        findings.sort_by_key(|finding| (finding.location.line, finding.location.column));
        write_line(&mut text, format_args!("{BOLD}{path}{BOLD:#}"));
        let places: Vec<String> = findings.iter().map(|finding| place(finding)).collect();
        let width = places.iter().map(String::len).max().unwrap_or(0);
        for (finding, place) in findings.into_iter().zip(places) {
            one(&mut text, finding, &place, width);
        }
        text.push('\n');
    }
    write_line(&mut text, format_args!("{}", counted(listed)));
    text
}

fn write_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes everything");
}

fn place(finding: &Finding) -> String {
    format!("{}:{}", finding.location.line, finding.location.column)
}

fn one(text: &mut String, finding: &Finding, place: &str, width: usize) {
    let colour = colour(finding.priority);
    let call = &finding.blocking_call;
    let priority = finding.priority;
    let what = match finding.event_loop_exposure {
        Exposure::ParseIncomplete => finding.reason.clone(),
        Exposure::Offloaded => {
            format!("{BOLD}{}{BOLD:#} {} runs in a thread", call.symbol, call.operation)
        }
        Exposure::DirectAsync
        | Exposure::AsyncReachableSameFile
        | Exposure::AsyncReachableCrossFile
        | Exposure::SyncAgentMiddlewareHook => format!(
            "{BOLD}{}{BOLD:#} {} in {}{}",
            call.symbol,
            call.operation,
            finding.location.function,
            sure(finding.confidence)
        ),
    };
    write_line(text, format_args!("  {place:<width$}  {colour}{priority:<6}{colour:#}  {what}"));
    if let [hops @ .., _] = finding.chain.as_slice()
        && !hops.is_empty()
    {
        let mut way = String::new();
        let mut last = "";
        for hop in hops {
            let path = if hop.path == last { "" } else { hop.path.as_str() };
            last = &hop.path;
            write!(way, "{} ({path}:{}) > ", hop.function, hop.line)
                .expect("a string takes everything");
        }
        let indent = width + 12;
        let own = &finding.location.function;
        write_line(text, format_args!("{:indent$}{DIM}{way}{own}{DIM:#}", ""));
    }
}

fn sure(confidence: Option<Confidence>) -> &'static str {
    match confidence {
        Some(Confidence::Definite) | None => "",
        Some(Confidence::Probable) => ", probable",
        Some(Confidence::Possible) => ", possible",
    }
}

pub(super) fn colour(priority: Priority) -> Style {
    match priority {
        Priority::High => AnsiColor::Red.on_default().bold(),
        Priority::Medium => AnsiColor::Yellow.on_default(),
        Priority::Low => AnsiColor::Cyan.on_default(),
    }
}

/// `3 findings (1 high, 2 medium) in 2 of 40 files; 7 offloads`.
pub(super) fn counted(listed: Listed<'_>) -> String {
    let number = listed.findings.len();
    let files = listed.files;
    let offloads = match listed.offloads {
        0 => String::new(),
        1 => "; 1 offload".to_owned(),
        more => format!("; {more} offloads"),
    };
    let of = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    if number == 0 {
        return format!("No findings in {of}{offloads}.");
    }
    let parts: Vec<String> = [Priority::High, Priority::Medium, Priority::Low]
        .into_iter()
        .filter_map(|priority| {
            let count = listed.findings.iter().filter(|it| it.priority == priority).count();
            let name = priority.to_string().to_lowercase();
            (count > 0).then(|| format!("{count} {name}"))
        })
        .collect();
    let mut with: Vec<&str> = listed.findings.iter().map(|it| it.location.path.as_str()).collect();
    with.sort_unstable();
    with.dedup();
    let s = if number == 1 { "" } else { "s" };
    format!("{number} finding{s} ({}) in {} of {of}{offloads}.", parts.join(", "), with.len())
}

/// One JSON object a line.
///
/// # Errors
/// When a finding cannot be written as JSON.
pub fn ndjson(findings: &[&Finding]) -> serde_json::Result<String> {
    let mut text = String::new();
    for finding in findings {
        text.push_str(&serde_json::to_string(finding)?);
        text.push('\n');
    }
    Ok(text)
}

/// One finding in depth: what it is, and its way from the loop with the code of each hop.
/// `source` gives the text of a file by its path.
pub fn explain<'a>(finding: &Finding, source: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut text = String::new();
    let colour = colour(finding.priority);
    let call = &finding.blocking_call;
    let priority = finding.priority;
    write_line(&mut text, format_args!("{BOLD}{}{BOLD:#}", finding.key()));
    write_line(
        &mut text,
        format_args!(
            "{colour}{priority}{colour:#} {} {} {}",
            call.category, call.operation, finding.event_loop_exposure
        ),
    );
    write_line(&mut text, format_args!("{}", finding.reason));
    if let Some(unit) = &finding.fix_unit {
        write_line(&mut text, format_args!("Cured together with all of: {unit}"));
    }
    let at = &finding.location;
    let own = Hop { path: at.path.clone(), line: at.line, function: at.function.clone() };
    let chain = if finding.chain.is_empty() { vec![own] } else { finding.chain.clone() };
    for (number, hop) in (1..).zip(&chain) {
        let function = &hop.function;
        let place = format!("{}:{}", hop.path, hop.line);
        write_line(&mut text, format_args!("\n{number}. {BOLD}{function}{BOLD:#} at {place}"));
        if let Some(source) = source(&hop.path) {
            excerpt(&mut text, source, hop.line);
        }
    }
    text
}

fn excerpt(text: &mut String, source: &str, line: usize) {
    let first = line.saturating_sub(CONTEXT).max(1);
    let width = (line + CONTEXT).to_string().len();
    let lines = (1..).zip(source.lines()).skip(first - 1).take(line + CONTEXT + 1 - first);
    for (number, code) in lines {
        let code: String = code.chars().take(160).collect();
        let (mark, style) = if number == line { ('>', BOLD) } else { (' ', DIM) };
        let code = if code.is_empty() { code } else { format!(" {style}{code}{style:#}") };
        write_line(text, format_args!("   {mark} {number:>width$} |{code}"));
    }
}
