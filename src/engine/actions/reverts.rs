//! How the bad pattern is brought back at one site, best way first: the offload is taken away;
//! else the function, or the file, becomes what it was before the fix.

use std::ops::RangeInclusive;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged as _, TextRange};

use super::World;
use crate::gate::teeth::{Call, PreparedRevert, Request};
use crate::git::ChangedFile;
use crate::journal::{Progress, State};
use crate::model::{Candidate, Exposure, Operator, Selection, Site, SiteKind};
use crate::rewrite::{self, Rewrite, Wrappers};
use crate::scan::catalogue::Catalogue;
use crate::scan::syntax::Module;
use crate::scan::{function_span, primitives};

/// What every revert of one verification starts from.
pub(super) struct Ground<'a> {
    world: &'a World,
    state: &'a State,
    wrappers: Wrappers,
    changes: Vec<ChangedFile>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(
        world: &'a World,
        state: &'a State,
        wrappers: Wrappers,
    ) -> anyhow::Result<Self> {
        let changes = match &state.info.base {
            Some((_, commit)) => world.repository.changes(commit, World::content(&state.info))?,
            None => Vec::new(),
        };
        Ok(Self { world, state, wrappers, changes })
    }

    /// What is to be proven of a site.
    pub(super) fn request(
        &self,
        progress: &Progress,
        site: &Site,
        selection: &Selection,
    ) -> Request {
        let mut request = Request {
            selection: selection.clone(),
            site: site.location.clone(),
            function: site.location.function.clone(),
            call: Some(call(&progress.candidate)),
            reverts: Vec::new(),
            control: None,
            repeat: 1,
        };
        let Some(head) = self.world.judged(self.state, &site.location.path).map(Module::parse)
        else {
            return request;
        };
        let (line, column) = (site.location.line, site.location.column);
        request.control = Some(rewrite::control(&head, line, column).source);
        request.reverts = self.reverts(progress, site, &head);
        if site.kind == SiteKind::Gone
            && let Some(span) = function_span(&head, &request.function)
        {
            // Its location is the merge base's; what runs now is the function of that name.
            request.site.line = first_statement(&head, span);
        }
        request
    }

    fn reverts(&self, progress: &Progress, site: &Site, head: &Module) -> Vec<PreparedRevert> {
        let (path, function) = (&site.location.path, &site.location.function);
        let (line, column) = (site.location.line, site.location.column);
        // A call that is still on the loop is guarded by nothing: there is nothing to take away, and
        // an older version of its function would be red for another reason.
        if site.kind == SiteKind::Sink {
            return Vec::new();
        }
        let mut reverts = Vec::new();
        if site.kind == SiteKind::Offload
            && let Ok(rewrite) = rewrite::un_offload_with(head, line, column, &self.wrappers)
        {
            reverts.push(prepared(Operator::UnOffload, path, &rewrite));
        }
        let before_fix = progress.before_fix().filter(|proposal| proposal.path == *path);
        let base = self.at_base(path);
        let older = [
            (Operator::PreFixFunction, before_fix.map(|proposal| proposal.before.clone())),
            (Operator::BaseFunction, base.clone()),
        ];
        for (operator, text) in older {
            if let Some(text) = text
                && let Ok(rewrite) = rewrite::restore_function(head, &Module::parse(text), function)
            {
                reverts.push(prepared(operator, path, &rewrite));
            }
        }
        reverts.extend(base.and_then(|text| whole_file(path, function, head.source(), text)));
        reverts
    }

    /// A file as the merge base has it, under whatever path it had there.
    fn at_base(&self, path: &str) -> Option<String> {
        let (_, commit) = self.state.info.base.as_ref()?;
        let there = (self.changes.iter())
            .find(|change| change.path == path)
            .map_or(Some(path), |change| change.base_path.as_deref())?;
        self.world.text_at(commit, there)
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

/// What is to be red. An offload's symbol is a function of the project's as often as not, which may
/// bear the name of a call of the catalogue: then nothing is known of it.
fn call(candidate: &Candidate) -> Call {
    let symbol = &candidate.key.symbol;
    let is_listed =
        candidate.exposure != Exposure::Offloaded || Catalogue::embedded().names().contains(symbol);
    let primitives = is_listed.then(|| primitives::of_symbol(symbol, &candidate.operation));
    Call { symbol: symbol.clone(), primitives: primitives.flatten() }
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
fn first_statement(module: &Module, span: TextRange) -> usize {
    struct Find<'a> {
        span: TextRange,
        found: Option<&'a StmtFunctionDef>,
    }
    impl<'a> Visitor<'a> for Find<'a> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::FunctionDef(function) if function.range() == self.span => {
                    self.found = Some(function)
                }
                stmt => walk_stmt(self, stmt),
            }
        }
    }
    let mut find = Find { span, found: None };
    find.visit_body(&module.tree().body);
    // A docstring is no line that runs.
    let is_text =
        |stmt: &Stmt| stmt.as_expr_stmt().is_some_and(|stmt| stmt.value.is_string_literal_expr());
    let body = find.found.into_iter().flat_map(|function| &function.body);
    let statement = body.into_iter().find(|stmt| !is_text(stmt));
    module.line(statement.map_or(span.start(), |stmt| stmt.start()))
}
