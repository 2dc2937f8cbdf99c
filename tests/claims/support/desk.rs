//! A contributor's desk: a repository, a home of its own, a folder for temporary files, and the real
//! `guard` binary, which sees nothing of the machine but `PATH`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

use super::{Repository, venv};

/// A repository and the surroundings that guard is started in.
pub(crate) struct Desk {
    pub(crate) repository: Repository,
}

/// What a call of guard came to.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// Fails unless guard ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless standard error holds each of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in:\n{}", self.stderr);
        }
        self
    }

    /// One error, said once: its line, and the causes below it.
    #[track_caller]
    pub(crate) fn one_error(&self) -> &str {
        let at = self.stderr.find("error: ").unwrap_or_else(|| panic!("{}", self.stderr));
        assert_eq!(self.stderr.matches("error: ").count(), 1, "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        &self.stderr[at..]
    }
}

impl Desk {
    /// With this repository on it.
    pub(crate) fn of(repository: Repository) -> Self {
        for folder in ["home", "tmp"] {
            fs::create_dir(repository.beside(folder)).unwrap();
        }
        Self { repository }
    }

    /// With an empty repository.
    pub(crate) fn empty() -> Self {
        Self::of(Repository::new())
    }

    /// The demo's project with a gate on `main`, and its change as uncommitted work on `change`.
    pub(crate) fn demo() -> Self {
        let desk = Self::empty();
        desk.put("base");
        desk.repository.commit("A courier");
        desk.guard(&["init"]).code(0);
        desk.repository.commit("A gate");
        desk.repository.git(&["switch", "--quiet", "--create", "change"]);
        desk.put("change");
        desk
    }

    /// One candidate: the change offloads `Store.remove` and brings the anchor that covers it.
    pub(crate) fn shop() -> Self {
        let repository = Repository::of_tree("shop/base");
        repository.git(&["switch", "--quiet", "--create", "change"]);
        repository.add_tree("shop/change");
        Self::of(repository)
    }

    /// Writes one part of the demo's files.
    pub(crate) fn put(&self, part: &str) {
        for (path, text) in guard::assets::demo(part) {
            self.repository.write(path, text);
        }
    }

    /// Where guard's temporary files go.
    pub(crate) fn tmp(&self) -> PathBuf {
        self.repository.beside("tmp")
    }

    /// What is left in it.
    pub(crate) fn left(&self) -> Vec<String> {
        let left = fs::read_dir(self.tmp()).unwrap();
        left.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            // pytest keeps the folders of its last runs on purpose.
            .filter(|name| !name.starts_with("pytest-of-"))
            .collect()
    }

    /// The environment that guard is started with, and nothing else.
    pub(crate) fn env(&self) -> Vec<(&'static str, OsString)> {
        let home = self.repository.beside("home");
        vec![
            ("PATH", std::env::var_os("PATH").unwrap()),
            ("HOME", home.clone().into()),
            ("XDG_CONFIG_HOME", home.join(".config").into()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("TMPDIR", self.tmp().into()),
            ("TERM", "xterm".into()),
        ]
    }

    /// guard in a folder.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        let mut command = Command::cargo_bin("guard").unwrap();
        command.env_clear().envs(self.env()).current_dir(folder);
        command.timeout(std::time::Duration::from_secs(180));
        command
    }

    /// Runs guard at the root.
    pub(crate) fn guard(&self, words: &[&str]) -> Said {
        said(self.command(&self.repository.root()).args(words))
    }

    /// `guard run --non-interactive` with the interpreter of the tests, against `main`.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        let python = venv();
        let fixed = ["run", "--base", "main", "--non-interactive", "--python"];
        said(self.command(&self.repository.root()).args(fixed).arg(python).args(words))
    }

    /// The journal of a run, byte by byte.
    pub(crate) fn journal(&self, run: &str) -> Vec<u8> {
        fs::read(self.journal_path(run)).unwrap()
    }

    /// Where the journal of a run is.
    pub(crate) fn journal_path(&self, run: &str) -> PathBuf {
        self.repository.root().join(".git/guard/runs").join(run).join("journal")
    }

    /// Everything of git's that a contributor could miss.
    pub(crate) fn state(&self) -> Vec<String> {
        let index = fs::read(self.repository.root().join(".git/index")).unwrap();
        let git = |words: &[&str]| self.repository.git(words);
        vec![
            git(&["for-each-ref"]),
            git(&["symbolic-ref", "HEAD"]),
            git(&["stash", "list"]),
            git(&["worktree", "list"]),
            git(&["reflog"]),
            format!("{index:?}"),
        ]
    }

    /// Every file of the work tree that git would see, with its text.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let list =
            self.repository.git(&["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        let mut files: Vec<(String, String)> = (list.split('\0'))
            .filter(|path| !path.is_empty())
            .map(|path| (path.to_owned(), self.repository.read(path)))
            .collect();
        files.sort();
        files
    }
}

/// Runs a command to its end.
pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Whether a process runs: one that is dead and not yet reaped does not.
pub(crate) fn is_alive(pid: u32) -> bool {
    let stat = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    let stat = String::from_utf8(stat.stdout).unwrap();
    !stat.trim().is_empty() && !stat.starts_with('Z')
}
