//! `guard demo`: a small asyncio project in a git repository of its own, a virtual environment, and
//! the whole procedure on it, with answers that were written down.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::eprintln;
use anyhow::Context;

use super::args::{DemoArgs, Results};
use super::session::{self, Begin, Session};
use super::trust::Said;
use super::{exit, run};
use crate::anchor::Facts;
use crate::anchor::init::{apply, plan};
use crate::assets::demo as files;
use crate::engine::{Asked, Asker, World};
use crate::exec::Command;
use crate::git::Repository;
use crate::journal::State;
use crate::model::{Evidence, Memory, Mode, Question};
use crate::project::{Overrides, Project};
use crate::ui::{AnswersFile, BOLD, DIM, Voice};

/// What the environment gets, from the package index.
const PACKAGES: [&str; 3] = ["pytest>=8,<10", "pytest-asyncio>=1,<2", "blockbuster>=1.5.26,<1.6"];
/// How long the index may take.
const INSTALL: Duration = Duration::from_secs(600);

pub(super) fn demo(args: &DemoArgs) -> anyhow::Result<u8> {
    let dir = folder(args)?;
    eprintln!("{DIM}making a project in {}{DIM:#}", dir.display());
    write(&dir, "base")?;
    git(&dir, &["init", "--quiet", "--initial-branch=main"])?;
    let repository = Repository::discover(&dir).or_else(|error| match error {
        // The first commit is yet to be made; the project's files are what is asked for.
        crate::git::GitError::NoCommits { .. } => {
            commit(&dir, "A courier").and_then(|()| Ok(Repository::discover(&dir)?))
        }
        other => Err(other.into()),
    })?;
    let project = Project::find(repository.root(), &dir, &Overrides::default())?;
    let facts = Facts::read(&project).context("could not read the project's own files")?;
    apply(repository.root(), &plan(&facts, &session::assets_for(None))?)?;
    commit(&dir, "A courier, with a gate")?;
    git(&dir, &["switch", "--quiet", "--create", "change"])?;
    write(&dir, "change")?;
    eprintln!("{DIM}making its environment: {}{DIM:#}", PACKAGES.join(" "));
    let python = environment(&dir, &args.python)?;

    let session = Session::start(
        &dir,
        Begin {
            base: Some("main".to_owned()),
            mode: Mode::Change,
            sop: "blocking-io".to_owned(),
            memory: Memory::Kept,
            trust: Said::Nothing,
            receipts: None,
            repeat: None,
        },
        Overrides { python: Some(python), ..Overrides::default() },
        &Results::default(),
    )?;
    let mut recorded = Recorded::read(&dir)?;
    let code = run::go(session, &mut recorded, &Results::default())?;
    eprintln!(
        "\n{BOLD}look around: {}{BOLD:#}  {DIM}(git diff main, .venv, guard status){DIM:#}",
        dir.display()
    );
    Ok(code)
}

fn folder(args: &DemoArgs) -> anyhow::Result<PathBuf> {
    match &args.dir {
        Some(dir) => {
            fs::create_dir(dir).map_err(|error| {
                exit::Usage(format!(
                    "could not make {}: {error}; name a folder that does not exist yet",
                    dir.display()
                ))
            })?;
            dir.canonicalize().with_context(|| format!("could not find {}", dir.display()))
        }
        None => {
            let dir = tempfile::Builder::new()
                .prefix("guard-demo-")
                .tempdir()
                .context("could not make a folder")?;
            Ok(dir.keep().canonicalize()?)
        }
    }
}

fn write(dir: &Path, part: &str) -> anyhow::Result<()> {
    for (path, text) in files(part) {
        put(&dir.join(path), text)?;
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("could not write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(failed)?;
    }
    fs::write(path, text).with_context(failed)
}

fn commit(dir: &Path, message: &str) -> anyhow::Result<()> {
    git(dir, &["add", "--all"])?;
    git(dir, &["commit", "--quiet", "--no-verify", "-m", message])
}

/// git with an identity of its own, so that the demo runs where none is set.
fn git(dir: &Path, args: &[&str]) -> anyhow::Result<()> {
    let own = ["user.name=guard demo", "user.email=demo@guard.invalid", "commit.gpgsign=false"];
    let own = own.iter().flat_map(|setting| ["-c", setting]);
    let command = Command::new("git").args(own).args(args).dir(dir);
    let output = command.run()?;
    anyhow::ensure!(
        output.success(),
        "`{}` failed:\n{}",
        command.shown(),
        output.stderr_text().trim_end()
    );
    Ok(())
}

fn environment(dir: &Path, python: &Path) -> anyhow::Result<PathBuf> {
    let made = dir.join(".venv");
    let own = made.join("bin").join("python");
    let venv = Command::new(python).args(["-m", "venv"]).arg(&made).limit(INSTALL);
    let pip = Command::new(&own)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(PACKAGES)
        .limit(INSTALL);
    for command in [venv, pip] {
        let output = command.run().map_err(|error| exit::NoEnvironment { source: error.into() })?;
        if !output.success() {
            let said =
                anyhow::anyhow!("`{}`:\n{}", command.shown(), output.stderr_text().trim_end());
            return Err(exit::NoEnvironment { source: said }.into());
        }
    }
    Ok(own)
}

/// Answers that were written down, and the anchors that somebody wrote for them.
struct Recorded {
    voice: Voice,
}

impl Recorded {
    fn read(dir: &Path) -> anyhow::Result<Self> {
        let (_, text) = files("recorded")
            .find(|(path, _)| *path == "answers.yaml")
            .context("the demo has no answers")?;
        let path = dir.join(".git").join("answers.yaml");
        put(&path, text)?;
        Ok(Self { voice: Voice::new(Some(AnswersFile::read(&path)?), None) })
    }
}

impl Asker for Recorded {
    fn ask(
        &mut self,
        state: &State,
        world: &World,
        questions: &[Question],
    ) -> anyhow::Result<Asked> {
        for question in questions {
            let draft = (question.place.candidate.as_ref())
                .and_then(|id| state.progress(id))
                .and_then(|progress| {
                    progress.latest(|evidence| match evidence {
                        Evidence::Draft(draft) => Some(&draft.path),
                        _ => None,
                    })
                });
            let written = draft.and_then(|draft| files("answers").find(|(path, _)| path == draft));
            if let Some((path, text)) = written {
                put(&world.repository.root().join(path), text)?;
            }
        }
        self.voice.ask(state, world, questions)
    }
}
