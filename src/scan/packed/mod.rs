//! The facts of a file as bytes: a tenth of the memory that they take as values, and the form in
//! which they are kept between runs. The linker opens a function when it first asks for it, so what
//! nothing leads to is never unpacked.
//!
//! Bytes are a list of the numbers of names (32 bits each, little-endian), what is known of every
//! function and class at once, and then the rest of each, which is opened on demand. Names are
//! written as places in that list: who gives names other numbers rewrites the list alone.

mod read;
mod sink;
#[cfg(test)]
mod tests;
mod values;
mod write;

use std::cell::OnceCell;

use super::facts::{Bindings, Call, Expr, Fault, Function, Kind, Scope, Touch};
use super::name::Name;
use read::Reader;
pub(super) use read::{are_same, names_of};
pub(super) use write::Packer;

/// Where the list of names begins.
pub(super) const LIST: usize = 8;

/// Packs of other runs are checked before any of their facts is opened.
const WHOLE: &str = "bytes that were written whole are read whole";

/// Calls, each with the place by which [`File::call`] finds it.
pub(super) type Placed = Vec<(usize, Call)>;

/// One file as the linker sees it.
pub(super) struct File<'a> {
    /// Relative to the repository's root.
    pub(super) path: &'a str,
    /// `from module import *`, each with its leading dots.
    pub(super) stars: Vec<(String, u32)>,
    /// What could not be read.
    pub(super) fault: Option<Fault>,
    functions: Vec<Packed<Head, Opened>>,
    classes: Vec<Packed<ClassHead, Members>>,
    /// What the numbers of names mean, and the bytes behind the list of names.
    reader: Reader<'a>,
}

/// Something of which a part is read at once and the rest when it is asked for.
struct Packed<H, R> {
    head: H,
    /// Where the rest begins.
    at: usize,
    rest: OnceCell<Box<R>>,
}

/// A function, and where that begins which it does.
struct Opened {
    function: Function,
    doing: usize,
}

/// What is known of a function at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// Its own name.
    pub(super) name: Name,
    /// The name that findings give.
    pub(super) dotted: Name,
    /// What kind of body it has.
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) parent: Scope,
    /// Whether reading it as an attribute runs it.
    pub(super) is_property: bool,
    /// Whether it has the loop call something later.
    pub(super) calls_back: bool,
}

/// What is known of a class at once.
#[derive(Debug)]
pub(super) struct ClassHead {
    /// Its dotted name inside the module.
    pub(super) dotted: Name,
    /// Where it stands.
    pub(super) parent: Scope,
    /// Its bases, as written.
    pub(super) bases: Vec<Expr>,
}

/// What stands in a class.
#[derive(Debug)]
pub(super) struct Members {
    /// Methods and class-level names.
    pub(super) members: Bindings,
    /// `self.name = value` in its methods: the name, the method's index, the value.
    pub(super) attributes: Vec<(Name, usize, Expr)>,
}

impl<'a> File<'a> {
    /// Opens what [`pack`] wrote; `names` gives each number its name. None where the bytes are of
    /// another make.
    pub(super) fn open(path: &'a str, bytes: &'a [u8], names: &'a [Name]) -> Option<Self> {
        let mut reader = Reader::new(bytes, names)?;
        let mut file = reader.file(path)?;
        file.reader = reader;
        Some(file)
    }

    /// How many functions there are; function 0 is the module's own code.
    pub(super) fn functions(&self) -> usize {
        self.functions.len()
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.classes.len()
    }

    /// What is known of a function at once.
    pub(super) fn head(&self, index: usize) -> Head {
        self.functions[index].head
    }

    /// What is known of a class at once.
    pub(super) fn class(&self, index: usize) -> &ClassHead {
        &self.classes[index].head
    }

    /// Everything about a function but what it does.
    pub(super) fn function(&self, index: usize) -> &Function {
        &self.opened(index).function
    }

    /// What a function does: its calls, and what it touches of the wanted names. Not kept: most of
    /// it is looked at once.
    pub(super) fn doing(
        &self,
        index: usize,
        wanted: impl Fn(Name) -> bool,
    ) -> (Placed, Vec<Touch>) {
        self.reader.at(self.opened(index).doing).doing(wanted).expect(WHOLE)
    }

    /// The call at a place.
    pub(super) fn call(&self, place: usize) -> Call {
        self.reader.at(place).call().expect(WHOLE)
    }

    fn opened(&self, index: usize) -> &Opened {
        let packed = &self.functions[index];
        packed.rest.get_or_init(|| {
            Box::new(self.reader.at(packed.at).function(&packed.head).expect(WHOLE))
        })
    }

    /// What stands in a class.
    pub(super) fn members(&self, index: usize) -> &Members {
        let packed = &self.classes[index];
        packed.rest.get_or_init(|| Box::new(self.reader.at(packed.at).members().expect(WHOLE)))
    }
}
