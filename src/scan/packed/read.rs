//! Bytes to facts. Opening gives none for bytes of another make and never panics.

use super::super::facts::{Default, Fault, Kind, Scope};
use super::super::name::Name;
use super::heads::{ClassRow, FunctionRow};
use super::node::{At, Local, Node, Parts, Type};
use super::positions::Cursor;
use super::{
    Binding, ClassHead, File, Function, Head, LIST, Names, Parameter, Shape, Signature, Traits,
};

/// What the bytes of a file are read with.
pub(super) struct Source<'a> {
    names: &'a Names,
    /// The numbers of the file's names, by place.
    list: &'a [[u8; 4]],
    bytes: &'a [u8],
    /// Where the positions begin.
    positions: usize,
}

/// A place in the bytes of a file.
#[derive(Clone, Copy)]
pub(super) struct Reader<'f> {
    source: &'f Source<'f>,
    pub(super) at: usize,
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8], names: &'a Names) -> Option<Self> {
        let shape = Shape::of(bytes)?;
        let positions = LIST + shape.list.as_flattened().len() + shape.rest.len();
        Some(Self { names, list: shape.list, bytes, positions })
    }

    /// Where the positions begin.
    pub(super) fn positions(&self) -> usize {
        self.positions
    }

    /// The bytes from there on.
    pub(super) fn after(&self) -> Option<&'a [u8]> {
        self.bytes.get(self.positions..)
    }

    /// From a place on.
    pub(super) fn at(&self, at: At) -> Reader<'_> {
        Reader { source: self, at: at.0 as usize }
    }

    /// The name at a place of the list.
    #[inline]
    pub(super) fn name(&self, local: Local) -> Option<Name> {
        self.names.get(u32::from_le_bytes(*self.list.get(local.0 as usize)?))
    }

    /// The names of the list.
    pub(super) fn says(&self) -> impl Iterator<Item = Name> {
        self.list.iter().filter_map(|number| self.names.get(u32::from_le_bytes(*number)))
    }

    /// The place of a name in the list.
    pub(super) fn local(&self, name: Name) -> Option<Local> {
        let number = self.names.number(name)?.to_le_bytes();
        // Many at a time: a file has hundreds of names, and most are asked for in vain.
        let (blocks, rest) = self.list.as_chunks::<16>();
        let is_in = |block: &&[[u8; 4]; 16]| {
            block.iter().fold(false, |found, other| found | (*other == number))
        };
        let (start, block) = match blocks.iter().enumerate().find(|(_, block)| is_in(block)) {
            Some((index, block)) => (16 * index, &block[..]),
            None => (16 * blocks.len(), rest),
        };
        let place = start + block.iter().position(|other| *other == number)?;
        u32::try_from(place).ok().map(Local)
    }

    /// What is known of a file at once.
    pub(super) fn opened(self, path: &'a str) -> Option<File<'a>> {
        let mut it = Reader { source: &self, at: LIST + self.list.as_flattened().len() };
        let heads = u32::from_le_bytes(*self.bytes[4..].first_chunk::<4>()?) as usize;
        let rest = it.at.checked_add(heads)?;
        let part = |at: usize| Some(At(u32::try_from(rest.checked_add(at)?).ok()?));
        let functions = it.many(|it| {
            let at = part(it.size()?)?;
            let name = it.name()?;
            let kind = match it.byte()? {
                0 => Kind::Module,
                1 => Kind::Sync,
                2 => Kind::Async,
                3 => Kind::Lambda,
                _ => return None,
            };
            let (parent, traits) = (it.scope()?, Traits(it.byte()?));
            let head = Head { name, kind, parent, traits };
            FunctionRow::new(head, self.at(at).table()?)
        })?;
        let classes = it.many(|it| {
            let at = part(it.size()?)?;
            let (name, parent, bases) = (it.name()?, it.scope()?, it.sized()?);
            ClassRow::new(ClassHead { name, parent }, bases, self.at(at).table()?)
        })?;
        let stars = it.many(|it| Some((it.text()?.to_owned(), it.number()?)))?;
        let mut fault = it.option(Reader::fault)?.map(Box::new);
        if let Some(fault) = &mut fault {
            let (line, column) = Cursor::of(&self, functions.len())?.place()?;
            (fault.line, fault.column) = (line as usize, column as usize);
        }
        let slots = it.number()?;
        Some(File { path, stars, fault, slots, functions, classes, source: self })
    }
}

impl<'f> Reader<'f> {
    /// The same bytes from another place on.
    pub(super) fn at(&self, at: At) -> Self {
        Self { at: at.0 as usize, ..*self }
    }

    #[inline]
    pub(super) fn here(&self) -> Option<At> {
        u32::try_from(self.at).ok().map(At)
    }

    /// A fault, of which the position stands elsewhere.
    fn fault(&mut self) -> Option<Fault> {
        let (message, code) = (self.text()?.to_owned(), self.text()?.to_owned());
        Some(Fault { line: 1, column: 1, message, code })
    }

