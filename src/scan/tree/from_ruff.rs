//! Ruff's syntax tree to the tables: for files that are broken or otherwise beyond the quick parser.

use ruff_python_ast::{self as ast, Expr as Syntax, InterpolatedStringElement, Pattern};
use ruff_text_size::{Ranged, TextSize};

use super::super::lines;
use super::super::name::Name;
use super::fill::number;
use super::{
    Alias, Argument, Case, Clause, Comparison, Comprehension, Expr, ExprId, Function, Keyword,
    Many, Operator, Parameter, Parameters, Stmt, StmtId, Tree, WithItem, append,
};

/// Fills the tables, which are empty, with a parsed file.
pub(in crate::scan) fn fill(tree: &mut Tree, text: &str, body: &[ast::Stmt]) {
    tree.lines.extend(lines::starts(text));
    tree.body = Filler { tree }.body(body);
}

/// Fills the tables, which are empty, with an expression alone.
pub(in crate::scan) fn fill_expression(tree: &mut Tree, expr: &Syntax) -> ExprId {
    Filler { tree }.expr(expr)
}

struct Filler<'t> {
    tree: &'t mut Tree,
}

impl Filler<'_> {
    fn body(&mut self, body: &[ast::Stmt]) -> Many {
        let all: Vec<StmtId> = body.iter().map(|stmt| self.stmt(stmt)).collect();
        append(&mut self.tree.bodies, all)
    }

    fn stmt(&mut self, stmt: &ast::Stmt) -> StmtId {
        let stmt = match stmt {
            ast::Stmt::Import(node) => Stmt::Import(self.aliases(&node.names)),
            ast::Stmt::ImportFrom(node) => Stmt::ImportFrom {
                module: node.module.as_ref().map(|module| Name::new(module)),
                level: node.level,
                names: self.aliases(&node.names),
            },
            ast::Stmt::FunctionDef(node) => Stmt::Function(self.function(node)),
            ast::Stmt::ClassDef(node) => Stmt::Class {
                name: Name::new(&node.name),
                decorators: self.decorators(&node.decorator_list),
                bases: self.list(node.arguments.iter().flat_map(|arguments| &arguments.args)),
                body: self.body(&node.body),
            },
            ast::Stmt::With(node) => {
                let item = |item: &ast::WithItem| WithItem {
                    context: self.expr(&item.context_expr),
                    target: self.optional(item.optional_vars.as_deref()),
                };
                let items: Vec<WithItem> = node.items.iter().map(item).collect();
                let items = append(&mut self.tree.withs, items);
                Stmt::With { items, body: self.body(&node.body), is_async: node.is_async }
            }
            ast::Stmt::For(node) => Stmt::For {
                target: self.expr(&node.target),
                iter: self.expr(&node.iter),
                body: self.body(&node.body),
                orelse: self.body(&node.orelse),
                is_async: node.is_async,
            },
            ast::Stmt::If(node) => {
                let (test, body) = (self.expr(&node.test), self.body(&node.body));
                let clause = |clause: &ast::ElifElseClause| Clause {
                    test: self.optional(clause.test.as_ref()),
                    body: self.body(&clause.body),
                };
                let clauses: Vec<Clause> = node.elif_else_clauses.iter().map(clause).collect();
                Stmt::If { test, body, clauses: append(&mut self.tree.clauses, clauses) }
            }
            ast::Stmt::While(node) => Stmt::While {
                test: self.expr(&node.test),
                body: self.body(&node.body),
                orelse: self.body(&node.orelse),
            },
            ast::Stmt::Try(node) => {
                let body = self.body(&node.body);
                let handler =
                    |ast::ExceptHandler::ExceptHandler(handler): &ast::ExceptHandler| Clause {
                        test: self.optional(handler.type_.as_deref()),
                        body: self.body(&handler.body),
                    };
                let handlers: Vec<Clause> = node.handlers.iter().map(handler).collect();
                let handlers = append(&mut self.tree.clauses, handlers);
                let (orelse, finalbody) = (self.body(&node.orelse), self.body(&node.finalbody));
                Stmt::Try { body, handlers, orelse, finalbody }
            }
            ast::Stmt::Match(node) => {
                let subject = self.expr(&node.subject);
                let case = |case: &ast::MatchCase| Case {
                    pattern: self.pattern(&case.pattern),
                    guard: self.optional(case.guard.as_deref()),
                    body: self.body(&case.body),
                };
                let cases: Vec<Case> = node.cases.iter().map(case).collect();
                Stmt::Match { subject, cases: append(&mut self.tree.cases, cases) }
            }
            ast::Stmt::Assign(node) => {
                Stmt::Assign { targets: self.list(&node.targets), value: self.expr(&node.value) }
            }
            ast::Stmt::AnnAssign(node) => Stmt::AnnAssign {
                target: self.expr(&node.target),
                annotation: self.expr(&node.annotation),
                value: self.optional(node.value.as_deref()),
            },
            ast::Stmt::Return(node) => Stmt::Return(self.optional(node.value.as_deref())),
            ast::Stmt::Expr(node) => Stmt::Expr(self.expr(&node.value)),
            ast::Stmt::Global(node) => Stmt::Global(self.names(&node.names)),
            ast::Stmt::Nonlocal(node) => Stmt::Nonlocal(self.names(&node.names)),
            ast::Stmt::Raise(node) => {
                Stmt::Raise(self.list(node.exc.as_deref().into_iter().chain(node.cause.as_deref())))
            }
            ast::Stmt::Continue(_) => Stmt::Continue,
            ast::Stmt::Break(_) => Stmt::Break,
            ast::Stmt::Delete(node) => Stmt::Other(self.list(&node.targets)),
            ast::Stmt::AugAssign(node) => Stmt::Other(self.list([&*node.value, &*node.target])),
            ast::Stmt::Assert(node) => {
                Stmt::Other(self.list([&*node.test].into_iter().chain(node.msg.as_deref())))
            }
            ast::Stmt::TypeAlias(node) => {
                let parameters = node.type_params.iter().flat_map(|all| &all.type_params);
                let parts = parameters.flat_map(|parameter| {
                    let (bound, default) = match parameter {
                        ast::TypeParam::TypeVar(it) => (it.bound.as_deref(), it.default.as_deref()),
                        ast::TypeParam::TypeVarTuple(it) => (None, it.default.as_deref()),
                        ast::TypeParam::ParamSpec(it) => (None, it.default.as_deref()),
                    };
                    bound.into_iter().chain(default)
                });
                let all = [&*node.value].into_iter().chain(parts).chain([&*node.name]);
                Stmt::Other(self.list(all))
            }
            ast::Stmt::Pass(_) | ast::Stmt::IpyEscapeCommand(_) => Stmt::Other(Many::default()),
        };
        self.tree.add_stmt(stmt)
    }

    fn function(&mut self, node: &ast::StmtFunctionDef) -> Function {
        Function {
            name: Name::new(&node.name),
            decorators: self.decorators(&node.decorator_list),
            parameters: self.parameters(&node.parameters),
            returns: self.optional(node.returns.as_deref()),
            body: self.body(&node.body),
            is_async: node.is_async,
        }
    }

    fn decorators(&mut self, all: &[ast::Decorator]) -> Many {
        self.list(all.iter().map(|decorator| &decorator.expression))
    }

    fn parameters(&mut self, parameters: &ast::Parameters) -> Parameters {
        let ordinary = parameters
            .iter_non_variadic_params()
            .map(|each| (&each.parameter, each.default.as_deref()));
        let variadic = parameters.vararg.iter().chain(&parameters.kwarg);
        let parameter = |(parameter, default): (&ast::Parameter, Option<&Syntax>)| Parameter {
            name: Name::new(&parameter.name),
            annotation: self.optional(parameter.annotation.as_deref()),
            default: self.optional(default),
        };
        let all: Vec<Parameter> =
            ordinary.chain(variadic.clone().map(|each| (&**each, None))).map(parameter).collect();
        Parameters {
            all: append(&mut self.tree.parameters, all),
            positional: number(parameters.posonlyargs.len() + parameters.args.len()),
            variadic: number(variadic.count()),
        }
    }

    fn aliases(&mut self, aliases: &[ast::Alias]) -> Many {
        let all = aliases.iter().map(|alias| Alias {
            name: Name::new(&alias.name),
            local: alias.asname.as_ref().map(|name| Name::new(name)),
        });
        append(&mut self.tree.aliases, all)
    }

    fn names(&mut self, names: &[ast::Identifier]) -> Many {
        append(&mut self.tree.names, names.iter().map(|name| Name::new(name)))
    }

    fn pattern(&mut self, pattern: &Pattern) -> Many {
        let mut inside = Vec::new();
        in_pattern(pattern, &mut inside);
        self.list(inside)
    }

    fn optional(&mut self, expr: Option<&Syntax>) -> Option<ExprId> {
        expr.map(|expr| self.expr(expr))
    }

    fn list<'a>(&mut self, all: impl IntoIterator<Item = &'a Syntax>) -> Many {
        let all: Vec<ExprId> = all.into_iter().map(|expr| self.expr(expr)).collect();
        append(&mut self.tree.lists, all)
    }

    fn expr(&mut self, syntax: &Syntax) -> ExprId {
        let expr = match syntax {
            Syntax::Name(node) => Expr::Name(Name::new(&node.id)),
            Syntax::Attribute(node) => Expr::Attr {
                value: self.expr(&node.value),
                name: Name::new(&node.attr),
                is_load: node.ctx.is_load(),
            },
            Syntax::Call(node) => self.call(node),
            Syntax::Await(node) => Expr::Await(self.expr(&node.value)),
            Syntax::Subscript(node) => {
                Expr::Subscript { value: self.expr(&node.value), slice: self.expr(&node.slice) }
            }
            Syntax::Named(node) => {
                Expr::Named { target: self.expr(&node.target), value: self.expr(&node.value) }
            }
            Syntax::Starred(node) => Expr::Starred(self.expr(&node.value)),
            Syntax::If(node) => Expr::If {
                test: self.expr(&node.test),
                body: self.expr(&node.body),
                orelse: self.expr(&node.orelse),
            },
            Syntax::BoolOp(node) => match node.op {
                ast::BoolOp::And => Expr::And(self.list(&node.values)),
                ast::BoolOp::Or => Expr::Or(self.list(&node.values)),
            },
            Syntax::BinOp(node) => Expr::Binary {
                operator: match node.op {
                    ast::Operator::Div => Operator::Div,
                    ast::Operator::Mod => Operator::Mod,
                    ast::Operator::Add => Operator::Add,
                    ast::Operator::BitOr => Operator::BitOr,
                    _ => Operator::Other,
                },
                left: self.expr(&node.left),
                right: self.expr(&node.right),
            },
            Syntax::UnaryOp(node) => {
                let operand = self.expr(&node.operand);
                let is_not = node.op == ast::UnaryOp::Not;
                if is_not { Expr::Not(operand) } else { Expr::Unary(operand) }
            }
            Syntax::Compare(node) => Expr::Compare {
                operator: match &*node.ops {
                    [ast::CmpOp::Is] => Comparison::Is,
                    [ast::CmpOp::IsNot] => Comparison::IsNot,
                    _ => Comparison::Other,
                },
                left: self.expr(&node.left),
                comparators: self.list(&node.comparators),
            },
            Syntax::Lambda(node) => Expr::Lambda {
                parameters: node.parameters.as_deref().map(|all| self.parameters(all)),
                body: self.expr(&node.body),
            },
            Syntax::List(node) => Expr::List(self.list(&node.elts)),
            Syntax::Tuple(node) => Expr::Tuple(self.list(&node.elts)),
            Syntax::Set(node) => Expr::Set(self.list(&node.elts)),
            Syntax::Dict(node) => {
                let item = |item: &ast::DictItem| {
                    (self.optional(item.key.as_ref()), self.expr(&item.value))
                };
                let items: Vec<_> = node.items.iter().map(item).collect();
                Expr::Dict(append(&mut self.tree.items, items))
            }
            Syntax::ListComp(node) => Expr::ListComp {
                elt: self.expr(&node.elt),
                generators: self.generators(&node.generators),
            },
            Syntax::SetComp(node) => Expr::SetComp {
                elt: self.expr(&node.elt),
                generators: self.generators(&node.generators),
            },
            Syntax::Generator(node) => Expr::Generator {
                elt: self.expr(&node.elt),
                generators: self.generators(&node.generators),
            },
            Syntax::DictComp(node) => Expr::DictComp {
                key: self.optional(node.key.as_deref()),
                value: self.expr(&node.value),
                generators: self.generators(&node.generators),
            },
            Syntax::StringLiteral(_) => Expr::Str,
            Syntax::BytesLiteral(_) => Expr::Bytes,
            Syntax::FString(node) => {
                let mut inside = Vec::new();
                node.value.elements().for_each(|element| in_string(element, &mut inside));
                Expr::Format(self.list(inside))
            }
            Syntax::TString(node) => {
                let mut inside = Vec::new();
                node.value.elements().for_each(|element| in_string(element, &mut inside));
                Expr::Format(self.list(inside))
            }
            Syntax::NumberLiteral(_) => Expr::Number,
            Syntax::BooleanLiteral(_) => Expr::Bool,
            Syntax::NoneLiteral(_) => Expr::None,
            Syntax::EllipsisLiteral(_) | Syntax::IpyEscapeCommand(_) => Expr::Ellipsis,
            Syntax::Yield(node) => Expr::Yield(self.optional(node.value.as_deref())),
            Syntax::YieldFrom(node) => Expr::YieldFrom(self.expr(&node.value)),
            Syntax::Slice(node) => {
                let parts = [&node.lower, &node.upper, &node.step];
                Expr::Slice(self.list(parts.into_iter().filter_map(|part| part.as_deref())))
            }
        };
        let range = syntax.range();
        self.tree.add(expr, offset(range.start()), offset(range.end()))
    }

    fn call(&mut self, node: &ast::ExprCall) -> Expr {
        let func = self.expr(&node.func);
        let positional = node.arguments.args.iter().map(|value| (Keyword::Position, value));
        let named = node.arguments.keywords.iter().map(|keyword| {
            let name = keyword.arg.as_ref();
            let name = name.map_or(Keyword::Unpacked, |name| Keyword::Named(Name::new(name)));
            (name, &keyword.value)
        });
        let all: Vec<Argument> = positional
            .chain(named)
            .map(|(keyword, value)| Argument { keyword, value: self.expr(value) })
            .collect();
        Expr::Call {
            func,
            arguments: append(&mut self.tree.arguments, all),
            positional: number(node.arguments.args.len()),
        }
    }

    fn generators(&mut self, generators: &[ast::Comprehension]) -> Many {
        let one = |node: &ast::Comprehension| Comprehension {
            target: self.expr(&node.target),
            iter: self.expr(&node.iter),
            ifs: self.list(&node.ifs),
            is_async: node.is_async,
        };
        let all: Vec<Comprehension> = generators.iter().map(one).collect();
        append(&mut self.tree.generators, all)
    }
}

