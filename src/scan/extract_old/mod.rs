//! One syntax tree to the facts of its file, in one walk.

mod awaited;
mod binds;
mod calls;
mod cleanup;
mod convert;
mod guards;
mod names;
mod walk;

use ruff_python_ast as ast;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{
    Annotation, Binding, Bindings, Body, Care, Class, Default, Doing, Expr, Fault, FileFacts,
    Function, Kind, Parameter, Scope,
};
use super::name::Name;
use super::syntax::Module;

/// The facts of a parsed file.
pub(super) fn extract(module: &Module) -> FileFacts {
    let mut extractor = Extractor::new(module);
    extractor.walk_module();
    extractor.facts.fault = module.errors().first().map(|error| {
        let (line, column) = module.position(error.location.start());
        let code = module.trimmed_line(line).to_owned();
        Fault { line, column, message: error.error.to_string(), code }
    });
    extractor.finished()
}

/// The walk's state.
pub(super) struct Extractor<'a> {
    module: &'a Module,
    facts: FileFacts,
    /// The function whose body is walked, innermost last.
    functions: Vec<usize>,
    /// The classes around the walk, innermost last; a function inside a class keeps them.
    classes: Vec<(Name, usize)>,
    /// Where a name that is bound now belongs.
    scopes: Vec<Scope>,
    /// Names declared `global` or `nonlocal`, by function.
    outer: FxHashMap<usize, FxHashMap<Name, usize>>,
    /// Import aliases of the whole file, as far as the walk has come.
    aliases: FxHashMap<Name, Name>,
    lambdas: FxHashMap<TextSize, usize>,
    awaited: FxHashSet<TextRange>,
    /// Calls whose result a response iterates in a thread.
    streamed: FxHashSet<TextRange>,
    /// Calls whose result gets a name, and names that are awaited, by function.
    named: Vec<(usize, Name, usize)>,
    awaited_names: FxHashSet<(usize, Name)>,
    /// Names of the current function that are not `None` here.
    guards: Vec<Name>,
    /// How careful the code is, where it is cleanup.
    care: Option<Care>,
}

impl<'a> Extractor<'a> {
    fn new(module: &'a Module) -> Self {
        Self {
            module,
            facts: FileFacts::default(),
            functions: Vec::new(),
            classes: Vec::new(),
            scopes: Vec::new(),
            outer: FxHashMap::default(),
            aliases: FxHashMap::default(),
            lambdas: FxHashMap::default(),
            awaited: FxHashSet::default(),
            streamed: FxHashSet::default(),
            named: Vec::new(),
            awaited_names: FxHashSet::default(),
            guards: Vec::new(),
            care: None,
        }
    }

    fn finished(mut self) -> FileFacts {
        for function in &mut self.facts.functions {
            function.bindings.finish();
        }
        self.facts.classes.iter_mut().for_each(|class| class.members.finish());
        self.facts
    }

    fn scope(&self) -> Scope {
        self.scopes.last().copied().unwrap_or(Scope::Function(0))
    }

    fn function(&self) -> usize {
        self.functions.last().copied().unwrap_or(0)
    }

    fn prefixed(&self, name: &str) -> Name {
        if self.classes.is_empty() {
            return Name::new(name);
        }
        Name::new(&names::dotted(self.classes.iter().map(|(name, _)| name.text()), name))
    }

    fn open_function(&mut self, name: Name, dotted: Name, kind: Kind, line: u32) -> usize {
        let parent = self.scope();
        self.facts.functions.push(Function {
            name,
            dotted,
            kind,
            parent,
            line,
            decorators: Vec::new(),
            parameters: Vec::new(),
            positional: 0,
            returns: None,
            returned: Vec::new(),
            yielded: Vec::new(),
            body: Body::Called,
            bindings: Bindings::default(),
        });
        self.facts.doings.push(Doing::default());
        self.facts.functions.len() - 1
    }

    fn open_class(&mut self, name: &str, bases: Vec<Expr>) -> usize {
        let class = Class {
            dotted: self.prefixed(name),
            parent: self.scope(),
            bases,
            members: Bindings::default(),
            attributes: Vec::new(),
        };
        self.facts.classes.push(class);
        self.facts.classes.len() - 1
    }

    fn bind(&mut self, name: Name, binding: Binding) {
        let scope = match self.scope() {
            Scope::Function(index) => {
                let outer = self.outer.get(&index).and_then(|names| names.get(&name));
                Scope::Function(outer.copied().unwrap_or(index))
            }
            class @ Scope::Class(_) => class,
        };
        let bindings = match scope {
            Scope::Function(index) => &mut self.facts.functions[index].bindings,
            Scope::Class(index) => &mut self.facts.classes[index].members,
        };
        bindings.push(name, binding);
    }

    fn bind_parameters(&mut self, function: usize, parameters: &ast::Parameters) {
        let all = parameters
            .iter_non_variadic_params()
            .map(|parameter| (&parameter.parameter, parameter.default.as_deref(), false))
            .chain(parameters.vararg.iter().map(|parameter| (&**parameter, None, true)))
            .chain(parameters.kwarg.iter().map(|parameter| (&**parameter, None, true)));
        let function = &mut self.facts.functions[function];
        function.positional = parameters.posonlyargs.len() + parameters.args.len();
        for (parameter, default, many) in all {
            let annotation = parameter.annotation.as_deref().map(convert::annotation);
            let annotation = match annotation {
                Some(each) if many => Some(Annotation::Many(Box::new(each))),
                other => other,
            };
            let name = Name::new(&parameter.name);
            let index = function.parameters.len();
            function.bindings.push(name, Binding::Parameter(index));
            let written = parameter.annotation.as_deref();
            let injected = default.and_then(injected).or_else(|| written.and_then(injected));
            let default = match default {
                Some(default) if default.is_none_literal_expr() => Default::None,
                _ => Default::Other,
            };
            function.parameters.push(Parameter { name, annotation, default, injected });
        }
    }
}

/// What a framework passes for the default, or the annotation, `Depends(f)`.
fn injected(default: &ast::Expr) -> Option<Expr> {
    let call = match default {
        ast::Expr::Call(call) => call,
        // `Annotated[Store, Depends(f)]`.
        ast::Expr::Subscript(node) if convert::leaf(&node.value) == Some("Annotated") => {
            let ast::Expr::Tuple(parts) = &*node.slice else { return None };
            return parts.elts.iter().skip(1).find_map(injected);
        }
        _ => return None,
    };
    if !matches!(convert::leaf(&call.func), Some("Depends" | "Security")) {
        return None;
    }
    let dependency =
        convert::expression(call.arguments.args.first()?, &convert::Lambdas::default());
    let called = Expr::Call(Box::new(dependency), None);
    Some(Expr::Enter(Box::new(Expr::Await(Box::new(called)))))
}
