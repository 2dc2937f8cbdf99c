//! What makes a block a site's own: the stack it was raised in and, where a whole function came back
//! and may hold several calls, the primitive.

use super::{Call, PreparedRevert, Request};
use crate::model::{Block, Frame, GateRun, Operator};
use crate::scan::primitives;

/// What a stack must pass through to be the site's.
#[derive(Debug, Clone, Copy)]
pub(in crate::gate) struct Target<'a> {
    pub(in crate::gate) revert: &'a PreparedRevert,
    /// The candidate's function, dotted.
    pub(in crate::gate) function: &'a str,
    /// The call that is to be red; none where the stack alone tells.
    pub(in crate::gate) call: Option<&'a Call>,
}

impl<'a> Target<'a> {
    /// Of one revert of a request.
    pub(super) fn of(revert: &'a PreparedRevert, request: &'a Request) -> Self {
        Self { revert, function: &request.function, call: request.call.as_ref() }
    }

    /// Whether a stack passes through the reverted site: its lines or, where a whole function came
    /// back, that function.
    pub(super) fn is_passed_by(&self, stack: &[Frame]) -> bool {
        let in_function = |frame: &Frame| {
            self.is_whole_function()
                && frame
                    .function
                    .strip_prefix(self.function)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        stack.iter().any(|frame| {
            frame.path == self.revert.path
                && (within(&self.revert.lines, frame.line) || in_function(frame))
        })
    }

    pub(super) fn is_whole_function(&self) -> bool {
        match self.revert.operator {
            Operator::UnOffload | Operator::Command => false,
            Operator::PreFixFunction | Operator::BaseFunction | Operator::BaseFile => true,
        }
    }

    /// Whether a refused primitive is one that the call reaches. Asked only of a whole function: the lines
    /// of an offload are the call's own. A primitive that is no default of Blockbuster's is a rule of
    /// the project's, whose name says nothing of whose it is.
    pub(super) fn is_reached_by_call(&self, primitive: &str) -> bool {
        let reached = self.call.and_then(|call| call.primitives.as_ref());
        !self.is_whole_function()
            || !primitives::is_known(primitive)
            || reached.is_none_or(|reached| reached.contains(primitive))
    }

    /// The call, where nothing but the stack tells that a block is its own.
    pub(super) fn is_told_by_stack_alone(&self) -> Option<&'a Call> {
        self.call.filter(|call| self.is_whole_function() && call.primitives.is_none())
    }

    /// Whether the untouched tree has the same block: a suite swallows some of its own.
    pub(super) fn was_there(&self, block: &Block, baseline: &GateRun) -> bool {
        let same = |one: &Frame, other: &Frame| {
            one.path == other.path
                && one.function == other.function
                && (self.is_whole_function() || one.line == other.line)
        };
        baseline.blocks.iter().any(|known| {
            known.test == block.test
                && known.primitive == block.primitive
                && known.stack.len() == block.stack.len()
                && known.stack.iter().zip(&block.stack).all(|(one, other)| same(one, other))
        })
    }
}

pub(super) fn within(lines: &[std::ops::RangeInclusive<usize>], line: usize) -> bool {
    lines.iter().any(|range| range.contains(&line))
}
