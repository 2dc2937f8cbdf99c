//! The plain way, as a yardstick: one fresh pytest process for each site.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::Matrix;
use super::edits::group;
use super::sites::inventory;
use crate::gate::Rig;
use crate::gate::teeth::{Lab, Ran};
use crate::git::Content;
use crate::model::{Invalid, Selection, TeethVerdict, TestOutcome};

/// What fresh processes took, and where they differ from the forks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fresh {
    /// Processes that ran: one for each site of the sample.
    pub sites: usize,
    /// Wall seconds, `jobs` processes at a time, each in a tree of its own that had a run before.
    pub wall: f64,
    /// Pairs of a test and a site of which forks and fresh processes say the same outcome.
    pub same: usize,
    /// The others, one line each.
    pub differ: Vec<String>,
}

/// Takes every `step`-th executed site away by a source edit and runs the tests that execute it,
/// in a fresh process each. `ready` is called when the trees are, before the first of them.
///
/// # Errors
/// When the gate cannot be used, or the sources cannot be read.
pub fn fresh(
    rig: &Rig,
    matrix: &Matrix,
    jobs: usize,
    step: usize,
    ready: impl FnOnce(),
) -> anyhow::Result<Fresh> {
    let next = AtomicUsize::new(0);
    let fresh = Mutex::new(Fresh::default());
    let sample: Vec<_> = matrix.sites.iter().step_by(step.max(1)).collect();
    let mut labs = Vec::new();
    for _ in 0..jobs.max(1) {
        let lab = Lab::open(rig, Content::Working)?;
        // Bytecode, which a tree has once.
        lab.observe(&Selection::Suite, &[])?;
        labs.push(lab);
    }
    ready();
    let start = Instant::now();
    let worker = |mut lab: Lab<'_>| -> anyhow::Result<()> {
        let inventory = inventory(lab.tree(), &rig.project)?;
        while let Some(wanted) = sample.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(number) = inventory.sites.iter().position(|site| *site == wanted.site) else {
                continue;
            };
            let edits = group(&inventory, &[number]);
            let cells: Vec<_> =
                matrix.cells.iter().filter(|cell| cell.site == wanted.site.location).collect();
            let tests = cells.iter().map(|cell| cell.test.clone()).collect();
            let limit = rig.project.gate.limit;
            let ran = lab.with_edits(&edits.texts, &Selection::Tests(tests), &[], limit)?;
            let mut fresh = fresh.lock().expect("no worker panics while it counts");
            fresh.sites += 1;
            for cell in cells {
                let forked = is_failure(cell.forked.as_ref().unwrap_or(&cell.verdict));
                let edited = match &ran {
                    Ran::Whole(run) => run
                        .tests
                        .iter()
                        .any(|test| test.id == cell.test && test.outcome == TestOutcome::Failed),
                    Ran::Refused(_) | Ran::TimedOut => true,
                };
                if forked == edited {
                    fresh.same += 1;
                } else {
                    let outcome = if edited { "red" } else { "green" };
                    fresh.differ.push(format!(
                        "{}:{} {}: {} in a fork, {outcome} in a fresh process",
                        cell.site.path,
                        cell.site.line,
                        cell.test,
                        cell.forked.as_ref().unwrap_or(&cell.verdict)
                    ));
                }
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let worker = &worker;
        let workers: Vec<_> =
            labs.into_iter().map(|lab| scope.spawn(move || worker(lab))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
    })?;
    let mut fresh = fresh.into_inner().expect("no worker panics while it counts");
    fresh.wall = start.elapsed().as_secs_f64();
    fresh.differ.sort();
    Ok(fresh)
}

/// Whether the test itself failed.
fn is_failure(verdict: &TeethVerdict) -> bool {
    match verdict {
        TeethVerdict::Proven
        | TeethVerdict::Invalid(Invalid::UnrelatedFailure | Invalid::ImportError) => true,
        TeethVerdict::NotDriven
        | TeethVerdict::Stubbed
        | TeethVerdict::Unhooked
        | TeethVerdict::Cached
        | TeethVerdict::Swallowed
        | TeethVerdict::Flaky { .. }
        | TeethVerdict::Invalid(_) => false,
    }
}
