//! The lines of code that findings show. They are no facts, so they are read from the files.
//! Since nobody stops a file from being edited meanwhile, it is said where they are not of the
//! content that the facts are of.

use memchr::memchr_iter;
use rustc_hash::{FxHashMap, FxHashSet};

use super::cache::Facts;
use super::{Source, decode};
use crate::model::Finding;

/// Of which contents the lines are that findings show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Those that the facts are of.
    AsScanned,
    /// Some are of others, or nobody knows.
    Otherwise,
}

/// Gives each finding that has none its source line.
pub(super) fn show_code<S: Source>(findings: &mut [Finding], files: &[S], facts: &Facts) -> Shown {
    let mut blank: Vec<usize> = (findings.iter().enumerate())
        .filter_map(|(index, finding)| finding.code.is_empty().then_some(index))
        .collect();
    let path = |index: usize| findings[index].location.path.as_str();
    blank.sort_by(|one, other| {
        let order = path(*one).cmp(path(*other));
        order.then_with(|| findings[*one].location.line.cmp(&findings[*other].location.line))
    });
    if blank.is_empty() {
        return Shown::AsScanned;
    }
    let wanted: FxHashSet<&str> = blank.iter().map(|index| path(*index)).collect();
    let by_path: FxHashMap<&str, usize> =
        (files.iter().map(S::path).zip(0..)).filter(|(path, _)| wanted.contains(path)).collect();
    let parts: Vec<(Option<usize>, Vec<usize>)> = blank
        .chunk_by(|one, other| path(*one) == path(*other))
        .map(|part| (by_path.get(path(part[0])).copied(), part.to_vec()))
        .collect();
    let mut room = Vec::new();
    let mut shown = Shown::AsScanned;
    for (file, part) in parts {
        let bytes = file.and_then(|at| files[at].read_in(&mut room).ok());
        let text = bytes.and_then(|bytes| decode::borrowed(bytes).ok()).unwrap_or_default();
        let ends = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let mut starts = std::iter::once(0).chain(ends).zip(1..);
        let mut last = (0, String::new());
        for index in &part {
            let finding = &mut findings[*index];
            let line = finding.location.line;
            if line != last.0 {
                let found = starts.find(|(_, number)| *number == line);
                let found = found.and_then(|(start, _)| text[start..].split('\n').next());
                last = (line, found.map(shortened).unwrap_or_default());
            }
            finding.code.clone_from(&last.1);
        }
        if let (Some(bytes), Some(at)) = (bytes, file)
            && !facts.are_of(at, &files[at], bytes)
        {
            shown = Shown::Otherwise;
        }
    }
    shown
}

/// A line as findings show it.
fn shortened(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}
