//! `guard teeth`: which anchor bites at which offload.

use std::time::Duration;

use anstream::eprintln;

use super::args::TeethArgs;
use super::exit::{self, DONE, REFUSED};
use super::out::out;
use super::session;
use super::trust::{self, Said};
use crate::gate::matrix::{
    self, Ask, Asked, Confirm, Matrix, MatrixReport, OffloadSite, Score, Tree,
};
use crate::gate::teeth::Lab;
use crate::gate::{Rig, preflight};
use crate::git::{ChangedFile, Content};
use crate::model::Selection;
use crate::project::{Overrides, Project, Surroundings};
use crate::receipt::{self, Ground};
use crate::report;
use crate::ui::DIM;

pub(super) fn teeth(args: &TeethArgs) -> anyhow::Result<u8> {
    let here = session::here()?;
    let (repository, _) = session::runs(&here)?;
    let overrides =
        Overrides { place: session::place(args.in_place), ..session::overrides(&args.place) };
    let project = Project::find(repository.root(), &here, &overrides)?;
    trust::demand(&project, None, if args.trust { Said::Yes } else { Said::Nothing })?;
    let place = args.site.as_deref().map(|text| Place::parse(text, &project)).transpose()?;
    let base = args.base.as_deref().map(|base| repository.base(Some(base))).transpose()?;
    let base = base.map(|base| base.merge_base);
    let changes =
        base.as_ref().map(|base| repository.changes(base, Content::Working)).transpose()?;
    let python = project.interpreter(&overrides, &Surroundings::of_process())?;
    let rig = Rig { project, python, keep: None };
    let versions = preflight(&rig)?;
    let ask = Ask {
        selection: selection(args, &rig.project),
        jobs: args.jobs.unwrap_or_else(cores),
        confirm: if args.no_confirm { Confirm::Skip } else { Confirm::SourceEdits },
        repeat: args.repeat,
        floor: Duration::from_secs(10),
    };
    eprintln!(
        "{DIM}one process of Python {}, pytest {}, blockbuster {}; {} forks at a time{DIM:#}",
        versions.python, versions.pytest, versions.blockbuster, ask.jobs
    );
    let commit = repository.head()?;
    let mut lab = Lab::open(&rig, Content::Working)?;
    let wanted = |site: &OffloadSite| {
        place.as_ref().is_none_or(|place| place.is(site))
            && args.shard.is_none_or(|shard| shard.has(site))
            && changes.as_ref().is_none_or(|changes| is_added(changes, site))
    };
    let matrix = matrix::matrix(&mut lab, &ask, wanted)?;
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
    if let Some(file) = &args.receipt {
        let ground = Ground::read(&repository, &rig.project)?;
        match receipt::of_matrix(&matrix, &versions, &ground) {
            Some(receipt) => {
                receipt::write(file, &receipt)?;
                eprintln!(
                    "{DIM}{} proofs are in {file}; `guard verify {file}` proves them again{DIM:#}",
                    receipt.proofs.len(),
                    file = file.display(),
                );
            }
            None => eprintln!("{DIM}nothing is proven, so there is no receipt{DIM:#}"),
        }
    }
    let report = MatrixReport {
        format: matrix::FORMAT.to_owned(),
        guard: env!("CARGO_PKG_VERSION").to_owned(),
        tree: Tree { commit, changes: lab.changes(), project: rig.project.dir.clone() },
        asked: Asked { tests: ask.selection, base, repeat: ask.repeat, confirm: ask.confirm },
        shard: args.shard,
        versions,
        score: Score::of(&matrix),
        matrix,
    };
    show(&report, args.json)?;
    Ok(code(&report.matrix))
}

/// Prints a matrix, or one part of it.
pub(super) fn show(report: &MatrixReport, json: bool) -> anyhow::Result<()> {
    if json {
        out(&format!("{:#}\n", serde_json::to_value(report)?))?;
        eprintln!("{}", report::score(&report.matrix));
    } else {
        out(&report::matrix_table(&report.matrix))?;
        if let Some(shard) = report.shard {
            eprintln!(
                "{DIM}shard {shard}; `guard merge` joins the parts that `--json` prints{DIM:#}"
            );
        }
    }
    Ok(())
}

/// A test that executes no offload at all has no teeth either.
pub(super) fn code(matrix: &Matrix) -> u8 {
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
