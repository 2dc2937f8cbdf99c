//! Which way a function must take to reach a line: an anchor of the happy path does not guard the
//! cleanup that only a failure reaches.

use ruff_python_ast::{ExceptHandler, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use serde::{Deserialize, Serialize};

use crate::scan::syntax::Module;

/// What kind of turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BranchKind {
    /// The body of an `if` or an `elif`.
    If,
    /// The body of an `else`, of whatever statement.
    Else,
    /// The body of an `except`.
    Except,
    /// The body of a `finally`: every call takes it.
    Finally,
    /// The body of a `case`.
    Case,
    /// The body of a loop.
    Loop,
}

/// One turn on the way to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// What kind of turn.
    pub kind: BranchKind,
    /// The line of its head, from 1.
    pub line: usize,
    /// Its head, shortened: `if not path.exists()`, `except OSError`.
    pub head: String,
}

impl Branch {
    /// Whether a call of the function may go another way.
    pub fn is_conditional(&self) -> bool {
        match self.kind {
            BranchKind::If | BranchKind::Else | BranchKind::Except | BranchKind::Case => true,
            BranchKind::Finally | BranchKind::Loop => false,
        }
    }
}

/// The turns inside of the innermost function around a line (from 1), outermost first.
pub fn branch_of(module: &Module, line: usize) -> Vec<Branch> {
    let mut way = Vec::new();
    if let Some(start) = module.offset(line, 1) {
        let text = &module.source()[start.to_usize()..];
        let margin = text.len() - text.trim_start_matches([' ', '\t']).len();
        let at = start + TextSize::try_from(margin).unwrap_or_default();
        descend(module, &module.tree().body, at, &mut way);
    }
    way
}

fn descend(module: &Module, body: &[Stmt], at: TextSize, way: &mut Vec<Branch>) {
    let Some(stmt) = body.iter().find(|stmt| stmt.range().contains(at)) else { return };
    let nowhere = TextRange::empty(stmt.start());
    // A head and the body below it, for each way that the statement opens.
    let mut turns: Vec<(BranchKind, &str, TextRange, &[Stmt])> = Vec::new();
    match stmt {
        Stmt::FunctionDef(def) => {
            // What leads to the definition says nothing of a call.
            way.clear();
            descend(module, &def.body, at, way);
        }
        Stmt::ClassDef(class) => descend(module, &class.body, at, way),
        Stmt::With(with) => descend(module, &with.body, at, way),
        Stmt::If(stmt) => {
            turns.push((BranchKind::If, "if", stmt.test.range(), &stmt.body));
            for clause in &stmt.elif_else_clauses {
                turns.push(match &clause.test {
                    Some(test) => (BranchKind::If, "elif", test.range(), &clause.body),
                    None => (BranchKind::Else, "else", empty(clause), &clause.body),
                });
            }
        }
        Stmt::Try(stmt) => {
            descend(module, &stmt.body, at, way);
            for ExceptHandler::ExceptHandler(handler) in &stmt.handlers {
                let head = handler.type_.as_ref().map_or(empty(handler), |kind| kind.range());
                turns.push((BranchKind::Except, "except", head, &handler.body));
            }
            turns.push((BranchKind::Else, "else", nowhere, &stmt.orelse));
            let head = stmt.finalbody.first().map_or(nowhere, empty);
            turns.push((BranchKind::Finally, "finally", head, &stmt.finalbody));
        }
        Stmt::For(stmt) => {
            turns.push((BranchKind::Loop, "for each of", stmt.iter.range(), &stmt.body));
            turns.push((BranchKind::Else, "else", nowhere, &stmt.orelse));
        }
        Stmt::While(stmt) => {
            turns.push((BranchKind::Loop, "while", stmt.test.range(), &stmt.body));
            turns.push((BranchKind::Else, "else", nowhere, &stmt.orelse));
        }
        Stmt::Match(stmt) => {
            for case in &stmt.cases {
                turns.push((BranchKind::Case, "case", case.pattern.range(), &case.body));
            }
        }
        _ => {}
    }
    for (kind, label, head, body) in turns {
        let range = body.first().zip(body.last()).map(|(a, b)| TextRange::new(a.start(), b.end()));
        if range.is_some_and(|range| range.contains(at)) {
            let line = module.line(head.start());
            way.push(Branch { kind, line, head: shown(label, module.text(&head)) });
            descend(module, body, at, way);
        }
    }
}

fn empty(node: &impl Ranged) -> TextRange {
    TextRange::empty(node.start())
}

fn shown(label: &str, rest: &str) -> String {
    let words: Vec<&str> = std::iter::once(label).chain(rest.split_whitespace()).collect();
    let text = words.join(" ");
    if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(source: &str, line: usize) -> Vec<String> {
        let module = Module::parse(source.to_owned());
        branch_of(&module, line).into_iter().map(|branch| branch.head).collect()
    }

    #[test]
    fn the_way_to_a_line_is_read_from_its_function_down() {
        let source = "\
if SETTING:
    class Store:
        async def put(self, path):
            try:
                await create(path)
                if path.exists():
                    first(path)
                else:
                    for item in path:
                        second(item)
            except (OSError, ValueError):
                third(path)
            finally:
                fourth(path)
            fifth(path)
";
        assert_eq!(heads(source, 5), [""; 0]);
        assert_eq!(heads(source, 7), ["if path.exists()"]);
        assert_eq!(heads(source, 10), ["else", "for each of path"]);
        assert_eq!(heads(source, 12), ["except (OSError, ValueError)"]);
        assert_eq!(heads(source, 14), ["finally"]);
        assert_eq!(heads(source, 15), [""; 0]);
        assert_eq!(heads(source, 99), [""; 0]);
    }
}
