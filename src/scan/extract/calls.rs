//! Calls, their arguments and their names for findings; what is read or entered without a call.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Expr as Syntax};
use ruff_text_size::Ranged;

use super::super::facts::{Argument, Call, Expr, Touch, Use};
use super::{Extractor, convert};

/// Responses that iterate a sync generator in a thread.
const STREAMS: [&str; 2] = ["StreamingResponse", "EventSourceResponse"];

impl<'a> Extractor<'a> {
    pub(super) fn touch(&mut self, at: &Syntax, receiver: Expr, name: &str) {
        let line = self.module.line(at.range().start());
        let touch = Touch { receiver, name: name.to_owned(), line };
        let function = self.function();
        self.facts.functions[function].touches.push(touch);
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
        self.visit_arguments(&node.arguments);
        let (line, column) = self.module.position(node.range().start());
        let receiver = match syntax {
            Syntax::Attribute(function) => convert::dotted(&function.value)
                .map(|name| name.rsplit('.').next().unwrap_or_default().to_owned()),
            _ => None,
        };
        let used = if self.awaited.contains(&node.range()) {
            Use::Awaited
        } else if self.streamed.contains(&node.range()) {
            Use::Streamed
        } else {
            Use::Value
        };
        let call = Call {
            callee: self.expression(syntax),
            symbol: self.symbol(syntax),
            receiver,
            leaf: convert::leaf(syntax).unwrap_or_default().to_owned(),
            line,
            column,
            used,
            arguments: self.arguments(&node.arguments),
            guards: self.guards.clone(),
        };
        if !self.facts.lines.contains_key(&line) {
            self.facts.lines.insert(line, self.code(line));
        }
        let function = self.function();
        self.facts.functions[function].calls.push(call);
    }

    fn code(&self, line: usize) -> String {
        let text = self.module.trimmed_line(line);
        match text.char_indices().nth(200) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text.to_owned(),
        }
    }

    fn symbol(&self, syntax: &Syntax) -> String {
        let Some(dotted) = convert::dotted(syntax) else { return String::new() };
        let (first, rest) = dotted.split_at(dotted.find('.').unwrap_or(dotted.len()));
        match self.aliases.get(first) {
            Some(full) => format!("{full}{rest}"),
            None => dotted,
        }
    }

    fn arguments(&self, arguments: &ast::Arguments) -> Vec<Argument> {
        let positional = arguments.args.iter().map(|argument| {
            let keyword = argument.is_starred_expr().then(|| "*".to_owned());
            (keyword, argument)
        });
        let keywords = arguments.keywords.iter().map(|keyword| {
            let name = keyword.arg.as_ref().map_or_else(|| "*".to_owned(), ToString::to_string);
            (Some(name), &keyword.value)
        });
        positional
            .chain(keywords)
            .map(|(keyword, syntax)| {
                let value = self.expression(syntax);
                Argument { keyword, value, text: self.handed_on(syntax) }
            })
            .collect()
    }

    /// The text of a function that is handed on.
    fn handed_on(&self, syntax: &Syntax) -> String {
        match syntax {
            Syntax::Lambda(_) => "lambda".to_owned(),
            Syntax::Name(_) | Syntax::Attribute(_) => {
                self.module.text(syntax).split_whitespace().collect()
            }
            Syntax::Call(call) if convert::leaf(&call.func) == Some("partial") => call
                .arguments
                .args
                .first()
                .map_or_else(|| "partial".to_owned(), |first| self.handed_on(first)),
            other => convert::dotted(other).unwrap_or_default(),
        }
    }
}
