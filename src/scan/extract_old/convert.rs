//! Syntax to the expressions and types that the linker can follow. What is not understood becomes
//! `Unknown`, never a guess.

use ruff_python_ast::{self as ast, Expr as Syntax};
use ruff_python_parser::parse_expression;
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

use super::super::facts::{Annotation, Expr};
use super::super::name::Name;

/// Longer chains than this are not followed.
const DEPTH: usize = 48;

/// Lambdas that were already seen, by where they start.
pub(super) type Lambdas = FxHashMap<TextSize, usize>;

/// An expression as the linker sees it.
pub(super) fn expression(syntax: &Syntax, lambdas: &Lambdas) -> Expr {
    convert(syntax, lambdas, DEPTH)
}

fn convert(syntax: &Syntax, lambdas: &Lambdas, depth: usize) -> Expr {
    let Some(depth) = depth.checked_sub(1) else { return Expr::Unknown };
    let inner = |syntax: &Syntax| convert(syntax, lambdas, depth);
    let boxed = |syntax: &Syntax| Box::new(convert(syntax, lambdas, depth));
    match syntax {
        Syntax::Name(name) => Expr::Name(Name::new(&name.id)),
        Syntax::Attribute(node) => Expr::Attr(boxed(&node.value), Name::new(&node.attr)),
        Syntax::Call(node) => call(node, lambdas, depth),
        Syntax::Await(node) => Expr::Await(boxed(&node.value)),
        Syntax::Subscript(node) if leaf(&node.value) == Some("Annotated") => match &*node.slice {
            Syntax::Tuple(parts) => parts.elts.first().map_or(Expr::Unknown, inner),
            _ => Expr::Unknown,
        },
        Syntax::Subscript(node) => Expr::Element(boxed(&node.value)),
        Syntax::Named(node) => inner(&node.value),
        Syntax::Starred(node) => inner(&node.value),
        Syntax::If(node) => Expr::Union(vec![inner(&node.body), inner(&node.orelse)]),
        Syntax::BoolOp(node) => Expr::Union(node.values.iter().map(inner).collect()),
        Syntax::BinOp(node) => match node.op {
            ast::Operator::Div => Expr::Join(boxed(&node.left), boxed(&node.right)),
            ast::Operator::Mod if node.left.is_string_literal_expr() => literal("str"),
            ast::Operator::Add => inner(&node.left),
            ast::Operator::BitOr => Expr::Union(vec![inner(&node.left), inner(&node.right)]),
            _ => Expr::Unknown,
        },
        Syntax::Lambda(node) => {
            lambdas.get(&node.range().start()).map_or(Expr::Unknown, |&index| Expr::Lambda(index))
        }
        Syntax::List(node) => Expr::Display(node.elts.iter().take(16).map(inner).collect()),
        Syntax::Tuple(node) => Expr::Display(node.elts.iter().take(16).map(inner).collect()),
        Syntax::Set(node) => Expr::Display(node.elts.iter().take(16).map(inner).collect()),
        Syntax::ListComp(node) => Expr::Display(vec![inner(&node.elt)]),
        Syntax::SetComp(node) => Expr::Display(vec![inner(&node.elt)]),
        Syntax::Generator(node) => Expr::Display(vec![inner(&node.elt)]),
        Syntax::Dict(node) => {
            Expr::Display(node.items.iter().take(16).map(|item| inner(&item.value)).collect())
        }
        Syntax::DictComp(node) => Expr::Display(vec![inner(&node.value)]),
        Syntax::StringLiteral(_) | Syntax::FString(_) | Syntax::TString(_) => literal("str"),
        Syntax::BytesLiteral(_) => literal("bytes"),
        Syntax::NumberLiteral(_) => literal("int"),
        Syntax::BooleanLiteral(_) | Syntax::Compare(_) => literal("bool"),
        Syntax::NoneLiteral(_) => Expr::None,
        Syntax::EllipsisLiteral(_)
        | Syntax::UnaryOp(_)
        | Syntax::Yield(_)
        | Syntax::YieldFrom(_)
        | Syntax::Slice(_)
        | Syntax::IpyEscapeCommand(_) => Expr::Unknown,
    }
}

fn literal(name: &str) -> Expr {
    Expr::Literal(Name::new(name))
}

