//! One process that forks against one fresh process for each site: wall and CPU seconds of both, in
//! one run.
//!
//! ```text
//! cargo bench --profile dev --bench matrix                                     # the tree of the tests
//! cargo bench --profile dev --bench matrix -- --project DIR [--python PATH] [--every N] [--jobs N]
//! cargo bench --profile dev --bench matrix -- --imports 100   # a project that imports much, as real ones do
//! ```

#![expect(clippy::print_stdout, reason = "a command that prints what it measured")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use guard::gate::Rig;
use guard::gate::matrix::{Ask, Confirm, fresh, matrix};
use guard::gate::teeth::Lab;
use guard::git::{Content, Repository};
use guard::model::Selection;
use guard::project::{Overrides, Project, Surroundings};

/// What is measured on what.
struct Words {
    project: Option<PathBuf>,
    python: Option<PathBuf>,
    every: usize,
    imports: usize,
    jobs: usize,
}

fn main() -> anyhow::Result<()> {
    let words = words()?;
    let temporary = tempfile::tempdir()?;
    let here = match &words.project {
        Some(project) => project.canonicalize()?,
        None => tree(&temporary.path().canonicalize()?, words.imports)?,
    };
    let overrides = Overrides { python: words.python.clone(), ..Overrides::default() };
    let repository = Repository::discover(&here)?;
    let project = Project::find(repository.root(), &here, &overrides)?;
    let python = project.interpreter(&overrides, &Surroundings::of_process())?;
    let rig = Rig { project, python, keep: None };
    let ask = Ask {
        repeat: 1,
        selection: Selection::Suite,
        jobs: words.jobs,
        confirm: Confirm::Skip,
        floor: Duration::from_secs(30),
    };
    let mut lab = Lab::open(&rig, Content::Working)?;
    // Bytecode is written once, for both.
    lab.observe(&Selection::Suite, &[])?;
    let (start, cpu) = (Instant::now(), children()?);
    let matrix = matrix(&mut lab, &ask, |_| true)?;
    let forked = (start.elapsed().as_secs_f64(), children()? - cpu);
    drop(lab);
    println!(
        "{} tests, {} executed sites, {} pairs, {} at a time",
        matrix.green.len(),
        matrix.sites.len(),
        matrix.cells.len(),
        words.jobs
    );
    for (name, seconds) in &matrix.cost.parts {
        println!("  of which {name}: {seconds:.1} s");
    }
    let mut cpu = Ok(0.0);
    let fresh = fresh(&rig, &matrix, words.jobs, words.every, || cpu = children())?;
    let plain = (fresh.wall, children()? - cpu?);
    let whole = matrix.sites.len() as f64 / fresh.sites.max(1) as f64;
    println!("                          wall s    CPU s");
    println!("one process that forks  {:>8.1} {:>8.1}", forked.0, forked.1);
    println!("{:>4} fresh processes    {:>8.1} {:>8.1}", fresh.sites, plain.0, plain.1);
    if fresh.sites < matrix.sites.len() {
        let (wall, cpu) = (plain.0 * whole, plain.1 * whole);
        println!("{:>4}, by that sample    {wall:>8.1} {cpu:>8.1}", matrix.sites.len());
    }
    println!(
        "times                   {:>8.1} {:>8.1}",
        plain.0 * whole / forked.0,
        plain.1 * whole / forked.1
    );
    println!("{} pairs with the same outcome", fresh.same);
    for line in &fresh.differ {
        println!("  differs: {line}");
    }
    Ok(())
}

fn words() -> anyhow::Result<Words> {
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut words = Words { project: None, python: None, every: 1, imports: 0, jobs };
    let mut rest = std::env::args().skip(1);
    while let Some(word) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| anyhow::anyhow!("{word} needs a value"));
        match word.as_str() {
            "--project" => words.project = Some(value()?.into()),
            "--python" => words.python = Some(value()?.into()),
            "--every" => words.every = value()?.parse()?,
            "--imports" => words.imports = value()?.parse()?,
            "--jobs" => words.jobs = value()?.parse()?,
            // cargo's own.
            "--bench" => {}
            other => anyhow::bail!("what is {other}?"),
        }
    }
    Ok(words)
}

/// The tree of the claims, with more of the same so that there is something to measure.
fn tree(folder: &Path, imports: usize) -> anyhow::Result<PathBuf> {
    let root = folder.join("repository");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees/matrix");
    run(Command::new("cp").arg("-R").arg(&from).arg(&root))?;
    let tests = root.join("tests/blocking_io");
    std::fs::remove_file(tests.join("test_odd.py"))?;
    let shelf = std::fs::read_to_string(root.join("pantry/shelf.py"))?;
    let test = std::fs::read_to_string(tests.join("test_shelf.py"))?;
    for number in 1..4 {
        let name = format!("shelf{number}");
        std::fs::write(root.join(format!("pantry/{name}.py")), &shelf)?;
        let test = test
            .replace("from pantry import shelf", &format!("from pantry import {name} as shelf"))
            .replace("from pantry.shelf", &format!("from pantry.{name}"));
        std::fs::write(tests.join(format!("test_{name}.py")), test)?;
    }
    bulk(&root, imports)?;
    let git = |words: &[&str]| run(Command::new("git").args(words).current_dir(&root));
    git(&["init", "--quiet", "--initial-branch=main"])?;
    git(&["add", "--all"])?;
    git(&["-c", "user.name=x", "-c", "user.email=x@example.invalid", "commit", "-qm", "A tree"])?;
    Ok(root)
}

/// What a real project imports before its first test: this many modules of thirty data classes each.
fn bulk(root: &Path, modules: usize) -> anyhow::Result<()> {
    let folder = root.join("pantry/bulk");
    std::fs::create_dir(&folder)?;
    let mut all = String::new();
    for module in 0..modules {
        let mut text = "from dataclasses import dataclass\n".to_owned();
        for class in 0..30 {
            text.push_str(&format!(
                "\n\n@dataclass\nclass Item{class}:\n    name: str\n    number: int = {class}\n"
            ));
        }
        std::fs::write(folder.join(format!("m{module}.py")), text)?;
        all.push_str(&format!("from . import m{module} as m{module}\n"));
    }
    std::fs::write(folder.join("__init__.py"), all)?;
    let conftest = root.join("tests/blocking_io/conftest.py");
    let text = std::fs::read_to_string(&conftest)?;
    Ok(std::fs::write(
        conftest,
        text.replace("import pantry\n", "import pantry\nimport pantry.bulk\n"),
    )?)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    anyhow::ensure!(command.status()?.success(), "{command:?} failed");
    Ok(())
}

/// CPU seconds of every child that has ended, and of theirs (Linux).
fn children() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks: f64 = [13, 14].iter().filter_map(|&at| fields.get(at)?.parse::<f64>().ok()).sum();
    // A tick is a hundredth of a second wherever Linux runs today.
    Ok(ticks / 100.0)
}
