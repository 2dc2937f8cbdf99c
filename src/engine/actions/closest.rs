//! How far the gate comes on the way to a site that none of its tests executes: which turn is not
//! taken, and which test comes closest. An execution tells, not a search.

use crate::anchor::branch_of;
use crate::gate::Watch;
use crate::gate::teeth::{Lab, first_statement};
use crate::model::{Location, Selection};
use crate::scan::function_span;
use crate::scan::syntax::Module;

/// A place on the way to the site.
struct Point {
    line: usize,
    /// The head of the turn; none for the beginning of the function.
    head: Option<String>,
}

/// Runs the whole gate once and says it; none when the gate cannot say it either.
pub(super) fn closest(lab: &Lab<'_>, text: String, site: &Location) -> Option<String> {
    let module = Module::parse(text);
    let span = function_span(&module, &site.function)?;
    let start = Point { line: first_statement(&module, span), head: None };
    let turns = branch_of(&module, site.line).into_iter().filter(|turn| turn.is_conditional());
    let turns = turns.map(|turn| Point { line: turn.line, head: Some(turn.head) });
    let way: Vec<Point> = std::iter::once(start).chain(turns).collect();
    let watch: Vec<Watch> = (way.iter())
        .map(|point| Watch { path: site.path.clone(), lines: point.line..=point.line })
        .collect();
    let run = lab.observe(&Selection::Suite, &watch).ok()?;
    let reached = way.iter().enumerate().rev().find_map(|(at, point)| {
        let here = run.sites.iter().filter(|ran| ran.path == site.path && ran.line == point.line);
        Some((at, here.filter_map(|ran| ran.test.clone()).min()?))
    });
    let function = &site.function;
    Some(match reached {
        None => format!("No test of the gate enters `{function}`."),
        Some((at, test)) => match &way[at].head {
            Some(head) => format!(
                "It stands behind `{head}` (line {}); {test} comes closest: it gets there and goes another way.",
                way[at].line
            ),
            None => match way.get(1).and_then(|turn| Some((turn.line, turn.head.as_ref()?))) {
                Some((line, head)) => format!(
                    "It stands behind `{head}` (line {line}); {test} comes closest: it enters `{function}` and \
                     leaves it before that."
                ),
                None => format!(
                    "{test} comes closest: it enters `{function}` and leaves it before that line."
                ),
            },
        },
    })
}
