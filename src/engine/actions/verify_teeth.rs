//! Step 5: each site's bad pattern is brought back in an isolated tree, and the anchor must bite.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::{Done, World, functions, survey};
use crate::assets::sha256;
use crate::gate::teeth::{Lab, PreparedRevert, Request};
use crate::journal::{Progress, State};
use crate::model::{
    Bound, Candidate, Evidence, Exposure, Operator, Selection, Site, SiteKind, Teeth, TeethReport,
    TeethVerdict,
};
use crate::rewrite::{self, Rewrite};
use crate::scan::syntax::Module;
use crate::scan::{Analysis, function_span};

pub(super) fn verify_teeth(
    world: &World,
    state: &State,
    progress: &Progress,
) -> anyhow::Result<Done> {
    let selection = Selection::Tests(tests(world, progress));
    let head = survey::head(world, &state.info)?;
    let sites = sites_now(&progress.candidate, &head);
    let mut lab = Lab::open(world.rig()?, World::content(&state.info))?;
    let mut reports = Vec::new();
    for site in &sites {
        reports.push(lab.prove(&request(world, state, progress, site, &selection))?);
    }
    let outcome = outcome(&reports);
    let bound = bind(world, state, &progress.candidate, &selection);
    Ok(Done::new(outcome, Evidence::Teeth(Teeth { selection, reports, bound })))
}

/// The anchor's tests, relative to the gate's working directory.
fn tests(world: &World, progress: &Progress) -> Vec<String> {
    let named = progress.latest(|evidence| match evidence {
        Evidence::Fitness(fitness) => Some(fitness.tests.clone()),
        Evidence::Anchors(search) => {
            Some(search.tests.iter().map(|test| test.id.clone()).collect())
        }
        _ => None,
    });
    named.unwrap_or_default().iter().map(|test| world.from_cwd(test)).collect()
}

/// Where the candidate's sites stand by now: edits for other candidates have moved them.
fn sites_now(candidate: &Candidate, head: &Analysis) -> Vec<Site> {
    let offloads = || {
        head.findings.iter().filter(|finding| finding.event_loop_exposure == Exposure::Offloaded)
    };
    let mut sites: Vec<Site> = Vec::new();
    let mut restored = BTreeSet::new();
    for site in &candidate.sites {
        match site.kind {
            SiteKind::Offload => {
                let same = |key: bool| {
                    offloads()
                        .filter(move |finding| {
                            finding.location.path == site.location.path
                                && finding.location.function == site.location.function
                                && if key {
                                    finding.key() == candidate.key
                                } else {
                                    finding.code == site.code
                                }
                        })
                        .collect::<Vec<_>>()
                };
                let mut found = same(true);
                if found.is_empty() {
                    found = same(false);
                }
                for finding in found {
                    let now = Site {
                        kind: SiteKind::Offload,
                        location: finding.location.clone(),
                        code: finding.code.clone(),
                    };
                    if !sites.contains(&now) {
                        sites.push(now);
                    }
                }
            }
            // A call that is gone comes back with its whole function: once is enough.
            SiteKind::Gone | SiteKind::Sink => {
                if restored.insert((site.location.path.clone(), site.location.function.clone())) {
                    sites.push(site.clone());
                }
            }
        }
    }
    if sites.is_empty() { candidate.sites.clone() } else { sites }
}

fn request(
    world: &World,
    state: &State,
    progress: &Progress,
    site: &Site,
    selection: &Selection,
) -> Request {
    let (path, function) = (&site.location.path, &site.location.function);
    let mut reverts = Vec::new();
    let mut control = None;
    let mut location = site.location.clone();
    if let Some(head) = world.judged(state, path).map(Module::parse) {
        let (line, column) = (location.line, location.column);
        control = Some(rewrite::control(&head, line, column).source);
        if site.kind == SiteKind::Offload
            && let Ok(rewrite) = rewrite::un_offload(&head, line, column)
        {
            reverts.push(prepared(Operator::UnOffload, path, &rewrite));
        }
        let before_fix = progress.before_fix().filter(|proposal| proposal.path == *path);
        let base = (state.info.base.as_ref())
            .and_then(|(_, commit)| world.text_at(commit, &at_base(world, state, path)));
        let older = [
            (Operator::PreFixFunction, before_fix.map(|proposal| proposal.before.clone())),
            (Operator::BaseFunction, base.clone()),
        ];
        for (operator, text) in older {
            if let Some(text) = text
                && let Ok(rewrite) =
                    rewrite::restore_function(&head, &Module::parse(text), function)
            {
                reverts.push(prepared(operator, path, &rewrite));
            }
        }
        if let Some(text) = base {
            reverts.extend(whole_file(path, function, head.source(), text));
        }
        if site.kind == SiteKind::Gone {
            // Its location is the merge base's; what runs now is the function of that name.
            if let Some(span) = function_span(&head, function) {
                location.line = first_statement(&head, span.start()..=span.end());
            }
        }
    }
    Request {
        selection: selection.clone(),
        site: location,
        function: function.clone(),
        reverts,
        control,
        repeat: 1,
    }
}

