//! One syntax tree to what its file says, in one walk.

mod awaited;
mod binds;
mod calls;
mod cleanup;
mod elsewhere;
mod found;
mod guards;
mod names;
mod roles;
mod view;
mod walk;

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Body, Care, Kind, Scope};
use super::name::Name;
use super::tree::{ExprId, Many, Parameters, Tree};
use awaited::Marks;
use binds::Alias;

pub(super) use found::{Binding, Call, Class, Found, Function, Pile, Touch, Value};
pub(super) use names::{dotted, functions};
pub(super) use roles::Role;
pub(super) use view::{Parts, Sight, View};

/// What a walk needs, kept from file to file for its memory.
#[derive(Debug, Default)]
pub(super) struct Extraction {
    found: Found,
    around: Around,
}

impl Extraction {
    /// What is found in a file.
    pub(super) fn of(&mut self, tree: &Tree) -> &Found {
        self.found.clear();
        self.around.begin(tree);
        Extractor { tree, found: &mut self.found, around: &mut self.around }.walk_module();
        &self.found
    }
}

/// A walk over one tree.
struct Extractor<'a> {
    tree: &'a Tree,
    found: &'a mut Found,
    around: &'a mut Around,
}

/// What is around the place that the walk has come to.
#[derive(Debug, Default)]
struct Around {
    /// The function whose body is walked, innermost last.
    functions: Vec<usize>,
    /// The classes around the walk, innermost last; a function inside a class keeps them.
    classes: Vec<usize>,
    /// Where a name that is bound now belongs.
    scopes: Vec<Scope>,
    /// Functions to which names belong that others declare `global` or `nonlocal`.
    outer: FxHashMap<(usize, Name), usize>,
    /// Import aliases of the whole file, as far as the walk has come.
    aliases: FxHashMap<Name, Alias>,
    /// Whether the walk is in what handles an exception.
    is_handling: bool,
    marks: Marks,
    /// Calls whose result gets a name, and names that are awaited, by function.
    named: Vec<(usize, Name, u32)>,
    awaited_names: FxHashSet<(usize, Name)>,
    /// Names that are not `None` here; those of functions further out first.
    guards: Vec<Name>,
    /// Where those of the current function begin.
    floor: usize,
    /// Those that the last call got.
    guarded: Many,
    /// Names that hold the loop that runs, or `None`, as far as the walk has come.
    loops: Vec<Name>,
    /// How careful the code is, where it is cleanup.
    care: Option<Care>,
    /// Room to put names together.
    text: String,
}

impl Around {
    fn begin(&mut self, tree: &Tree) {
        self.functions.clear();
        self.classes.clear();
        self.scopes.clear();
        self.outer.clear();
        self.aliases.clear();
        self.marks.begin(tree.exprs.len());
        self.named.clear();
        self.awaited_names.clear();
        self.guards.clear();
        self.loops.clear();
        self.is_handling = false;
        self.floor = 0;
        self.guarded = Many::default();
        self.care = None;
    }
}

impl Extractor<'_> {
    fn scope(&self) -> Scope {
        self.around.scopes.last().copied().unwrap_or(Scope::Function(0))
    }

    fn function(&self) -> usize {
        self.around.functions.last().copied().unwrap_or(0)
    }

    /// The index of a function that begins where the walk is.
    fn open_function(&mut self, name: Name, kind: Kind) -> usize {
        let parent = self.scope();
        self.found.functions.push(Function {
            name,
            kind,
            parent,
            decorators: Many::default(),
            parameters: Parameters::default(),
            returns: None,
            returned: Pile::default(),
            yielded: Pile::default(),
            body: Body::Called,
            bindings: Pile::default(),
            calls: Pile::default(),
            touches: Pile::default(),
        });
        self.found.functions.len() - 1
    }

    /// The index of a class that begins where the walk is.
    fn open_class(&mut self, name: Name, bases: Many) -> usize {
        let class = Class {
            name,
            parent: self.scope(),
            bases,
            members: Pile::default(),
            attributes: Pile::default(),
        };
        self.found.classes.push(class);
        self.found.classes.len() - 1
    }

    fn bind_parameters(&mut self, function: usize, parameters: Parameters) {
        let all = &self.tree.parameters[parameters.all.range()];
        let function = &mut self.found.functions[function];
        function.parameters = parameters;
        for (place, parameter) in all.iter().enumerate() {
            let binding = Binding::Parameter(index(place));
            self.found.bindings.push(&mut function.bindings, (parameter.name, binding));
        }
    }

    /// What a function returns.
    fn returns(&mut self, function: usize, value: ExprId) {
        self.found.given.push(&mut self.found.functions[function].returned, value);
    }

    /// What a function yields.
    fn yields(&mut self, function: usize, value: ExprId) {
        self.found.given.push(&mut self.found.functions[function].yielded, value);
    }
}

fn index(of: usize) -> u32 {
    u32::try_from(of).expect("a file is shorter than 4 GB")
}
