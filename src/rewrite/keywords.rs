//! The arguments of an offload call, told apart: the offload's own, and those of its callee.

use ruff_python_ast::ArgOrKeyword;
use ruff_text_size::Ranged;

use super::edits::Edits;
use super::form::Callee;
use super::inline::Keep;
use super::offloads::Found;
use super::trivia::{size, skip, with_parentheses};

/// Deletes the keywords that speak to the offload and not to what it offloads.
pub(super) fn drop_own_keywords(found: &Found<'_>, edits: &mut Edits, source: &str, keep: Keep) {
    let own = &found.recognised.own;
    let items: Vec<ArgOrKeyword<'_>> = found.call.arguments.iter_source_order().collect();
    let is_own = |item: &ArgOrKeyword<'_>| match item {
        ArgOrKeyword::Keyword(keyword) => own.iter().any(|own| own.range() == keyword.range()),
        ArgOrKeyword::Arg(_) => false,
    };
    let is_bare = keep == Keep::Call && kept(found).next().is_none();
    let mut index: usize = 0;
    while index < items.len() {
        if !is_own(&items[index]) {
            index += 1;
            continue;
        }
        let run = items[index..].iter().take_while(|item| is_own(item)).count();
        let (first, last) = (&items[index], &items[index + run - 1]);
        match (items.get(index + run), index.checked_sub(1)) {
            (Some(next), _) => edits.replace(first.start(), next.start(), ""),
            (None, Some(before)) if !is_bare => {
                let from = match before.checked_sub(1) {
                    Some(earlier) => items[earlier].end(),
                    None => found.call.arguments.start() + size(1),
                };
                let before = with_parentheses(source, from, items[before].range());
                edits.replace(before.end(), last.end(), "");
            }
            (None, _) => {
                let comma = skip(source, last.end());
                let is_comma = source.as_bytes().get(comma.to_usize()) == Some(&b',');
                let end = if is_comma { comma + size(1) } else { last.end() };
                // With nothing left after it, the blank before it goes too.
                let before = source[..first.start().to_usize()].trim_end();
                let start = if before.ends_with(',') { size(before.len()) } else { first.start() };
                edits.replace(start, end, "");
            }
        }
        index += run;
    }
}

/// The arguments that belong to the callee.
pub(super) fn kept<'f>(found: &'f Found<'_>) -> impl Iterator<Item = ArgOrKeyword<'f>> {
    let skipped = match found.recognised.callee {
        Callee::Argument(_, index) => index + 1,
        Callee::Curried(..) | Callee::Opaque => 0,
    };
    let own = &found.recognised.own;
    let positional = found.call.arguments.args.iter().skip(skipped).map(ArgOrKeyword::Arg);
    let keywords = found
        .call
        .arguments
        .keywords
        .iter()
        .filter(|keyword| !own.iter().any(|own| own.range() == keyword.range()))
        .map(ArgOrKeyword::Keyword);
    positional.chain(keywords)
}
