//! Facts of all files to one program: what each name stands for, across files. Nothing is guessed:
//! what cannot be resolved has no value, and what rests on an annotation is less sure.

mod answers;
pub(super) mod awaitable;
mod call;
mod eval;
mod given;
mod heirs;
mod made;
mod members;
mod methods;
pub(super) mod modules;
mod order;
mod types;
pub(super) mod value;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::catalogue::Catalogue;
use super::facts::Scope;
use super::name::Name;
use super::packed::{At, Call, ClassHead, File, Function, Head, Node, Nth, Signature, Traits};
use crate::model::Confidence;
use answers::Answers;
use given::Given;
use made::Makers;
use methods::Methods;
use modules::Modules;
use types::Words;
use value::{ClassId, Found, FunctionId, Value, nothing};

/// How deep one question may lead to others.
const DEPTH: usize = 64;

/// More methods than this that a call may mean are a name, not a type.
const OVERRIDES: usize = 32;

/// How sure one of so many is, of which more than `most` say nothing.
fn one_of(count: usize, most: usize) -> Confidence {
    if count <= most { Confidence::Probable } else { Confidence::Possible }
}

/// Answers to what is asked about a name in a class or file, or about a place in a file.
type Memory = RefCell<FxHashMap<Question, Found>>;

/// The number of a class or file, a bit, and the number of a name or place.
type Question = u64;

/// That about a name or place, by its number, in a class or file, by its own.
fn question(whose: usize, about: u32) -> Question {
    (whose as u64) << 33 | u64::from(about)
}

/// A scope of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) scope: Scope,
}

/// Where the numbers of a file's parts begin among those of all files.
#[derive(Debug, Clone, Copy, Default)]
struct Starts {
    slots: usize,
    functions: usize,
    classes: usize,
}

/// The linked program.
pub(super) struct Program<'a> {
    pub(super) files: &'a [File<'a>],
    pub(super) catalogue: &'a Catalogue,
    modules: Modules<'a>,
    subclasses: FxHashMap<ClassId, Vec<ClassId>>,
    own_methods: Methods,
    /// What runs where an object of each class is made, beside what Python calls itself.
    builders: FxHashMap<ClassId, Vec<FunctionId>>,
    /// Those of the classes that have a method of each name from which others inherit.
    inherited: FxHashMap<Name, Vec<ClassId>>,
    starts: Vec<Starts>,
    /// What is bound to the names of each scope, by slot.
    slots: Answers,
    /// What functions give.
    results: Answers,
    attributes: Memory,
    instances: Memory,
    /// Which of its parameters a function gives back.
    echoes: RefCell<FxHashMap<FunctionId, u32>>,
    /// What files import by a star: a file's number and that of a name.
    stars: Memory,
    /// What the parts of displays are: a file's number and where they stand in it.
    parts: Memory,
    /// Whether nothing in the program has this full name.
    foreign: RefCell<FxHashMap<Name, bool>>,
    methods: RefCell<FxHashMap<Question, Option<FunctionId>>>,
    /// The methods of the classes that inherit from each.
    others: RefCell<FxHashMap<Question, Rc<[FunctionId]>>>,
    /// What attributes of what is outside of the program are.
    outside: RefCell<FxHashMap<(Name, Name), Value>>,
    /// What attributes of objects of types outside of the program give.
    members: RefCell<FxHashMap<(Name, Name), Found>>,
    /// By the numbers of classes.
    orders: RefCell<Vec<Option<Rc<[ClassId]>>>>,
    bases: RefCell<Vec<Option<Rc<[Value]>>>>,
    makers: Makers,
    given: Given,
    words: Words,
    depth: Cell<usize>,
}

