//! The methods that stand in each class: those of one class side by side, since most have few. And
//! the other way round: the classes that have a method of each name.

use rustc_hash::FxHashMap;

use super::super::facts::{Kind, Scope};
use super::super::name::Name;
use super::super::packed::{File, Node};
use super::value::{ClassId, small};

/// The methods of a program.
#[derive(Debug, Default)]
pub(super) struct Methods {
    /// By the number of a class: where its methods begin.
    starts: Vec<u32>,
    /// By class and then by the number of the name: the function's index in its file.
    all: Vec<(Name, u32)>,
    /// Where the classes of each name begin, and how many there are.
    names: FxHashMap<Name, (u32, u32)>,
    /// Those that have a method of each name, in order.
    definers: Vec<ClassId>,
}

impl Methods {
    /// Of all files; of several `def`s of one name in a class the last one counts that is not another
    /// accessor of a property.
    pub(super) fn of(files: &[File<'_>]) -> Self {
        let mut methods = Self::default();
        let mut here: Vec<(usize, Name, u32)> = Vec::new();
        for file in files {
            here.clear();
            for index in 0..file.functions() {
                let head = file.head(index);
                if let (Scope::Class(class), Kind::Sync | Kind::Async) = (head.parent, head.kind) {
                    here.push((class, head.name, small(index)));
                }
            }
            here.sort_unstable_by_key(|(class, name, index)| (*class, name.number(), *index));
            let mut left = here.as_slice();
            for class in 0..file.classes() {
                methods.starts.push(small(methods.all.len()));
                let (own, others) = left.split_at(left.partition_point(|it| it.0 <= class));
                let alike = own.chunk_by(|one, next| one.1 == next.1);
                let last = alike.filter_map(|alike| {
                    let counts = |it: &&(usize, Name, u32)| {
                        alike.len() == 1 || !is_accessor(file, it.1, it.2)
                    };
                    alike.iter().rfind(counts).or(alike.last())
                });
                methods.all.extend(last.map(|(_, name, index)| (*name, *index)));
                left = others;
            }
        }
        methods.starts.push(small(methods.all.len()));
        methods.find_definers(files);
        methods
    }

    fn find_definers(&mut self, files: &[File<'_>]) {
        for (name, _) in &self.all {
            self.names.entry(*name).or_default().1 += 1;
        }
        let mut start = 0;
        for (first, count) in self.names.values_mut() {
            *first = start;
            start += std::mem::take(count);
        }
        let classes = files.iter().enumerate().flat_map(|(file, facts)| {
            (0..facts.classes()).map(move |class| ClassId::new(file, class))
        });
        self.definers = vec![ClassId::new(0, 0); self.all.len()];
        for (class, ends) in classes.zip(self.starts.windows(2)) {
            for (name, _) in &self.all[ends[0] as usize..ends[1] as usize] {
                if let Some((first, count)) = self.names.get_mut(name) {
                    self.definers[(*first + *count) as usize] = class;
                    *count += 1;
                }
            }
        }
    }

    /// The classes that have a method of this name, in order.
    pub(super) fn definers(&self, name: Name) -> &[ClassId] {
        let (first, count) = self.names.get(&name).copied().unwrap_or_default();
        &self.definers[first as usize..(first + count) as usize]
    }

    /// Every name of a method.
    pub(super) fn names(&self) -> impl Iterator<Item = Name> {
        self.names.keys().copied()
    }

    /// The index of the function of this name in a class.
    pub(super) fn named(&self, class: usize, name: Name) -> Option<u32> {
        let own = &self.all[self.starts[class] as usize..self.starts[class + 1] as usize];
        let at = own.binary_search_by_key(&name.number(), |(name, _)| name.number()).ok()?;
        Some(own[at].1)
    }
}

/// Whether a method sets or deletes a property: `@name.setter`.
fn is_accessor(file: &File<'_>, name: Name, index: u32) -> bool {
    file.function(index as usize).decorators.any(|decorator| {
        let Node::Attr(property, accessor) = file.node(decorator) else { return false };
        ["setter", "deleter"].contains(&accessor.text()) && file.leaf(property) == Some(name)
    })
}
