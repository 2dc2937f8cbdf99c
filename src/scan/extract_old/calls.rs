//! Calls and their arguments; what is read or entered without a call.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Expr as Syntax};
use ruff_text_size::{Ranged, TextSize};

use super::super::facts::{Argument, Call, Expr, Touch, Use};
use super::super::name::Name;
use super::{Extractor, convert};

/// Responses that iterate a sync generator in a thread.
const STREAMS: [&str; 2] = ["StreamingResponse", "EventSourceResponse"];

impl<'a> Extractor<'a> {
    /// A line, from 1.
    pub(super) fn line(&self, offset: TextSize) -> u32 {
        u32::try_from(self.module.line(offset)).unwrap_or(u32::MAX)
    }

    pub(super) fn touch(&mut self, at: &Syntax, receiver: Expr, name: &str) {
        if matches!(receiver, Expr::Unknown | Expr::Literal(_) | Expr::None) {
            return;
        }
        let name = Name::new(name);
        let function = self.function();
        let line = self.line(at.range().start());
        let touches = &mut self.facts.doings[function].touches;
        if !touches.iter().rev().take(8).any(|it| it.name == name && it.receiver == receiver) {
            touches.push(Touch { receiver, name, line });
        }
    }

    pub(super) fn visit_call(&mut self, node: &'a ast::ExprCall) {
        let syntax = &*node.func;
        if let Syntax::Attribute(function) = syntax {
            self.visit_expr(&function.value);
        } else {
            self.visit_expr(syntax);
        }
        if STREAMS.contains(&convert::leaf(syntax).unwrap_or_default()) {
            let streamed = node.arguments.args.iter().filter(|each| each.is_call_expr());
            self.streamed.extend(streamed.map(Ranged::range));
        }
        self.with_care(Self::care_of_call(node), |walk| walk.visit_arguments(&node.arguments));
        let (line, column) = self.module.position(node.range().start());
        let used = if self.awaited.contains(&node.range()) {
            Use::Awaited
        } else if self.streamed.contains(&node.range()) {
            Use::Streamed
        } else {
            Use::Value
        };
        let callee = self.expression(syntax);
        let call = Call {
            alias: callee.first().and_then(|first| self.aliases.get(&first).copied()),
            callee,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            used,
            arguments: self.arguments(&node.arguments),
            care: self.care,
            guards: self.guards.clone(),
        };
        let function = self.function();
        self.facts.doings[function].calls.push(call);
    }

    fn arguments(&self, arguments: &ast::Arguments) -> Vec<Argument> {
        let star = || Some(Name::new("*"));
        let positional = arguments.args.iter().map(|argument| {
            let keyword = if argument.is_starred_expr() { star() } else { None };
            (keyword, argument)
        });
        let keywords = arguments.keywords.iter().map(|keyword| {
            let name = keyword.arg.as_ref().map_or_else(star, |name| Some(Name::new(name)));
            (name, &keyword.value)
        });
        positional
            .chain(keywords)
            .map(|(keyword, syntax)| {
                let value =
                    if can_be_handed_on(syntax) { self.expression(syntax) } else { Expr::Unknown };
                let written = match syntax {
                    Syntax::Attribute(_) if !value.is_plain() => {
                        Some(self.module.text(syntax).split_whitespace().collect())
                    }
                    _ => None,
                };
                Argument { keyword, value, written }
            })
            .collect()
    }
}

/// Whether an argument may be a function, or something that a callee tells apart.
fn can_be_handed_on(syntax: &Syntax) -> bool {
    matches!(
        syntax,
        Syntax::Name(_)
            | Syntax::Attribute(_)
            | Syntax::Call(_)
            | Syntax::Lambda(_)
            | Syntax::Subscript(_)
            | Syntax::If(_)
            | Syntax::BoolOp(_)
            | Syntax::Named(_)
            | Syntax::Starred(_)
            | Syntax::NoneLiteral(_)
            | Syntax::BinOp(ast::ExprBinOp { op: ast::Operator::BitOr, .. })
    )
}
