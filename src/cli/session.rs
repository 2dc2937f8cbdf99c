//! A run with everything it needs, begun or gone on with.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{Results, Where};
use super::exit;
use super::trust::{self, Said};
use crate::assets::{self, AssetError, Assets};
use crate::engine::{Delivery, World};
use crate::gate;
use crate::git::{Repository, worktree};
use crate::journal::{Journal, Runs, State};
use crate::model::{Memory, Mode, Options, RunInfo, Source};
use crate::project::{Overrides, Place, Project};
use crate::report::pull_request_samples;
use crate::sop::{Samples, Sop};

/// An open journal and the world that it is about.
pub(super) struct Session {
    pub(super) journal: Journal,
    pub(super) world: World,
}

/// The world of a run that is only looked at.
pub(super) struct Looking {
    pub(super) world: World,
}

/// What a run is begun with.
pub(super) struct Begin {
    pub(super) base: Option<String>,
    pub(super) mode: Mode,
    pub(super) sop: String,
    pub(super) memory: Memory,
    pub(super) trust: Said<'static>,
    /// `--receipts`, as it was typed.
    pub(super) receipts: Option<PathBuf>,
    pub(super) repeat: Option<u32>,
}

/// The current folder.
pub(super) fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("could not find the current folder")
}

/// The repository around a folder, and its runs. What a killed guard left is swept.
pub(super) fn runs(here: &Path) -> anyhow::Result<(Repository, Runs)> {
    let repository = Repository::discover(here)?;
    worktree::sweep(repository.root())?;
    gate::sweep();
    let runs = Runs::new(repository.common_dir());
    Ok((repository, runs))
}

/// The run of this name, or the latest that has not ended.
pub(super) fn open_run(
    repository: &Repository,
    runs: &Runs,
    wanted: Option<&str>,
) -> anyhow::Result<String> {
    let root = repository.root().to_string_lossy();
    match wanted {
        Some(name) if runs.names().iter().any(|known| known == name) => {
            let of = runs.state(name)?.info.root;
            // A repository that was moved is still the run's own.
            if of != root && Path::new(&of).exists() {
                return Err(exit::Usage(format!(
                    "{name} is about the work tree {of}; answer it there"
                ))
                .into());
            }
            Ok(name.to_owned())
        }
        Some(name) => {
            Err(exit::Usage(format!("there is no run `{name}`; `guard status` shows the latest"))
                .into())
        }
        None => runs.latest_open(&root)?.ok_or_else(|| {
            exit::Usage("no run waits here; begin one with `guard run`".to_owned()).into()
        }),
    }
}

/// The state of a run.
pub(super) fn read(runs: &Runs, name: &str) -> anyhow::Result<State> {
    if !runs.names().iter().any(|known| known == name) {
        return Err(exit::Usage(format!("there is no run `{name}`")).into());
    }
    Ok(runs.state(name)?)
}

/// Assets as this repository and this user see them.
pub(super) fn assets_for(root: Option<&Path>) -> Assets {
    Assets::new(assets::Overrides {
        flags: std::collections::BTreeMap::new(),
        team: root.map(|root| root.join(".guard")),
        user: assets::user_folder(),
    })
}

/// A procedure by its name, or by the path of its file: its text, and what it says.
pub(super) fn load_sop(assets: &Assets, wanted: &str) -> anyhow::Result<(Source, Sop)> {
    let path = Path::new(wanted);
    let is_file =
        wanted.ends_with(".yaml") || wanted.ends_with(".yml") || path.components().count() > 1;
    let (from, text) = if is_file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            exit::Usage(format!("could not read the procedure {wanted}: {error}"))
        })?;
        (wanted.to_owned(), text)
    } else {
        let asset = assets.load(&format!("sop/{wanted}.yaml"))?;
        (asset.source.to_string(), asset.text)
    };
    let sop = Sop::load(&from, &text)?;
    let source = Source { name: sop.name.clone(), from, sha256: assets::sha256(&text), text };
    Ok((source, sop))
}

/// Holds what a procedure names beside itself against what there is.
pub(super) fn check_assets(assets: &Assets, from: &str, text: &str) -> anyhow::Result<()> {
    let samples =
        Samples { anchor: crate::anchor::samples(), pull_request: pull_request_samples() };
    Ok(Sop::check_assets(from, text, assets, &samples)?)
}

