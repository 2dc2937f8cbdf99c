//! What a scan is of. Paths of findings are relative to the repository where there is one, so that
//! keys are the same wherever guard is started; else to the current folder; else to the folder that
//! all the given paths share.

use std::path::{Path, PathBuf};

use crate::cli::args::ScanArgs;
use crate::cli::{exit, session};
use crate::git::{GitError, Repository};
use crate::project::{Project, Rules};
use crate::scan::cache::Cache;
use crate::scan::{Memory, Options};

/// What a scan is of.
pub(super) struct Places {
    /// What paths are relative to, absolute.
    pub(super) root: PathBuf,
    /// Folders and files, relative to it.
    pub(super) roots: Vec<String>,
    /// Glob patterns of what is left out, relative to it.
    pub(super) exclude: Vec<String>,
    /// What the configuration says of the scan.
    pub(super) options: Options,
    /// The repository whose root it is.
    pub(super) repository: Option<Repository>,
}

impl Places {
    /// What the arguments mean, said in the folder `here`.
    pub(super) fn of(args: &ScanArgs, here: &Path) -> anyhow::Result<Self> {
        let here = here.canonicalize().unwrap_or_else(|_| here.to_owned());
        let repository = match Repository::discover(&here) {
            Ok(repository) => Some(repository),
            // Python source needs no history to be read.
            Err(
                GitError::NotARepository { .. }
                | GitError::Bare { .. }
                | GitError::NoCommits { .. },
            ) => None,
            Err(error) => return Err(error.into()),
        };
        if args.paths.is_empty() {
            return Self::of_project(args, &here, repository);
        }
        let mut paths = Vec::with_capacity(args.paths.len());
        for path in &args.paths {
            paths.push(here.join(path).canonicalize().map_err(|error| {
                exit::Usage(format!("could not find {}: {error}", path.display()))
            })?);
        }
        let repository =
            repository.filter(|it| paths.iter().all(|path| path.starts_with(it.root())));
        let root = match &repository {
            Some(repository) => repository.root().to_owned(),
            None if paths.iter().all(|path| path.starts_with(&here)) => here.clone(),
            None => shared(&paths),
        };
        let roots = paths.iter().filter_map(|path| path.strip_prefix(&root).ok());
        let roots = roots.map(|path| path.to_string_lossy().into_owned()).collect();
        let project = Project::find(&root, &here, &session::overrides(&args.place));
        // Paths are given: what is wrong with the rest of the configuration is no matter.
        let rules = project.map_or_else(|_| Ok(Rules::default()), |project| project.rules())?;
        let options = options(args, &root, &rules)?;
        Ok(Self { root, roots, exclude: Vec::new(), options, repository })
    }

    fn of_project(
        args: &ScanArgs,
        here: &Path,
        repository: Option<Repository>,
    ) -> anyhow::Result<Self> {
        let root = repository.as_ref().map_or(here, Repository::root);
        let project = Project::find(root, here, &session::overrides(&args.place))?;
        let options = options(args, &project.root, &project.rules()?)?;
        Ok(Self {
            root: project.root,
            roots: project.roots,
            exclude: project.exclude,
            options,
            repository,
        })
    }
}

fn options(args: &ScanArgs, root: &Path, rules: &Rules) -> anyhow::Result<Options> {
    let cache = if args.no_cache { None } else { Cache::of(root) };
    let mut options = Options::keeping(Memory::Kept).cached(cache);
    if args.base.is_none() {
        options = options.alone();
    }
    Ok(options.with_rules(rules).map_err(|error| exit::Usage(error.to_string()))?)
}

/// The nearest folder that holds all of them.
fn shared(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &Path| match path.parent() {
        Some(parent) if path.is_file() => parent.to_owned(),
        Some(_) | None => path.to_owned(),
    };
    let mut shared = paths.first().map(|path| folder(path)).unwrap_or_default();
    while !paths.iter().all(|path| path.starts_with(&shared)) && shared.pop() {}
    shared
}
