//! Step 2: scan again. Candidates are matched by key; lines have moved.

use super::{Done, World, survey};
use crate::journal::{Progress, State};
use crate::model::{Candidate, CandidateId, Evidence, Exposure, Origin, Rescan, SiteKind};

pub(super) fn rescan(world: &World, state: &State, progress: &Progress) -> anyhow::Result<Done> {
    let found = survey::survey(world, &state.info)?.scope.candidates;
    let known: Vec<&Candidate> =
        state.candidates.iter().map(|progress| &progress.candidate).collect();
    let rescan = compare(&progress.candidate, &known, found);
    let outcome = if rescan.residual.is_empty() { "gone" } else { "residual" };
    Ok(Done::new(outcome, Evidence::Rescan(rescan)))
}

fn on_loop(candidate: &Candidate) -> bool {
    candidate.exposure != Exposure::Offloaded
        && candidate.sites.iter().any(|site| site.kind == SiteKind::Sink)
}

/// What an edit for `own` made of the candidates that were known.
fn compare(own: &Candidate, known: &[&Candidate], mut found: Vec<Candidate>) -> Rescan {
    let mut rescan =
        Rescan { residual: Vec::new(), cured: Vec::new(), updated: Vec::new(), joined: Vec::new() };
    let left = found.iter().find(|candidate| candidate.key == own.key && on_loop(candidate));
    if let Some(left) = left {
        rescan.residual = (left.sites.iter())
            .filter(|site| site.kind == SiteKind::Sink)
            .map(|site| format!("{}:{}: {}", site.location.path, site.location.line, site.code))
            .collect();
    }
    // The candidate that the edit was for takes the offloads that came of it first.
    let mut order: Vec<&Candidate> = vec![own];
    order.extend(known.iter().copied().filter(|candidate| candidate.id != own.id));
    let keys: Vec<_> = known.iter().map(|candidate| candidate.key.clone()).collect();
    for candidate in order {
        let same = found.iter().position(|other| other.key == candidate.key);
        let now = same.or_else(|| {
            let heir = |other: &Candidate| {
                other.exposure == Exposure::Offloaded
                    && !keys.contains(&other.key)
                    && inherits(other, candidate)
            };
            on_loop(candidate).then(|| found.iter().position(heir)).flatten()
        });
        let form = now.map_or_else(
            || gone(candidate),
            |at| Candidate { id: candidate.id.clone(), ..found.remove(at) },
        );
        if on_loop(candidate) && !on_loop(&form) && candidate.id != own.id {
            rescan.cured.push(candidate.id.clone());
        }
        rescan.updated.push(with_origins(form, &candidate.origins));
    }
    let next = known.iter().filter_map(|candidate| number(&candidate.id)).max().unwrap_or(0) + 1;
    rescan.joined = (found.into_iter().zip(next..))
        .map(|(candidate, number)| Candidate { id: CandidateId(format!("c{number}")), ..candidate })
        .collect();
    rescan
}

/// Whether an offload took the place of a call: it stands in a function on the call's path.
fn inherits(offload: &Candidate, call: &Candidate) -> bool {
    super::functions(call).contains(&(offload.key.path.clone(), offload.key.function.clone()))
}

/// A call that the edit took away without an offload in its place.
fn gone(candidate: &Candidate) -> Candidate {
    let mut candidate = candidate.clone();
    for site in &mut candidate.sites {
        site.kind = SiteKind::Gone;
    }
    candidate
}

fn with_origins(mut candidate: Candidate, origins: &[Origin]) -> Candidate {
    candidate.origins.extend(origins);
    candidate.origins.sort_unstable();
    candidate.origins.dedup();
    candidate
}

fn number(id: &CandidateId) -> Option<usize> {
    id.0.strip_prefix('c')?.parse().ok()
}
