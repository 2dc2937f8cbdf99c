//! Step 2: scan again. Candidates are matched by key; lines have moved.

use super::memory::Recollection;
use super::{Done, World, survey};
use crate::journal::{Progress, State};
use crate::model::{
    Candidate, CandidateId, Evidence, Exposure, Hazard, Mode, Origin, Rescan, SiteKind,
};

pub(super) fn rescan(world: &World, state: &State, progress: &Progress) -> anyhow::Result<Done> {
    let survey = survey::survey(world, state)?;
    let mut found = survey.scope.candidates;
    let known: Vec<&Candidate> =
        state.candidates.iter().map(|progress| &progress.candidate).collect();
    // What an earlier run has settled does not join; what the edit has changed of it does.
    let memory = Recollection::read(world, &state.info)?;
    found.retain(|candidate| {
        known.iter().any(|known| known.key == candidate.key) || !memory.is_settled(candidate)
    });
    let mut rescan = compare(&progress.candidate, &known, found);
    rescan.hazards = on_path(&progress.candidate, &rescan, survey.hazards);
    if !rescan.residual.is_empty() && state.info.mode == Mode::Committed {
        rescan
            .residual
            .push("this run judges commits alone: commit the edit, then go on".to_owned());
    }
    let outcome = if rescan.residual.is_empty() { "gone" } else { "residual" };
    Ok(Done::new(outcome, Evidence::Rescan(rescan)))
}

/// What concerns this candidate: warnings about offloads in the functions on its path, as it was
/// and as the edit has made it.
fn on_path(own: &Candidate, rescan: &Rescan, mut hazards: Vec<Hazard>) -> Vec<Hazard> {
    let now = rescan.updated.iter().filter(|candidate| candidate.id == own.id);
    let path: Vec<(String, String)> =
        std::iter::once(own).chain(now).flat_map(super::functions).collect();
    hazards.retain(|hazard| {
        let at = &hazard.location;
        path.iter().any(|(file, function)| *file == at.path && *function == at.function)
    });
    hazards
}

fn on_loop(candidate: &Candidate) -> bool {
    candidate.exposure != Exposure::Offloaded
        && candidate.sites.iter().any(|site| site.kind == SiteKind::Sink)
}

/// What an edit for `own` made of the candidates that were known.
fn compare(own: &Candidate, known: &[&Candidate], mut found: Vec<Candidate>) -> Rescan {
    let mut rescan = Rescan {
        residual: Vec::new(),
        cured: Vec::new(),
        updated: Vec::new(),
        joined: Vec::new(),
        hazards: Vec::new(),
    };
    let left = found.iter().find(|candidate| candidate.key == own.key && on_loop(candidate));
    if let Some(left) = left {
        // Another caller may still bring it to the loop.
        let from = match left.chain.as_slice() {
            [root, _, ..] => {
                format!(", reached from {} ({}:{})", root.function, root.path, root.line)
            }
            [_] | [] => String::new(),
        };
        rescan.residual = (left.sites.iter())
            .filter(|site| site.kind == SiteKind::Sink)
            .map(|site| {
                format!("{}:{}: {}{from}", site.location.path, site.location.line, site.code)
            })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, Location, Priority, Site};

    fn candidate(id: &str, function: &str, symbol: &str, exposure: Exposure) -> Candidate {
        let kind = if exposure == Exposure::Offloaded { SiteKind::Offload } else { SiteKind::Sink };
        let location = Location {
            path: "app.py".to_owned(),
            line: 3,
            column: 5,
            function: function.to_owned(),
        };
        Candidate {
            id: CandidateId(id.to_owned()),
            key: Key {
                path: "app.py".to_owned(),
                function: function.to_owned(),
                symbol: symbol.to_owned(),
            },
            priority: Priority::High,
            exposure,
            category: String::new(),
            operation: String::new(),
            reason: String::new(),
            origins: vec![Origin::AddedLine],
            sites: vec![Site { kind, location, code: format!("{symbol}()") }],
            chain: Vec::new(),
            confidence: None,
            fix_unit: function.to_owned(),
        }
    }

    fn sink(id: &str, function: &str, symbol: &str) -> Candidate {
        candidate(id, function, symbol, Exposure::DirectAsync)
    }

    fn offload(function: &str, symbol: &str) -> Candidate {
        candidate("", function, symbol, Exposure::Offloaded)
    }

    fn ids(candidates: &[Candidate]) -> Vec<String> {
        candidates
            .iter()
            .map(|candidate| format!("{} {}", candidate.id, candidate.key.symbol))
            .collect()
    }

    #[test]
    fn a_call_that_is_still_on_the_loop_is_residual() {
        let own = sink("c1", "f", "os.remove");
        let rescan = compare(&own, &[&own], vec![sink("", "f", "os.remove")]);
        assert_eq!(rescan.residual, ["app.py:3: os.remove()"]);
    }

    #[test]
    fn a_call_that_is_offloaded_under_its_key_is_gone() {
        let own = sink("c1", "f", "os.remove");
        let rescan = compare(&own, &[&own], vec![offload("f", "os.remove")]);
        assert!(rescan.residual.is_empty() && rescan.joined.is_empty());
        assert_eq!(rescan.updated[0].sites[0].kind, SiteKind::Offload);
        assert_eq!(rescan.updated[0].origins, [Origin::AddedLine]);
    }

    #[test]
    fn an_offload_of_another_name_in_the_same_function_takes_the_place_of_the_call() {
        let own = sink("c1", "f", "os.remove");
        let rescan = compare(&own, &[&own], vec![offload("f", "_remove"), offload("g", "_other")]);
        assert_eq!(ids(&rescan.updated), ["c1 _remove"]);
        assert_eq!(ids(&rescan.joined), ["c2 _other"]);
    }

    #[test]
    fn a_sibling_that_the_same_edit_took_off_the_loop_is_cured() {
        let (own, sibling) = (sink("c1", "f", "os.remove"), sink("c2", "f", "os.rename"));
        let rescan = compare(&own, &[&own, &sibling], vec![offload("f", "_both")]);
        assert_eq!(rescan.cured, [CandidateId("c2".to_owned())]);
        assert_eq!(rescan.updated[1].sites[0].kind, SiteKind::Gone);
    }

    #[test]
    fn a_call_that_the_edit_brings_in_joins_under_the_next_name() {
        let (own, other) = (sink("c1", "f", "os.remove"), sink("c7", "g", "open"));
        let found = vec![sink("", "g", "open"), sink("", "f", "shutil.rmtree")];
        let rescan = compare(&own, &[&own, &other], found);
        assert_eq!(ids(&rescan.joined), ["c8 shutil.rmtree"]);
        assert!(rescan.cured.is_empty());
    }
}
