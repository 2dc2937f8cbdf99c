//! How the bad pattern is brought back at one site, best way first: the offload is taken away;
//! else the function, or the file, becomes what it was before the fix.

use std::fs;
use std::ops::RangeInclusive;

use anyhow::Context;
use serde_json::{Map, json};

use super::World;
use super::domain::{Spoken, speak, variables};
use crate::engine::Refusal;
use crate::exec::Command;
use crate::gate::teeth::{Call, PreparedRevert, Request, first_statement};
use crate::git::ChangedFile;
use crate::git::worktree::Worktree;
use crate::journal::{Progress, State};
use crate::model::{Candidate, Exposure, Operator, Selection, Site, SiteKind};
use crate::rewrite::{self, Wrappers};
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
    ) -> anyhow::Result<Request> {
        let mut request = Request {
            selection: selection.clone(),
            site: site.location.clone(),
            function: site.location.function.clone(),
            call: Some(call(&progress.candidate)),
            reverts: Vec::new(),
            control: None,
            repeat: self.state.info.options.repeat.unwrap_or(1),
        };
        let path = &site.location.path;
        let Some(text) = self.world.judged(self.state, path) else { return Ok(request) };
        // A call that is still there is guarded by nothing: there is nothing to take away, and an
        // older version of its function would be red for another reason.
        if site.kind != SiteKind::Sink {
            request.reverts.extend(self.by_command(progress, site, &text)?);
        }
        if !path.ends_with(".py") {
            request.control = Some(format!("{text}\n"));
            request.reverts.extend(self.older_file(site, &text));
            return Ok(request);
        }
        let head = Module::parse(text);
        let (line, column) = (site.location.line, site.location.column);
        request.control = Some(rewrite::control(&head, line, column).source);
        request.reverts.extend(self.reverts(progress, site, &head));
        if site.kind == SiteKind::Gone
            && let Some(span) = function_span(&head, &request.function)
        {
            // Its location is the merge base's; what runs now is the function of that name.
            request.site.line = first_statement(&head, span);
        }
        Ok(request)
    }

    /// What the procedure's own revert makes of the site's file, in a tree of its own.
    fn by_command(
        &self,
        progress: &Progress,
        site: &Site,
        text: &str,
    ) -> anyhow::Result<Option<PreparedRevert>> {
        let Some(words) = &self.state.sop.revert else { return Ok(None) };
        let (world, path) = (self.world, &site.location.path);
        let mut variables = variables(world, self.state, Some(progress), Map::new());
        variables["line"] = json!(site.location.line);
        variables["column"] = json!(site.location.column);
        variables["code"] = json!(site.code);
        let Spoken { words, shown } = speak(words, variables)?;
        let (program, arguments) = words.split_first().context("a revert has a first word")?;
        // Whatever it edits, it edits nobody's own tree, also where proofs are made in place.
        let project = &world.project;
        let content = World::content(&self.state.info);
        let tree = Worktree::create(&project.root, content, &project.gate.carry)?;
        let output = Command::new(program).args(arguments).dir(tree.path()).run()?;
        let changed = tree.changed()?;
        let wrong = if !output.success() {
            Some(format!("failed:\n{}", output.stderr_text().trim_end()))
        } else if changed.iter().any(|other| other != path) {
            Some(format!("edited {}, and may edit {path} alone", changed.join(", ")))
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Err(Refusal(format!(
                "`{shown}`, the revert of the procedure, {wrong}. Mend it, then `guard run --resume`"
            ))
            .into());
        }
        let source = fs::read_to_string(tree.path().join(path))
            .with_context(|| format!("could not read {path} after `{shown}`"))?;
        Ok((source != text).then(|| PreparedRevert {
            operator: Operator::Command,
            path: path.clone(),
            lines: vec![differing(text, &source)],
            diff: rewrite::diff(path, text, &source),
            source,
        }))
    }

    /// The file as the merge base has it, for what is no Python: its functions are the gate's to tell.
    fn older_file(&self, site: &Site, text: &str) -> Option<PreparedRevert> {
        let path = &site.location.path;
        let source = self.at_base(path).filter(|_| site.kind != SiteKind::Sink)?;
        Some(PreparedRevert {
            operator: Operator::BaseFile,
            path: path.clone(),
            lines: Vec::new(),
            diff: rewrite::diff(path, text, &source),
            source,
        })
    }

    fn reverts(&self, progress: &Progress, site: &Site, head: &Module) -> Vec<PreparedRevert> {
        let (path, function) = (&site.location.path, &site.location.function);
        let (line, column) = (site.location.line, site.location.column);
        if site.kind == SiteKind::Sink {
            return Vec::new();
        }
        let mut reverts = Vec::new();
        if site.kind == SiteKind::Offload
            && let Ok(rewrite) = rewrite::un_offload_with(head, line, column, &self.wrappers)
        {
            reverts.push(PreparedRevert::of(Operator::UnOffload, path, &rewrite));
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
                reverts.push(PreparedRevert::of(operator, path, &rewrite));
            }
        }
        reverts.extend(
            base.and_then(|text| PreparedRevert::whole_file(path, function, head.source(), text)),
        );
        reverts
    }

    /// A file as the merge base has it, under whatever path it had there.
    fn at_base(&self, path: &str) -> Option<String> {
        let (_, commit) = self.state.info.base.as_ref()?;
        let there = at_base(&self.changes, path)?;
        self.world.text_at(commit, there)
    }
}

/// The lines of a text, from the first to the last in which it differs from another, by their numbers
/// in it.
fn differing(before: &str, after: &str) -> RangeInclusive<usize> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same =
        |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let first = same(&mut old.iter().zip(&new));
    let last = same(&mut old.iter().rev().zip(new.iter().rev()));
    first + 1..=(new.len() - last.min(new.len())).max(first + 1)
}

/// The path that a file had at the merge base; none when it was not there.
pub(super) fn at_base<'a>(changes: &'a [ChangedFile], path: &'a str) -> Option<&'a str> {
    (changes.iter())
        .find(|change| change.path == path)
        .map_or(Some(path), |change| change.base_path.as_deref())
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