impl<'a> Program<'a> {
    /// Links the facts of files.
    pub(super) fn new(files: &'a [File<'a>], catalogue: &'a Catalogue) -> Self {
        let mut starts = Vec::with_capacity(files.len());
        let mut all = Starts::default();
        for file in files {
            starts.push(all);
            all.slots += file.slots as usize;
            all.functions += file.functions();
            all.classes += file.classes();
        }
        let mut program = Self {
            files,
            catalogue,
            modules: Modules::new(files.iter().map(|file| file.path)),
            subclasses: FxHashMap::default(),
            own_methods: Methods::of(files),
            builders: FxHashMap::default(),
            inherited: FxHashMap::default(),
            starts,
            slots: Answers::about(all.slots),
            results: Answers::about(all.functions),
            attributes: RefCell::default(),
            instances: RefCell::default(),
            echoes: RefCell::default(),
            stars: RefCell::default(),
            parts: RefCell::default(),
            foreign: RefCell::default(),
            methods: RefCell::default(),
            others: RefCell::default(),
            outside: RefCell::default(),
            members: RefCell::default(),
            orders: RefCell::new(vec![None; all.classes]),
            bases: RefCell::new(vec![None; all.classes]),
            makers: Makers::default(),
            given: Given::default(),
            words: Words::new(),
            depth: Cell::new(0),
        };
        program.builders = program.find_builders();
        let mut subclasses: FxHashMap<ClassId, Vec<ClassId>> = FxHashMap::default();
        for class in program.classes() {
            for &ancestor in program.ancestors(class).iter().skip(1) {
                subclasses.entry(ancestor).or_default().push(class);
            }
        }
        program.subclasses = subclasses;
        for name in program.own_methods.names() {
            let is_inherited = |class: &&ClassId| program.subclasses.contains_key(class);
            let definers = program.own_methods.definers(name).iter();
            let inherited: Vec<ClassId> = definers.filter(is_inherited).copied().collect();
            if !inherited.is_empty() {
                program.inherited.insert(name, inherited);
            }
        }
        program
    }

    /// What runs where an object of each class is made, beside what Python calls itself.
    fn find_builders(&self) -> FxHashMap<ClassId, Vec<FunctionId>> {
        let mut builders: FxHashMap<ClassId, Vec<FunctionId>> = FxHashMap::default();
        for id in self.functions().filter(|id| self.is(*id, Traits::BUILDS)) {
            if let Some(class) = self.owner(id) {
                builders.entry(class).or_default().push(id);
            }
        }
        builders
    }

    /// Every function, the modules' own code included.
    pub(super) fn functions(&self) -> impl Iterator<Item = FunctionId> + use<'_> {
        self.files.iter().enumerate().flat_map(|(file, facts)| {
            (0..facts.functions()).map(move |index| FunctionId::new(file, index))
        })
    }

    /// Every class.
    pub(super) fn classes(&self) -> impl Iterator<Item = ClassId> + use<'_> {
        self.files.iter().enumerate().flat_map(|(file, facts)| {
            (0..facts.classes()).map(move |index| ClassId::new(file, index))
        })
    }

    /// The number of a function among all of them.
    pub(super) fn number_of(&self, function: FunctionId) -> usize {
        self.starts[function.file()].functions + function.index()
    }

    /// The number of a class among all of them.
    fn number(&self, class: ClassId) -> usize {
        self.starts[class.file()].classes + class.index()
    }

    /// A question about a name in a class.
    fn about(&self, class: ClassId, name: Name) -> Question {
        question(self.number(class), name.number())
    }

    /// The facts of a function.
    pub(super) fn function(&self, id: FunctionId) -> Function<'a> {
        self.files[id.file()].function(id.index())
    }

    /// What a function takes.
    pub(super) fn signature(&self, id: FunctionId) -> Signature<'a> {
        self.files[id.file()].signature(id.index())
    }

    /// What an expression of a file is.
    pub(super) fn node(&self, file: usize, at: At) -> Node<'a> {
        self.files[file].node(at)
    }

    /// What is known of a function at once.
    pub(super) fn head(&self, id: FunctionId) -> Head {
        self.files[id.file()].head(id.index())
    }

    /// The call of a function at a place.
    pub(super) fn call(&self, id: FunctionId, place: Nth) -> Call<'a> {
        self.files[id.file()].call(id.index(), place)
    }

    /// What is known of a class at once.
    pub(super) fn class(&self, id: ClassId) -> ClassHead {
        self.files[id.file()].class(id.index())
    }

    /// What findings call a function.
    pub(super) fn full_name(&self, id: FunctionId) -> String {
        self.files[id.file()].full_name(Scope::Function(id.index()))
    }

    /// The scope of a function's body.
    pub(super) fn place(&self, id: FunctionId) -> Place {
        Place { file: id.file(), scope: Scope::Function(id.index()) }
    }

    /// The class that a method belongs to.
    pub(super) fn owner(&self, id: FunctionId) -> Option<ClassId> {
        match self.head(id).parent {
            Scope::Class(class) => Some(ClassId::new(id.file(), class)),
            Scope::Function(_) => None,
        }
    }

    /// Whether a function is that.
    pub(super) fn is(&self, id: FunctionId, that: Traits) -> bool {
        self.head(id).traits.are(that)
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
            return known.clone();
        }
        memory.borrow_mut().insert(key, nothing());
        match self.deeper(compute) {
            Some(answer) => {
                memory.borrow_mut().insert(key, answer.clone());
                answer
            }
            None => {
                memory.borrow_mut().remove(&key);
                nothing()
            }
        }
    }

    /// As [`Program::remembered`], where every question has a number.
    fn answered(&self, answers: &Answers, number: usize, compute: impl FnOnce() -> Found) -> Found {
        if let Some(known) = answers.get(number) {
            return known;
        }
        self.found_out(answers, number, compute)
    }

    /// As [`Program::answered`], where there is no answer yet.
    fn found_out(
        &self,
        answers: &Answers,
        number: usize,
        compute: impl FnOnce() -> Found,
    ) -> Found {
        let pending = answers.begin(number);
        let answer = self.deeper(compute);
        answers.end(pending, answer.as_ref());
        answer.unwrap_or_else(nothing)
    }
}
