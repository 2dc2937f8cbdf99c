//! Expressions and types to bytes, as the linker can follow them.

use ruff_python_parser::parse_expression;

use super::super::extract::{Parts, Sight, Value, View};
use super::super::tree::{Expr as Syntax, ExprId, Tree, from_ruff};
use super::write::Writer;

/// Types within types that are followed.
const DEPTH: u32 = 48;

/// Of a type that is written in a string, less is followed.
const QUOTED: u32 = 8;

impl Writer<'_> {
    pub(super) fn value(&mut self, value: Value) {
        match value {
            Value::Of(node) => self.node(node),
            Value::Entered(node) => self.wrapped(8, node),
            Value::EnteredAsync(node) => {
                self.sink.byte(7);
                self.wrapped(8, node);
            }
            Value::Element(node) => self.wrapped(9, node),
            Value::Typed(annotation) => {
                self.sink.byte(16);
                self.annotation(annotation);
            }
            Value::Holding(node) => {
                self.sink.byte(11);
                self.sink.number(1);
                self.sized(|it| it.node(node));
            }
            Value::Part(part) => {
                let (whole, index) = self.found.parts[part as usize];
                self.sink.byte(10);
                self.sink.number(index);
                self.value(whole);
            }
        }
    }

    /// An expression of the tree.
    pub(super) fn node(&mut self, node: ExprId) {
        self.expr(Sight::of(node));
    }

    fn wrapped(&mut self, tag: u8, node: ExprId) {
        self.sink.byte(tag);
        self.node(node);
    }

    /// What a framework passes that calls this: entered, awaited, called without arguments.
    pub(super) fn injected(&mut self, dependency: ExprId) {
        self.sink.out.extend([8, 7, 6]);
        self.apart(|it| it.node(dependency));
    }

    pub(super) fn expr(&mut self, sight: Sight) {
        let mut rest = Some(sight);
        while let Some(sight) = rest {
            rest = self.start_of(sight);
        }
    }

    /// Writes an expression but for the one in it that stands last, which is left.
    #[inline]
    fn start_of(&mut self, sight: Sight) -> Option<Sight> {
        match self.tree.view(sight) {
            View::Unknown => self.sink.byte(0),
            View::None => self.sink.byte(1),
            View::Super => self.sink.byte(2),
            View::Name(name) => {
                self.sink.byte(3);
                self.sink.name(name);
            }
            View::Attr(value, name) => {
                self.sink.byte(4);
                self.sink.name(name);
                return Some(value);
            }
            View::Call(callee, None) => {
                self.sink.byte(6);
                return Some(callee);
            }
            View::Call(callee, Some(first)) => {
                self.sink.byte(5);
                self.sized(|it| it.expr(callee));
                return Some(first);
            }
            View::Await(value) => {
                self.sink.byte(7);
                return Some(value);
            }
            View::Element(value) => {
                self.sink.byte(9);
                return Some(value);
            }
            View::Display(parts, depth) => {
                self.sink.byte(11);
                self.parts(parts, depth);
            }
            View::Union(parts, depth) => {
                self.sink.byte(12);
                self.parts(parts, depth);
            }
            View::Join(left, right) => {
                self.sink.byte(13);
                self.sized(|it| it.expr(left));
                return Some(right);
            }
            View::Lambda(node) => match self.lambdas.and_then(|lambdas| lambdas.get(&node)) {
                Some(&index) => {
                    self.sink.byte(14);
                    self.sink.number(index);
                }
                None => self.sink.byte(0),
            },
            View::Literal(name) => {
                self.sink.byte(15);
                self.sink.name(name);
            }
            View::Typed(annotation) => {
                self.sink.byte(16);
                self.annotation(annotation);
            }
        }
        None
    }

    fn parts(&mut self, parts: Parts, depth: u32) {
        self.sink.number(parts.count());
        for index in 0..parts.count() {
            self.sized(|it| it.expr(Sight { node: parts.at(it.tree, index), depth }));
        }
    }

    /// A type.
    pub(super) fn annotation(&mut self, node: ExprId) {
        self.apart(|it| it.typed(node, DEPTH));
    }

    /// Writes what has nothing to do with the lambdas of the file.
    fn apart(&mut self, write: impl FnOnce(&mut Self)) {
        let lambdas = self.lambdas.take();
        write(self);
        self.lambdas = lambdas;
    }

    fn typed(&mut self, node: ExprId, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return self.sink.byte(0) };
        match self.tree.expr(node) {
            Syntax::Name(_) | Syntax::Attr { .. } => {
                self.sink.byte(1);
                self.expr(Sight { node, depth });
            }
            Syntax::Binary { left, right, .. } => self.types(2, &[left, right], depth),
            Syntax::Str => self.quoted(node, depth.min(QUOTED)),
            Syntax::Subscript { value, slice } => self.generic(value, slice, depth),
            _ => self.sink.byte(0),
        }
    }

    fn types(&mut self, tag: u8, nodes: &[ExprId], depth: u32) {
        self.sink.byte(tag);
        self.sink.size(nodes.len());
        nodes.iter().for_each(|node| self.sized(|it| it.typed(*node, depth)));
    }

    fn generic(&mut self, value: ExprId, slice: ExprId, depth: u32) {
        let tree = self.tree;
        let parameters = match tree.expr(slice) {
            Syntax::Tuple(parts) => tree.list(parts),
            _ => std::slice::from_ref(&slice),
        };
        let at = |it: &mut Self, index: usize| match parameters.get(index) {
            Some(node) => it.typed(*node, depth),
            None => it.sink.byte(0),
        };
        let tagged = |it: &mut Self, tag: u8, index: usize| {
            it.sink.byte(tag);
            at(it, index);
        };
        match tree.leaf(value).unwrap_or_default().text() {
            "Optional" | "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired" => {
                at(self, 0);
            }
            "Union" => self.types(2, parameters, depth),
            "type" | "Type" => tagged(self, 3, 0),
            "tuple" | "Tuple" => self.types(5, parameters, depth),
            "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "deque" | "Deque"
            | "Sequence" | "MutableSequence" | "Iterable" | "Iterator" | "Generator"
            | "Collection" | "AsyncIterator" | "AsyncIterable" | "AsyncGenerator" => {
                tagged(self, 4, 0);
            }
            "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict"
            | "OrderedDict" => tagged(self, 4, 1),
            "Awaitable" | "Coroutine" | "Future" | "Task" => {
                tagged(self, 6, parameters.len().saturating_sub(1));
            }
            "Callable" | "Literal" => self.sink.byte(0),
            _ => self.typed(value, depth),
        }
    }

    /// A type that is written in a string.
    fn quoted(&mut self, node: ExprId, depth: u32) {
        let written = self.text_of(node);
        let text = match plain(written) {
            Some(text) => text.to_owned(),
            None => match parse_expression(&format!("({written})")) {
                Ok(parsed) => match parsed.expr() {
                    ruff_python_ast::Expr::StringLiteral(node) => node.value.to_str().to_owned(),
                    _ => return self.sink.byte(0),
                },
                Err(_) => return self.sink.byte(0),
            },
        };
        let Ok(parsed) = parse_expression(&text) else { return self.sink.byte(0) };
        let mut tree = Tree::default();
        let root = from_ruff::fill_expression(&mut tree, parsed.expr());
        let inner = &mut Writer {
            text: &text,
            tree: &tree,
            found: self.found,
            lambdas: None,
            lines: self.lines,
            sink: self.sink,
            positions: self.positions,
            bindings: self.bindings,
            slots: 0,
        };
        inner.typed(root, depth);
    }
}

/// What a string of one part without prefix and escapes holds. In a broken file it may have no end.
fn plain(written: &str) -> Option<&str> {
    let inner = ["\"", "'"].iter().find_map(|quote| {
        let inner = written.strip_prefix(quote)?;
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        (!inner.contains(quote)).then_some(inner)
    })?;
    (!inner.contains(['\\', '\n', '\r'])).then_some(inner)
}
