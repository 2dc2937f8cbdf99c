//! Claims about the detector: a snippet in, its findings out, one line each:
//! `line:column function symbol OPERATION EXPOSURE confidence`, the path in front where there are
//! several files.

mod attributes;
mod awaiting;
mod callbacks;
mod catalogue;
mod classes;
mod exposure;
mod given;
mod handed;
mod hazards;
mod linking;
mod made;
mod offload;
mod robust;
mod running;
mod sinks;
mod spans;

use super::{Analysis, Options, SourceFile, analyze};
use crate::model::Finding;

/// Files from a text with `# file: path` headers; `m.py` where there are none.
pub(super) fn files(text: &str) -> Vec<SourceFile> {
    let text = text.strip_prefix('\n').unwrap_or(text);
    if !text.starts_with("# file: ") {
        return vec![SourceFile::new("m.py", text)];
    }
    text.split("# file: ")
        .skip(1)
        .map(|part| {
            let (path, body) = part.split_once('\n').unwrap();
            SourceFile::new(path.trim(), body)
        })
        .collect()
}

pub(super) fn scan(text: &str) -> Analysis {
    analyze(&files(text), &Options::default())
}

fn line(finding: &Finding, several: bool) -> String {
    let at = &finding.location;
    let call = &finding.blocking_call;
    let confidence =
        finding.confidence.map_or_else(String::new, |it| format!(" {it:?}").to_lowercase());
    format!(
        "{}{}:{} {} {} {} {}{confidence}",
        if several { format!("{}:", at.path) } else { String::new() },
        at.line,
        at.column,
        at.function,
        call.symbol,
        call.operation,
        finding.event_loop_exposure,
    )
}

fn rendered(text: &str, keep: impl Fn(&Finding) -> bool) -> Vec<String> {
    let several = files(text).len() > 1;
    let mut findings = scan(text).findings;
    findings.sort_by(|left, right| {
        let place =
            |finding: &Finding| (finding.location.clone(), finding.blocking_call.symbol.clone());
        place(left).cmp(&place(right))
    });
    findings.iter().filter(|finding| keep(finding)).map(|finding| line(finding, several)).collect()
}

/// Every finding that is on the loop.
pub(super) fn exposed(text: &str) -> Vec<String> {
    rendered(text, |finding| finding.event_loop_exposure.to_string() != "OFFLOADED")
}

/// Every offload.
pub(super) fn offloaded(text: &str) -> Vec<String> {
    rendered(text, |finding| finding.event_loop_exposure.to_string() == "OFFLOADED")
}

/// The only finding's chain, `function:line` a hop.
pub(super) fn chain(text: &str) -> String {
    let findings = scan(text).findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let hops = findings[0].chain.iter().map(|hop| format!("{}:{}", hop.function, hop.line));
    hops.collect::<Vec<_>>().join(" > ")
}

/// The functions whose `open` is exposed, each with its confidence.
pub(super) fn reached(text: &str) -> Vec<String> {
    let function = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        format!("{} {}", words[1], words[words.len() - 1])
    };
    exposed(text).iter().map(function).collect()
}

const NOTHING: [&str; 0] = [];

/// A file of these parts in both orders: what is asked for is found out for the one before the other.
pub(super) fn both_orders(parts: &[&str]) -> [String; 2] {
    let backwards: Vec<&str> = parts.iter().rev().copied().collect();
    [parts, &backwards].map(|parts| format!("import asyncio, functools\n{}", parts.join("\n")))
}
