//! Several offloads taken away in one tree, by edits of the source.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::sites::Inventory;
use crate::gate::teeth::PreparedRevert;
use crate::model::Operator;
use crate::rewrite;
use crate::scan::syntax::Module;

/// Edited files, and where in them each site now is.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The whole text of each edited file.
    pub(super) texts: BTreeMap<String, String>,
    /// Each edited site's number, with the lines that are its own.
    pub(super) reverts: Vec<(usize, PreparedRevert)>,
    /// Sites that cannot be edited, and why.
    pub(super) refused: Vec<(usize, String)>,
}

/// Takes these sites away, each file from its end to its start so that what is still to be edited
/// stays where it is.
pub(super) fn group(inventory: &Inventory, numbers: &[usize]) -> Group {
    let mut group = Group::default();
    let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &number in numbers {
        by_path.entry(&inventory.sites[number].location.path).or_default().push(number);
    }
    for (path, mut numbers) in by_path {
        let Some(original) = inventory.texts.get(path) else { continue };
        numbers.sort_by_key(|&number| std::cmp::Reverse(inventory.sites[number].place.start));
        let mut text = original.clone();
        let mut done: Vec<(usize, Vec<RangeInclusive<usize>>)> = Vec::new();
        for number in numbers {
            let at = &inventory.sites[number].location;
            let module = Module::parse(text.clone());
            match rewrite::un_offload_with(&module, at.line, at.column, &inventory.wrappers) {
                Ok(rewrite) => {
                    // Two empty lines stand before a helper at the end of the file.
                    let helper =
                        rewrite.helper_lines.as_ref().map_or(0, |own| own.clone().count() + 2);
                    let longer = newlines(&rewrite.source).cast_signed()
                        - newlines(&text).cast_signed()
                        - helper.cast_signed();
                    for range in done.iter_mut().flat_map(|(_, lines)| lines) {
                        let moved = |line: &usize| line.saturating_add_signed(longer);
                        *range = moved(range.start())..=moved(range.end());
                    }
                    let lines = std::iter::once(rewrite.lines).chain(rewrite.helper_lines);
                    done.push((number, lines.collect()));
                    text = rewrite.source;
                }
                Err(refusal) => group.refused.push((number, refusal.to_string())),
            }
        }
        if done.is_empty() {
            continue;
        }
        for (number, lines) in done {
            let revert = PreparedRevert {
                operator: Operator::UnOffload,
                path: path.to_owned(),
                source: text.clone(),
                lines,
                diff: String::new(),
            };
            group.reverts.push((number, revert));
        }
        group.texts.insert(path.to_owned(), text);
    }
    group
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}
