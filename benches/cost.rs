//! What a gate run of guard's costs beside the bare pytest command: user and system seconds of both,
//! alternating, in one run.
//!
//! ```text
//! cargo bench --profile dev --bench cost -- --project DIR [--python PATH] [--runs N]
//! ```

#![expect(clippy::print_stdout, reason = "a command that prints what it measured")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use guard::gate::{self, Rig, Watch};
use guard::git::Repository;
use guard::model::Selection;
use guard::project::{Overrides, Project, Surroundings};

fn main() -> anyhow::Result<()> {
    let (mut project, mut python, mut runs) = (None::<PathBuf>, None::<PathBuf>, 5_usize);
    let mut rest = std::env::args().skip(1);
    while let Some(word) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| anyhow::anyhow!("{word} needs a value"));
        match word.as_str() {
            "--project" => project = Some(value()?.into()),
            "--python" => python = Some(value()?.into()),
            "--runs" => runs = value()?.parse()?,
            // cargo's own.
            "--bench" => {}
            other => anyhow::bail!("what is {other}?"),
        }
    }
    let here = project.ok_or_else(|| anyhow::anyhow!("--project DIR"))?.canonicalize()?;
    let overrides = Overrides { python, ..Overrides::default() };
    let repository = Repository::discover(&here)?;
    let project = Project::find(repository.root(), &here, &overrides)?;
    let python = project.interpreter(&overrides, &Surroundings::of_process())?;
    let rig = Rig { project, python, keep: None };
    // Step 0 watches the lines of the candidates' sites; teeth, the reverted one.
    let watch: Vec<Watch> = Vec::new();
    let (mut bare, mut guarded) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let one = measured(|| plain(&rig))?;
        let other = measured(|| {
            Ok(gate::run(&rig, &rig.project.root, &Selection::Suite, &watch).map(drop)?)
        })?;
        // The first of each warms the disk.
        if run > 0 {
            bare.push(one);
            guarded.push(other);
        }
    }
    println!("the whole gate, median of {runs} alternating runs");
    println!("              wall s    CPU s");
    let (bare, guarded) = (median(bare), median(guarded));
    println!("bare pytest {:>8.2} {:>8.2}", bare.0, bare.1);
    println!("by guard    {:>8.2} {:>8.2}", guarded.0, guarded.1);
    println!("more        {:>7.1} % {:>6.1} %", more(bare.0, guarded.0), more(bare.1, guarded.1));
    Ok(())
}

/// The project's own command, as a person would run it.
fn plain(rig: &Rig) -> anyhow::Result<()> {
    let gate = &rig.project.gate;
    let (first, words) =
        gate.suite.split_first().ok_or_else(|| anyhow::anyhow!("the gate has no command"))?;
    let program = if first == "python" { rig.python.path.clone() } else { first.into() };
    let status = Command::new(program)
        .args(words)
        .current_dir(rig.project.root.join(&gate.cwd))
        .envs(gate.env.iter().cloned())
        // As guard does: neither writes into the project.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-p", "no:cacheprovider"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    anyhow::ensure!(status.success(), "the bare gate is red");
    Ok(())
}

/// Wall and CPU seconds of what it does, its children's with it.
fn measured(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<(f64, f64)> {
    let (start, before) = (Instant::now(), cpu()?);
    work()?;
    Ok((start.elapsed().as_secs_f64(), cpu()? - before))
}

fn median(mut runs: Vec<(f64, f64)>) -> (f64, f64) {
    let at = runs.len() / 2;
    runs.sort_by(|one, other| one.0.total_cmp(&other.0));
    let wall = runs[at].0;
    runs.sort_by(|one, other| one.1.total_cmp(&other.1));
    (wall, runs[at].1)
}

fn more(bare: f64, guarded: f64) -> f64 {
    (guarded / bare - 1.0) * 100.0
}

/// User and system seconds of this process and of its ended children (Linux: `/proc/self/stat`).
fn cpu() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|number| number.parse::<f64>().ok())
        .sum();
    Ok(ticks / 100.0)
}
