//! What a guard that was killed left in the contributor's own tree is taken back, before anything else.

use anstream::eprintln;

use crate::git::Repository;
use crate::git::worktree::{self, Mended};
use crate::ui::{BOLD, WARN};

/// Looks, and says what it did. Outside of a repository there is nothing to look at.
pub(super) fn mend() -> anyhow::Result<()> {
    let Ok(here) = std::env::current_dir() else { return Ok(()) };
    let Ok(repository) = Repository::discover(&here) else { return Ok(()) };
    for mended in worktree::mend(repository.common_dir())? {
        match mended {
            Mended::Restored(file) => eprintln!(
                "{BOLD}took back{BOLD:#} the edit that a killed guard had left in {}",
                file.display()
            ),
            Mended::Kept { file, before } => eprintln!(
                "{WARN}warning{WARN:#}: a killed guard had edited {}, which somebody has edited since; it is left as \
                 it is. What it held before guard is in {}; remove that when you have looked",
                file.display(),
                before.display()
            ),
        }
    }
    Ok(())
}
