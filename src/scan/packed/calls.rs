//! What a function does, to bytes: its calls with their arguments, and what it touches.

use std::ops::Range;

use super::super::extract::{Call, Pile, Role, Sight, Touch, View};
use super::super::facts::Use;
use super::super::name::Name;
use super::super::tree::{Argument, Expr as Syntax, ExprId, Keyword, Operator};
use super::sink::Sink;
use super::write::Writer;

impl Writer<'_> {
    /// Writes a call; what its last name stands for.
    pub(super) fn call(&mut self, call: &Call) -> Role {
        let tree = self.tree;
        let Syntax::Call { func, arguments, .. } = tree.expr(call.node) else {
            unreachable!("a call is found where a call is");
        };
        self.sized(|it| it.node(func));
        self.sink.option(call.alias, Sink::name);
        let at = tree.exprs[call.node.0 as usize].start;
        let (line, column) = self.lines.position(self.text, at);
        self.positions.place(line, column);
        let used = match call.used {
            Use::Value => 0,
            Use::Awaited => 1,
            Use::Streamed => 2,
            Use::AwaitedLater => 3,
        };
        let care = call
            .care
            .map_or(0, |care| 1 | u8::from(care.bounded) << 1 | u8::from(care.caught) << 2);
        self.sink.byte(used | care << 2);
        self.sink.number(arguments.count);
        for argument in &tree.arguments[arguments.range()] {
            self.argument(argument);
        }
        self.sink.number(call.guards.count);
        let guards = &self.found.guards[call.guards.range()];
        guards.iter().for_each(|name| self.sink.name(*name));
        self.role(func)
    }

    /// What the last name of an expression stands for.
    fn role(&self, func: ExprId) -> Role {
        let mut sight = Sight::of(func);
        loop {
            match self.tree.view(sight) {
                View::Name(name) | View::Attr(_, name) => return Role::of(name),
                View::Element(value) => sight = value,
                _ => return Role::default(),
            }
        }
    }

    fn argument(&mut self, argument: &Argument) {
        let syntax = self.tree.expr(argument.value);
        let keyword = match argument.keyword {
            Keyword::Named(name) => Some(name),
            Keyword::Position if !matches!(syntax, Syntax::Starred(_)) => None,
            Keyword::Position | Keyword::Unpacked => Some(Name::new("*")),
        };
        let is_written = matches!(syntax, Syntax::Attr { .. }) && !self.is_plain(argument.value);
        self.sink.byte(u8::from(keyword.is_some()) | u8::from(is_written) << 1);
        keyword.into_iter().for_each(|name| self.sink.name(name));
        if is_written {
            let written = self.text_of(argument.value);
            if written.contains(char::is_whitespace) {
                self.sink.text(&written.split_whitespace().collect::<String>());
            } else {
                self.sink.text(written);
            }
        }
        self.sized(|it| match can_be_handed_on(syntax) {
            true => it.node(argument.value),
            false => it.sink.byte(0),
        });
    }

    /// Whether an expression is names alone.
    fn is_plain(&self, node: ExprId) -> bool {
        let mut sight = Sight::of(node);
        loop {
            match self.tree.view(sight) {
                View::Name(_) => return true,
                View::Attr(value, _) => sight = value,
                _ => return false,
            }
        }
    }

    /// What is touched, without what one of the eight before says too.
    pub(super) fn touches(&mut self, pile: Pile) {
        let start = self.sink.leave();
        let mut recent = [(Name::default(), 0, 0); 8];
        let mut count = 0;
        for touch in self.found.touches.of(pile) {
            let receiver = self.tree.view(Sight::of(touch.receiver));
            if matches!(receiver, View::Unknown | View::Literal(_) | View::None) {
                continue;
            }
            let before = self.sink.out.len();
            let receiver = self.touch(touch);
            let out = &mut self.sink.out;
            let is_known = recent.iter().any(|&(name, start, end)| {
                name == touch.name && out[start..end] == out[receiver.clone()]
            });
            if is_known {
                out.truncate(before);
            } else {
                let line = self.lines.line(touch.at);
                self.positions.line(line);
                recent[count % 8] = (touch.name, receiver.start, receiver.end);
                count += 1;
            }
        }
        self.sink.fill(start, count);
    }

    /// Writes a touch; where its receiver stands. With its length in front it can be passed over:
    /// few names of attributes run code.
    fn touch(&mut self, touch: &Touch) -> Range<usize> {
        self.sink.name(touch.name);
        let start = self.sink.leave();
        self.node(touch.receiver);
        let start = self.sink.fill(start, self.sink.out.len() - start);
        start..self.sink.out.len()
    }
}

/// Whether an argument may be a function, or something that a callee tells apart.
fn can_be_handed_on(syntax: Syntax) -> bool {
    matches!(
        syntax,
        Syntax::Name(_)
            | Syntax::Attr { .. }
            | Syntax::Call { .. }
            | Syntax::Await(_)
            | Syntax::Lambda { .. }
            | Syntax::Subscript { .. }
            | Syntax::If { .. }
            | Syntax::And(_)
            | Syntax::Or(_)
            | Syntax::Named { .. }
            | Syntax::Starred(_)
            | Syntax::None
            | Syntax::Binary { operator: Operator::BitOr, .. }
    )
}
