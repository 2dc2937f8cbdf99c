//! What files were at a commit. libgit2 reads objects; the git command takes over where it
//! cannot: an unknown format, or a partial clone that has yet to fetch the object.

use std::collections::BTreeMap;
use std::path::Path;

use super::command::{entries, output, reading};
use super::{GitError, Repository};

impl Repository {
    /// The bytes of one file at a commit; none when the commit has no such file.
    ///
    /// # Errors
    /// When the commit or its objects cannot be read.
    pub fn file_at(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        let mut found = self.read(commit, &[path.to_owned()], |entry| entry == path)?;
        Ok(found.pop().map(|(_, bytes)| bytes))
    }

    /// Every regular file below the roots whose name ends in `.extension`, with its bytes, sorted
    /// by path. A root is a folder or a file, relative; the empty one is everything.
    ///
    /// # Errors
    /// When the commit or its objects cannot be read.
    pub fn files_at(
        &self,
        commit: &str,
        roots: &[String],
        extension: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, GitError> {
        let suffix = format!(".{extension}");
        self.read(commit, roots, |path| path.ends_with(&suffix))
    }

    fn read(
        &self,
        commit: &str,
        roots: &[String],
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, Vec<u8>)>, GitError> {
        if let Some(library) = self.library()
            && let Ok(found) = with_library(library, commit, roots, &wanted)
        {
            return Ok(found);
        }
        self.with_command(commit, roots, &wanted)
    }

    fn with_command(
        &self,
        commit: &str,
        roots: &[String],
        wanted: &impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, Vec<u8>)>, GitError> {
        let listing = output(&reading(self.root()).args([
            "ls-tree",
            "-r",
            "-z",
            "--full-tree",
            "--end-of-options",
            commit,
        ]))?;
        // "<mode> SP <type> SP <object> TAB <path>"
        let found: BTreeMap<String, String> = entries(&listing)
            .filter_map(|entry| {
                let (meta, path) = entry.split_once('\t')?;
                let mut words = meta.split(' ');
                let regular = words.next()?.starts_with("100");
                let object = words.nth(1)?.to_owned();
                let inside = roots.iter().any(|root| is_below(path, root));
                (regular && inside && wanted(path)).then(|| (path.to_owned(), object))
            })
            .collect();
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let objects: String = found.values().map(|object| format!("{object}\n")).collect();
        let command = reading(self.root()).args(["cat-file", "--batch"]).stdin(objects);
        let answer = output(&command)?;
        let mut rest = answer.as_slice();
        let mut files = Vec::with_capacity(found.len());
        for path in found.into_keys() {
            let (bytes, after) = next_object(rest).ok_or_else(|| GitError::Answer {
                command: command.shown(),
                what: format!("no content for `{path}`"),
            })?;
            files.push((path, bytes.to_vec()));
            rest = after;
        }
        Ok(files)
    }
}

fn with_library(
    library: &git2::Repository,
    commit: &str,
    roots: &[String],
    wanted: &impl Fn(&str) -> bool,
) -> Result<Vec<(String, Vec<u8>)>, git2::Error> {
    let tree = library.revparse_single(&format!("{commit}^{{tree}}"))?.peel_to_tree()?;
    let mut found: BTreeMap<String, git2::Oid> = BTreeMap::new();
    for root in roots {
        let root = root.trim_end_matches('/');
        let (folder, prefix) = if root.is_empty() {
            (tree.clone(), String::new())
        } else {
            let entry = match tree.get_path(Path::new(root)) {
                Ok(entry) => entry,
                Err(error) if error.code() == git2::ErrorCode::NotFound => continue,
                Err(error) => return Err(error),
            };
            match entry.kind() {
                Some(git2::ObjectType::Tree) => {
                    (library.find_tree(entry.id())?, format!("{root}/"))
                }
                Some(git2::ObjectType::Blob) if is_regular(&entry) && wanted(root) => {
                    found.insert(root.to_owned(), entry.id());
                    continue;
                }
                _ => continue,
            }
        };
        folder.walk(git2::TreeWalkMode::PreOrder, |parent, entry| {
            let name = String::from_utf8_lossy(entry.name_bytes());
            let path = format!("{prefix}{parent}{name}");
            if is_regular(entry) && wanted(&path) {
                found.insert(path, entry.id());
            }
            git2::TreeWalkResult::Ok
        })?;
    }
    found
        .into_iter()
        .map(|(path, id)| Ok((path, library.find_blob(id)?.content().to_vec())))
        .collect()
}

/// Neither a symbolic link nor a submodule nor a folder.
fn is_regular(entry: &git2::TreeEntry<'_>) -> bool {
    entry.filemode() & 0o170_000 == 0o100_000
}

fn is_below(path: &str, root: &str) -> bool {
    let root = root.trim_end_matches('/');
    root.is_empty()
        || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// "<object> SP blob SP <size> LF <bytes> LF"
fn next_object(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = answer.iter().position(|&byte| byte == b'\n')?;
    let size: usize =
        std::str::from_utf8(&answer[..end]).ok()?.rsplit_once(" blob ")?.1.parse().ok()?;
    let body = answer.get(end + 1..)?;
    Some((body.get(..size)?, body.get(size + 1..)?))
}