fn prepared(operator: Operator, path: &str, rewrite: &Rewrite) -> PreparedRevert {
    let lines =
        std::iter::once(rewrite.lines.clone()).chain(rewrite.helper_lines.clone()).collect();
    PreparedRevert {
        operator,
        path: path.to_owned(),
        diff: rewrite.diff(path),
        source: rewrite.source.clone(),
        lines,
    }
}

/// The file as the merge base has it, when the function can be found there.
fn whole_file(path: &str, function: &str, head: &str, text: String) -> Option<PreparedRevert> {
    let base = Module::parse(text);
    let lines: RangeInclusive<usize> = base.lines(function_span(&base, function)?);
    Some(PreparedRevert {
        operator: Operator::BaseFile,
        path: path.to_owned(),
        diff: rewrite::diff(path, head, base.source()),
        source: base.source().to_owned(),
        lines: vec![lines],
    })
}

/// The first line of a function that an execution of it is sure to pass: that of its body.
fn first_statement(module: &Module, span: RangeInclusive<ruff_text_size::TextSize>) -> usize {
    use ruff_python_ast::visitor::{Visitor, walk_stmt};
    use ruff_python_ast::{Stmt, StmtFunctionDef};
    use ruff_text_size::Ranged as _;

    struct Find<'a> {
        span: &'a RangeInclusive<ruff_text_size::TextSize>,
        found: Option<&'a StmtFunctionDef>,
    }
    impl<'a> Visitor<'a> for Find<'a> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            if let Stmt::FunctionDef(function) = stmt
                && function.range().start() == *self.span.start()
                && function.range().end() == *self.span.end()
            {
                self.found = Some(function);
            } else {
                walk_stmt(self, stmt);
            }
        }
    }
    let mut find = Find { span: &span, found: None };
    find.visit_body(&module.tree().body);
    let body = find.found.map(|function| &function.body);
    // A docstring is no line that runs.
    let statement =
        body.and_then(|body| body.iter().find(|stmt| !stmt.is_expr_stmt()).or(body.last()));
    module.line(statement.map_or(*span.start(), |stmt| stmt.start()))
}

fn at_base(world: &World, state: &State, path: &str) -> String {
    let changes = (state.info.base.as_ref())
        .and_then(|(_, commit)| world.repository.changes(commit, World::content(&state.info)).ok());
    changes
        .unwrap_or_default()
        .into_iter()
        .find(|change| change.path == path)
        .and_then(|change| change.base_path)
        .unwrap_or_else(|| path.to_owned())
}

/// Proven when every site is; else the first verdict that is not.
fn outcome(reports: &[TeethReport]) -> &'static str {
    let first = reports
        .iter()
        .map(|report| &report.verdict)
        .find(|verdict| **verdict != TeethVerdict::Proven);
    match first {
        None if reports.is_empty() => "invalid",
        None | Some(TeethVerdict::Proven) => "proven",
        Some(TeethVerdict::NotDriven) => "not-driven",
        Some(TeethVerdict::Stubbed) => "stubbed",
        Some(TeethVerdict::Unhooked) => "unhooked",
        Some(TeethVerdict::Cached) => "cached",
        Some(TeethVerdict::Swallowed) => "swallowed",
        Some(TeethVerdict::Flaky { .. }) => "flaky",
        Some(TeethVerdict::Invalid(_)) => "invalid",
    }
}

/// What a proof speaks of, as it is now: the functions on the candidate's path, the anchor's files,
/// the gate's own files.
pub(super) fn bind(
    world: &World,
    state: &State,
    candidate: &Candidate,
    selection: &Selection,
) -> Vec<Bound> {
    let mut bound: Vec<Bound> = functions(candidate)
        .into_iter()
        .filter_map(|(path, function)| {
            let module = Module::parse(world.judged(state, &path)?);
            let span = function_span(&module, &function)?;
            Some(Bound { sha256: sha256(&module.source()[span]), path, function: Some(function) })
        })
        .collect();
    let anchors = world.anchors();
    let of_gate = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        !(name.starts_with("test_") || name.ends_with("_test.py"))
    };
    let selected = |path: &str| match selection {
        Selection::Suite => true,
        Selection::Tests(tests) => {
            let path = world.from_cwd(path);
            tests.iter().any(|test| test.split("::").next() == Some(path.as_str()))
        }
    };
    bound.extend(
        (anchors.iter()).filter(|file| of_gate(&file.path) || selected(&file.path)).map(|file| {
            Bound { path: file.path.clone(), function: None, sha256: sha256(&file.text) }
        }),
    );
    bound.sort();
    bound.dedup();
    bound
}
