//! The methods that stand in each class: those of one class side by side, since most have few.

use super::super::facts::{Kind, Scope};
use super::super::name::Name;
use super::super::packed::File;
use super::value::small;

/// By the numbers of classes: where those of each begin, and the names of all with the functions'
/// indexes in their files.
#[derive(Debug, Default)]
pub(super) struct Methods {
    starts: Vec<u32>,
    all: Vec<(Name, u32)>,
}

impl Methods {
    /// Of all files; of several `def`s of one name in a class the last one counts.
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
                let last = own.chunk_by(|one, next| one.1 == next.1).filter_map(<[_]>::last);
                methods.all.extend(last.map(|(_, name, index)| (*name, *index)));
                left = others;
            }
        }
        methods.starts.push(small(methods.all.len()));
        methods
    }

    /// Those of a class, by its number.
    pub(super) fn in_class(&self, class: usize) -> &[(Name, u32)] {
        &self.all[self.starts[class] as usize..self.starts[class + 1] as usize]
    }

    /// The index of the function of this name in a class.
    pub(super) fn named(&self, class: usize, name: Name) -> Option<u32> {
        let own = self.in_class(class);
        let at = own.binary_search_by_key(&name.number(), |(name, _)| name.number()).ok()?;
        Some(own[at].1)
    }
}
