//! The only place that starts a process. Every child has its own process group, a limit, both
//! streams drained into files (a pipe held open by a grandchild would hang the wait), and an end:
//! TERM, a grace, KILL, sent to the whole group.

mod interrupt;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

pub use interrupt::{Interrupted, interrupted, listen};

/// How often a waiting parent looks for a signal to itself.
const POLL: Duration = Duration::from_millis(20);
/// What a group gets between TERM and KILL.
const GRACE: Duration = Duration::from_secs(2);

/// A process to start.
#[derive(Debug, Clone)]
pub struct Command {
    program: OsString,
    args: Vec<OsString>,
    dir: Option<PathBuf>,
    env: Vec<(OsString, Option<OsString>)>,
    stdin: Vec<u8>,
    limit: Duration,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this code.
    Exited(i32),
    /// By a signal that guard did not send.
    Signalled(i32),
    /// By guard, because its limit was exceeded.
    TimedOut(Duration),
}

/// What an ended process left behind.
#[derive(Debug, Clone)]
pub struct Output {
    /// How it ended.
    pub ended: Ended,
    /// Everything it wrote to its standard output.
    pub stdout: Vec<u8>,
    /// Everything it wrote to its standard error.
    pub stderr: Vec<u8>,
    /// Wall time.
    pub elapsed: Duration,
}

