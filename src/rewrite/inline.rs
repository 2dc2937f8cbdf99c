//! An offload call's text, turned into the call of what it offloads.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::awaits::spare_parentheses;
use super::edits::Edits;
use super::form::Callee;
use super::keywords::{drop_own_keywords, kept};
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

/// What a line end means where the offload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// It ends the statement.
    End,
    /// Brackets around it join the lines.
    Joined,
}

/// The file's text, and what line ends in the offload mean once its own parentheses are gone.
#[derive(Debug, Clone, Copy)]
struct Surroundings<'s> {
    source: &'s str,
    lines: Lines,
}

impl<'s> Surroundings<'s> {
    fn of(module: &'s Module, found: &Found<'_>) -> Self {
        let source = module.source();
        let callee = found.recognised.callee.expr();
        let asks = callee.is_some_and(|callee| module.text(callee).contains('\n'));
        let span = found.span();
        let above = found.above.split_last().map_or(&[][..], |(_, above)| above);
        let span = spare_parentheses(source, above, span).unwrap_or(span);
        // An attribute on a line of its own is read only where brackets join the lines.
        let joined = || {
            let (before, after) =
                (&source[..span.start().to_usize()], &source[span.end().to_usize()..]);
            Module::parse(format!("{before}a\n.b{after}")).errors().is_empty()
        };
        let lines = if asks && joined() { Lines::Joined } else { Lines::End };
        Self { source, lines }
    }

    /// What must stand around a callee so that it can be called.
    fn parentheses(self, callee: &Expr, outer: TextRange) -> (&'static str, &'static str) {
        let stands = outer != callee.range() || self.is_bare(callee);
        if stands { ("", "") } else { ("(", ")") }
    }

    /// Whether the expression needs no parentheses, whatever is applied to it.
    fn is_bare(self, expr: &Expr) -> bool {
        is_primary(expr)
            && (self.lines == Lines::Joined || is_one_line(module_text(self.source, expr)))
    }
}

/// The edits that leave of the offload call what is to be kept. For [`Keep::Arguments`] only the
/// curried form needs any; what stands before the callee is the caller's.
pub(super) fn inline(module: &Module, found: &Found<'_>, names: &Names, keep: Keep) -> Edits {
    let around = Surroundings::of(module, found);
    let source = around.source;
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
                    body(around, call, outer, &lambda.body, &mut edits);
                }
                (_, Some((inner, function))) if is_last && outer == callee.range() => {
                    let from = inner.arguments.start() + size(1);
                    let rest = inner.arguments.len() > 1;
                    direct(around, inner, call.start(), from, function, rest, &mut edits);
                    edits.replace(inner.end(), call.end(), "");
                }
                _ => direct(around, call, call.start(), from, callee, !is_last, &mut edits),
            }
        }
        (Callee::Curried(callee, inner), Keep::Call) => {
            let outer = curried(source, callee, inner);
            let (open, close) = around.parentheses(callee, outer);
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
    around: Surroundings<'_>,
    call: &ExprCall,
    start: TextSize,
    from: TextSize,
    callee: &Expr,
    has_arguments: bool,
    edits: &mut Edits,
) {
    let source = around.source;
    let outer = with_parentheses(source, from, callee.range());
    let (open, close) = around.parentheses(callee, outer);
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
fn body(
    around: Surroundings<'_>,
    call: &ExprCall,
    lambda: TextRange,
    body: &Expr,
    edits: &mut Edits,
) {
    let source = around.source;
    let colon = text(source, lambda.start(), body.start()).find(':').unwrap_or_default();
    let outer = with_parentheses(source, lambda.start() + size(colon + 1), body.range());
    let lead = text(source, call.arguments.start() + size(1), lambda.start());
    let trail = text(source, outer.end(), call.end() - size(1));
    let comments = has_comment(lead) || has_comment(trail);
    let glued = source[call.end().to_usize()..].starts_with(|char: char| char.is_alphanumeric());
    let is_bare = outer != body.range() || around.is_bare(body);
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

fn text(source: &str, start: TextSize, end: TextSize) -> &str {
    &source[start.to_usize()..end.to_usize()]
}

fn module_text<'s>(source: &'s str, expr: &Expr) -> &'s str {
    text(source, expr.start(), expr.end())
}
