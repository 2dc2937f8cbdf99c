//! A file's syntax as flat tables, as far as facts are taken from it. Nodes are numbers, so a tree
//! takes no memory of its own: one thread fills the same tables for file after file.
//!
//! What only has to be walked is kept in the order of walking and not told apart.

mod fill;
pub(super) mod from_ruff;
#[cfg(test)]
pub(super) mod same;
#[cfg(test)]
mod tests;

use super::name::Name;
pub(super) use fill::append;

/// An expression's place in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ExprId(pub(super) u32);

/// A statement's place in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StmtId(pub(super) u32);

/// Neighbours in one of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Many {
    pub(super) start: u32,
    pub(super) count: u32,
}

/// An expression and where it stands, in bytes; parentheses around it are no part of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) expr: Expr,
}

/// An expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Expr {
    Name(Name),
    Attr {
        value: ExprId,
        name: Name,
        is_load: bool,
    },
    Call {
        func: ExprId,
        /// In `arguments`: those by position, starred ones too, and then those by keyword.
        arguments: Many,
        positional: u32,
    },
    Await(ExprId),
    Subscript {
        value: ExprId,
        slice: ExprId,
    },
    /// `target := value`.
    Named {
        target: ExprId,
        value: ExprId,
    },
    Starred(ExprId),
    If {
        test: ExprId,
        body: ExprId,
        orelse: ExprId,
    },
    And(Many),
    Or(Many),
    Binary {
        operator: Operator,
        left: ExprId,
        right: ExprId,
    },
    Not(ExprId),
    /// `-x`, `+x`, `~x`.
    Unary(ExprId),
    Compare {
        operator: Comparison,
        left: ExprId,
        /// In `lists`.
        comparators: Many,
    },
    Lambda {
        /// In `parameters`; variadic ones last, and none where there is no list at all.
        parameters: Option<Parameters>,
        body: ExprId,
    },
    List(Many),
    Tuple(Many),
    Set(Many),
    /// In `items`.
    Dict(Many),
    ListComp {
        elt: ExprId,
        generators: Many,
    },
    SetComp {
        elt: ExprId,
        generators: Many,
    },
    Generator {
        elt: ExprId,
        generators: Many,
    },
    DictComp {
        /// None for `**value`.
        key: Option<ExprId>,
        value: ExprId,
        generators: Many,
    },
    /// A string, concatenated or not, of which no part is an f-string or t-string.
    Str,
    Bytes,
    /// An f-string or t-string: the expressions in it, format specifications included, in order.
    Format(Many),
    Number,
    Bool,
    None,
    Ellipsis,
    Yield(Option<ExprId>),
    YieldFrom(ExprId),
    /// In `lists`: what of `lower:upper:step` is written.
    Slice(Many),
}

/// The operators that facts tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Div,
    Mod,
    Add,
    BitOr,
    Other,
}

/// The comparisons that facts tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// One `is` and nothing else.
    Is,
    /// One `is not` and nothing else.
    IsNot,
    Other,
}

/// An argument of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Argument {
    pub(super) keyword: Keyword,
    pub(super) value: ExprId,
}

/// How an argument is passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Keyword {
    /// By position; the value of `*value` is a starred expression.
    Position,
    Named(Name),
    /// `**value`.
    Unpacked,
}

/// `for target in iter if …` of a comprehension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Comprehension {
    pub(super) target: ExprId,
    pub(super) iter: ExprId,
    /// In `lists`.
    pub(super) ifs: Many,
    pub(super) is_async: bool,
}

/// The parameters of a function: positional ones, keyword-only ones, `*args`, `**kwargs`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Parameters {
    /// In `parameters`.
    pub(super) all: Many,
    /// How many can be passed by position.
    pub(super) positional: u32,
    /// How many at the end are variadic.
    pub(super) variadic: u32,
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameter {
    pub(super) name: Name,
    pub(super) annotation: Option<ExprId>,
    pub(super) default: Option<ExprId>,
}