fn call(node: &ast::ExprCall, lambdas: &Lambdas, depth: usize) -> Expr {
    if let Syntax::Name(name) = &*node.func
        && name.id == "super"
    {
        return Expr::Super;
    }
    if let (Some("cast"), Some(first)) = (leaf(&node.func), node.arguments.args.first()) {
        return Expr::Typed(Box::new(annotation(first)));
    }
    if let Some(value) = field_default(node) {
        return match value {
            FieldDefault::Value(value) => convert(value, lambdas, depth),
            FieldDefault::Factory(make) => {
                Expr::Call(Box::new(convert(make, lambdas, depth)), None)
            }
        };
    }
    let first = node.arguments.args.first().map(|first| Box::new(convert(first, lambdas, depth)));
    Expr::Call(Box::new(convert(&node.func, lambdas, depth)), first)
}

/// What a declared field of a dataclass or a model holds at first.
enum FieldDefault<'a> {
    Value(&'a Syntax),
    Factory(&'a Syntax),
}

/// The default that `field(default_factory=f)` and its like declare.
fn field_default(node: &ast::ExprCall) -> Option<FieldDefault<'_>> {
    if !matches!(leaf(&node.func)?, "field" | "Field" | "attrib" | "ib" | "PrivateAttr") {
        return None;
    }
    node.arguments.keywords.iter().find_map(|keyword| match keyword.arg.as_deref()? {
        "default" => Some(FieldDefault::Value(&keyword.value)),
        "default_factory" | "factory" => Some(FieldDefault::Factory(&keyword.value)),
        _ => None,
    })
}

/// The last name of `a.b.c`.
pub(super) fn leaf(syntax: &Syntax) -> Option<&str> {
    match syntax {
        Syntax::Name(name) => Some(name.id.as_str()),
        Syntax::Attribute(node) => Some(node.attr.as_str()),
        Syntax::Subscript(node) => leaf(&node.value),
        _ => None,
    }
}

/// A type expression.
pub(super) fn annotation(syntax: &Syntax) -> Annotation {
    typed(syntax, DEPTH)
}

fn typed(syntax: &Syntax, depth: usize) -> Annotation {
    let Some(depth) = depth.checked_sub(1) else { return Annotation::Unknown };
    match syntax {
        Syntax::Name(_) | Syntax::Attribute(_) => {
            Annotation::Plain(convert(syntax, &Lambdas::default(), depth))
        }
        Syntax::BinOp(node) => {
            Annotation::AnyOf(vec![typed(&node.left, depth), typed(&node.right, depth)])
        }
        Syntax::StringLiteral(node) => match parse_expression(node.value.to_str()) {
            Ok(parsed) => typed(parsed.expr(), depth.min(8)),
            Err(_) => Annotation::Unknown,
        },
        Syntax::Subscript(node) => subscript(node, depth),
        _ => Annotation::Unknown,
    }
}

fn subscript(node: &ast::ExprSubscript, depth: usize) -> Annotation {
    let parameters: &[Syntax] = match &*node.slice {
        Syntax::Tuple(tuple) => &tuple.elts,
        single => std::slice::from_ref(single),
    };
    let at = |index: usize| {
        parameters.get(index).map_or(Annotation::Unknown, |syntax| typed(syntax, depth))
    };
    let last = parameters.len().saturating_sub(1);
    match leaf(&node.value).unwrap_or_default() {
        "Optional" | "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired" => at(0),
        "Union" => Annotation::AnyOf(parameters.iter().map(|each| typed(each, depth)).collect()),
        "type" | "Type" => Annotation::ClassOf(Box::new(at(0))),
        "tuple" | "Tuple" => {
            Annotation::Tuple(parameters.iter().map(|each| typed(each, depth)).collect())
        }
        "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "deque" | "Deque"
        | "Sequence" | "MutableSequence" | "Iterable" | "Iterator" | "Generator" | "Collection"
        | "AsyncIterator" | "AsyncIterable" | "AsyncGenerator" => Annotation::Many(Box::new(at(0))),
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict"
        | "OrderedDict" => Annotation::Many(Box::new(at(1))),
        "Awaitable" | "Coroutine" | "Future" | "Task" => Annotation::Awaited(Box::new(at(last))),
        "Callable" | "Literal" => Annotation::Unknown,
        _ => typed(&node.value, depth),
    }
}
