//! The file's text to entries: whatever is wrong is shown at its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{Dispositions, DispositionsError, Entry, PATH};
use crate::model::{Key, Route};
use crate::yaml::{self, Fault};

const EXAMPLE: &str = "\
an entry looks like this; guard writes it, and taking it out makes the next run ask again:
  - path: app/store.py
    function: Store.remove
    symbol: os.remove
    route: no-action
    reason: runs before the loop serves anything
    text: <64 hexadecimal digits>
    proof: <64 hexadecimal digits>";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    dispositions: Vec<RawEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    path: Spanned<String>,
    function: String,
    symbol: String,
    route: Spanned<Route>,
    reason: Option<String>,
    #[serde(default)]
    anchor: Vec<String>,
    text: Spanned<String>,
    proof: Spanned<String>,
    receipt: Option<String>,
}

pub(super) fn parse(text: &str) -> Result<Dispositions, DispositionsError> {
    if let Some((line, marker)) = conflict(text) {
        return Err(shape(
            text,
            "a merge has left its marks here: the file holds both sides",
            Some((line, 1, marker.chars().count())),
            "keep the entries of both sides, one per key, and take out the lines of `<<<<<<<`, `=======` and `>>>>>>>`; the order is guard's to keep",
        ));
    }
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Dispositions::default());
    }
    let raw: RawFile = serde_saphyr::from_str(text).map_err(|error| DispositionsError::Shape {
        rendered: yaml::show_error(PATH, text, &error, EXAMPLE),
    })?;
    let mut entries = BTreeMap::new();
    for raw in raw.dispositions {
        check(text, &raw)?;
        let key = Key { path: raw.path.value.clone(), function: raw.function, symbol: raw.symbol };
        if entries.contains_key(&key) {
            return Err(at(
                text,
                &raw.path,
                key.path.chars().count(),
                &format!("{key} is settled twice"),
                "keep one of the two entries; without either the next run asks again",
            ));
        }
        let entry = Entry {
            route: raw.route.value,
            reason: raw.reason,
            anchor: raw.anchor,
            text: raw.text.value,
            proof: raw.proof.value,
            receipt: raw.receipt,
        };
        entries.insert(key, entry);
    }
    Ok(Dispositions { entries })
}

/// What the shape cannot say.
fn check(text: &str, raw: &RawEntry) -> Result<(), DispositionsError> {
    for hash in [&raw.text, &raw.proof] {
        let is_hash = hash.value.len() == 64 && hash.value.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hash {
            return Err(at(
                text,
                hash,
                hash.value.chars().count(),
                "this is no SHA-256",
                "64 hexadecimal digits; take the entry out, and the next run settles it anew",
            ));
        }
    }
    let has_reason = raw.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    let lacking = match raw.route.value {
        Route::NoAction if !has_reason => Some("`no-action` needs a `reason`"),
        Route::Guard | Route::FixAndAnchor if raw.anchor.is_empty() => {
            Some("this route needs an `anchor`")
        }
        Route::Rule if raw.anchor.is_empty() && !has_reason => {
            Some("`rule` needs an `anchor`, or the `reason` why it was escalated")
        }
        Route::NoAction | Route::Guard | Route::FixAndAnchor | Route::Rule => None,
    };
    match lacking {
        Some(title) => Err(at(text, &raw.route, 1, title, EXAMPLE)),
        None => Ok(()),
    }
}

fn at<T>(
    text: &str,
    place: &Spanned<T>,
    width: usize,
    title: &str,
    help: &str,
) -> DispositionsError {
    let at = &place.referenced;
    shape(text, title, Some((at.line(), at.column(), width)), help)
}

fn shape(
    text: &str,
    title: &str,
    place: Option<(u64, u64, usize)>,
    help: &str,
) -> DispositionsError {
    DispositionsError::Shape { rendered: yaml::show(PATH, text, Fault { title, place, help }) }
}

/// The first line that a merge left behind, from 1.
fn conflict(text: &str) -> Option<(u64, &str)> {
    let is_mark = |line: &str| {
        line == "======="
            || ["<<<<<<< ", "||||||| ", ">>>>>>> "].iter().any(|m| line.starts_with(m))
    };
    (1..).zip(text.lines()).find(|(_, line)| is_mark(line))
}
