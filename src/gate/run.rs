//! One run of the gate in one tree.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::Rig;
use super::command::Words;
use super::error::GateError;
use super::evidence::{self, Facts};
use super::plugin::{self, Forks, Installed, Watch};
use super::preflight;
use crate::exec::{Ended, ExecError, Output};
use crate::model::{Frame, GateRun, Junit, Selection};

/// pytest's exit code for a command line that it cannot use.
const USAGE: i32 = 4;
/// The lines of output that are kept for a person.
const TAIL: usize = 40;

/// Runs the gate in a tree, within the project's own limit.
///
/// `tree` is the repository's root or a worktree of it, absolute, symbolic links resolved. A red
/// suite, a collection error, a session without tests are values.
///
/// # Errors
/// When the gate cannot be used: see [`GateError`].
pub fn run(
    rig: &Rig,
    tree: &Path,
    selection: &Selection,
    watch: &[Watch],
) -> Result<GateRun, GateError> {
    run_within(rig, tree, selection, watch, rig.project.gate.limit)
}

/// Runs the gate in a tree, within a limit.
///
/// # Errors
/// As [`run`].
pub(super) fn run_within(
    rig: &Rig,
    tree: &Path,
    selection: &Selection,
    watch: &[Watch],
    limit: Duration,
) -> Result<GateRun, GateError> {
    session(rig, tree, selection, watch, limit, None).map(|session| session.run)
}

/// A run with what only its own process could say.
#[derive(Debug)]
pub(super) struct Session {
    /// The run.
    pub(super) run: GateRun,
    /// What the events say besides.
    pub(super) facts: Facts,
    plugin: Installed,
}

impl Session {
    /// The events of a forked child; none when it wrote none.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub(super) fn child(&self, file: &str) -> Result<String, GateError> {
        match fs::read(self.plugin.children().join(file)) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(source) => {
                Err(GateError::Io { action: format!("read the evidence in {file}"), source })
            }
        }
    }
}

/// Runs the gate in a tree, within a limit; with `forks`, as a matrix.
///
/// # Errors
/// As [`run`].
pub(super) fn session(
    rig: &Rig,
    tree: &Path,
    selection: &Selection,
    watch: &[Watch],
    limit: Duration,
    forks: Option<&Forks>,
) -> Result<Session, GateError> {
    let words = Words::of(rig, selection);
    let shown = words.shown(rig);
    let io = |action: &str| {
        let action = format!("{action} for `{shown}`");
        move |source| GateError::Io { action, source }
    };
    let junit = if rig.keep.is_some() { plugin::Junit::Wanted } else { plugin::Junit::Spared };
    let own = words.own_options(rig);
    let plugin = Installed::write(tree, &rig.project.root, watch, own.as_deref(), forks, junit)
        .map_err(io("write the evidence plugin"))?;
    let command = words.command(rig, tree, &plugin).limit(limit);
    let output = command.run().map_err(|error| match error {
        ExecError::NotFound { program } if Path::new(&program) == rig.python.path => {
            preflight::no_python(rig, ExecError::NotFound { program })
        }
        other => GateError::exec(other),
    })?;
    let tail = tail(&output);
    if let Ended::TimedOut(limit) = output.ended {
        return Err(GateError::Limit { command: shown, limit, tail });
    }
    let events = match fs::read(plugin.events()) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(io("read the evidence")(error)),
    };
    let mut run = GateRun {
        command: shown.clone(),
        cwd: rig.project.gate.cwd.clone(),
        exit_code: output.code(),
        millis: u64::try_from(output.elapsed.as_millis()).unwrap_or(u64::MAX),
        output_tail: tail,
        ..GateRun::default()
    };
    let facts = evidence::fold(&events, &mut run);
    let stacks = (run.blocks.iter_mut().map(|block| &mut block.stack))
        .chain(run.primitives.iter_mut().map(|primitive| &mut primitive.stack));
    stacks.for_each(|stack| without_gate(stack, &rig.project.anchors));
    if let (Some(folder), None) = (&rig.keep, &run.junit) {
        run.junit = kept(folder, &plugin).map_err(io("keep the JUnit XML"))?.map(Junit::Kept);
    }
    let run = judge(rig, &output, &facts, run)?;
    Ok(Session { run, facts, plugin })
}

/// Keeps the JUnit XML of a run under the next free number, and names it as seen from the folder's
/// own; none when pytest wrote none.
fn kept(folder: &Path, plugin: &Installed) -> std::io::Result<Option<String>> {
    if !plugin.junit().is_file() {
        return Ok(None);
    }
    fs::create_dir_all(folder)?;
    let name = |number: usize| format!("{number:04}.xml");
    let taken = fs::read_dir(folder)?.count();
    let free = (taken + 1..).map(name).find(|name| !folder.join(name).exists());
    let name = free.unwrap_or_else(|| name(0));
    fs::copy(plugin.junit(), folder.join(&name))?;
    let own = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Some(format!("{own}/{name}")))
}

/// Takes the gate's own frames off the inner end of a stack: they refused the call, they did not
/// make it.
fn without_gate(stack: &mut Vec<Frame>, anchors: &str) {
    let of_gate = |frame: &Frame| {
        let name = frame.path.strip_prefix(anchors).and_then(|rest| rest.strip_prefix('/'));
        name.is_some_and(|name| !name.starts_with("test_") && !name.contains("/test_"))
    };
    while stack.last().is_some_and(of_gate) {
        stack.pop();
    }
}

/// Tells a run that happened from a gate that cannot be used.
fn judge(
    rig: &Rig,
    output: &Output,
    session: &Facts,
    mut run: GateRun,
) -> Result<GateRun, GateError> {
    if let Some(package) = &session.missing {
        return Err(preflight::no_package(rig, package));
    }
    if !session.started {
        if output.stderr_text().contains("No module named pytest") {
            return Err(preflight::no_package(rig, "pytest"));
        }
        return Err(GateError::NoEvidence {
            command: run.command,
            ended: ended(output.ended),
            tail: run.output_tail,
        });
    }
    // A test named by its id in a file that cannot be collected is "not found", which is usage too.
    if run.exit_code == Some(USAGE) && run.collection_errors.is_empty() {
        // A conftest that cannot be imported ends pytest as a wrong option does, but it speaks of
        // the tree, not of the command.
        if run.output_tail.contains("while loading conftest") {
            run.collection_errors.push(run.output_tail.clone());
            return Ok(run);
        }
        return Err(GateError::Usage { command: run.command, tail: run.output_tail });
    }
    if !session.finished {
        run.faults.push(format!("the session did not end in order: {}", ended(output.ended)));
    }
    Ok(run)
}

fn ended(ended: Ended) -> String {
    match ended {
        Ended::Exited(code) => format!("exit code {code}"),
        Ended::Signalled(signal) => format!("signal {signal}"),
        Ended::TimedOut(limit) => format!("its limit of {} s", limit.as_secs()),
    }
}

/// The last lines, errors after output, as a person would have seen them.
pub(super) fn tail(output: &Output) -> String {
    let text = format!("{}{}", output.stdout_text(), output.stderr_text());
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}
