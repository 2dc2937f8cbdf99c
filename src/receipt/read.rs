//! A receipt's text, read strictly. It may come from anywhere: every path in it stays inside of the
//! repository, and no test in it can be taken for an option of pytest's.

use serde_json::Value;

use super::{FORMAT, Proof, Receipt, Site};
use crate::model::{Operator, TeethVerdict};

/// Why a receipt cannot be used. Nothing was executed.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// No such file, or no right to it.
    #[error("could not read the receipt {file}")]
    Io {
        /// As it was named.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It could not be written.
    #[error(
        "could not write the receipt {file}; what was proven stands in the run, and `--receipts DIR` names another folder"
    )]
    Write {
        /// Where.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It would be written through a link that leaves the repository.
    #[error(
        "{file} lies outside of the repository, behind a symbolic link; make its folder a real one, or name another with `--receipts DIR`"
    )]
    Outside {
        /// Relative to the root.
        file: String,
    },
    /// There is none.
    #[error(
        "{folder} holds no receipt; `guard run` writes one for each proof at its delivery, `guard teeth --receipt FILE` writes one too"
    )]
    None {
        /// As it was named.
        folder: String,
    },
    /// It is of another guard's making.
    #[error("{file} has the format `{found}`, written by guard {by}; this guard {own} reads `{FORMAT}`. Verify it with that guard, or prove it anew with `guard run`", own = env!("CARGO_PKG_VERSION"))]
    Format {
        /// As it was named.
        file: String,
        /// What it says it is.
        found: String,
        /// The version that wrote it, or `unknown`.
        by: String,
    },
    /// It does not say what it should.
    #[error(
        "{file} is damaged: {what}. Take it from git again (`git checkout -- {file}`), or prove it anew with `guard run`"
    )]
    Damaged {
        /// As it was named.
        file: String,
        /// What is wrong, and where.
        what: String,
    },
}

/// Reads a receipt's text; `file` names it in errors.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read(file: &str, text: &str) -> Result<Receipt, ReceiptError> {
    let damaged = |what: String| ReceiptError::Damaged { file: file.to_owned(), what };
    let value: Value =
        serde_json::from_str(text).map_err(|error| damaged(format!("it is no JSON ({error})")))?;
    let word = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match word("format") {
        Some(format) if format == FORMAT => {}
        Some(found) => {
            let by = word("guard").unwrap_or_else(|| "unknown".to_owned());
            return Err(ReceiptError::Format { file: file.to_owned(), found, by });
        }
        None => return Err(damaged("it has no `format`, so it is no receipt".to_owned())),
    }
    // From the text once more: it knows lines and columns.
    let receipt: Receipt =
        serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
    if !receipt.project.is_empty() {
        path(&receipt.project, "the project").map_err(damaged)?;
    }
    if receipt.proofs.is_empty() {
        return Err(damaged("it holds no proof".to_owned()));
    }
    for proof in &receipt.proofs {
        check(proof).map_err(damaged)?;
    }
    Ok(receipt)
}

fn check(proof: &Proof) -> Result<(), String> {
    if proof.tests.is_empty() || proof.sites.is_empty() {
        return Err(format!("the proof of {} names no test, or no site", proof.key));
    }
    for test in &proof.tests {
        path(test.split("::").next().unwrap_or(test), "the test")?;
        if test.contains(['\n', '\0']) {
            return Err(format!("the test `{}` is no name of one", test.escape_debug()));
        }
    }
    for bound in &proof.bound {
        path(&bound.path, "the file")?;
        hash(&bound.sha256)?;
    }
    if !proof.bound.iter().any(|bound| bound.function.is_some()) {
        return Err(format!("the proof of {} is bound to no function", proof.key));
    }
    proof.sites.iter().try_for_each(site)
}

fn site(site: &Site) -> Result<(), String> {
    path(&site.path, "the site")?;
    hash(&site.change)?;
    if site.verdict != TeethVerdict::Proven {
        return Err(format!(
            "the verdict of {} is {}, which is no proof",
            site.function, site.verdict
        ));
    }
    if (site.operator == Operator::UnOffload) != site.offload.is_some_and(|number| number > 0) {
        return Err(format!("which offload of {} was taken away is not said", site.function));
    }
    if let Some(version) = &site.base {
        path(&version.path, "the older version")?;
        let is_id = |text: &str| text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_id(&version.commit) {
            return Err(format!("`{}` is no commit's id", version.commit.escape_debug()));
        }
    }
    Ok(())
}

fn hash(text: &str) -> Result<(), String> {
    let is_hash = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hash { Ok(()) } else { Err(format!("`{}` is no SHA-256", text.escape_debug())) }
}

/// pytest takes what begins with `-` for an option and what begins with `@` for a file of options.
fn path(text: &str, what: &str) -> Result<(), String> {
    let is_sound = |part: &str| {
        !part.is_empty() && part != ".." && part != "." && !part.starts_with(['-', '@'])
    };
    let is_plain = !text.contains(['\n', '\0', '\\']);
    if is_plain && text.split('/').all(is_sound) {
        return Ok(());
    }
    Err(format!("{what} `{}` is no path inside of the repository", text.escape_debug()))
}
