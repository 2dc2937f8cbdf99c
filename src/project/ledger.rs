//! What a person has said yes to: one file for each repository in the person's own state folder, where
//! no repository can write.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use super::Errand;
use crate::assets::sha256;

/// Why something of the repository's is not run.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Nobody has said yes to it.
    #[error(
        "this repository has guard run what nobody here has trusted yet:\n\n{}\n\nNothing of it was run. Read it, then say yes with `{advice}`; to say yes for one run, as in CI: `--trust`",
        listed(errands)
    )]
    Untrusted {
        /// What would be run.
        errands: Vec<Errand>,
        /// The command that says yes.
        advice: String,
    },
    /// There is no place for a yes.
    #[error(
        "found no folder to keep what is trusted in; set HOME or XDG_STATE_HOME, or say yes for one run with `--trust`"
    )]
    NoFolder,
    /// The file of the yeses cannot be used.
    #[error("could not {verb} {}, where guard keeps what is trusted", path.display())]
    Io {
        /// `read`, `write` or `remove`.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// What is shown of a long text; `guard trust --dry-run` shows it whole.
const LINES: usize = 12;

fn listed(errands: &[Errand]) -> String {
    let listed = errands.iter().map(|errand| {
        let lines: Vec<&str> = errand.shown.lines().collect();
        let mut text =
            format!("{}\n  {}", errand.file, lines[..lines.len().min(LINES)].join("\n  "));
        if lines.len() > LINES {
            let rest = lines.len() - LINES;
            text.push_str(&format!("\n  … {rest} more lines; `guard trust --dry-run` shows them"));
        }
        text
    });
    listed.collect::<Vec<_>>().join("\n")
}

/// The yeses of one repository.
#[derive(Debug)]
pub struct Ledger {
    root: PathBuf,
    path: Option<PathBuf>,
    text: String,
    hashes: BTreeSet<String>,
}

impl Ledger {
    /// Of the repository at this root, in the state folder of this user.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn open(root: &Path) -> Result<Self, TrustError> {
        let name = &sha256(&root.to_string_lossy())[..16];
        let path = state_folder().map(|folder| folder.join("trust").join(name));
        let text = match path.as_ref().map(|path| (path, fs::read_to_string(path))) {
            None => String::new(),
            Some((_, Ok(text))) => text,
            Some((_, Err(error))) if error.kind() == ErrorKind::NotFound => String::new(),
            Some((path, Err(source))) => {
                return Err(TrustError::Io { verb: "read", path: path.clone(), source });
            }
        };
        let hashes = (text.lines())
            .filter_map(|line| line.split(' ').next())
            .filter(|word| word.len() == 64)
            .map(str::to_owned)
            .collect();
        Ok(Self { root: root.to_owned(), path, text, hashes })
    }

    /// Whether the person has said yes to exactly this.
    pub fn trusts(&self, errand: &Errand) -> bool {
        self.hashes.contains(&errand.sha256)
    }

    /// Writes a yes down.
    ///
    /// # Errors
    /// When there is no place for it, or it cannot be written.
    pub fn add(&mut self, errand: &Errand) -> Result<(), TrustError> {
        if self.trusts(errand) {
            return Ok(());
        }
        let path = self.path.clone().ok_or(TrustError::NoFolder)?;
        if self.text.is_empty() {
            self.text = format!("# {}\n", self.root.display().to_string().replace('\n', "\\n"));
        }
        self.text.push_str(&format!("{} {}\n", errand.sha256, errand.file));
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let new = path.with_extension("new");
        folder
            .and_then(|()| fs::write(&new, &self.text))
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|source| TrustError::Io { verb: "write", path, source })?;
        self.hashes.insert(errand.sha256.clone());
        Ok(())
    }

    /// Takes back every yes of this repository.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn forget(self) -> Result<(), TrustError> {
        let Some(path) = self.path else { return Ok(()) };
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(TrustError::Io { verb: "remove", path, source })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// `$XDG_STATE_HOME/guard`, else `~/.local/state/guard`.
fn state_folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|at| at.is_absolute());
    let state =
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("guard"))
}
