//! Findings in numbers: how many of which priority and how sure, what they do, where most stand.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::findings::{Listed, colour, counted};
use crate::model::{Confidence, Priority};

/// Files that are named.
const FILES: usize = 10;

/// Tables of numbers, then the line that counts all.
pub fn summary(listed: Listed<'_>) -> String {
    let mut text = String::new();
    if !listed.findings.is_empty() {
        by_priority(&mut text, listed);
        table(&mut text, "operation", listed, usize::MAX, |finding| {
            &finding.blocking_call.operation
        });
        table(&mut text, "file", listed, FILES, |finding| &finding.location.path);
    }
    text.push_str(&counted(listed));
    text.push('\n');
    text
}

fn by_priority(text: &mut String, listed: Listed<'_>) {
    let sure = [Confidence::Definite, Confidence::Probable, Confidence::Possible];
    text.push_str("         definite  probable  possible\n");
    for priority in [Priority::High, Priority::Medium, Priority::Low] {
        let colour = colour(priority);
        write!(text, "{colour}{priority:<6}{colour:#}").expect("a string takes everything");
        for confidence in sure {
            let count = (listed.findings.iter())
                .filter(|it| it.priority == priority)
                .filter(|it| it.confidence.unwrap_or(Confidence::Definite) == confidence)
                .count();
            write!(text, "{count:>10}").expect("a string takes everything");
        }
        text.push('\n');
    }
    text.push('\n');
}

fn table<'a>(
    text: &mut String,
    name: &str,
    listed: Listed<'a>,
    most: usize,
    of: impl Fn(&'a crate::model::Finding) -> &'a String,
) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in listed.findings {
        *counts.entry(of(finding)).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    writeln!(text, "by {name}").expect("a string takes everything");
    for (name, count) in counts.iter().take(most) {
        writeln!(text, "{count:>6}  {name}").expect("a string takes everything");
    }
    if let Some(more) = counts.len().checked_sub(most).filter(|&more| more > 0) {
        writeln!(text, "        and {more} more").expect("a string takes everything");
    }
    text.push('\n');
}
