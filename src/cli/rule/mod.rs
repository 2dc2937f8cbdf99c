//! `guard rule`: one more primitive for the gate, on the evidence of an anchor; or the report for
//! whoever owns the gate.

mod add;
mod args;
mod escalate;
mod refusal;

use anstream::eprintln;

pub(super) use args::RuleArgs;
use args::{RuleCommand, RuleOf};

use super::exit;
use super::session;
use super::teeth::{Place, selected};
use super::trust::{self, Said};
use crate::gate::matrix::request;
use crate::gate::rule::{CentralList, Rule};
use crate::gate::teeth::Request;
use crate::gate::{Rig, preflight};
use crate::git::Repository;
use crate::project::{Project, Surroundings};
use crate::scan::catalogue::Catalogue;
use crate::ui::DIM;

pub(super) fn command(args: &RuleArgs) -> anyhow::Result<u8> {
    match &args.command {
        RuleCommand::Add(args) => add::add(args),
        RuleCommand::Escalate(args) => escalate::escalate(args),
    }
}

/// What both commands start from.
struct Case {
    repository: Repository,
    rig: Rig,
    rule: Rule,
    list: Option<CentralList>,
    request: Request,
    /// The anchor's tests, as they were named.
    anchor: Vec<String>,
    /// Versions of Python, pytest and Blockbuster.
    versions: String,
}

impl Case {
    fn open(of: &RuleOf) -> anyhow::Result<Self> {
        let here = session::here()?;
        let (repository, _) = session::runs(&here)?;
        let overrides = session::overrides(&of.place);
        let project = Project::find(repository.root(), &here, &overrides)?;
        trust::demand(&project, None, if of.trust { Said::Yes } else { Said::Nothing })?;
        let place = Place::parse(&of.site, &project)?;
        let list = CentralList::of(&project)?;
        let python = project.interpreter(&overrides, &Surroundings::of_process())?;
        let rig = Rig { project, python, keep: None };
        let versions = preflight(&rig)?;
        let versions = format!(
            "Python {}, pytest {}, blockbuster {}",
            versions.python, versions.pytest, versions.blockbuster
        );
        eprintln!("{DIM}{versions}{DIM:#}");
        let selection = selected(&of.anchor, &rig.project);
        let request = request(&rig, &place.path, place.line, &selection)?.ok_or_else(|| {
            exit::Usage(format!(
                "no offload that could be taken away stands at {}:{}; `guard scan --offloaded` lists them",
                place.path, place.line
            ))
        })?;
        let rule = Rule::of(&of.primitive);
        Ok(Self { repository, rig, rule, list, request, anchor: of.anchor.clone(), versions })
    }

    /// Why the primitive really blocks: what was said, or that the catalogue lists it.
    fn because(&self, said: Option<&str>) -> Result<String, exit::Usage> {
        if let Some(said) = said {
            return Ok(said.to_owned());
        }
        let names = Catalogue::embedded().names();
        let bare = self.rule.name.strip_prefix("builtins.").unwrap_or(&self.rule.name);
        if names.iter().any(|name| *name == self.rule.name || name == bare) {
            return Ok("the catalogue of blocking calls lists it".to_owned());
        }
        Err(exit::Usage(format!(
            "`{}` is not in the catalogue of blocking calls: say with `--because` why it really blocks, by its implementation or its documentation",
            self.rule.name
        )))
    }

    /// One line that says who calls the primitive, and which anchor showed it.
    fn about(&self) -> String {
        format!(
            "which {} calls ({}); exposed by {}",
            self.request.function,
            self.request.site.path,
            self.anchor.join(" ")
        )
    }
}
