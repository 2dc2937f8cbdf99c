//! Which calls somebody waits for. A call whose result is awaited gives an awaitable, so it is no
//! blocking call, whatever it is named.

use super::super::tree::{Expr as Syntax, ExprId, Many, Tree};
use super::roles::Role;

/// What is known of calls before the walk comes to them, by their nodes.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<u8>);

impl Marks {
    const AWAITED: u8 = 1;
    const STREAMED: u8 = 2;

    /// Nothing is known of so many nodes.
    pub(super) fn begin(&mut self, nodes: usize) {
        self.0.clear();
        self.0.resize(nodes, 0);
    }

    /// Marks a call whose result a response iterates in a thread.
    pub(super) fn stream(&mut self, call: ExprId) {
        self.0[call.0 as usize] |= Self::STREAMED;
    }

    pub(super) fn is_awaited(&self, call: ExprId) -> bool {
        self.0[call.0 as usize] & Self::AWAITED != 0
    }

    pub(super) fn is_streamed(&self, call: ExprId) -> bool {
        self.0[call.0 as usize] & Self::STREAMED != 0
    }

    /// Marks the calls whose result is awaited when a node is.
    pub(super) fn wait(&mut self, tree: &Tree, node: ExprId) {
        match tree.expr(node) {
            Syntax::Call { func, arguments, positional } => {
                self.0[node.0 as usize] |= Self::AWAITED;
                if takes_awaitables(tree, func, tree.role(func)) {
                    self.wait_for_arguments(tree, arguments, positional);
                }
            }
            Syntax::Starred(value) | Syntax::Named { value, .. } => self.wait(tree, value),
            Syntax::If { body, orelse, .. } => {
                self.wait(tree, body);
                self.wait(tree, orelse);
            }
            Syntax::And(parts)
            | Syntax::Or(parts)
            | Syntax::List(parts)
            | Syntax::Tuple(parts)
            | Syntax::Set(parts) => tree.list(parts).iter().for_each(|it| self.wait(tree, *it)),
            Syntax::ListComp { elt, .. }
            | Syntax::SetComp { elt, .. }
            | Syntax::Generator { elt, .. } => self.wait(tree, elt),
            _ => {}
        }
    }

    /// Marks what is awaited of the arguments by position.
    pub(super) fn wait_for_arguments(&mut self, tree: &Tree, arguments: Many, positional: u32) {
        for argument in &tree.arguments[arguments.range()][..positional as usize] {
            self.wait(tree, argument.value);
        }
    }
}

/// Whether what is called hands its arguments to the loop as awaitables. `subprocess.run` and its
/// like do not: `run` counts only on asyncio and anyio.
pub(super) fn takes_awaitables(tree: &Tree, func: ExprId, role: Role) -> bool {
    if !role.is(Role::TAKER) {
        return false;
    }
    match tree.expr(func) {
        Syntax::Attr { value, .. } if role.is(Role::LOOPS_OWN) => tree.role(value).is(Role::LOOP),
        Syntax::Name(_) => !role.is(Role::RUN),
        _ => true,
    }
}
