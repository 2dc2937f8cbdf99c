//! What was found in a file, to bytes.

use rustc_hash::FxHashMap;

use super::super::extract::{Binding, Class, Found, Function, Pile, Role, Sight, View};
use super::super::facts::{Body, Fault, Kind, Scope};
use super::super::lines::Lines;
use super::super::tree::{Expr as Syntax, ExprId, Parameter, Tree};
use super::positions::Positions;
use super::sink::Sink;
use super::table::{NARROW, WIDE};
use super::{Shelf, Spot, Traits};

/// What packing needs, kept from file to file for its memory.
#[derive(Debug, Default)]
pub(in crate::scan) struct Packer {
    sink: Sink,
    positions: Positions,
    /// Where each function and class begins, and what each function is besides.
    starts: Vec<(usize, Traits)>,
    /// Room to order bindings.
    bindings: Vec<(u32, Binding)>,
}

impl Packer {
    /// Puts the bytes of a file's facts, its path left out, on a shelf. Names have their numbers of
    /// this process.
    pub(in crate::scan) fn pack(
        &mut self,
        text: &str,
        tree: &Tree,
        found: &Found,
        fault: Option<&Fault>,
        shelf: &mut Shelf,
    ) -> Spot {
        self.sink.begin();
        self.positions.begin();
        self.starts.clear();
        let lambdas = Some(&found.lambdas);
        let Self { sink, positions, starts, bindings } = self;
        let lines = Lines::new(text, &tree.lines);
        let slots = 0;
        let mut writer =
            Writer { text, tree, found, lambdas, lines, sink, positions, bindings, slots };
        for function in &found.functions {
            let start = writer.sink.out.len();
            starts.push((start, writer.function(function)));
        }
        for class in &found.classes {
            starts.push((writer.sink.out.len(), Traits::default()));
            writer.members(class);
        }
        let rest = writer.sink.out.len();
        writer.heads(starts, fault);
        let Sink { out, list, .. } = &*sink;
        let (rest, heads) = out.split_at(rest);
        let length = |of: usize| u32::try_from(of).unwrap_or(u32::MAX).to_le_bytes();
        let sizes = [length(list.len() / 4), length(heads.len()), length(rest.len())];
        let (table, positions) = positions.finish();
        shelf.put([sizes.as_flattened(), list, heads, rest, table, positions])
    }
}

/// Writes the facts of one file.
pub(super) struct Writer<'a> {
    pub(super) text: &'a str,
    pub(super) tree: &'a Tree,
    pub(super) found: &'a Found,
    /// Those of the file, where they count.
    pub(super) lambdas: Option<&'a FxHashMap<ExprId, u32>>,
    pub(super) lines: Lines<'a>,
    pub(super) sink: &'a mut Sink,
    pub(super) positions: &'a mut Positions,
    /// Room to order bindings.
    pub(super) bindings: &'a mut Vec<(u32, Binding)>,
    /// How many names are bound so far.
    pub(super) slots: u32,
}

impl<'a> Writer<'a> {
    fn heads(&mut self, starts: &[(usize, Traits)], fault: Option<&Fault>) {
        let found = self.found;
        let (functions, classes) = starts.split_at(found.functions.len());
        self.sink.size(functions.len());
        for ((at, traits), function) in functions.iter().zip(&found.functions) {
            self.sink.size(*at);
            self.sink.name(function.name);
            self.sink.byte(match function.kind {
                Kind::Module => 0,
                Kind::Sync => 1,
                Kind::Async => 2,
                Kind::Lambda => 3,
            });
            self.scope(function.parent);
            self.sink.byte(traits.0);
        }
        self.sink.size(classes.len());
        for ((at, _), class) in classes.iter().zip(&found.classes) {
            self.sink.size(*at);
            self.sink.name(class.name);
            self.scope(class.parent);
            self.sized(|it| it.nodes(it.tree.list(class.bases)));
        }
        self.sink.size(found.stars.len());
        for (module, level) in &found.stars {
            self.sink.text(module);
            self.sink.number(*level);
        }
        self.sink.option(fault, |sink, fault| {
            sink.text(&fault.message);
            sink.text(&fault.code);
        });
        if let Some(fault) = fault {
            let number = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
            self.positions.part();
            self.positions.place(number(fault.line), number(fault.column));
        }
        self.sink.number(self.slots);
    }

