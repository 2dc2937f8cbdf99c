//! Whether a call runs while something is being cleaned up, and how careful the code is there.

use super::super::facts::{Care, ELSEWHERE};
use super::super::name::Name;
use super::super::tree::{Expr as Syntax, Many};
use super::roles::Role;
use super::{Extractor, elsewhere, guards};

impl Extractor<'_> {
    /// The care at the top of a function's body.
    pub(super) fn care_in(name: Name) -> Option<Care> {
        Role::of(name).is(Role::CLEANUP).then(Care::default)
    }

    /// Walks with more care taken, where there is cleanup at all.
    pub(super) fn with_care(&mut self, more: Care, walk: impl FnOnce(&mut Self)) {
        let before = self.around.care;
        if let Some(care) = &mut self.around.care {
            care.bounded |= more.bounded;
            care.caught |= more.caught;
        }
        walk(self);
        self.around.care = before;
    }

    pub(super) fn visit_try(&mut self, body: Many, handlers: Many, orelse: Many, last: Many) {
        let tree = self.tree;
        let caught = Care { caught: handlers.count > 0, ..Care::default() };
        self.with_care(caught, |walk| walk.visit_body(body));
        for handler in &tree.clauses[handlers.range()] {
            if let Some(caught) = handler.test {
                self.visit_expr(caught);
            }
            let before = self.around.guards.len();
            if elsewhere::asks_for_the_loop(tree, body) {
                self.around.guards.push(Name::new(ELSEWHERE));
            }
            let is_handling = std::mem::replace(&mut self.around.is_handling, true);
            self.visit_body(handler.body);
            self.around.is_handling = is_handling;
            self.around.guards.truncate(before);
        }
        self.visit_body(orelse);
        let before = self.around.care;
        self.around.care = Some(before.unwrap_or_default());
        self.visit_body(last);
        self.around.care = before;
        // What comes behind is reached only where there was no loop to ask for.
        if elsewhere::asks_for_the_loop(tree, body)
            && (guards::leaves(tree, body) || guards::leaves(tree, orelse))
        {
            self.around.guards.push(Name::new(ELSEWHERE));
        }
    }

    /// The care that a `with` takes of its body.
    pub(super) fn care_of(&self, items: Many) -> Care {
        let is_any = |role: Role| {
            self.tree.withs[items.range()].iter().any(|item| {
                let context = self.tree.expr(item.context);
                matches!(context, Syntax::Call { func, .. } if self.tree.role(func).is(role))
            })
        };
        Care { bounded: is_any(Role::LIMIT), caught: is_any(Role::SUPPRESS) }
    }

    /// The care that a call of this takes of what it is given.
    pub(super) fn care_of_call(role: Role) -> Care {
        Care { bounded: role.is(Role::WAIT_FOR), caught: false }
    }
}