fn offset(of: TextSize) -> u32 {
    of.to_u32()
}

/// The expressions in a part of an f-string or t-string.
fn in_string<'a>(element: &'a InterpolatedStringElement, found: &mut Vec<&'a Syntax>) {
    let InterpolatedStringElement::Interpolation(node) = element else { return };
    found.push(&node.expression);
    let within = node.format_spec.iter().flat_map(|format| &format.elements);
    within.for_each(|element| in_string(element, found));
}

/// The expressions in a pattern.
fn in_pattern<'a>(pattern: &'a Pattern, found: &mut Vec<&'a Syntax>) {
    match pattern {
        Pattern::MatchValue(node) => found.push(&node.value),
        Pattern::MatchSingleton(_) | Pattern::MatchStar(_) => {}
        Pattern::MatchSequence(node) => node.patterns.iter().for_each(|it| in_pattern(it, found)),
        Pattern::MatchMapping(node) => {
            found.extend(&node.keys);
            node.patterns.iter().for_each(|it| in_pattern(it, found));
        }
        Pattern::MatchClass(node) => {
            found.push(&node.cls);
            node.arguments.patterns.iter().for_each(|it| in_pattern(it, found));
            node.arguments.keywords.iter().for_each(|it| in_pattern(&it.pattern, found));
        }
        Pattern::MatchAs(node) => {
            node.pattern.iter().for_each(|it| in_pattern(it, found));
        }
        Pattern::MatchOr(node) => node.patterns.iter().for_each(|it| in_pattern(it, found)),
    }
}