    /// What the names of a function's decorators, called or not, stand for.
    fn decorating(&self, function: &Function) -> Role {
        let role = |decorator: &ExprId| {
            let named = match self.tree.view(Sight::of(*decorator)) {
                View::Call(callee, _) => self.tree.view(callee),
                named => named,
            };
            match named {
                View::Name(name) | View::Attr(_, name) => Role::of(name),
                _ => Role::default(),
            }
        };
        self.tree.list(function.decorators).iter().map(role).fold(Role::default(), Role::and)
    }

    fn traits(&self, function: &Function, calls_back: bool, runs: bool) -> Traits {
        let decorating = self.decorating(function);
        let is_property = function.kind == Kind::Sync && decorating.is(Role::PROPERTY);
        [
            (is_property, Traits::PROPERTY),
            (calls_back, Traits::CALLS_BACK),
            (runs, Traits::RUNS),
            (decorating.is(Role::BUILDING), Traits::BUILDS),
            (decorating.is(Role::CLASS_METHOD), Traits::OF_CLASS),
            (decorating.is(Role::STATIC_METHOD), Traits::STATIC),
            (function.decorators.count > 0, Traits::DECORATED),
            (function.calls.count > 0 || function.touches.count > 0, Traits::ACTS),
        ]
        .into_iter()
        .filter_map(|(holds, it)| holds.then_some(it))
        .fold(Traits::default(), Traits::and)
    }

    fn scope(&mut self, scope: Scope) {
        self.sink.size(match scope {
            Scope::Function(index) => index << 1,
            Scope::Class(index) => index << 1 | 1,
        });
    }

    fn nodes(&mut self, nodes: &[ExprId]) {
        self.sink.size(nodes.len());
        nodes.iter().for_each(|node| self.sized(|it| it.node(*node)));
    }

    /// Writes something with its length in front.
    pub(super) fn sized(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.sink.leave();
        write(self);
        self.sink.fill(start, self.sink.out.len() - start);
    }

