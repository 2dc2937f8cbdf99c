//! `guard teeth`: which anchor bites at which offload.

use std::time::Duration;

use anstream::{eprintln, print};
use serde_json::json;

use super::args::TeethArgs;
use super::exit::{self, DONE, REFUSED};
use super::session;
use super::trust::{self, Said};
use crate::gate::matrix::{Ask, Confirm, Matrix, OffloadSite, matrix};
use crate::gate::teeth::Lab;
use crate::gate::{Rig, preflight};
use crate::git::{ChangedFile, Content};
use crate::model::Selection;
use crate::project::{Project, Surroundings};
use crate::report;
use crate::ui::DIM;

pub(super) fn teeth(args: &TeethArgs) -> anyhow::Result<u8> {
    let here = session::here()?;
    let (repository, _) = session::runs(&here)?;
    let overrides = session::overrides(&args.place);
    let project = Project::find(repository.root(), &here, &overrides)?;
    trust::demand(&project, None, if args.trust { Said::Yes } else { Said::Nothing })?;
    let place = args.site.as_deref().map(|text| Place::parse(text, &project)).transpose()?;
    let changes = match &args.base {
        Some(base) => {
            let base = repository.base(Some(base))?;
            Some(repository.changes(&base.merge_base, Content::Working)?)
        }
        None => None,
    };
    let python = project.interpreter(&overrides, &Surroundings::of_process())?;
    let rig = Rig { project, python };
    let versions = preflight(&rig)?;
    let ask = Ask {
        selection: selection(args, &rig.project),
        jobs: args.jobs.unwrap_or_else(cores),
        confirm: if args.no_confirm { Confirm::Skip } else { Confirm::SourceEdits },
        floor: Duration::from_secs(10),
    };
    eprintln!(
        "{DIM}one process of Python {}, pytest {}, blockbuster {}; {} forks at a time{DIM:#}",
        versions.python, versions.pytest, versions.blockbuster, ask.jobs
    );
    let mut lab = Lab::open(&rig, Content::Working)?;
    let wanted = |site: &OffloadSite| {
        place.as_ref().is_none_or(|place| place.is(site))
            && changes.as_ref().is_none_or(|changes| is_added(changes, site))
    };
    let matrix = matrix(&mut lab, &ask, wanted)?;
    if let Some(place) = &place
        && matrix.sites.is_empty()
        && matrix.unguarded.is_empty()
    {
        let Place { path, line } = place;
        return Err(exit::Usage(format!(
            "no offload stands at {path}:{line}; `guard scan --offloaded` lists them"
        ))
        .into());
    }
    if args.json {
        let mut value = json!({
            "versions": versions,
            "score": { "proven": matrix.proven(), "executed": matrix.sites.len() },
        });
        let all = serde_json::to_value(&matrix)?;
        if let (Some(value), Some(all)) = (value.as_object_mut(), all.as_object()) {
            value.extend(all.clone());
        }
        anstream::println!("{value:#}");
        eprintln!("{}", report::score(&matrix));
    } else {
        print!("{}", report::matrix_table(&matrix));
    }
    Ok(code(&matrix))
}

/// A test that executes no offload at all has no teeth either.
fn code(matrix: &Matrix) -> u8 {
    let all = matrix.proven() == matrix.sites.len();
    let nothing = matrix.sites.is_empty() && !matrix.unguarded.is_empty();
    if all && !nothing { DONE } else { REFUSED }
}

/// A site as it was typed.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) line: usize,
}

impl Place {
    pub(super) fn parse(text: &str, project: &Project) -> Result<Self, exit::Usage> {
        let parsed = text.rsplit_once(':').and_then(|(path, line)| {
            let line = line.parse().ok().filter(|&line| line > 0)?;
            Some(Self { path: path.trim_start_matches("./").to_owned(), line })
        });
        let mut place = parsed.ok_or_else(|| {
            exit::Usage(format!("`{text}` is no site: write PATH:LINE, `app/store.py:12`"))
        })?;
        // As it is from the root, or from the project's folder.
        if !project.root.join(&place.path).is_file() && !project.dir.is_empty() {
            place.path = format!("{}/{}", project.dir, place.path);
        }
        Ok(place)
    }

    fn is(&self, site: &OffloadSite) -> bool {
        site.location.path == self.path && site.lines().contains(&self.line)
    }
}

fn is_added(changes: &[ChangedFile], site: &OffloadSite) -> bool {
    changes
        .iter()
        .any(|file| file.path == site.location.path && site.lines().any(|line| file.adds(line)))
}

/// The tests as the gate's working directory has them.
fn selection(args: &TeethArgs, project: &Project) -> Selection {
    if args.tests.is_empty() { Selection::Suite } else { selected(&args.tests, project) }
}

/// Named tests as the gate's working directory has them.
pub(super) fn selected(tests: &[String], project: &Project) -> Selection {
    let inside = format!("{}/", project.gate.cwd);
    let tests = tests.iter().map(|test| {
        let test = test.trim_start_matches("./");
        match test.strip_prefix(&inside) {
            Some(rest) if !project.gate.cwd.is_empty() => rest.to_owned(),
            Some(_) | None => test.to_owned(),
        }
    });
    Selection::Tests(tests.collect())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
