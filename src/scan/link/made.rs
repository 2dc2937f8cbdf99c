//! What an attribute holds that is passed where an object is made. Code that says no types says it there
//! alone: a class keeps what its `__init__` is given, and only who calls the class knows what that is.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::bits::Bits;
use super::super::name::Name;
use super::super::packed::{At, Call, Nth, positional};
use super::super::runner::Runner;
use super::members::is_held;
use super::value::{ClassId, Found, FunctionId, Known, Sum, Value, at_most, nothing, small};
use super::{Program, one_of};

/// A class whose name more files than this say is made of too many things to tell which.
const FILES: usize = 24;

/// More things than this that an object may be made with say little of what one holds.
pub(super) const THINGS: usize = 12;

/// A call, by its function and its place there.
type Place = (FunctionId, Nth);

/// Calls and the last names of what they call.
type Named = Rc<[(Name, Place)]>;

/// The calls by which objects are made, looked for where somebody asks.
#[derive(Debug, Default)]
pub(super) struct Makers {
    /// The files that say the name of each class.
    saying: OnceCell<FxHashMap<Name, Vec<u32>>>,
    /// The calls of each file so far that bear the name of a class.
    named: RefCell<FxHashMap<usize, Named>>,
    /// The calls of each class so far.
    calls: RefCell<FxHashMap<ClassId, Rc<[Place]>>>,
}

/// An argument with which objects are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// The `__init__` that takes it; none for a class that has a field for it.
    maker: Option<FunctionId>,
    /// Its place where it is passed by position.
    at: Option<usize>,
    /// Its keyword.
    name: Name,
}

