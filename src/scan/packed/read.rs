//! Bytes to facts. Nothing here panics on bytes of another make: it gives none.

use std::cell::OnceCell;

use super::super::facts::{
    Annotation, Argument, Binding, Bindings, Body, Call, Care, Default, Expr, Fault, Function,
    Kind, Parameter, Scope, Touch, Use,
};
use super::super::name::Name;
use super::{ClassHead, File, Head, LIST, Members, Opened, Packed, Placed};

/// A place in the bytes of a file.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    /// By number.
    names: &'a [Name],
    /// The numbers of the file's names, by place.
    list: &'a [[u8; 4]],
    bytes: &'a [u8],
    at: usize,
    /// Where the parts begin that are opened on demand.
    rest: usize,
}

/// The numbers of the names that packed facts use, each in four bytes.
pub(in crate::scan) fn names_of(bytes: &[u8]) -> Option<&[[u8; 4]]> {
    let (count, after) = bytes.split_first_chunk::<4>()?;
    let (_, after) = after.split_first_chunk::<4>()?;
    after.as_chunks::<4>().0.get(..u32::from_le_bytes(*count) as usize)
}

/// Whether two files have the same facts, whatever numbers their names have. Each comes with what
/// its numbers mean.
pub(in crate::scan) fn are_same(one: (&[u8], &[Name]), other: (&[u8], &[Name])) -> bool {
    let split = |(bytes, names): (&[u8], &[Name])| {
        let list = names_of(bytes)?;
        let rest = bytes.get(LIST + list.as_flattened().len()..)?.to_vec();
        let name = |number: &[u8; 4]| names.get(u32::from_le_bytes(*number) as usize).copied();
        let names: Option<Vec<Name>> = list.iter().map(name).collect();
        Some((names?, rest))
    };
    let (one, other) = (split(one), split(other));
    one.is_some() && one == other
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], names: &'a [Name]) -> Option<Self> {
        let list = names_of(bytes)?;
        let heads = u32::from_le_bytes(*bytes[4..].first_chunk::<4>()?) as usize;
        let at = LIST + list.as_flattened().len();
        Some(Self { names, list, bytes, at, rest: at.checked_add(heads)? })
    }

    /// The same bytes from another place on, counted from where the parts begin.
    pub(super) fn at(&self, part: usize) -> Self {
        Self { at: self.rest + part, ..*self }
    }

    pub(super) fn file(&mut self, path: &'a str) -> Option<File<'a>> {
        let functions = self.many(|it| {
            let at = it.size()?;
            let (name, dotted) = (it.name()?, it.name()?);
            let kind = match it.byte()? {
                0 => Kind::Module,
                1 => Kind::Sync,
                2 => Kind::Async,
                3 => Kind::Lambda,
                _ => return None,
            };
            let parent = it.scope()?;
            let flags = it.byte()?;
            let head = Head {
                name,
                dotted,
                kind,
                parent,
                is_property: flags & 1 != 0,
                calls_back: flags & 2 != 0,
            };
            Some(Packed { head, at, rest: OnceCell::new() })
        })?;
        let classes = self.many(|it| {
            let at = it.size()?;
            let head =
                ClassHead { dotted: it.name()?, parent: it.scope()?, bases: it.many(Self::expr)? };
            Some(Packed { head, at, rest: OnceCell::new() })
        })?;
        let stars = self.many(|it| Some((it.text()?, it.number()?)))?;
        let fault = self.option(Self::fault)?;
        Some(File { path, stars, fault, functions, classes, reader: *self })
    }

    fn fault(&mut self) -> Option<Fault> {
        Some(Fault {
            line: self.size()?,
            column: self.size()?,
            message: self.text()?,
            code: self.text()?,
        })
    }

    pub(super) fn function(mut self, head: &Head) -> Option<Opened> {
        let it = &mut self;
        let function = Function {
            name: head.name,
            dotted: head.dotted,
            kind: head.kind,
            parent: head.parent,
            line: it.number()?,
            decorators: it.many(Self::expr)?,
            parameters: it.many(Self::parameter)?,
            positional: it.size()?,
            returns: it.option(Self::annotation)?,
            returned: it.many(Self::expr)?,
            yielded: it.many(Self::expr)?,
            body: match it.byte()? {
                0 => Body::Called,
                1 => Body::Iterated,
                _ => return None,
            },
            bindings: it.bindings()?,
        };
        Some(Opened { function, doing: self.at - self.rest })
    }

    /// Each call with its place, and then the touches of the wanted names.
    pub(super) fn doing(mut self, wanted: impl Fn(Name) -> bool) -> Option<(Placed, Vec<Touch>)> {
        let calls = self.many(|it| {
            let at = it.at - it.rest;
            Some((at, it.call()?))
        })?;
        let mut touches = Vec::new();
        for _ in 0..self.size()? {
            let (name, line, size) = (self.name()?, self.number()?, self.size()?);
            let end = self.at.checked_add(size)?;
            if wanted(name) {
                touches.push(Touch { name, line, receiver: self.expr()? });
            }
            self.at = end;
        }
        Some((calls, touches))
    }

    pub(super) fn members(mut self) -> Option<Members> {
        Some(Members {
            members: self.bindings()?,
            attributes: self.many(|it| Some((it.name()?, it.size()?, it.expr()?)))?,
        })
    }

    fn parameter(&mut self) -> Option<Parameter> {
        Some(Parameter {
            name: self.name()?,
            annotation: self.option(Self::annotation)?,
            default: match self.byte()? {
                0 => Default::None,
                1 => Default::Other,
                _ => return None,
            },
            injected: self.option(Self::expr)?,
        })
    }

    pub(super) fn call(&mut self) -> Option<Call> {
        let callee = self.expr()?;
        let alias = self.option(Self::name)?;
        let (line, column) = (self.number()?, self.number()?);
        let flags = self.byte()?;
        let used = match flags & 3 {
            0 => Use::Value,
            1 => Use::Awaited,
            2 => Use::Streamed,
            _ => return None,
        };
        let care =
            (flags & 4 != 0).then_some(Care { bounded: flags & 8 != 0, caught: flags & 16 != 0 });
        let (arguments, guards) = (self.many(Self::argument)?, self.many(Self::name)?);
        Some(Call { callee, alias, line, column, used, arguments, care, guards })
    }

    fn argument(&mut self) -> Option<Argument> {
        let flags = self.byte()?;
        let keyword = if flags & 1 != 0 { Some(self.name()?) } else { None };
        let written = if flags & 2 != 0 { Some(self.text()?.into()) } else { None };
        Some(Argument { keyword, value: self.expr()?, written })
    }

    fn bindings(&mut self) -> Option<Bindings> {
        let all = self.many(|it| {
            let name = it.name()?;
            let binding = match it.byte()? {
                0 => Binding::Value(it.expr()?),
                1 => Binding::Import {
                    module: it.name()?,
                    level: it.number()?,
                    name: it.option(Self::name)?,
                },
                2 => Binding::Function(it.size()?),
                3 => Binding::Class(it.size()?),
                4 => Binding::Parameter(it.size()?),
                _ => return None,
            };
            Some((name, binding))
        })?;
        Some(all.into())
    }

    fn expr(&mut self) -> Option<Expr> {
        Some(match self.byte()? {
            0 => Expr::Unknown,
            1 => Expr::None,
            2 => Expr::Super,
            3 => Expr::Name(self.name()?),
            4 => Expr::Attr(self.boxed()?, self.name()?),
            5 => Expr::Call(self.boxed()?, Some(self.boxed()?)),
            6 => Expr::Call(self.boxed()?, None),
            7 => Expr::Await(self.boxed()?),
            8 => Expr::Enter(self.boxed()?),
            9 => Expr::Element(self.boxed()?),
            10 => {
                let index = self.size()?;
                Expr::Part(self.boxed()?, index)
            }
            11 => Expr::Display(self.many(Self::expr)?),
            12 => Expr::Union(self.many(Self::expr)?),
            13 => Expr::Join(self.boxed()?, self.boxed()?),
            14 => Expr::Lambda(self.size()?),
            15 => Expr::Literal(self.name()?),
            16 => Expr::Typed(Box::new(self.annotation()?)),
            _ => return None,
        })
    }

    fn boxed(&mut self) -> Option<Box<Expr>> {
        self.expr().map(Box::new)
    }

    fn annotation(&mut self) -> Option<Annotation> {
        Some(match self.byte()? {
            0 => Annotation::Unknown,
            1 => Annotation::Plain(self.expr()?),
            2 => Annotation::AnyOf(self.many(Self::annotation)?),
            3 => Annotation::ClassOf(Box::new(self.annotation()?)),
            4 => Annotation::Many(Box::new(self.annotation()?)),
            5 => Annotation::Tuple(self.many(Self::annotation)?),
            6 => Annotation::Awaited(Box::new(self.annotation()?)),
            _ => return None,
        })
    }

    fn scope(&mut self) -> Option<Scope> {
        let scope = self.size()?;
        Some(if scope & 1 == 0 { Scope::Function(scope >> 1) } else { Scope::Class(scope >> 1) })
    }

    fn many<T>(&mut self, each: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.size()?;
        // Every one takes a byte at least, so a count of another make takes no memory.
        let mut all = Vec::with_capacity(count.min(self.bytes.len()));
        for _ in 0..count {
            all.push(each(self)?);
        }
        Some(all)
    }

    #[expect(clippy::option_option, reason = "the outer one says that the bytes are damaged")]
    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.byte()? {
            0 => Some(None),
            1 => read(self).map(Some),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<String> {
        let end = self.size()?.checked_add(self.at)?;
        let text = std::str::from_utf8(self.bytes.get(self.at..end)?).ok()?;
        self.at = end;
        Some(text.to_owned())
    }

    fn name(&mut self) -> Option<Name> {
        let number = u32::from_le_bytes(*self.list.get(self.size()?)?);
        self.names.get(number as usize).copied()
    }

    fn size(&mut self) -> Option<usize> {
        self.number().map(|number| number as usize)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }
}
