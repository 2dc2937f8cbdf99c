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
        let mut writer = Writer { out: Vec::new(), aside: Vec::new(), places };
        let mut starts = Vec::new();
        for (function, doing) in facts.functions.iter().zip(&facts.doings) {
            starts.push(writer.out.len());
            writer.function(function);
            writer.many(&doing.calls, Writer::call);
            writer.many(&doing.touches, Writer::touch);
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
    /// What must be written before its length is known; empty in between.
    aside: Vec<u8>,
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
            it.byte(u8::from(function.is_property()) | u8::from(calls_back(doing)) << 1);
        });
        self.many(classes.iter().zip(&facts.classes), |it, (at, class)| {
            it.size(*at);
            it.name(class.dotted);
            it.scope(class.parent);
            it.many(&class.bases, Self::expr);
        });
        self.many(&facts.stars, |it, (module, level)| {
            it.text(module);
            it.number(*level);
        });
        self.option(facts.fault.as_ref(), Self::fault);
    }

    fn fault(&mut self, fault: &Fault) {
        self.size(fault.line);
        self.size(fault.column);
        self.text(&fault.message);
        self.text(&fault.code);
    }

    fn function(&mut self, function: &Function) {
        self.number(function.line);
        self.many(&function.decorators, Self::expr);
        self.many(&function.parameters, Self::parameter);
        self.size(function.positional);
        self.option(function.returns.as_ref(), Self::annotation);
        self.many(&function.returned, Self::expr);
        self.many(&function.yielded, Self::expr);
        self.byte(match function.body {
            Body::Called => 0,
            Body::Iterated => 1,
        });
        self.bindings(&function.bindings);
    }

    fn members(&mut self, class: &Class) {
        self.bindings(&class.members);
        self.many(&class.attributes, |it, (name, method, value)| {
            it.name(*name);
            it.size(*method);
            it.expr(value);
        });
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.name(parameter.name);
        self.option(parameter.annotation.as_ref(), Self::annotation);
        self.byte(match parameter.default {
            Default::None => 0,
            Default::Other => 1,
        });
        self.option(parameter.injected.as_ref(), Self::expr);
    }

    fn call(&mut self, call: &Call) {
        self.expr(&call.callee);
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
        self.expr(value);
    }

    fn touch(&mut self, touch: &Touch) {
        self.name(touch.name);
        self.number(touch.line);
        // With its length in front it can be passed over: few names of attributes run code.
        std::mem::swap(&mut self.out, &mut self.aside);
        self.expr(&touch.receiver);
        std::mem::swap(&mut self.out, &mut self.aside);
        self.size(self.aside.len());
        self.out.append(&mut self.aside);
    }

    fn bindings(&mut self, bindings: &Bindings) {
        self.many(bindings.all(), |it, (name, binding)| {
            it.name(*name);
            match binding {
                Binding::Value(expr) => {
                    it.byte(0);
                    it.expr(expr);
                }
                Binding::Import { module, level, name } => {
                    it.byte(1);
                    it.name(*module);
                    it.number(*level);
                    it.option(*name, Self::name);
                }
                Binding::Function(index) => it.tagged(2, *index),
                Binding::Class(index) => it.tagged(3, *index),
                Binding::Parameter(index) => it.tagged(4, *index),
            }
        });
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
                self.expr(value);
                self.name(*name);
            }
            Expr::Call(callee, first) => {
                self.byte(if first.is_some() { 5 } else { 6 });
                self.expr(callee);
                first.iter().for_each(|first| self.expr(first));
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
                self.many(parts, Self::expr);
            }
            Expr::Union(parts) => {
                self.byte(12);
                self.many(parts, Self::expr);
            }
            Expr::Join(left, right) => {
                self.wrapped(13, left);
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
                self.many(parts, Self::annotation);
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
                self.many(parts, Self::annotation);
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

fn calls_back(doing: &Doing) -> bool {
    let catalogue = Catalogue::embedded();
    let mut leaves = doing.calls.iter().filter_map(|call| call.leaf());
    leaves.any(|leaf| catalogue.callback(leaf).is_some())
}