/// Why nothing can be said of a process.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// No such program.
    #[error("`{program}` is not installed, or not on PATH")]
    NotFound {
        /// As it was asked for.
        program: String,
    },
    /// It could not be started or waited for.
    #[error("could not run `{program}`")]
    Io {
        /// As it was asked for.
        program: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// guard itself was told to stop; the child's group is ended.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl Command {
    /// A command with a limit of ten minutes and no standard input.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            dir: None,
            env: Vec::new(),
            stdin: Vec::new(),
            limit: Duration::from_secs(600),
        }
    }

    /// Adds one argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args<I, A>(mut self, args: I) -> Self
    where
        I: IntoIterator<Item = A>,
        A: AsRef<OsStr>,
    {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets the working directory.
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// Sets a variable of the child's environment.
    pub fn env(self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.set(name.as_ref(), Some(value.as_ref().to_owned()))
    }

    /// Takes a variable out of the child's environment.
    pub fn env_remove(self, name: impl AsRef<OsStr>) -> Self {
        self.set(name.as_ref(), None)
    }

    /// What is said last of a variable counts.
    fn set(mut self, name: &OsStr, value: Option<OsString>) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value));
        self
    }

    /// What the child reads from its standard input.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// How long the child may run.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The command as a person would type it, quoted for a POSIX shell where that is needed.
    pub fn shown(&self) -> String {
        std::iter::once(&self.program)
            .chain(&self.args)
            .map(|word| quote(&word.to_string_lossy()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Runs to the end, whatever that is.
    ///
    /// # Errors
    /// When the process could not be started or waited for, or guard was interrupted. An exit code
    /// other than zero, a signal and an exceeded limit are values, not errors.
    pub fn run(&self) -> Result<Output, ExecError> {
        if let Some(interrupted) = interrupted() {
            return Err(interrupted.into());
        }
        let failed = |source: io::Error| match source.kind() {
            // A missing working directory is `NotFound` too, and must not blame the program.
            io::ErrorKind::NotFound if self.dir.as_ref().is_none_or(|dir| dir.is_dir()) => {
                ExecError::NotFound { program: self.program.to_string_lossy().into_owned() }
            }
            _ => ExecError::Io { program: self.shown(), source },
        };
        let mut stdout = tempfile::tempfile().map_err(failed)?;
        let mut stderr = tempfile::tempfile().map_err(failed)?;
        let mut expression = duct::cmd(&self.program, &self.args)
            .stdin_bytes(self.stdin.clone())
            .stdout_file(stdout.try_clone().map_err(failed)?)
            .stderr_file(stderr.try_clone().map_err(failed)?)
            .unchecked()
            .before_spawn(|command| {
                command.process_group(0);
                Ok(())
            });
        if let Some(dir) = &self.dir {
            expression = expression.dir(dir);
        }
        for (name, value) in &self.env {
            expression = match value {
                Some(value) => expression.env(name, value),
                None => expression.env_remove(name),
            };
        }
        let start = Instant::now();
        let handle = expression.start().map_err(failed)?;
        let group = handle.pids().first().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let ended = loop {
            if let Some(output) = handle.wait_timeout(POLL).map_err(failed)? {
                break match (output.status.code(), output.status.signal()) {
                    (Some(code), _) => Ended::Exited(code),
                    (None, signal) => Ended::Signalled(signal.unwrap_or_default()),
                };
            }
            if let Some(interrupted) = interrupted() {
                end(&handle, group);
                return Err(interrupted.into());
            }
            if start.elapsed() >= self.limit {
                end(&handle, group);
                break Ended::TimedOut(self.limit);
            }
        };
        // What the child left running in its group has no business after it.
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        Ok(Output {
            ended,
            stdout: drain(&mut stdout).map_err(failed)?,
            stderr: drain(&mut stderr).map_err(failed)?,
            elapsed: start.elapsed(),
        })
    }
}

impl Output {
    /// Whether it exited with code zero.
    pub fn success(&self) -> bool {
        self.ended == Ended::Exited(0)
    }

    /// The exit code, where it exited by itself.
    pub fn code(&self) -> Option<i32> {
        match self.ended {
            Ended::Exited(code) => Some(code),
            Ended::Signalled(_) | Ended::TimedOut(_) => None,
        }
    }

    /// Standard output as text, what is not UTF-8 replaced.
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text, what is not UTF-8 replaced.
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs a program that talks to the person at the terminal, on one file, and waits for it: the one
/// child that shares guard's own group and streams and has no limit.
///
/// # Errors
/// When it cannot be started, or fails.
pub fn attend(program: &str, file: &Path) -> io::Result<()> {
    let mut words = program.split_whitespace();
    let first = words.next().unwrap_or(program);
    let args: Vec<&OsStr> = words.map(OsStr::new).chain([file.as_os_str()]).collect();
    duct::cmd(first, args).run().map(|_| ())
}

/// Ends the whole group: TERM, the grace, KILL. Bounded, also when a child cannot be reaped.
fn end(handle: &duct::Handle, group: Option<Pid>) {
    let Some(group) = group else { return };
    let _ = kill_process_group(group, Signal::TERM);
    let _ = handle.wait_timeout(GRACE);
    let _ = kill_process_group(group, Signal::KILL);
    let _ = handle.wait_timeout(GRACE);
}

fn drain(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// One word of a shell command.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@%+,[]".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_ends_the_whole_group() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).run().unwrap().success());
        // The pipe ends when the grandchild does; one that lives on says so first.
        let reader = std::thread::spawn({
            let fifo = fifo.clone();
            move || std::fs::read_to_string(fifo).unwrap()
        });
        let script = format!("(sleep 20; echo survived) > {} & wait", fifo.display());
        let limit = Duration::from_millis(500);
        let output = Command::new("sh").args(["-c", &script]).limit(limit).run().unwrap();
        assert_eq!(output.ended, Ended::TimedOut(limit));
        assert_eq!(reader.join().unwrap(), "");
    }

    #[test]
    fn an_exit_code_is_a_value() {
        let output =
            Command::new("sh").args(["-c", "echo out; echo err >&2; exit 7"]).run().unwrap();
        assert_eq!(output.ended, Ended::Exited(7));
        assert_eq!((output.stdout_text(), output.stderr_text()), ("out\n".into(), "err\n".into()));
    }

    #[test]
    fn what_is_said_last_of_a_variable_counts() {
        let shown = |command: Command| {
            command.args(["-c", "echo ${GUARD_TEST-none}"]).run().unwrap().stdout_text()
        };
        let first = || Command::new("sh").env("GUARD_TEST", "first");
        assert_eq!(shown(first().env("GUARD_TEST", "second")), "second\n");
        assert_eq!(shown(first().env_remove("GUARD_TEST")), "none\n");
        assert_eq!(shown(first().env_remove("GUARD_TEST").env("GUARD_TEST", "back")), "back\n");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Command::new("no-such-program-here").run().unwrap_err();
        assert_eq!(error.to_string(), "`no-such-program-here` is not installed, or not on PATH");
    }

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        let command = Command::new("pytest").args(["tests/a b.py::test[x]", "it's"]);
        assert_eq!(command.shown(), r"pytest 'tests/a b.py::test[x]' 'it'\''s'");
    }
}
