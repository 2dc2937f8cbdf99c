//! Facts to bytes.

use std::cell::RefCell;

use super::super::catalogue::Catalogue;
use super::super::facts::{
    Annotation, Argument, Binding, Bindings, Body, Call, Class, Default, Doing, Expr, Fault,
    FileFacts, Function, Kind, Parameter, Scope, Touch, Use,
};
use super::super::name::Name;

/// The bytes of a file's facts, its path left out. Names have their numbers of this process.
pub(in crate::scan) fn pack(facts: &FileFacts) -> Box<[u8]> {
    PLACES.with_borrow_mut(|places| {
        places.begin();
        let mut writer = Writer { out: Vec::new(), slots: 0, places };
        let mut starts = Vec::new();
        for (function, doing) in facts.functions.iter().zip(&facts.doings) {
            starts.push(writer.out.len());
            writer.function(function, doing);
        }
        for class in &facts.classes {
            starts.push(writer.out.len());
            writer.members(class);
        }
        let rest = std::mem::take(&mut writer.out);
        writer.heads(facts, &starts);
        let Writer { out: heads, places, .. } = writer;
        let length = |of: usize| u32::try_from(of).unwrap_or(u32::MAX).to_le_bytes();
        let mut all =
            Vec::with_capacity(super::LIST + 4 * places.list.len() + heads.len() + rest.len());
        all.extend(length(places.list.len()));
        all.extend(length(heads.len()));
        all.extend(places.list.iter().flat_map(|number| number.to_le_bytes()));
        all.extend(heads);
        all.extend(rest);
        all.into_boxed_slice()
    })
}

thread_local! {
    static PLACES: RefCell<Places> = RefCell::default();
}

/// Where each name stands in the list of the file that is written.
#[derive(Default)]
struct Places {
    /// By a name's number: the file that it was last written in, and its place there.
    seen: Vec<(u32, u32)>,
    file: u32,
    list: Vec<u32>,
}

impl Places {
    fn begin(&mut self) {
        self.file = self.file.wrapping_add(1);
        if self.file == 0 {
            (self.seen, self.file) = (Vec::new(), 1);
        }
        self.list.clear();
    }

    fn of(&mut self, name: Name) -> u32 {
        let number = name.number();
        let index = number as usize;
        if index >= self.seen.len() {
            self.seen.resize(index.next_power_of_two().max(1 << 12) + 1, (0, 0));
        }
        let (file, place) = &mut self.seen[index];
        if *file != self.file {
            *file = self.file;
            *place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
            self.list.push(number);
        }
        *place
    }
}

struct Writer<'p> {
    out: Vec<u8>,
    /// How many names are bound so far.
    slots: usize,
    places: &'p mut Places,
}

