//! An offload call's text, turned into the call of what it offloads.

use ruff_python_ast::{ArgOrKeyword, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::edits::Edits;
use super::form::Callee;
use super::names::Names;
use super::offloads::Found;
use super::partial::partial;
use super::trivia::{has_comment, size, skip, with_parentheses};
use crate::scan::syntax::Module;

/// What is to be left of an offload call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// The call of the callee.
    Call,
    /// The callee and its arguments, as arguments of something else.
    Arguments,
}

/// The edits that leave of the offload call what is to be kept. For [`Keep::Arguments`] only the
/// curried form needs any; what stands before the callee is the caller's.
pub(super) fn inline(module: &Module, found: &Found<'_>, names: &Names, keep: Keep) -> Edits {
    let source = module.source();
    let mut edits = Edits::default();
    let call = found.call;
    match (found.recognised.callee, keep) {
        (Callee::Argument(callee, index), Keep::Call) => {
            drop_own_keywords(found, &mut edits, source, keep);
            let from = match index.checked_sub(1) {
                Some(before) => call.arguments.args[before].end(),
                None => call.arguments.start() + size(1),
            };
            let outer = with_parentheses(source, from, callee.range());
            let is_last = kept(found).next().is_none();
            match (callee, partial(callee, names)) {
                (Expr::Lambda(lambda), _)
                    if is_last && lambda.parameters.is_none() && outer == callee.range() =>
                {
                    body(source, call, outer, &lambda.body, &mut edits);
                }
                (_, Some((inner, function))) if is_last && outer == callee.range() => {
                    let from = inner.arguments.start() + size(1);
                    let rest = inner.arguments.len() > 1;
                    direct(source, inner, call.start(), from, function, rest, &mut edits);
                    edits.replace(inner.end(), call.end(), "");
                }
                _ => direct(source, call, call.start(), from, callee, !is_last, &mut edits),
            }
        }
        (Callee::Curried(callee, inner), Keep::Call) => {
            let outer = curried(source, callee, inner);
            let (open, close) = parentheses(source, callee, outer);
            edits.replace(call.start(), outer.start(), open);
            edits.replace(outer.end(), call.arguments.start(), close);
        }
        (Callee::Curried(callee, inner), Keep::Arguments) => {
            let comma = if call.arguments.is_empty() { "" } else { ", " };
            let outer = curried(source, callee, inner);
            edits.replace(outer.end(), call.arguments.start() + size(1), comma);
        }
        (Callee::Argument(..) | Callee::Opaque, _) => {}
    }
    edits
}

fn curried(source: &str, callee: &Expr, inner: &ExprCall) -> TextRange {
    with_parentheses(source, inner.arguments.start() + size(1), callee.range())
}

/// `to_thread(f, a)` to `f(a)`, all text after the comma kept. `start` is where the deleted
/// lead begins; `from` is an offset between it and the callee.
fn direct(
    source: &str,
    call: &ExprCall,
    start: TextSize,
    from: TextSize,
    callee: &Expr,
    has_arguments: bool,
    edits: &mut Edits,
) {
    let outer = with_parentheses(source, from, callee.range());
    let (open, close) = parentheses(source, callee, outer);
    let lead = text(source, from, outer.start()).trim_start_matches(',');
    edits.replace(start, outer.start(), open);
    let mut carried = String::new();
    if has_comment(lead) {
        carried.push_str(lead.trim_end());
    }
    let comma = skip(source, outer.end());
    let gap = text(source, outer.end(), comma);
    if source.as_bytes()[comma.to_usize()] != b',' {
        debug_assert!(!has_arguments, "an argument follows a comma");
        if carried.is_empty() {
            edits.insert(outer.end(), format!("{close}("));
        } else {
            edits.insert(outer.end(), format!("{close}({carried}\n"));
        }
        return;
    }
    // A gap without a line end may stand before a parenthesis: `f (a)`.
    let (gap_before, gap_after) =
        if gap.contains('\n') { ("", if has_comment(gap) { gap } else { "" }) } else { (gap, "") };
    carried.push_str(gap_after.trim_end_matches([' ', '\t']));
    let mut end = comma + size(1);
    if has_arguments && source[end.to_usize()..].starts_with(' ') {
        end += size(1);
    }
    let rest = text(source, end, call.end()).trim_start_matches([' ', '\t', '\r']);
    let needs_line = has_comment(carried.rsplit('\n').next().unwrap_or_default())
        && !rest.starts_with(['\n', '#']);
    let line = if needs_line { "\n" } else { "" };
    edits.replace(outer.end(), end, format!("{close}{gap_before}({carried}{line}"));
}

/// `to_thread(lambda: expr)` to `expr`, in parentheses where it needs them.
fn body(source: &str, call: &ExprCall, lambda: TextRange, body: &Expr, edits: &mut Edits) {
    let colon = text(source, lambda.start(), body.start()).find(':').unwrap_or_default();
    let outer = with_parentheses(source, lambda.start() + size(colon + 1), body.range());
    let lead = text(source, call.arguments.start() + size(1), lambda.start());
    let trail = text(source, outer.end(), call.end() - size(1));
    let comments = has_comment(lead) || has_comment(trail);
    let glued = source[call.end().to_usize()..].starts_with(|char: char| char.is_alphanumeric());
    let is_bare =
        outer != body.range() || (is_primary(body) && is_one_line(module_text(source, body)));
    match (comments, is_bare && !glued) {
        (false, true) => {
            edits.replace(call.start(), outer.start(), "");
            edits.replace(outer.end(), call.end(), "");
        }
        (false, false) => {
            edits.replace(call.start(), outer.start(), "(");
            edits.replace(outer.end(), call.end(), ")");
        }
        (true, _) => {
            let lead = if has_comment(lead) { lead } else { "" };
            let trail = if has_comment(trail) { trail.replacen(',', "", 1) } else { String::new() };
            edits.replace(call.start(), outer.start(), format!("({lead}"));
            edits.replace(outer.end(), call.end(), format!("{trail})"));
        }
    }
}

/// What must stand around a callee so that it can be called.
fn parentheses(source: &str, callee: &Expr, outer: TextRange) -> (&'static str, &'static str) {
    let stands =
        outer != callee.range() || (is_primary(callee) && is_one_line(module_text(source, callee)));
    if stands { ("", "") } else { ("(", ")") }
}

fn is_primary(expr: &Expr) -> bool {
    match expr {
        Expr::Tuple(tuple) => tuple.parenthesized,
        Expr::Generator(generator) => generator.parenthesized,
        Expr::Name(_)
        | Expr::Attribute(_)
        | Expr::Call(_)
        | Expr::Subscript(_)
        | Expr::List(_)
        | Expr::Dict(_)
        | Expr::Set(_)
        | Expr::ListComp(_)
        | Expr::DictComp(_)
        | Expr::SetComp(_) => true,
        _ => false,
    }
}

/// Whether text is one logical line without the parentheses that it stood in.
fn is_one_line(text: &str) -> bool {
    if !text.contains('\n') {
        return true;
    }
    let module = Module::parse(text.to_owned());
    module.errors().is_empty() && module.tree().body.len() == 1
}

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
fn kept<'f>(found: &'f Found<'_>) -> impl Iterator<Item = ArgOrKeyword<'f>> {
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

fn text(source: &str, start: TextSize, end: TextSize) -> &str {
    &source[start.to_usize()..end.to_usize()]
}

fn module_text<'s>(source: &'s str, expr: &Expr) -> &'s str {
    text(source, expr.start(), expr.end())
}
