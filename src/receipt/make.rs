//! A proof as a receipt keeps it: without lines, which a rebase moves, and without anything that
//! could be run.

use super::revert::{change, offloads_of};
use super::{AssetHash, By, Place, Proof, Site, Version};
use crate::gate;
use crate::model::{
    Block, Bound, Key, Location, Operator, Route, Teeth, TeethReport, TeethVerdict,
};
use crate::project::Project;
use crate::rewrite::{self, Wrappers};
use crate::scan::syntax::Module;

/// What a proof is made in.
pub struct Surroundings<'a> {
    /// Where things are.
    pub project: &'a Project,
    /// The project's own offload helpers.
    pub wrappers: &'a Wrappers,
    /// A file's text by its path, relative to the root.
    pub read: &'a dyn Fn(&str) -> Option<String>,
}

/// The receipt's part for one key that a run has proven; none when a site of it is not proven, or
/// is not found any more. `version` says where git has what was brought back at a site.
pub fn proof(
    key: &Key,
    route: Route,
    tests: Vec<String>,
    teeth: &Teeth,
    around: &Surroundings<'_>,
    version: impl Fn(&TeethReport) -> Option<Version>,
) -> Option<Proof> {
    let mut sites: Vec<Site> = Vec::new();
    for report in &teeth.reports {
        let revert = report.revert.as_ref()?;
        let change = change(&revert.diff);
        let mut at = (report.site.function.clone(), None);
        if revert.operator == Operator::UnOffload {
            let taken: Vec<_> =
                sites.iter().map(|site| (&site.path, &site.function, site.offload)).collect();
            let (function, number) =
                numbered(&report.site, &change, around, |function, number| {
                    taken.contains(&(&report.site.path, &function.to_owned(), Some(number)))
                })?;
            at = (function, Some(number));
        }
        let (function, offload) = at;
        sites.push(Site {
            path: report.site.path.clone(),
            function,
            offload,
            operator: revert.operator,
            base: if offload.is_none() { version(report) } else { None },
            diff: revert.diff.clone(),
            change,
            by: By::SourceEdit,
            ..red(&report.verdict, report.red_test.as_deref()?, report.block.as_ref()?, around)?
        });
    }
    let run = teeth.reports.first()?.reverted.as_ref()?;
    Some(Proof {
        key: key.clone(),
        route: Some(route),
        tests,
        command: run.command.clone(),
        cwd: run.cwd.clone(),
        bound: teeth.bound.clone(),
        sites,
    })
}

/// The receipt's part for one offload that `guard teeth` has found proven, by this test (as the
/// gate's working directory has it) and this block; none when it is not proven, or cannot be edited.
pub fn offload_proof(
    site: &Location,
    callee: &str,
    ran: (&str, &TeethVerdict, &Block, By),
    command: &str,
    bound: Vec<Bound>,
    around: &Surroundings<'_>,
) -> Option<Proof> {
    let (test, verdict, block, by) = ran;
    let module = Module::parse((around.read)(&site.path)?);
    let rewrite =
        rewrite::un_offload_with(&module, site.line, site.column, around.wrappers).ok()?;
    let diff = rewrite.diff(&site.path);
    let change = change(&diff);
    let (function, number) = numbered(site, &change, around, |_, _| false)?;
    let reddened = red(verdict, test, block, around)?;
    Some(Proof {
        key: Key {
            path: site.path.clone(),
            function: site.function.clone(),
            symbol: callee.to_owned(),
        },
        route: None,
        tests: vec![reddened.red.clone()],
        command: command.to_owned(),
        cwd: around.project.gate.cwd.clone(),
        bound,
        sites: vec![Site {
            path: site.path.clone(),
            function,
            offload: Some(number),
            diff,
            change,
            by,
            ..reddened
        }],
    })
}

/// What turned red, and why; the place is left open.
fn red(
    verdict: &TeethVerdict,
    test: &str,
    block: &Block,
    around: &Surroundings<'_>,
) -> Option<Site> {
    let innermost = block.stack.last()?;
    (*verdict == TeethVerdict::Proven).then(|| Site {
        path: String::new(),
        function: String::new(),
        offload: None,
        operator: Operator::UnOffload,
        base: None,
        diff: String::new(),
        change: String::new(),
        verdict: verdict.clone(),
        by: By::SourceEdit,
        red: around.project.inside_root(test),
        primitive: block.primitive.clone(),
        blocked: Place { path: innermost.path.clone(), function: innermost.function.clone() },
    })
}

/// The function of an offload and its number there, from 1: the one at this place, else (lines have
/// moved since) the first that is not taken and comes to the same edit.
fn numbered(
    site: &Location,
    wanted: &str,
    around: &Surroundings<'_>,
    is_taken: impl Fn(&str, usize) -> bool,
) -> Option<(String, usize)> {
    let module = Module::parse((around.read)(&site.path)?);
    let mut found: Vec<(bool, bool, String, usize)> = Vec::new();
    let mut functions: Vec<String> = rewrite::offloads_with(&module, around.wrappers)
        .into_iter()
        .map(|offload| offload.function)
        .collect();
    functions.sort();
    functions.dedup();
    for function in functions {
        let own = offloads_of(&module, &function, around.wrappers);
        for (number, offload) in (1..).zip(&own) {
            let (line, column) = (offload.line, offload.column);
            let edit = rewrite::un_offload_with(&module, line, column, around.wrappers).ok();
            let same = edit.is_some_and(|edit| change(&edit.diff(&site.path)) == wanted);
            if same && !is_taken(&function, number) {
                let exact = (line, column) == (site.line, site.column);
                found.push((!exact, function != site.function, function.clone(), number));
            }
        }
    }
    found.sort();
    found.into_iter().next().map(|(_, _, function, number)| (function, number))
}

/// The plugin that records the evidence.
pub fn plugin() -> AssetHash {
    AssetHash {
        name: "gate/plugin".to_owned(),
        from: "embedded".to_owned(),
        sha256: gate::plugin_hash(),
    }
}