    /// Writes an option of something with its length in front.
    fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.sink.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            self.sized(|it| write(it, value));
        }
    }

    /// Writes a function; what it is besides.
    fn function(&mut self, function: &Function) -> Traits {
        let found = self.found;
        self.bindings(function.bindings);
        self.positions.part();
        // What it takes is asked for most often, and stands where that is near.
        self.sink.number(function.parameters.positional);
        self.sink.byte(match function.body {
            Body::Called => 0,
            Body::Iterated => 1,
        });
        self.sized(|it| it.nodes(it.tree.list(function.decorators)));
        self.sized(|it| it.parameters(function));
        for pile in [function.returned, function.yielded] {
            self.sized(|it| {
                it.sink.number(pile.count);
                found.given.of(pile).for_each(|node| it.sized(|it| it.node(*node)));
            });
        }
        // `None` is the type of nothing that could be followed.
        let returns = function.returns.filter(|it| self.tree.expr(*it) != Syntax::None);
        self.optional(returns, Self::annotation);
        let (mut calls_back, mut runs) = (false, false);
        self.sized(|it| {
            it.sink.number(function.calls.count);
            for call in found.calls.of(function.calls) {
                let role = it.call(call);
                calls_back |= role.is(Role::CALLBACK);
                runs |= role.is(Role::RUNNER);
            }
        });
        self.sized(|it| it.touches(function.touches));
        self.traits(function, calls_back, runs)
    }

    fn parameters(&mut self, function: &Function) {
        let tree = self.tree;
        let parameters = &tree.parameters[function.parameters.all.range()];
        let ordinary = parameters.len() - function.parameters.variadic as usize;
        self.sink.size(parameters.len());
        for (index, parameter) in parameters.iter().enumerate() {
            self.sized(|it| it.parameter(parameter, index >= ordinary));
        }
    }

    fn parameter(&mut self, parameter: &Parameter, is_variadic: bool) {
        let tree = self.tree;
        self.sink.name(parameter.name);
        let default = parameter.default;
        let is_none = default.is_some_and(|default| tree.expr(default) == Syntax::None);
        self.sink.byte(if is_variadic { 2 } else { u8::from(!is_none) });
        self.optional(parameter.annotation, |it, annotation| {
            if is_variadic {
                // What a variadic one is annotated with is each of many.
                it.sink.byte(4);
            }
            it.annotation(annotation);
        });
        let injected = default
            .and_then(|default| tree.injected(default))
            .or_else(|| parameter.annotation.and_then(|annotation| tree.injected(annotation)));
        self.optional(injected, Self::injected);
    }

    fn members(&mut self, class: &Class) {
        self.bindings(class.members);
        self.sink.number(class.attributes.count);
        for attribute in self.found.attributes.of(class.attributes) {
            self.sized(|it| {
                it.sink.name(attribute.name);
                it.sink.number(attribute.method);
                it.value(attribute.value);
            });
        }
    }

    fn bindings(&mut self, pile: Pile) {
        let mut all = std::mem::take(self.bindings);
        all.clear();
        for &(name, binding) in self.found.bindings.of(pile) {
            all.push((self.sink.place(name), binding));
        }
        // What is bound to one name keeps the order of the code.
        if !all.is_sorted_by_key(|(place, _)| *place) {
            all.sort_by_key(|(place, _)| *place);
        }
        self.sink.number(self.slots);
        self.slots += pile.count;
        let start = self.sink.out.len();
        if !self.table::<NARROW>(&all) {
            self.sink.out.truncate(start);
            self.table::<WIDE>(&all);
        }
        *self.bindings = all;
    }

    /// Writes a table of entries of so many bytes and what is bound. False where that is too few.
    fn table<const N: usize>(&mut self, all: &[(u32, Binding)]) -> bool {
        let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
        self.sink.number(count << 1 | u32::from(N == WIDE));
        let size = self.sink.leave();
        let table = self.sink.out.len();
        self.sink.out.resize(table + N * all.len(), 0);
        let start = self.sink.out.len();
        for (index, &(place, binding)) in all.iter().enumerate() {
            let further = u32::try_from(self.sink.out.len() - start).unwrap_or(u32::MAX);
            if N == NARROW && place.max(further) > u32::from(u16::MAX) {
                return false;
            }
            let entry = u64::from(place) | u64::from(further) << (4 * N);
            let at = table + N * index;
            self.sink.out[at..at + N].copy_from_slice(&entry.to_le_bytes()[..N]);
            self.binding(binding);
        }
        self.sink.fill(size, self.sink.out.len() - start);
        true
    }

    fn binding(&mut self, binding: Binding) {
        match binding {
            Binding::Value(value) => {
                self.sink.byte(0);
                self.value(value);
            }
            Binding::Import { module, level, name } => {
                self.sink.byte(1);
                self.sink.name(module);
                self.sink.number(level);
                self.sink.option(name, Sink::name);
            }
            Binding::Function(index) => self.tagged(2, index),
            Binding::Class(index) => self.tagged(3, index),
            Binding::Parameter(index) => self.tagged(4, index),
        }
    }

    fn tagged(&mut self, tag: u8, index: u32) {
        self.sink.byte(tag);
        self.sink.number(index);
    }

    /// The text of a node.
    pub(super) fn text_of(&self, node: ExprId) -> &'a str {
        let node = self.tree.exprs[node.0 as usize];
        &self.text[node.start as usize..node.end as usize]
    }
}
