//! Reading ahead: what was read of a line so far can be forgotten.

use super::Parser;
use super::lexer::Line;
use super::token::Kind;

/// The state at a token, and how long the tables were that a line can fill.
pub(super) struct Trial {
    kind: Kind,
    start: usize,
    pos: usize,
    before: usize,
    word: u64,
    nesting: u32,
    exprs: usize,
    lists: usize,
    lines: usize,
    arguments: usize,
    items: usize,
    generators: usize,
    parameters: usize,
    pub(super) withs: usize,
}

impl Parser<'_> {
    /// The state at the current token, which is inside of a line and of no field.
    pub(super) fn trial(&self) -> Trial {
        Trial {
            kind: self.kind,
            start: self.start,
            pos: self.pos,
            before: self.before,
            word: self.word,
            nesting: self.nesting,
            exprs: self.tree.exprs.len(),
            lists: self.tree.lists.len(),
            lines: self.tree.lines.len(),
            arguments: self.tree.arguments.len(),
            items: self.tree.items.len(),
            generators: self.tree.generators.len(),
            parameters: self.tree.parameters.len(),
            withs: self.tree.withs.len(),
        }
    }

    /// Forgets what was read since.
    pub(super) fn take_back(&mut self, trial: &Trial) {
        self.kind = trial.kind;
        self.start = trial.start;
        self.pos = trial.pos;
        self.before = trial.before;
        self.word = trial.word;
        self.nesting = trial.nesting;
        self.line = Line::Inside;
        self.tree.exprs.truncate(trial.exprs);
        self.tree.lists.truncate(trial.lists);
        self.tree.lines.truncate(trial.lines);
        self.tree.arguments.truncate(trial.arguments);
        self.tree.items.truncate(trial.items);
        self.tree.generators.truncate(trial.generators);
        self.tree.parameters.truncate(trial.parameters);
        self.tree.withs.truncate(trial.withs);
    }
}