impl Program<'_> {
    /// That which an object of a class keeps under this name.
    pub(super) fn passed_as(&self, name: Name) -> Passed {
        Passed { maker: None, at: None, name }
    }

    /// What an `__init__` takes as this parameter; nothing for any other function.
    pub(in crate::scan) fn made_as(&self, id: FunctionId, index: usize) -> Found {
        let passed = self.taken(id, index).zip(self.owner(id));
        passed.map_or_else(nothing, |(passed, class)| self.made_with(class, passed))
    }

    /// That which an `__init__` keeps among these values.
    pub(super) fn passed_to(&self, id: FunctionId, kept: &[Known]) -> Option<Passed> {
        let index = kept.iter().find_map(|known| match known.value {
            Value::Parameter(owner, index) if owner == id => Some(index as usize),
            _ => None,
        });
        self.taken(id, index?)
    }

    /// That which an `__init__` takes as this parameter.
    fn taken(&self, id: FunctionId, index: usize) -> Option<Passed> {
        let is_maker = self.head(id).name == self.words.init;
        let signature = self.signature(id);
        let parameter = signature.parameters().nth(index).filter(|_| is_maker)?;
        let at = index.checked_sub(1).filter(|_| index < signature.positional);
        Some(Passed { maker: Some(id), at, name: parameter.name })
    }

    /// What objects of a class, or of one that inherits from it, are made with.
    pub(super) fn made_with(&self, class: ClassId, passed: Passed) -> Found {
        let mut all = Sum::default();
        let heirs = self.heirs(class);
        for &class in std::iter::once(&class).chain(heirs).take(THINGS) {
            let init = self.method(class, self.words.init);
            if init == passed.maker {
                self.made_by(class, passed, &mut all);
            } else if let Some(init) = init {
                self.made_through(class, init, passed, &mut all);
            }
        }
        let all = all.found();
        let limit = one_of(all.len(), THINGS);
        at_most(all, limit)
    }

    /// What calls of the class pass.
    fn made_by(&self, class: ClassId, passed: Passed, all: &mut Sum) {
        for &(function, place) in self.makers(class).iter() {
            let call = self.files[function.file()].bare_call(place);
            let Some(value) = passed.among(&call) else { continue };
            let values = self.eval(self.place(function), value);
            all.extend(values.iter().filter(is_held).cloned());
        }
    }

    /// What another `__init__` passes on to the one that takes it.
    fn made_through(&self, class: ClassId, init: FunctionId, passed: Passed, all: &mut Sum) {
        let place = self.place(init);
        let file = &self.files[init.file()];
        file.calls(init.index(), |call| {
            if call.leaf(file) != Some(self.words.init) {
                return;
            }
            let called = self.eval(place, call.callee);
            let mut called = called.iter().filter_map(|known| known.value.target());
            let Some((_, bound)) = called.find(|(id, _)| Some(*id) == passed.maker) else { return };
            // `Base.__init__(self, …)` passes the object too.
            let at = passed.at.map(|at| at + 1 - bound);
            let Some(value) = (Passed { at, ..passed }).among(call) else { return };
            let values = self.eval(place, value);
            all.extend(values.iter().filter(is_held).cloned());
            if let Some(passed) = self.passed_to(init, &values) {
                self.made_by(class, passed, all);
            }
        });
    }

    /// The calls of a class, but for those of tests, which pass what stands in for the real thing.
    fn makers(&self, class: ClassId) -> Rc<[Place]> {
        if let Some(known) = self.makers.calls.borrow().get(&class) {
            return Rc::clone(known);
        }
        // Who is asked for inside the answer makes nothing.
        self.makers.calls.borrow_mut().insert(class, Rc::new([]));
        let name = self.class(class).name;
        let mut found = Vec::new();
        let files = self.saying().get(&name).map_or(&[][..], Vec::as_slice);
        for &file in files.iter().filter(|_| files.len() <= FILES) {
            let file = file as usize;
            if Runner::of(self.files[file].path) == Runner::Tests && file != class.file() {
                continue;
            }
            for (_, place) in self.named_calls(file).iter().filter(|(other, _)| *other == name) {
                let &(function, at) = place;
                let callee = self.files[file].bare_call(at).callee;
                let called = self.eval(self.place(function), callee);
                let is_it =
                    |known: &Known| matches!(known.value, Value::Class(it, _) if it == class);
                found.extend(called.iter().any(is_it).then_some(*place));
            }
        }
        let found: Rc<[Place]> = found.into();
        self.makers.calls.borrow_mut().insert(class, Rc::clone(&found));
        found
    }

    /// The files that say the name of each class.
    fn saying(&self) -> &FxHashMap<Name, Vec<u32>> {
        self.makers.saying.get_or_init(|| {
            let mut classes = Bits::default();
            for class in self.classes() {
                classes.insert(self.class(class).name.number() as usize);
            }
            let mut saying: FxHashMap<Name, Vec<u32>> = FxHashMap::default();
            for (file, facts) in self.files.iter().enumerate() {
                let names = facts.says().filter(|name| classes.has(name.number() as usize));
                names.for_each(|name| saying.entry(name).or_default().push(small(file)));
            }
            saying
        })
    }

    /// The calls of a file that bear the name of a class.
    fn named_calls(&self, file: usize) -> Named {
        if let Some(known) = self.makers.named.borrow().get(&file) {
            return Rc::clone(known);
        }
        let facts = &self.files[file];
        let saying = self.saying();
        let mut found = Vec::new();
        for index in 0..facts.functions() {
            facts.calls(index, |call| {
                let name = call.leaf(facts).filter(|_| !call.arguments.is_empty());
                let name = name.filter(|name| saying.contains_key(name));
                found.extend(name.map(|name| (name, (FunctionId::new(file, index), call.place))));
            });
        }
        let found: Named = found.into();
        self.makers.named.borrow_mut().insert(file, Rc::clone(&found));
        found
    }
}

impl Passed {
    /// The argument of a call that it is.
    fn among(self, call: &Call<'_>) -> Option<At> {
        let arguments = &call.arguments;
        let by_position = self.at.and_then(|at| positional(arguments, at));
        let named = || arguments.iter().find(|argument| argument.keyword == Some(self.name));
        by_position.or_else(named).map(|argument| argument.value)
    }
}
