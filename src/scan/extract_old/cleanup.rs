//! Whether a call runs while something is being cleaned up, and how careful the code is there.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Expr as Syntax};

use super::super::facts::{Care, ELSEWHERE};
use super::super::name::Name;
use super::{Extractor, convert, guards};

/// What limits the time of what is awaited in it.
const LIMITS: [&str; 6] =
    ["timeout", "timeout_at", "move_on_after", "move_on_at", "fail_after", "fail_at"];

/// Methods that are cleanup as a whole.
const CLEANUPS: [&str; 2] = ["__aexit__", "aclose"];

impl<'a> Extractor<'a> {
    /// The care at the top of a function's body.
    pub(super) fn care_in(name: &str) -> Option<Care> {
        CLEANUPS.contains(&name).then(Care::default)
    }

    /// Walks with more care taken, where there is cleanup at all.
    pub(super) fn with_care(&mut self, more: Care, walk: impl FnOnce(&mut Self)) {
        let before = self.care;
        if let Some(care) = &mut self.care {
            care.bounded |= more.bounded;
            care.caught |= more.caught;
        }
        walk(self);
        self.care = before;
    }

    pub(super) fn visit_try(&mut self, node: &'a ast::StmtTry) {
        let caught = Care { caught: !node.handlers.is_empty(), ..Care::default() };
        self.with_care(caught, |walk| walk.visit_body(&node.body));
        for ast::ExceptHandler::ExceptHandler(handler) in &node.handlers {
            if let Some(caught) = &handler.type_ {
                self.visit_expr(caught);
            }
            let elsewhere = match guards::asks_for_the_loop(&node.body) {
                true => vec![Name::new(ELSEWHERE)],
                false => Vec::new(),
            };
            self.guarded(elsewhere, |walk| walk.visit_body(&handler.body));
        }
        self.visit_body(&node.orelse);
        let before = self.care;
        self.care = Some(self.care.unwrap_or_default());
        self.visit_body(&node.finalbody);
        self.care = before;
    }

    /// The care that a `with` takes of its body.
    pub(super) fn care_of(node: &ast::StmtWith) -> Care {
        let leaves = || {
            node.items.iter().filter_map(|item| match &item.context_expr {
                Syntax::Call(call) => convert::leaf(&call.func),
                _ => None,
            })
        };
        Care {
            bounded: leaves().any(|leaf| LIMITS.contains(&leaf)),
            caught: leaves().any(|leaf| leaf == "suppress"),
        }
    }

    /// The care that a call takes of what it is given.
    pub(super) fn care_of_call(node: &ast::ExprCall) -> Care {
        Care { bounded: convert::leaf(&node.func) == Some("wait_for"), caught: false }
    }
}