impl Session {
    /// Begins a run in the repository around `here`.
    pub(super) fn start(
        here: &Path,
        begin: Begin,
        overrides: Overrides,
        results: &Results,
    ) -> anyhow::Result<Self> {
        let (repository, runs) = runs(here)?;
        let project = Project::find(repository.root(), here, &overrides)?;
        let assets = assets_for(Some(repository.root()));
        let (source, sop) = load_sop(&assets, &begin.sop)?;
        let needed = trust::demand(&project, Some(&source), begin.trust)?;
        let trusted = if matches!(begin.trust, Said::Yes) { needed } else { Vec::new() };
        check_assets(&assets, &source.from, &source.text)?;
        let template = assets.load(&sop.pull_request_template)?;
        let named = sop.assets().into_iter().map(|name| Ok(assets.load(name)?.into()));
        let named: Vec<Source> = named.collect::<Result<_, AssetError>>()?;
        let head = repository.head()?;
        let base = match begin.mode {
            Mode::WholeTree => None,
            Mode::Change | Mode::Committed => {
                let base = repository.base(begin.base.as_deref())?;
                Some((base.name, base.merge_base))
            }
        };
        let run = runs.claim()?;
        let info = RunInfo {
            run: run.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            root: repository.root().to_string_lossy().into_owned(),
            mode: begin.mode,
            base,
            head,
            sop: source,
            pull_request: Some(template.into()),
            assets: named,
            options: Options {
                python: overrides.python.as_ref().map(|path| absolute(here, path)),
                project: (!project.dir.is_empty()).then(|| project.dir.clone()),
                memory: begin.memory,
                trusted,
                receipts: begin.receipts.map(|folder| inside(repository.root(), here, &folder)),
                repeat: begin.repeat,
                in_place: overrides.place == Place::InPlace,
            },
        };
        let journal = runs.begin(info)?;
        let assets = assets.as_recorded(&journal.state().info.assets);
        let world =
            World::new(repository, project, assets, runs.dir(&run), overrides, delivery(results));
        Ok(Self { journal, world })
    }

    /// Goes on with a run.
    pub(super) fn resume(
        repository: Repository,
        journal: Journal,
        said: Said<'_>,
        results: &Results,
    ) -> anyhow::Result<Self> {
        let world = world(repository, journal.state(), delivery(results))?;
        // The procedure was trusted when the run began, and is kept with it.
        let said = match said {
            Said::Nothing => Said::Hashes(&journal.state().info.options.trusted),
            Said::Yes | Said::Hashes(_) => said,
        };
        trust::demand(&world.project, None, said)?;
        Ok(Self { journal, world })
    }

    /// Looks at a run without going on with it.
    pub(super) fn looking(repository: Repository, state: &State) -> anyhow::Result<Looking> {
        Ok(Looking { world: world(repository, state, Delivery::Text)? })
    }
}

fn world(repository: Repository, state: &State, delivery: Delivery) -> anyhow::Result<World> {
    let options = &state.info.options;
    let overrides = Overrides {
        project: options.project.as_ref().map(|dir| repository.root().join(dir)),
        python: options.python.as_ref().map(PathBuf::from),
        place: place(options.in_place),
    };
    let project = Project::find(repository.root(), repository.root(), &overrides)?;
    let assets = assets_for(Some(repository.root())).as_recorded(&state.info.assets);
    let dir = Runs::new(repository.common_dir()).dir(&state.info.run);
    Ok(World::new(repository, project, assets, dir, overrides, delivery))
}

/// What the flags say about where things are.
pub(super) fn overrides(place: &Where) -> Overrides {
    Overrides {
        project: place.project.clone(),
        python: place.python.clone(),
        ..Overrides::default()
    }
}

/// What `--in-place` says.
pub(super) fn place(in_place: bool) -> Place {
    if in_place { Place::InPlace } else { Place::Isolated }
}

/// A path from the command line, so that it means the same from another folder; a bare name stays one.
fn absolute(here: &Path, path: &Path) -> String {
    let named = path.components().count() > 1;
    if named { here.join(path) } else { path.to_owned() }.to_string_lossy().into_owned()
}

/// A folder from the command line: relative to the root where it is inside, else absolute.
fn inside(root: &Path, here: &Path, folder: &Path) -> String {
    let here = here.canonicalize().unwrap_or_else(|_| here.to_owned());
    let mut path = PathBuf::new();
    for part in here.join(folder).components() {
        match part {
            std::path::Component::ParentDir => drop(path.pop()),
            std::path::Component::CurDir => {}
            part => path.push(part),
        }
    }
    path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned()
}

fn delivery(results: &Results) -> Delivery {
    if results.commit { Delivery::Commit } else { Delivery::Text }
}
