//! What a change is compared with: the commit where it left the branch that it will go back to.

use super::command::{line, optional_line, output, reading};
use super::{GitError, Repository};

/// What a change is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// As a person would name it: `origin/main`.
    pub name: String,
    /// The commit that the name stands for.
    pub tip: String,
    /// Where `HEAD` left it: the commit that the change is judged against.
    pub merge_base: String,
}

impl Repository {
    /// The wanted base, or `origin/main`, the branch of `origin/HEAD`, `origin/master`, `main`,
    /// `master`, the branch of `init.defaultBranch`: the first that exists.
    ///
    /// # Errors
    /// No such name; no default; a shallow clone that does not reach the merge base; unrelated
    /// histories.
    pub fn base(&self, wanted: Option<&str>) -> Result<Base, GitError> {
        let (name, tip) = match wanted {
            Some(name) => match self.resolve(name)? {
                Some(tip) => (name.to_owned(), tip),
                None => return Err(self.unknown(name)?),
            },
            None => self.default_base()?,
        };
        let merge_base = self.merge_base(&name, &tip)?;
        Ok(Base { name, tip, merge_base })
    }

    fn default_base(&self) -> Result<(String, String), GitError> {
        let remote_head = optional_line(&reading(self.root()).args([
            "symbolic-ref",
            "--quiet",
            "refs/remotes/origin/HEAD",
        ]))?;
        let configured =
            optional_line(&reading(self.root()).args(["config", "--get", "init.defaultBranch"]))?;
        let candidates = [
            Some("refs/remotes/origin/main".to_owned()),
            remote_head,
            Some("refs/remotes/origin/master".to_owned()),
            Some("refs/heads/main".to_owned()),
            Some("refs/heads/master".to_owned()),
            configured.map(|branch| format!("refs/heads/{branch}")),
        ];
        let mut tried = Vec::new();
        for full in candidates.into_iter().flatten() {
            let name = short(&full).to_owned();
            if let Some(tip) = self.resolve(&full)? {
                return Ok((name, tip));
            }
            if !tried.contains(&name) {
                tried.push(name);
            }
        }
        Err(GitError::NoDefaultBase { tried: tried.join(", ") })
    }

    fn merge_base(&self, name: &str, tip: &str) -> Result<String, GitError> {
        let head = self.head()?;
        if let Some(library) = self.library() {
            let found = git2::Oid::from_str(&head)
                .and_then(|head| Ok((head, git2::Oid::from_str(tip)?)))
                .and_then(|(head, tip)| library.merge_base(head, tip));
            if let Ok(found) = found {
                return Ok(found.to_string());
            }
        }
        let ask = reading(self.root()).args(["merge-base", &head, tip]);
        if let Some(found) = optional_line(&ask)? {
            return Ok(found);
        }
        let shallow =
            line(&reading(self.root()).args(["rev-parse", "--is-shallow-repository"]))? == "true";
        let base = name.to_owned();
        Err(if shallow { GitError::Shallow { base } } else { GitError::Unrelated { base } })
    }

    fn unknown(&self, name: &str) -> Result<GitError, GitError> {
        let list = reading(self.root()).args([
            "for-each-ref",
            "--format=%(refname)",
            "refs/heads",
            "refs/remotes",
            "refs/tags",
        ]);
        let known = String::from_utf8_lossy(&output(&list)?).into_owned();
        let nearest = known
            .lines()
            .map(short)
            .map(|known| (strsim::normalized_damerau_levenshtein(known, name), known))
            .filter(|&(likeness, _)| likeness >= 0.6)
            .max_by(|one, two| one.0.total_cmp(&two.0))
            .map(|(_, known)| known);
        let hint = match (nearest, name.split_once('/')) {
            (Some(nearest), _) => format!("did you mean `{nearest}`?"),
            (None, Some((remote, branch)))
                if known.contains(&format!("refs/remotes/{remote}/")) =>
            {
                format!("if `{remote}` has it, `git fetch {remote} {branch}` brings it here")
            }
            (None, _) => {
                "`git branch --all` lists the branches; name one of them with `--base`".to_owned()
            }
        };
        Ok(GitError::UnknownBase { name: name.to_owned(), hint })
    }
}

fn short(full: &str) -> &str {
    ["refs/heads/", "refs/remotes/", "refs/tags/"]
        .iter()
        .find_map(|prefix| full.strip_prefix(prefix))
        .unwrap_or(full)
}
