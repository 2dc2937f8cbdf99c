//! Step 3: which test of the gate drives this candidate.

use super::{Done, World};
use crate::anchor::locate;
use crate::journal::Progress;
use crate::model::{AnchorSearch, Coverage, Evidence, FoundTest, Frame};

pub(super) fn locate_anchor(world: &World, progress: &Progress) -> anyhow::Result<Done> {
    let candidate = &progress.candidate;
    let search = locate(candidate, &world.production(candidate), &world.anchors(), &world.facts()?);
    let outcome = match search.verdict {
        Coverage::Covers => "covers",
        Coverage::Extend => "extend",
        Coverage::None => "none",
    };
    let line = candidate.chain.first().map_or(0, |hop| hop.line);
    Ok(Done::new(
        outcome,
        Evidence::Anchors(AnchorSearch {
            coverage: search.verdict,
            entry: Some(Frame { path: search.entry.path, line, function: search.entry.function }),
            tests: (search.tests.into_iter())
                .map(|test| FoundTest { id: test.id, why: test.why })
                .collect(),
        }),
    ))
}
