//! Step 2: the offload as a diff, and the text before it.

use anyhow::Context;

use super::{Done, World, survey};
use crate::journal::{Progress, State};
use crate::model::{Candidate, Evidence, Hop, Location, Proposal, SiteKind};
use crate::rewrite::{self, Rewrite};
use crate::scan::syntax::Module;
use crate::scan::{self, SourceFile};

/// More sites of one key than anybody has.
const SITES: usize = 50;

pub(super) fn propose_fix(
    world: &World,
    state: &State,
    progress: &Progress,
) -> anyhow::Result<Done> {
    let candidate = &progress.candidate;
    // A call that stands in a sync function is offloaded where the loop calls into that function.
    let caller = match candidate.chain.as_slice() {
        [root, next, ..] => Some((root, next)),
        [_] | [] => None,
    };
    let path = caller.map_or(&candidate.key.path, |(root, _)| &root.path).clone();
    let before = world.text(&path).with_context(|| format!("could not read {path}"))?;
    let edited = match caller {
        Some((root, next)) => every_call(root, next, &before),
        None => every_site(candidate, &before),
    };
    let proposal = match edited {
        Ok(rewrite) => Proposal {
            hazards: survey::hazards_of(world, state, &path, &rewrite.source)?,
            diff: Some(rewrite::diff(&path, &before, &rewrite.source)),
            after: Some(rewrite.source),
            path,
            before,
            refusal: None,
        },
        Err(refusal) => Proposal {
            path,
            before,
            after: None,
            diff: None,
            refusal: Some(refusal),
            hazards: Vec::new(),
        },
    };
    let outcome = if proposal.after.is_some() { "proposed" } else { "by-hand" };
    Ok(Done::new(outcome, Evidence::Proposal(proposal)))
}

/// Offloads every call from the root to the next function on the way, one after the other.
fn every_call(root: &Hop, next: &Hop, before: &str) -> Result<Rewrite, String> {
    let name = next.function.rsplit('.').next().unwrap_or_default();
    let unknown = || {
        format!(
            "line {} of {} does not call `{name}` by that name; offload the call there",
            root.line, root.path
        )
    };
    let module = Module::parse(before.to_owned());
    let callee = rewrite::callee_on_line(&module, root.line, name).ok_or_else(unknown)?;
    repeat(before, |module| rewrite::find_call(module, &root.function, &callee))?
        .ok_or_else(unknown)
}

/// Offloads what `find` finds until it finds nothing: each edit moves the others, and takes away
/// the call that it was for.
fn repeat(
    before: &str,
    find: impl Fn(&Module) -> Option<(usize, usize)>,
) -> Result<Option<Rewrite>, String> {
    let mut done: Option<Rewrite> = None;
    for _ in 0..SITES {
        let text = done.as_ref().map_or(before, |rewrite| &rewrite.source);
        let module = Module::parse(text.to_owned());
        let Some((line, column)) = find(&module) else { break };
        let placement = rewrite::placement(&module, line, column);
        match rewrite::offload(&module, line, column, placement) {
            Ok(rewrite) => done = Some(rewrite),
            Err(refusal) if done.is_none() => return Err(refusal.to_string()),
            // What can be done is proposed; the re-scan says what is left.
            Err(_) => break,
        }
    }
    Ok(done)
}

/// Offloads every site of the key.
fn every_site(candidate: &Candidate, before: &str) -> Result<Rewrite, String> {
    let file = SourceFile::new(candidate.key.path.clone(), before);
    if scan::sinks(&file).iter().all(|finding| finding.key() != candidate.key) {
        return where_it_was_seen(candidate, before);
    }
    let left = |module: &Module| {
        let file = SourceFile::new(candidate.key.path.clone(), module.source());
        let finding =
            scan::sinks(&file).into_iter().find(|finding| finding.key() == candidate.key)?;
        Some((finding.location.line, finding.location.column))
    };
    repeat(before, left)?.ok_or_else(|| not_found(candidate))
}

/// Offloads what is no sink of guard's own scan where its detector saw it: the last site first, so
/// that no edit moves those before it.
fn where_it_was_seen(candidate: &Candidate, before: &str) -> Result<Rewrite, String> {
    let mut sites: Vec<&Location> = (candidate.sites.iter())
        .filter(|site| site.kind == SiteKind::Sink)
        .filter(|site| {
            let line = before.lines().nth(site.location.line.saturating_sub(1));
            line.is_some_and(|line| line.trim() == site.code)
        })
        .map(|site| &site.location)
        .collect();
    sites.sort_by_key(|site| std::cmp::Reverse((site.line, site.column)));
    let mut done: Option<Rewrite> = None;
    for site in sites {
        let text = done.as_ref().map_or(before, |rewrite| &rewrite.source);
        let module = Module::parse(text.to_owned());
        let placement = rewrite::placement(&module, site.line, site.column);
        let rewrite = rewrite::offload(&module, site.line, site.column, placement);
        done = Some(rewrite.map_err(|refusal| refusal.to_string())?);
    }
    done.ok_or_else(|| not_found(candidate))
}

fn not_found(candidate: &Candidate) -> String {
    let gone = candidate.sites.iter().all(|site| site.kind != SiteKind::Sink);
    let why = if gone {
        "the call is off the loop already"
    } else {
        "the call was not found where the scan saw it"
    };
    why.to_owned()
}
