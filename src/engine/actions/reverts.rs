//! How the bad pattern is brought back at one site, best way first: the offload is taken away;
//! else the function, or the file, becomes what it was before the fix.

use super::World;
use crate::gate::teeth::{PreparedRevert, Request, first_statement};
use crate::git::ChangedFile;
use crate::journal::{Progress, State};
use crate::model::{Operator, Selection, Site, SiteKind};
use crate::rewrite::{self, Wrappers};
use crate::scan::function_span;
use crate::scan::syntax::Module;

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
            reverts: Vec::new(),
            control: None,
            repeat: self.state.info.options.repeat.unwrap_or(1),
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

/// The path that a file had at the merge base; none when it was not there.
pub(super) fn at_base<'a>(changes: &'a [ChangedFile], path: &'a str) -> Option<&'a str> {
    (changes.iter())
        .find(|change| change.path == path)
        .map_or(Some(path), |change| change.base_path.as_deref())
}
