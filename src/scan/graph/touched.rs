//! What runs though nothing is called: properties that are read, contexts that are entered, what is
//! iterated. Nearly all of that is done by code that blocks nowhere, so every such method is looked at
//! for itself first, and only the names of those that lead anywhere are looked for among what functions
//! touch.

use rustc_hash::FxHashSet;

use super::super::bits::Bits;
use super::super::catalogue::Mark;
use super::super::chains::before;
use super::super::link::value::{FunctionId, Known, Value};
use super::super::name::Name;
use super::super::packed::{File, Touch, Traits};
use super::Builder;
use super::handed::plain;
use super::later::Hint;

/// What may run where it is touched.
#[derive(Debug)]
pub(super) struct Touched {
    enter: [Name; 2],
    iterate: [Name; 2],
    /// Each method that may run, and the name by which it is touched.
    all: Vec<(FunctionId, Name)>,
    /// The names that lead anywhere, as far as is known, by their numbers.
    leading: Bits,
    /// For how many of the functions that were looked at all touches of these names were.
    upto: usize,
}

impl Touched {
    /// That of a program.
    pub(super) fn new(program: &super::Program<'_>) -> Self {
        let enter = [Name::new("__enter__"), Name::new("__exit__")];
        let iterate = [Name::new("__iter__"), Name::new("__next__")];
        let mut all = Vec::new();
        for id in program.functions() {
            let head = program.head(id);
            let special = [enter, iterate].into_iter().find(|names| names.contains(&head.name));
            let touch = match special {
                Some([touch, _]) if program.owner(id).is_some() => touch,
                _ if head.traits.are(Traits::PROPERTY) => head.name,
                _ => continue,
            };
            all.extend(head.traits.are(Traits::ACTS).then_some((id, touch)));
        }
        Self { enter, iterate, all, leading: Bits::default(), upto: 0 }
    }

    /// The methods that may run where a name is touched.
    fn run_by(&self, name: Name) -> Vec<Name> {
        [self.enter, self.iterate]
            .into_iter()
            .find(|names| names[0] == name)
            .map_or(vec![name], Vec::from)
    }
}

impl Builder<'_> {
    /// Has everything looked at that may run where it is touched.
    pub(super) fn reach_touched(&mut self) {
        for at in 0..self.touched.all.len() {
            self.reach(self.touched.all[at].0);
        }
    }

    /// Adds the steps into what leads anywhere and is touched. Whether more may come of that.
    pub(super) fn find_touches(&mut self) -> bool {
        let leading = self.leading();
        let mut fresh = Bits::default();
        let mut is_any = false;
        for (id, touch) in &self.touched.all {
            let number = touch.number() as usize;
            if leading.contains(id) && self.touched.leading.insert(number) {
                fresh.insert(number);
                is_any = true;
            }
        }
        if !is_any && self.touched.upto == self.looked_at.len() {
            return self.asked.is_open();
        }
        let names = std::mem::take(&mut self.touched.leading);
        let saying = |names: &Bits| -> Vec<bool> {
            let says = |file: &File<'_>| file.says().any(|name| names.has(name.number() as usize));
            self.program.files.iter().map(says).collect()
        };
        let (saying_fresh, saying_any) = (saying(&fresh), saying(&names));
        // In the order of the files, since what they say lies in that order.
        let mut functions: Vec<(FunctionId, bool)> = (self.looked_at.iter().enumerate())
            .map(|(at, id)| (*id, at < self.touched.upto))
            .filter(|(id, is_old)| if *is_old { &saying_fresh } else { &saying_any }[id.file()])
            .collect();
        functions.sort_unstable();
        for (function, is_old) in functions {
            self.touch_all(function, if is_old { &fresh } else { &names });
        }
        self.touched.leading = names;
        self.touched.upto = self.looked_at.len();
        is_any || self.asked.is_open()
    }

    /// Adds the steps into what leads anywhere, as far as is known, and is touched by a function.
    pub(super) fn touches(&mut self, function: FunctionId) {
        let leading = std::mem::take(&mut self.touched.leading);
        self.touch_all(function, &leading);
        self.touched.leading = leading;
    }

    fn touch_all(&mut self, function: FunctionId, names: &Bits) {
        let file = &self.program.files[function.file()];
        for touch in file.touches(function.index(), |name| names.has(name.number() as usize)) {
            self.touch(function, touch);
        }
    }

    fn touch(&mut self, function: FunctionId, touch: Touch) {
        let program = self.program;
        let receiver = program.eval(program.place(function), touch.receiver);
        let is_silent = |known: &Known| matches!(known.value, Value::Parameter(..));
        let iterates = touch.name == self.touched.iterate[0];
        if !iterates && receiver.iter().all(is_silent) {
            self.ask_touched(function, touch.receiver);
        }
        let is_special = iterates || touch.name == self.touched.enter[0];
        let names = self.touched.run_by(touch.name);
        for known in receiver.iter() {
            let Value::Instance(class, exactness) = known.value else { continue };
            for (id, sure) in names.iter().flat_map(|name| program.run_by(class, exactness, *name))
            {
                if is_special || program.is_property(id) {
                    let confidence = known.confidence.max(sure);
                    self.connect(function, plain(id, confidence, touch.line));
                }
            }
        }
    }

    /// The functions from which anything is reached that a later pass may ask for, and some more.
    fn leading(&self) -> FxHashSet<FunctionId> {
        let marks = &self.program.catalogue.marks;
        let may_offload = |call: &[super::Clue]| {
            call.iter().any(|clue| match clue.hint {
                Hint::Offload(_) => true,
                Hint::External(name) => marks.of(name).is(Mark::OFFLOAD),
                Hint::Function(_) | Hint::Method(_) | Hint::Parameter(..) | Hint::Unknown(_) => {
                    false
                }
            })
        };
        let offloading = self.clues.calls().filter(|(_, call)| may_offload(call)).map(|(id, _)| id);
        let handing =
            self.passed.iter().map(|it| it.from).chain(self.relays.iter().map(|it| it.from));
        let graph = &self.graph;
        let seeds = graph.sinks.keys().chain(graph.loop_bound.keys()).copied();
        let wrapped = self.into_wrapped.iter().map(|(from, edge)| (*from, edge.to));
        let steps = graph.edges.all().map(|(from, edge)| (from, edge.to)).chain(wrapped);
        before(steps, seeds.chain(offloading).chain(handing))
    }
}