impl Writer<'_> {
    fn heads(&mut self, facts: &FileFacts, starts: &[usize]) {
        let (functions, classes) = starts.split_at(facts.functions.len());
        let all = functions.iter().zip(&facts.functions).zip(&facts.doings);
        self.many(all, |it, ((at, function), doing)| {
            it.size(*at);
            it.name(function.name);
            it.name(function.dotted);
            it.byte(match function.kind {
                Kind::Module => 0,
                Kind::Sync => 1,
                Kind::Async => 2,
                Kind::Lambda => 3,
            });
            it.scope(function.parent);
            it.byte(traits(function, doing));
        });
        self.many(classes.iter().zip(&facts.classes), |it, (at, class)| {
            it.size(*at);
            it.name(class.dotted);
            it.scope(class.parent);
            it.sized(|it| it.parts(&class.bases, Self::expr));
        });
        self.many(&facts.stars, |it, (module, level)| {
            it.text(module);
            it.number(*level);
        });
        self.option(facts.fault.as_ref(), Self::fault);
        self.size(self.slots);
    }

    fn fault(&mut self, fault: &Fault) {
        self.size(fault.line);
        self.size(fault.column);
        self.text(&fault.message);
        self.text(&fault.code);
    }

    fn function(&mut self, function: &Function, doing: &Doing) {
        self.bindings(&function.bindings);
        self.sized(|it| {
            it.many(&doing.calls, Self::call);
            it.many(&doing.touches, Self::touch);
        });
        self.size(function.positional);
        self.byte(match function.body {
            Body::Called => 0,
            Body::Iterated => 1,
        });
        self.sized(|it| it.parts(&function.decorators, Self::expr));
        self.sized(|it| it.parts(&function.parameters, Self::parameter));
        self.sized(|it| it.parts(&function.returned, Self::expr));
        self.sized(|it| it.parts(&function.yielded, Self::expr));
        self.option(function.returns.as_ref(), |it, returns| {
            it.sized(|it| it.annotation(returns));
        });
    }

    fn members(&mut self, class: &Class) {
        self.bindings(&class.members);
        self.parts(&class.attributes, |it, (name, method, value)| {
            it.name(*name);
            it.size(*method);
            it.expr(value);
        });
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.name(parameter.name);
        self.byte(match parameter.default {
            Default::None => 0,
            Default::Other => 1,
        });
        self.option(parameter.annotation.as_ref(), |it, annotation| {
            it.sized(|it| it.annotation(annotation));
        });
        self.option(parameter.injected.as_ref(), |it, value| it.sized(|it| it.expr(value)));
    }

    fn call(&mut self, call: &Call) {
        self.sized(|it| it.expr(&call.callee));
        self.option(call.alias, Self::name);
        self.number(call.line);
        self.number(call.column);
        let used = match call.used {
            Use::Value => 0,
            Use::Awaited => 1,
            Use::Streamed => 2,
        };
        let care = call
            .care
            .map_or(0, |care| 1 | u8::from(care.bounded) << 1 | u8::from(care.caught) << 2);
        self.byte(used | care << 2);
        self.many(&call.arguments, Self::argument);
        self.many(&call.guards, |it, name| it.name(*name));
    }

    fn argument(&mut self, argument: &Argument) {
        let Argument { keyword, value, written } = argument;
        self.byte(u8::from(keyword.is_some()) | u8::from(written.is_some()) << 1);
        keyword.iter().for_each(|name| self.name(*name));
        written.iter().for_each(|text| self.text(text));
        self.sized(|it| it.expr(value));
    }

    fn touch(&mut self, touch: &Touch) {
        self.name(touch.name);
        self.number(touch.line);
        self.sized(|it| it.expr(&touch.receiver));
    }

    fn bindings(&mut self, bindings: &Bindings) {
        // In the order of their places, and what is bound to one name in the order of the code.
        let mut entries: Vec<(u32, &Binding)> = (bindings.all().iter())
            .map(|(name, binding)| (self.places.of(*name), binding))
            .collect();
        entries.sort_by_key(|(place, _)| *place);
        self.size(self.slots);
        self.slots += entries.len();
        self.size(entries.len());
        self.sized_behind(|it| {
            let start = it.out.len();
            it.out.resize(start + 8 * entries.len(), 0);
            let data = it.out.len();
            for (index, (place, binding)) in entries.iter().enumerate() {
                let further = u32::try_from(it.out.len() - data).unwrap_or(u32::MAX);
                let entry = &mut it.out[start + 8 * index..][..8];
                entry[..4].copy_from_slice(&place.to_le_bytes());
                entry[4..].copy_from_slice(&further.to_le_bytes());
                it.binding(binding);
            }
            data - start
        });
    }

    fn binding(&mut self, binding: &Binding) {
        match binding {
            Binding::Value(expr) => {
                self.byte(0);
                self.expr(expr);
            }
            Binding::Import { module, level, name } => {
                self.byte(1);
                self.name(*module);
                self.number(*level);
                self.option(*name, Self::name);
            }
            Binding::Function(index) => self.tagged(2, *index),
            Binding::Class(index) => self.tagged(3, *index),
            Binding::Parameter(index) => self.tagged(4, *index),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Unknown => self.byte(0),
            Expr::None => self.byte(1),
            Expr::Super => self.byte(2),
            Expr::Name(name) => {
                self.byte(3);
                self.name(*name);
            }
            Expr::Attr(value, name) => {
                self.byte(4);
                self.name(*name);
                self.expr(value);
            }
            Expr::Call(callee, first) => {
                let Some(first) = first else { return self.wrapped(6, callee) };
                self.byte(5);
                self.sized(|it| it.expr(callee));
                self.expr(first);
            }
            Expr::Await(value) => self.wrapped(7, value),
            Expr::Enter(value) => self.wrapped(8, value),
            Expr::Element(value) => self.wrapped(9, value),
            Expr::Part(value, index) => {
                self.tagged(10, *index);
                self.expr(value);
            }
            Expr::Display(parts) => {
                self.byte(11);
                self.parts(parts, Self::expr);
            }
            Expr::Union(parts) => {
                self.byte(12);
                self.parts(parts, Self::expr);
            }
            Expr::Join(left, right) => {
                self.byte(13);
                self.sized(|it| it.expr(left));
                self.expr(right);
            }
            Expr::Lambda(index) => self.tagged(14, *index),
            Expr::Literal(name) => {
                self.byte(15);
                self.name(*name);
            }
            Expr::Typed(annotation) => {
                self.byte(16);
                self.annotation(annotation);
            }
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        match annotation {
            Annotation::Unknown => self.byte(0),
            Annotation::Plain(expr) => self.wrapped(1, expr),
            Annotation::AnyOf(parts) => {
                self.byte(2);
                self.parts(parts, Self::annotation);
            }
            Annotation::ClassOf(inner) => {
                self.byte(3);
                self.annotation(inner);
            }
            Annotation::Many(inner) => {
                self.byte(4);
                self.annotation(inner);
            }
            Annotation::Tuple(parts) => {
                self.byte(5);
                self.parts(parts, Self::annotation);
            }
            Annotation::Awaited(inner) => {
                self.byte(6);
                self.annotation(inner);
            }
        }
    }

    fn wrapped(&mut self, tag: u8, inner: &Expr) {
        self.byte(tag);
        self.expr(inner);
    }

    fn tagged(&mut self, tag: u8, index: usize) {
        self.byte(tag);
        self.size(index);
    }

    fn scope(&mut self, scope: Scope) {
        match scope {
            Scope::Function(index) => self.size(index << 1),
            Scope::Class(index) => self.size(index << 1 | 1),
        }
    }

    fn many<T>(
        &mut self,
        all: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        each: impl Fn(&mut Self, T),
    ) {
        let all = all.into_iter();
        self.size(all.len());
        all.for_each(|one| each(self, one));
    }

    /// As [`Writer::many`], each with its length in front.
    fn parts<'v, T>(&mut self, all: &'v [T], each: impl Fn(&mut Self, &'v T)) {
        self.many(all, |it, one| it.sized(|it| each(it, one)));
    }

    /// Writes something with its length in front.
    fn sized(&mut self, write: impl FnOnce(&mut Self)) {
        self.sized_behind(|it| {
            write(it);
            0
        });
    }

    /// Writes something with the length of what follows its first part in front; `write` says how
    /// long that part is.
    fn sized_behind(&mut self, write: impl FnOnce(&mut Self) -> usize) {
        let at = self.out.len();
        self.byte(0);
        let first = write(self);
        let size = self.out.len() - at - 1 - first;
        if let Some(byte) = u8::try_from(size).ok().filter(|byte| *byte < 0x80) {
            self.out[at] = byte;
            return;
        }
        // Most are short; the others make room.
        let end = self.out.len();
        self.size(size);
        let length: Vec<u8> = self.out.drain(end..).collect();
        self.out.splice(at..=at, length);
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn text(&mut self, text: &str) {
        self.size(text.len());
        self.out.extend(text.as_bytes());
    }

    fn name(&mut self, name: Name) {
        let place = self.places.of(name);
        self.number(place);
    }

    fn size(&mut self, size: usize) {
        self.number(u32::try_from(size).expect("a file is shorter than 4 GB"));
    }

    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.byte(u8::try_from(number & 0x7f).expect("7 bits") | 0x80);
            number >>= 7;
        }
        self.byte(u8::try_from(number).expect("7 bits"));
    }

    fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }
}

fn traits(function: &Function, doing: &Doing) -> u8 {
    let decorated = |name| function.is_decorated(&[name]);
    u8::from(function.is_property())
        | u8::from(calls_back(doing)) << 1
        | u8::from(decorated("classmethod")) << 2
        | u8::from(decorated("staticmethod")) << 3
}

fn calls_back(doing: &Doing) -> bool {
    let catalogue = Catalogue::embedded();
    let mut leaves = doing.calls.iter().filter_map(|call| call.callee.leaf());
    leaves.any(|leaf| catalogue.callback(leaf).is_some())
}
