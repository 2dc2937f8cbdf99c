//! The matrix of anchors and offloads, as a table for a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::gate::matrix::{By, Matrix, OffloadSite, SiteVerdict};
use crate::model::{Location, TeethVerdict};

/// The executed sites with their verdicts, what is not proven with why, what nobody guards, the
/// score. One text, a newline at its end.
pub fn matrix_table(matrix: &Matrix) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        text.push_str(words.trim_end());
        text.push('\n');
    };
    let width = matrix.sites.iter().map(|site| at(&site.site.location).len()).max().unwrap_or(0);
    for site in &matrix.sites {
        line(format!(
            "{:<26} {:<width$}  {}{}{}",
            shown(site),
            at(&site.site.location),
            site.test,
            match site.tests {
                0 | 1 => String::new(),
                tests => format!(" and {} more", tests - 1),
            },
            if site.by == By::SourceEdit { "  (source edit)" } else { "" },
        ));
    }
    let open: Vec<&SiteVerdict> =
        matrix.sites.iter().filter(|site| site.verdict != TeethVerdict::Proven).collect();
    for site in open {
        line(format!("\n{} {}", shown(site), at(&site.site.location)));
        line(format!("  {}", site.explanation));
    }
    if !matrix.unguarded.is_empty() {
        line("\nNo test executes:".to_owned());
    }
    for site in &matrix.unguarded {
        line(format!("  {} {}", at(&site.location), named(site)));
    }
    for test in &matrix.red {
        line(format!("\nred without any change, left out: {test}"));
    }
    line(String::new());
    if let Some(done) = &matrix.confirmation {
        line(format!(
            "source edits: {} cells and {} of the reds in {} runs, {:.1} s; {} differ from the forks",
            done.cells - done.sample,
            done.sample,
            done.runs,
            done.seconds,
            done.differ.len()
        ));
        for difference in &done.differ {
            line(format!(
                "  {} {}: {} in a fork, {} by source edit",
                at(&difference.site),
                difference.test,
                difference.forked,
                difference.edited
            ));
        }
        for (site, why) in &done.refused {
            line(format!("  {} could not be edited: {why}", at(site)));
        }
    } else {
        line("not confirmed by source edits (--no-confirm)".to_owned());
    }
    line(format!(
        "{} tests, {} forks, {:.1} s, {:.1} s of CPU",
        matrix.green.len() + matrix.red.len(),
        matrix.cost.forks,
        matrix.cost.wall,
        matrix.cost.cpu
    ));
    line(score(matrix));
    text
}

/// `proven 3 of 9 executed sites (1 stubbed, 5 unhooked); 4 that no test executes`.
pub fn score(matrix: &Matrix) -> String {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for site in &matrix.sites {
        if site.verdict != TeethVerdict::Proven {
            *kinds.entry(site.verdict.to_string()).or_default() += 1;
        }
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let mut text = format!("proven {} of {} executed sites", matrix.proven(), matrix.sites.len());
    if !kinds.is_empty() {
        write!(text, " ({})", kinds.join(", ")).expect("a string takes everything");
    }
    write!(text, "; {} that no test executes", matrix.unguarded.len())
        .expect("a string takes everything");
    text
}

fn shown(site: &SiteVerdict) -> String {
    site.verdict.to_string()
}

fn at(site: &Location) -> String {
    format!("{}:{}", site.path, site.line)
}

fn named(site: &OffloadSite) -> String {
    format!("{} ({} of {})", site.location.function, site.through, one_line(&site.callee))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
