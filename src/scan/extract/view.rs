//! Syntax as the linker can follow it, one step at a time. What is not understood becomes
//! `Unknown`, never a guess.

use std::sync::LazyLock;

use super::super::name::Name;
use super::super::tree::{Argument, Expr as Syntax, ExprId, Keyword, Many, Operator, Tree};
use super::roles::Role;

/// A node and how far below it is still followed.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Sight {
    pub(in crate::scan) node: ExprId,
    pub(in crate::scan) depth: u32,
}

/// What a node is to the linker: `facts::Expr` with its parts still in the tree.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) enum View {
    Name(Name),
    Attr(Sight, Name),
    Call(Sight, Option<Sight>),
    Await(Sight),
    Element(Sight),
    Display(Parts, u32),
    Union(Parts, u32),
    Super,
    Join(Sight, Sight),
    /// The lambda's node.
    Lambda(ExprId),
    /// A literal of a builtin type.
    Literal(Name),
    /// A value of the type that this annotation names.
    Typed(ExprId),
    None,
    Unknown,
}

/// Nodes side by side.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) enum Parts {
    One(ExprId),
    Two(ExprId, ExprId),
    List(Many),
    /// The values of a dictionary's items.
    Values(Many),
}

impl Sight {
    /// Longer chains than this are not followed.
    const DEPTH: u32 = 48;

    /// A node from which on is followed.
    pub(in crate::scan) fn of(node: ExprId) -> Self {
        Self { node, depth: Self::DEPTH }
    }
}

impl Parts {
    /// How many.
    pub(in crate::scan) fn count(self) -> u32 {
        match self {
            Self::One(_) => 1,
            Self::Two(..) => 2,
            Self::List(many) | Self::Values(many) => many.count,
        }
    }

    /// One of them.
    pub(in crate::scan) fn at(self, tree: &Tree, index: u32) -> ExprId {
        match self {
            Self::One(one) => one,
            Self::Two(one, other) => {
                if index == 0 {
                    one
                } else {
                    other
                }
            }
            Self::List(many) => tree.lists[(many.start + index) as usize],
            Self::Values(many) => tree.items[(many.start + index) as usize].1,
        }
    }
}

/// The first of many: a display is known by them.
fn few(many: Many) -> Many {
    Many { count: many.count.min(16), ..many }
}

impl Tree {
    /// A node as the linker sees it.
    #[inline]
    pub(in crate::scan) fn view(&self, sight: Sight) -> View {
        let Some(depth) = sight.depth.checked_sub(1) else { return View::Unknown };
        // Most are names and what is read of them.
        match self.expr(sight.node) {
            Syntax::Name(name) => View::Name(name),
            Syntax::Attr { value, name, .. } => View::Attr(Sight { node: value, depth }, name),
            _ => self.look(sight),
        }
    }

    #[inline(never)]
    fn look(&self, sight: Sight) -> View {
        let Sight { mut node, mut depth } = sight;
        // Some nodes stand for another.
        loop {
            let Some(left) = depth.checked_sub(1) else { return View::Unknown };
            depth = left;
            let inner = |node: ExprId| Sight { node, depth };
            node = match self.expr(node) {
                Syntax::Name(name) => return View::Name(name),
                Syntax::Attr { value, name, .. } => return View::Attr(inner(value), name),
                Syntax::Call { func, arguments, positional } => {
                    match self.called(func, arguments, positional) {
                        Called::Super => return View::Super,
                        Called::Typed(annotation) => return View::Typed(annotation),
                        Called::Value(value) => value,
                        Called::Made(make) => return View::Call(inner(make), None),
                        Called::Plain(first) => {
                            return View::Call(inner(func), first.map(inner));
                        }
                    }
                }
                Syntax::Await(value) => return View::Await(inner(value)),
                Syntax::Subscript { value, slice } => {
                    if !self.role(value).is(Role::ANNOTATED) {
                        return View::Element(inner(value));
                    }
                    let Syntax::Tuple(parts) = self.expr(slice) else { return View::Unknown };
                    let Some(&first) = self.list(parts).first() else { return View::Unknown };
                    first
                }
                Syntax::Named { value, .. } | Syntax::Starred(value) => value,
                Syntax::If { body, orelse, .. } => {
                    return View::Union(Parts::Two(body, orelse), depth);
                }
                Syntax::And(values) | Syntax::Or(values) => {
                    return View::Union(Parts::List(values), depth);
                }
                Syntax::Binary { operator, left, right } => match operator {
                    Operator::Div => return View::Join(inner(left), inner(right)),
                    Operator::Mod if self.expr(left) == Syntax::Str => {
                        return View::Literal(BUILTINS.str);
                    }
                    Operator::Add => left,
                    Operator::BitOr => return View::Union(Parts::Two(left, right), depth),
                    Operator::Mod | Operator::Other => return View::Unknown,
                },
                Syntax::Lambda { .. } => return View::Lambda(node),
                Syntax::List(parts) | Syntax::Tuple(parts) | Syntax::Set(parts) => {
                    return View::Display(Parts::List(few(parts)), depth);
                }
                Syntax::Dict(items) => return View::Display(Parts::Values(few(items)), depth),
                Syntax::ListComp { elt, .. }
                | Syntax::SetComp { elt, .. }
                | Syntax::Generator { elt, .. } => {
                    return View::Display(Parts::One(elt), depth);
                }
                Syntax::DictComp { value, .. } => return View::Display(Parts::One(value), depth),
                Syntax::Str | Syntax::Format(_) => return View::Literal(BUILTINS.str),
                Syntax::Bytes => return View::Literal(BUILTINS.bytes),
                Syntax::Number => return View::Literal(BUILTINS.int),
                Syntax::Bool | Syntax::Compare { .. } => return View::Literal(BUILTINS.bool),
                Syntax::None => return View::None,
                Syntax::Ellipsis
                | Syntax::Not(_)
                | Syntax::Unary(_)
                | Syntax::Yield(_)
                | Syntax::YieldFrom(_)
                | Syntax::Slice(_) => return View::Unknown,
            };
        }
    }
}

