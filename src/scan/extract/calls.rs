//! Calls, and what is read or entered without a call.

use super::super::facts::Use;
use super::super::name::Name;
use super::super::tree::{Expr as Syntax, ExprId, Many, append};
use super::found::{Call, Touch};
use super::roles::Role;
use super::{Extractor, awaited};

impl Extractor<'_> {
    pub(super) fn touch(&mut self, at: ExprId, receiver: ExprId, name: Name) {
        // Nothing of a literal's or of `None` is code of the program's.
        if matches!(
            self.tree.expr(receiver),
            Syntax::Str | Syntax::Format(_) | Syntax::Bytes | Syntax::Number | Syntax::Bool
        ) {
            return;
        }
        let at = self.tree.exprs[at.0 as usize].start;
        let function = self.function();
        let pile = &mut self.found.functions[function].touches;
        self.found.touches.push(pile, Touch { receiver, name, at });
    }

    pub(super) fn visit_call(
        &mut self,
        node: ExprId,
        func: ExprId,
        arguments: Many,
        positional: u32,
    ) {
        let tree = self.tree;
        let role = tree.role(func);
        if awaited::takes_awaitables(tree, func, role) {
            self.around.marks.wait_for_arguments(tree, arguments, positional);
        }
        if let Syntax::Attr { value, .. } = tree.expr(func) {
            self.visit_expr(value);
        } else {
            self.visit_expr(func);
        }
        let all = &tree.arguments[arguments.range()];
        if role.is(Role::STREAM) {
            for argument in &all[..positional as usize] {
                if let Syntax::Call { .. } = tree.expr(argument.value) {
                    self.around.marks.stream(argument.value);
                }
            }
        }
        self.with_care(Self::care_of_call(role), |walk| {
            all.iter().for_each(|argument| walk.visit_expr(argument.value));
        });
        if role.is(Role::ADDER)
            && let (Syntax::Attr { value: holder, .. }, [only]) = (tree.expr(func), all)
            && positional == 1
        {
            self.put_into(holder, only.value);
        }
        let used = if self.around.marks.is_awaited(node) {
            Use::Awaited
        } else if self.around.marks.is_streamed(node) {
            Use::Streamed
        } else {
            Use::Value
        };
        let call = Call {
            node,
            alias: tree.first(func).and_then(|first| self.alias(first)),
            used,
            care: self.around.care,
            guards: self.guards(),
        };
        let function = self.function();
        let pile = &mut self.found.functions[function].calls;
        self.found.calls.push(pile, call);
    }

    /// The names that are not `None` here: mostly those of the call before.
    fn guards(&mut self) -> Many {
        let (known, now) = (&mut self.found.guards, &self.around.guards[self.around.floor..]);
        if known[self.around.guarded.range()] != *now {
            self.around.guarded = append(known, now.iter().copied());
        }
        self.around.guarded
    }
}
