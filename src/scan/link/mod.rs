//! Facts of all files to one program: what each name stands for, across files. Nothing is guessed:
//! what cannot be resolved has no value, and what rests on an annotation is less sure.

mod call;
mod eval;
mod members;
pub(super) mod modules;
mod order;
mod types;
pub(super) mod value;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::catalogue::Catalogue;
use super::facts::{Call, Function, Kind, Scope, Touch};
use super::name::Name;
use super::packed::{ClassHead, File, Head, Members, Placed};
use modules::Modules;
use value::{ClassId, Found, FunctionId, Value, nothing};

/// How deep one question may lead to others.
const DEPTH: usize = 64;

/// Answers that are known; none while they are being looked for.
type Memory = RefCell<FxHashMap<Question, Option<Found>>>;

/// What is asked about a file, by small numbers: there are hundreds of thousands of them.
type Question = (u32, u32, usize);

/// A number that fits: no program has as many files, functions or names.
fn small(number: usize) -> u32 {
    u32::try_from(number).expect("a program has fewer than four thousand million parts")
}

/// A scope of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) scope: Scope,
}

impl Place {
    /// The question what a name means here.
    fn about(self, name: Name) -> Question {
        let scope = match self.scope {
            Scope::Function(index) => small(index << 1),
            Scope::Class(index) => small(index << 1 | 1),
        };
        (small(self.file), scope, name.place())
    }
}

impl ClassId {
    /// A question about a name in the class.
    fn about(self, name: Name) -> Question {
        (small(self.0), small(self.1), name.place())
    }
}

/// The linked program.
pub(super) struct Program<'a> {
    pub(super) files: &'a [File<'a>],
    pub(super) catalogue: &'a Catalogue,
    modules: Modules,
    subclasses: FxHashMap<ClassId, Vec<ClassId>>,
    /// The last `def` of each name in each class.
    own_methods: FxHashMap<Question, u32>,
    /// The classes that have a `def` of each name, in order.
    definers: FxHashMap<Name, Vec<ClassId>>,
    names: Memory,
    results: Memory,
    attributes: Memory,
    instances: Memory,
    methods: RefCell<FxHashMap<Question, Option<(u32, u32)>>>,
    orders: RefCell<FxHashMap<ClassId, Rc<[ClassId]>>>,
    bases: RefCell<FxHashMap<ClassId, Rc<[Value]>>>,
    depth: Cell<usize>,
}

impl<'a> Program<'a> {
    /// Links the facts of files.
    pub(super) fn new(files: &'a [File<'a>], catalogue: &'a Catalogue) -> Self {
        let mut program = Self {
            files,
            catalogue,
            modules: Modules::new(files.iter().map(|file| file.path)),
            subclasses: FxHashMap::default(),
            own_methods: FxHashMap::default(),
            definers: FxHashMap::default(),
            names: RefCell::default(),
            results: RefCell::default(),
            attributes: RefCell::default(),
            instances: RefCell::default(),
            methods: RefCell::default(),
            orders: RefCell::default(),
            bases: RefCell::default(),
            depth: Cell::new(0),
        };
        program.index_methods();
        let mut subclasses: FxHashMap<ClassId, Vec<ClassId>> = FxHashMap::default();
        for class in program.classes() {
            for &ancestor in program.ancestors(class).iter().skip(1) {
                subclasses.entry(ancestor).or_default().push(class);
            }
        }
        program.subclasses = subclasses;
        program
    }

    fn index_methods(&mut self) {
        for (file, facts) in self.files.iter().enumerate() {
            for index in 0..facts.functions() {
                let head = facts.head(index);
                let (Scope::Class(class), Kind::Sync | Kind::Async) = (head.parent, head.kind)
                else {
                    continue;
                };
                let class = ClassId(file, class);
                let known = self.own_methods.insert(class.about(head.name), small(index));
                if known.is_none() {
                    self.definers.entry(head.name).or_default().push(class);
                }
            }
        }
        self.definers.values_mut().for_each(|classes| classes.sort_unstable());
    }

    /// Every function, the modules' own code included.
    pub(super) fn functions(&self) -> impl Iterator<Item = FunctionId> + use<'_> {
        self.files.iter().enumerate().flat_map(|(file, facts)| {
            (0..facts.functions()).map(move |index| FunctionId(file, index))
        })
    }

    /// Every class.
    pub(super) fn classes(&self) -> impl Iterator<Item = ClassId> + use<'_> {
        self.files
            .iter()
            .enumerate()
            .flat_map(|(file, facts)| (0..facts.classes()).map(move |index| ClassId(file, index)))
    }

    /// The facts of a function.
    pub(super) fn function(&self, id: FunctionId) -> &'a Function {
        self.files[id.0].function(id.1)
    }

    /// What is known of a function at once.
    pub(super) fn head(&self, id: FunctionId) -> Head {
        self.files[id.0].head(id.1)
    }

    /// What a function does: its calls, each with its place, and what it touches of these names.
    pub(super) fn doing(
        &self,
        id: FunctionId,
        wanted: impl Fn(Name) -> bool,
    ) -> (Placed, Vec<Touch>) {
        self.files[id.0].doing(id.1, wanted)
    }

    /// The call of a function at a place.
    pub(super) fn call(&self, id: FunctionId, place: usize) -> Call {
        self.files[id.0].call(place)
    }

    /// What is known of a class at once.
    pub(super) fn class(&self, id: ClassId) -> &'a ClassHead {
        self.files[id.0].class(id.1)
    }

    /// What stands in a class.
    pub(super) fn members(&self, id: ClassId) -> &'a Members {
        self.files[id.0].members(id.1)
    }

    /// The scope of a function's body.
    pub(super) fn place(&self, id: FunctionId) -> Place {
        Place { file: id.0, scope: Scope::Function(id.1) }
    }

    /// The class that a method belongs to.
    pub(super) fn owner(&self, id: FunctionId) -> Option<ClassId> {
        match self.head(id).parent {
            Scope::Class(class) => Some(ClassId(id.0, class)),
            Scope::Function(_) => None,
        }
    }

    /// Whether a decorator of a function has one of these full or last names.
    pub(super) fn is_decorated(&self, id: FunctionId, names: &[&str]) -> bool {
        self.function(id).is_decorated(names)
    }

    /// Runs a question one level deeper; none when that is too deep.
    fn deeper<T>(&self, question: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let answer = question();
        self.depth.set(depth);
        Some(answer)
    }

    /// Answers from memory, or computes; a question inside its own answer has none.
    fn remembered(&self, memory: &Memory, key: Question, compute: impl FnOnce() -> Found) -> Found {
        if let Some(known) = memory.borrow().get(&key) {
            return known.clone().unwrap_or_else(nothing);
        }
        memory.borrow_mut().insert(key, None);
        match self.deeper(compute) {
            Some(answer) => {
                memory.borrow_mut().insert(key, Some(Rc::clone(&answer)));
                answer
            }
            None => {
                memory.borrow_mut().remove(&key);
                nothing()
            }
        }
    }
}
