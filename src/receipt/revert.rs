//! The revert of a receipt's site, worked out again on the tree that is there. Nothing of the
//! receipt is applied: the offload is found by its number, and what taking it away changes must be
//! what it changed then.

use super::{Ground, Site};
use crate::assets::sha256;
use crate::gate::teeth::{PreparedRevert, first_statement};
use crate::model::{Location, Operator};
use crate::rewrite::{self, Offload, Wrappers};
use crate::scan::function_span;
use crate::scan::syntax::Module;

/// A site as it stands now.
pub(super) struct Found {
    pub(super) site: Location,
    pub(super) revert: PreparedRevert,
    /// The file with an edit that changes nothing.
    pub(super) control: String,
}

/// Why a site's revert cannot be worked out again.
pub(super) enum Lost {
    /// What is reverted is another thing now.
    Changed,
    /// The version that was brought back is not at hand; why, and what to do.
    NoVersion(String),
}

/// The hash of what a diff takes away and adds, wherever it stands.
pub(super) fn change(diff: &str) -> String {
    // The first two lines name the file.
    let lines = diff.lines().skip(2).filter(|line| line.starts_with(['-', '+']));
    sha256(&lines.map(|line| line.trim_end_matches('\r')).collect::<Vec<_>>().join("\n"))
}

/// The offloads of a function, in the order of the text.
pub(super) fn offloads_of(module: &Module, function: &str, wrappers: &Wrappers) -> Vec<Offload> {
    let mut offloads = rewrite::offloads_with(module, wrappers);
    offloads.retain(|offload| offload.function == function);
    offloads
}

/// Works the revert of a site out again.
pub(super) fn find(site: &Site, ground: &Ground<'_>) -> Result<Found, Lost> {
    let text = ground.text(&site.path).ok_or(Lost::Changed)?;
    let head = Module::parse(text);
    let (location, revert) = match site.operator {
        Operator::UnOffload => un_offload(site, &head, &ground.wrappers)?,
        Operator::PreFixFunction | Operator::BaseFunction | Operator::BaseFile => {
            bring_back(site, &head, ground)?
        }
        Operator::Command => return Err(by_procedure(site)),
    };
    if change(&revert.diff) != site.change {
        return Err(Lost::Changed);
    }
    let control = rewrite::control(&head, location.line, location.column).source;
    Ok(Found { site: location, revert, control })
}

/// What a procedure's own command edits is not worked out without running it, and a receipt runs
/// nothing.
fn by_procedure(site: &Site) -> Lost {
    Lost::NoVersion(format!(
        "the revert of {} is a command of its procedure; prove it anew with `guard run`",
        site.function
    ))
}

fn un_offload(
    site: &Site,
    head: &Module,
    wrappers: &Wrappers,
) -> Result<(Location, PreparedRevert), Lost> {
    let number = site.offload.and_then(|number| number.checked_sub(1)).ok_or(Lost::Changed)?;
    let offloads = offloads_of(head, &site.function, wrappers);
    let offload = offloads.get(number).ok_or(Lost::Changed)?;
    let rewrite = rewrite::un_offload_with(head, offload.line, offload.column, wrappers)
        .map_err(|_| Lost::Changed)?;
    let location = Location {
        path: site.path.clone(),
        line: offload.line,
        column: offload.column,
        function: site.function.clone(),
    };
    Ok((location, PreparedRevert::of(Operator::UnOffload, &site.path, &rewrite)))
}

fn bring_back(
    site: &Site,
    head: &Module,
    ground: &Ground<'_>,
) -> Result<(Location, PreparedRevert), Lost> {
    let Some(version) = &site.base else {
        return Err(Lost::NoVersion(format!(
            "the version of {} without the fix was never committed; prove it anew with `guard run`",
            site.function
        )));
    };
    let old = ground.text_at(version).ok_or_else(|| {
        Lost::NoVersion(format!(
            "this clone has no {} at commit {}; fetch the whole history (`git fetch --unshallow`), or prove it \
             anew with `guard run`",
            version.path, version.commit
        ))
    })?;
    let span = function_span(head, &site.function).ok_or(Lost::Changed)?;
    let (line, column) = (first_statement(head, span), 1);
    let location =
        Location { path: site.path.clone(), line, column, function: site.function.clone() };
    let revert = match site.operator {
        Operator::BaseFile => {
            PreparedRevert::whole_file(&site.path, &site.function, head.source(), old)
        }
        Operator::UnOffload | Operator::PreFixFunction | Operator::BaseFunction => {
            rewrite::restore_function(head, &Module::parse(old), &site.function)
                .ok()
                .map(|rewrite| PreparedRevert::of(site.operator, &site.path, &rewrite))
        }
        Operator::Command => return Err(by_procedure(site)),
    };
    Ok((location, revert.ok_or(Lost::Changed)?))
}

/// Whether the function of a site, or its file, as `old` has it brings back what a diff says.
pub fn brings_back(site: &Location, head: &str, old: String, diff: &str) -> bool {
    let head = Module::parse(head.to_owned());
    let rewrite = rewrite::restore_function(&head, &Module::parse(old), &site.function);
    rewrite.is_ok_and(|rewrite| change(&rewrite.diff(&site.path)) == change(diff))
}
