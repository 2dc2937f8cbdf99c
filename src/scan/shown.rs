//! The lines of code that findings show. They are no facts, so they are read from the files.

use memchr::memchr_iter;
use rustc_hash::{FxHashMap, FxHashSet};

use super::cache::Facts;
use super::outcome::Shown;
use super::{Source, decode};
use crate::model::Finding;

/// Gives each finding that has none its source line; says where these come from, where `facts` know
/// it.
pub(super) fn show_code<S: Source>(
    findings: &mut [Finding],
    files: &[S],
    facts: &Facts,
) -> Vec<Shown> {
    let mut blank: Vec<usize> = (findings.iter().enumerate())
        .filter_map(|(index, finding)| finding.code.is_empty().then_some(index))
        .collect();
    let path = |index: usize| findings[index].location.path.as_str();
    blank.sort_by(|one, other| {
        let order = path(*one).cmp(path(*other));
        order.then_with(|| findings[*one].location.line.cmp(&findings[*other].location.line))
    });
    if blank.is_empty() {
        return Vec::new();
    }
    let wanted: FxHashSet<&str> = blank.iter().map(|index| path(*index)).collect();
    let by_path: FxHashMap<&str, usize> =
        (files.iter().map(S::path).zip(0..)).filter(|(path, _)| wanted.contains(path)).collect();
    let parts: Vec<Vec<usize>> =
        (blank.chunk_by(|one, other| path(*one) == path(*other))).map(<[usize]>::to_vec).collect();
    let mut room = Vec::new();
    let mut shown = Vec::new();
    for part in parts {
        let path = findings[part[0]].location.path.clone();
        let file = by_path.get(path.as_str()).copied();
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
            && let Some(content) = facts.content(at, &files[at], bytes)
        {
            shown.push(Shown { path, content, findings: part });
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