/// A statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stmt {
    /// In `aliases`.
    Import(Many),
    ImportFrom {
        /// Dotted; none for `from . import name`.
        module: Option<Name>,
        level: u32,
        /// In `aliases`; one named `*` for a star.
        names: Many,
    },
    Function(Function),
    Class {
        name: Name,
        decorators: Many,
        /// In `lists`: the positional ones.
        bases: Many,
        body: Many,
    },
    With {
        /// In `withs`.
        items: Many,
        body: Many,
        is_async: bool,
    },
    For {
        target: ExprId,
        iter: ExprId,
        body: Many,
        orelse: Many,
        is_async: bool,
    },
    If {
        test: ExprId,
        body: Many,
        /// In `clauses`.
        clauses: Many,
    },
    While {
        test: ExprId,
        body: Many,
        orelse: Many,
    },
    Try {
        body: Many,
        /// In `clauses`: what is caught, and the body.
        handlers: Many,
        orelse: Many,
        finalbody: Many,
    },
    Match {
        subject: ExprId,
        /// In `cases`.
        cases: Many,
    },
    Assign {
        /// In `lists`.
        targets: Many,
        value: ExprId,
    },
    AnnAssign {
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
    },
    Return(Option<ExprId>),
    /// An expression alone.
    Expr(ExprId),
    /// In `names`.
    Global(Many),
    /// In `names`.
    Nonlocal(Many),
    Raise(Many),
    Continue,
    Break,
    /// `pass`, and what is only walked, in order of walking: `del`, `assert`, `x += y` (`y`, `x`),
    /// `type X[T: b = d] = y` (`y`, `b`, `d`, `X`). In `lists`.
    Other(Many),
}

/// A `def`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Function {
    pub(super) name: Name,
    pub(super) decorators: Many,
    pub(super) parameters: Parameters,
    pub(super) returns: Option<ExprId>,
    pub(super) body: Many,
    pub(super) is_async: bool,
}

/// `name as local`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Alias {
    /// Dotted.
    pub(super) name: Name,
    pub(super) local: Option<Name>,
}

/// `context as target`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WithItem {
    pub(super) context: ExprId,
    pub(super) target: Option<ExprId>,
}

/// A condition with a body: `elif`, `else` (no test), `except`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clause {
    pub(super) test: Option<ExprId>,
    pub(super) body: Many,
}

/// A `case`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Case {
    /// The expressions in the pattern, in order. In `lists`.
    pub(super) pattern: Many,
    pub(super) guard: Option<ExprId>,
    pub(super) body: Many,
}

/// The tables. A `Many` of expressions is in `lists`, one of statements in `bodies`.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) exprs: Vec<Node>,
    pub(super) stmts: Vec<Stmt>,
    pub(super) lists: Vec<ExprId>,
    pub(super) bodies: Vec<StmtId>,
    pub(super) arguments: Vec<Argument>,
    /// Keys, none for `**value`, and values.
    pub(super) items: Vec<(Option<ExprId>, ExprId)>,
    pub(super) generators: Vec<Comprehension>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) aliases: Vec<Alias>,
    pub(super) withs: Vec<WithItem>,
    pub(super) clauses: Vec<Clause>,
    pub(super) cases: Vec<Case>,
    pub(super) names: Vec<Name>,
    /// Where each line of the file starts.
    pub(super) lines: Vec<u32>,
    /// The module's own statements.
    pub(super) body: Many,
}

impl Tree {
    /// Empties the tables and keeps their memory.
    pub(super) fn clear(&mut self) {
        self.exprs.clear();
        self.stmts.clear();
        self.lists.clear();
        self.bodies.clear();
        self.arguments.clear();
        self.items.clear();
        self.generators.clear();
        self.parameters.clear();
        self.aliases.clear();
        self.withs.clear();
        self.clauses.clear();
        self.cases.clear();
        self.names.clear();
        self.lines.clear();
        self.body = Many::default();
    }

    /// What a node is.
    pub(super) fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.0 as usize].expr
    }

    /// A statement.
    pub(super) fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.0 as usize]
    }

    /// Expressions that stand together.
    pub(super) fn list(&self, many: Many) -> &[ExprId] {
        &self.lists[many.range()]
    }

    /// The statements of a body.
    pub(super) fn body(&self, many: Many) -> &[StmtId] {
        &self.bodies[many.range()]
    }
}

impl Many {
    /// Where they stand.
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.count) as usize
    }
}