/// What a call is to the linker.
enum Called {
    Super,
    /// `cast(annotation, value)`, or a type variable that stands for any of a type.
    Typed(ExprId),
    /// A declared field that holds this.
    Value(ExprId),
    /// A declared field that holds what calling this gives.
    Made(ExprId),
    /// Any other, with its first positional argument.
    Plain(Option<ExprId>),
}

impl Tree {
    fn called(&self, func: ExprId, arguments: Many, positional: u32) -> Called {
        let first = (positional > 0).then(|| self.arguments[arguments.start as usize].value);
        let role = self.role(func);
        if role.is(Role::SUPER) && matches!(self.expr(func), Syntax::Name(_)) {
            return Called::Super;
        }
        match first {
            Some(first) if role.is(Role::CAST) => Called::Typed(first),
            _ if role.is(Role::FIELD) => self.field(arguments).unwrap_or(Called::Plain(first)),
            _ if role.is(Role::TYPE_VARIABLE) => {
                self.bound_of(arguments).map_or(Called::Plain(first), Called::Typed)
            }
            _ => Called::Plain(first),
        }
    }

    /// What a field holds at first that `field(default_factory=f)` or its like declares.
    fn field(&self, arguments: Many) -> Option<Called> {
        self.arguments[arguments.range()].iter().find_map(|Argument { keyword, value }| {
            let Keyword::Named(name) = keyword else { return None };
            let role = Role::of(*name);
            if role.is(Role::DEFAULT) {
                Some(Called::Value(*value))
            } else {
                role.is(Role::FACTORY).then_some(Called::Made(*value))
            }
        })
    }

    /// The type that stands for any of `TypeVar("T", bound=Type)`.
    fn bound_of(&self, arguments: Many) -> Option<ExprId> {
        let is_bound = |keyword: Keyword| matches!(keyword, Keyword::Named(name) if Role::of(name).is(Role::BOUND));
        let mut arguments = self.arguments[arguments.range()].iter();
        arguments.find(|argument| is_bound(argument.keyword)).map(|argument| argument.value)
    }

    /// The last name of `a.b.c`.
    pub(in crate::scan) fn leaf(&self, mut node: ExprId) -> Option<Name> {
        loop {
            match self.expr(node) {
                Syntax::Name(name) | Syntax::Attr { name, .. } => return Some(name),
                Syntax::Subscript { value, .. } => node = value,
                _ => return None,
            }
        }
    }

    /// What the last name of `a.b.c` stands for.
    pub(super) fn role(&self, node: ExprId) -> Role {
        self.leaf(node).map(Role::of).unwrap_or_default()
    }

    /// The name at the start of a chain.
    pub(super) fn first(&self, node: ExprId) -> Option<Name> {
        let mut sight = Sight::of(node);
        loop {
            sight = match self.view(sight) {
                View::Name(name) => return Some(name),
                View::Attr(value, _) | View::Call(value, _) | View::Element(value) => value,
                _ => return None,
            }
        }
    }

    /// What a framework passes for the default, or the annotation, `Depends(f)`: `f`.
    pub(in crate::scan) fn injected(&self, node: ExprId) -> Option<ExprId> {
        match self.expr(node) {
            Syntax::Call { func, arguments, positional } => {
                let is_injected = positional > 0 && self.role(func).is(Role::INJECTED);
                is_injected.then(|| self.arguments[arguments.start as usize].value)
            }
            // `Annotated[Store, Depends(f)]`.
            Syntax::Subscript { value, slice } if self.role(value).is(Role::ANNOTATED) => {
                let Syntax::Tuple(parts) = self.expr(slice) else { return None };
                self.list(parts).iter().skip(1).find_map(|part| self.injected(*part))
            }
            _ => None,
        }
    }
}

struct Builtins {
    str: Name,
    bytes: Name,
    int: Name,
    bool: Name,
}

static BUILTINS: LazyLock<Builtins> = LazyLock::new(|| Builtins {
    str: Name::new("str"),
    bytes: Name::new("bytes"),
    int: Name::new("int"),
    bool: Name::new("bool"),
});