    /// A function, of which what stands behind its names begins here.
    pub(super) fn function(mut self) -> Option<Function<'f>> {
        // How many parameters can be passed by position.
        self.size()?;
        let is_iterated = self.byte()? != 0;
        let decorators = self.section()?;
        // Parameters.
        self.sized()?;
        Some(Function {
            is_iterated,
            decorators,
            returned: self.section()?,
            yielded: self.section()?,
            returns: self.option(Self::sized)?,
        })
    }

    /// What a function takes, of which what stands behind its names begins here.
    pub(super) fn signature(mut self) -> Option<Signature<'f>> {
        let positional = self.size()?;
        self.byte()?;
        // Decorators.
        self.sized()?;
        Some(Signature { positional, parameters: self.section()? })
    }

    pub(super) fn attribute(mut self) -> Option<(Local, usize, At)> {
        Some((Local(self.number()?), self.size()?, self.here()?))
    }

    pub(super) fn parameter(mut self) -> Option<Parameter> {
        Some(Parameter {
            name: self.name()?,
            default: match self.byte()? {
                0 => Default::None,
                1 => Default::Other,
                2 => Default::Rest,
                _ => return None,
            },
            annotation: self.option(Self::sized)?,
            injected: self.option(Self::sized)?,
        })
    }

    /// What stands so many bytes further on.
    pub(super) fn further(&self, bytes: u32) -> Self {
        Self { at: self.at + bytes as usize, ..*self }
    }

    pub(super) fn binding(mut self) -> Option<Binding> {
        Some(match self.byte()? {
            0 => Binding::Value(self.here()?),
            1 => Binding::Import {
                module: self.name()?,
                level: self.number()?,
                name: self.option(Self::name)?,
            },
            2 => Binding::Function(self.size()?),
            3 => Binding::Class(self.size()?),
            4 => Binding::Parameter(self.size()?),
            _ => return None,
        })
    }

    pub(super) fn node(mut self) -> Option<Node<'f>> {
        Some(match self.byte()? {
            0 => Node::Unknown,
            1 => Node::None,
            2 => Node::Super,
            3 => Node::Name(Local(self.number()?)),
            4 => {
                let name = self.name()?;
                Node::Attr(self.here()?, name)
            }
            5 => {
                let callee = self.sized()?;
                Node::Call(callee, Some(self.here()?))
            }
            6 => Node::Call(self.here()?, None),
            7 => Node::Await(self.here()?),
            8 => Node::Enter(self.here()?),
            9 => Node::Element(self.here()?),
            10 => {
                let index = self.size()?;
                Node::Part(self.here()?, index)
            }
            11 => Node::Display(self.parts()?),
            12 => Node::Union(self.parts()?),
            13 => {
                let left = self.sized()?;
                Node::Join(left, self.here()?)
            }
            14 => Node::Lambda(self.size()?),
            15 => Node::Literal(self.name()?),
            16 => Node::Typed(self.here()?),
            _ => return None,
        })
    }

    pub(super) fn annotation(mut self) -> Option<Type<'f>> {
        Some(match self.byte()? {
            0 => Type::Unknown,
            1 => Type::Plain(self.here()?),
            2 => Type::AnyOf(self.parts()?),
            3 => Type::ClassOf(self.here()?),
            4 => Type::Many(self.here()?),
            5 => Type::Tuple(self.parts()?),
            6 => Type::Awaited(self.here()?),
            _ => return None,
        })
    }

    fn scope(&mut self) -> Option<Scope> {
        let scope = self.size()?;
        Some(if scope & 1 == 0 { Scope::Function(scope >> 1) } else { Scope::Class(scope >> 1) })
    }

    /// How many there are, and then each with its length in front.
    pub(super) fn parts(&mut self) -> Option<Parts<'f>> {
        let left = self.size()?;
        Some(Parts { next: *self, left })
    }

    /// Parts, with the length of all of them in front; goes on behind them.
    fn section(&mut self) -> Option<Parts<'f>> {
        let at = self.sized()?;
        self.at(at).parts()
    }

    /// Where something begins that has its length in front; goes on behind it.
    #[inline]
    pub(super) fn sized(&mut self) -> Option<At> {
        let size = self.size()?;
        let at = self.here()?;
        self.at = self.at.checked_add(size)?;
        Some(at)
    }

    fn many<T>(&mut self, each: impl Fn(&mut Self) -> Option<T>) -> Option<Box<[T]>> {
        let count = self.size()?;
        // Every one takes a byte at least, so a count of another make takes no memory.
        let mut all = Vec::with_capacity(count.min(self.source.bytes.len()));
        for _ in 0..count {
            all.push(each(self)?);
        }
        Some(all.into())
    }

    #[inline]
    #[expect(clippy::option_option, reason = "the outer one says that the bytes are damaged")]
    pub(super) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.byte()? {
            0 => Some(None),
            1 => read(self).map(Some),
            _ => None,
        }
    }

    pub(super) fn text(&mut self) -> Option<&'f str> {
        let size = self.size()?;
        std::str::from_utf8(self.take(size)?).ok()
    }

    #[inline]
    pub(super) fn name(&mut self) -> Option<Name> {
        let place = self.number()?;
        self.source.name(Local(place))
    }

    #[inline]
    pub(super) fn size(&mut self) -> Option<usize> {
        self.number().map(|number| number as usize)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u32> {
        let first = self.byte()?;
        if first < 0x80 { Some(first.into()) } else { self.number_after(first) }
    }

    /// A number of several bytes, after the first one.
    fn number_after(&mut self, first: u8) -> Option<u32> {
        let mut number = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    #[inline]
    /// So many bytes.
    pub(super) fn take(&mut self, size: usize) -> Option<&'f [u8]> {
        let end = self.at.checked_add(size)?;
        let bytes = self.source.bytes.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.source.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }
}
