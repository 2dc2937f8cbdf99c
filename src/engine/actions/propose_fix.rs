//! Step 2: the offload as a diff, and the text before it.

use anyhow::Context;

use super::{Done, World};
use crate::journal::Progress;
use crate::model::{Candidate, Evidence, Proposal, SiteKind};
use crate::rewrite::{self, Refusal, Rewrite};
use crate::scan::syntax::Module;
use crate::scan::{self, SourceFile};

/// More sites of one key than anybody has.
const SITES: usize = 50;

pub(super) fn propose_fix(world: &World, progress: &Progress) -> anyhow::Result<Done> {
    let candidate = &progress.candidate;
    let (path, edit) = match candidate.chain.as_slice() {
        // The call stands in a sync function: the offload goes where the loop calls into it.
        [root, next, ..] => {
            let name = next.function.rsplit('.').next().unwrap_or_default().to_owned();
            (root.path.clone(), Edit::Caller { line: root.line, name })
        }
        [_] | [] => (candidate.key.path.clone(), Edit::Sites),
    };
    let before = world.text(&path).with_context(|| format!("could not read {path}"))?;
    let edited = match edit {
        Edit::Sites => every_site(candidate, &before),
        Edit::Caller { line, name } => {
            let module = Module::parse(before.clone());
            match rewrite::find_call(&module, line, &name) {
                Some((line, column)) => offload(&module, line, column),
                None => Err(format!(
                    "line {line} of {path} does not call `{name}` by that name; offload the call there"
                )),
            }
        }
    };
    let proposal = match edited {
        Ok(rewrite) => Proposal {
            diff: Some(rewrite::diff(&path, &before, &rewrite.source)),
            after: Some(rewrite.source),
            path,
            before,
            refusal: None,
        },
        Err(refusal) => Proposal { path, before, after: None, diff: None, refusal: Some(refusal) },
    };
    let outcome = if proposal.after.is_some() { "proposed" } else { "by-hand" };
    Ok(Done::new(outcome, Evidence::Proposal(proposal)))
}

enum Edit {
    Sites,
    Caller { line: usize, name: String },
}

/// Offloads every site of the key, one after the other: each edit moves the others.
fn every_site(candidate: &Candidate, before: &str) -> Result<Rewrite, String> {
    let mut done: Option<Rewrite> = None;
    for _ in 0..SITES {
        let text = done.as_ref().map_or(before, |rewrite| &rewrite.source);
        let file = SourceFile::new(candidate.key.path.clone(), text);
        let left = scan::sinks(&file).into_iter().find(|finding| finding.key() == candidate.key);
        let Some(finding) = left else { break };
        let module = Module::parse(text.to_owned());
        done = Some(offload(&module, finding.location.line, finding.location.column)?);
    }
    done.ok_or_else(|| {
        let gone = candidate.sites.iter().all(|site| site.kind != SiteKind::Sink);
        if gone {
            "the call is off the loop already"
        } else {
            "the call was not found where the scan saw it"
        }
        .to_owned()
    })
}

fn offload(module: &Module, line: usize, column: usize) -> Result<Rewrite, String> {
    let placement = rewrite::placement(module, line, column);
    rewrite::offload(module, line, column, placement)
        .map_err(|refusal: Refusal| refusal.to_string())
}
