//! What the classes that inherit from one have in place of what it has: an object of a type may be of
//! any of them.

use std::rc::Rc;

use super::super::name::Name;
use super::value::{ClassId, Exactness, FunctionId};
use super::{OVERRIDES, Program, one_of};
use crate::model::Confidence;

impl Program<'_> {
    /// The methods of this name that an object may have, which is of the class or of one that inherits
    /// from it, as long as these are not too many, and how sure each is.
    pub(in crate::scan) fn run_by(
        &self,
        class: ClassId,
        exactness: Exactness,
        name: Name,
    ) -> impl Iterator<Item = (FunctionId, Confidence)> {
        let own = self.method(class, name).map(|id| (id, Confidence::Definite));
        let others = (exactness == Exactness::OrSubclass).then(|| self.others(class, name));
        let others = others.flatten().filter(|(_, limit)| *limit == Confidence::Probable);
        let others = others
            .into_iter()
            .flat_map(|(all, limit)| (0..all.len()).map(move |at| (all[at], limit)));
        own.into_iter().chain(others)
    }

    /// What the classes that inherit from one have under this name in place of its own, if it has one,
    /// and how sure each is; none where nothing inherits from it.
    pub(super) fn others(
        &self,
        class: ClassId,
        name: Name,
    ) -> Option<(Rc<[FunctionId]>, Confidence)> {
        let heirs = self.heirs(class);
        if heirs.is_empty() {
            return None;
        }
        let question = self.about(class, name);
        let known = self.others.borrow().get(&question).cloned();
        let others = known.unwrap_or_else(|| {
            let others = self.methods_of(heirs, class, name);
            self.others.borrow_mut().insert(question, Rc::clone(&others));
            others
        });
        let limit = one_of(others.len(), OVERRIDES);
        Some((others, limit))
    }

    /// Their own methods, and those of the classes that they mix in.
    fn methods_of(&self, heirs: &[ClassId], class: ClassId, name: Name) -> Rc<[FunctionId]> {
        let own = self.method(class, name);
        let order = self.ancestors(class);
        let defining = common(self.own_methods.definers(name), heirs);
        let mut all: Vec<FunctionId> =
            defining.filter_map(|class| self.own_method(class, name)).collect();
        let definers = self.inherited.get(&name).into_iter().flatten();
        let is_mixed_in = |it: &&ClassId| !order.contains(it) && heirs.binary_search(it).is_err();
        for definer in definers.filter(is_mixed_in) {
            let brought = common(self.heirs(*definer), heirs);
            let brought = brought.filter_map(|heir| self.method(heir, name));
            all.extend(brought.filter(|brought| Some(*brought) != own));
        }
        all.sort_unstable();
        all.dedup();
        all.into()
    }

    /// The classes that inherit from one, in order.
    pub(super) fn heirs(&self, class: ClassId) -> &[ClassId] {
        self.subclasses.get(&class).map_or(&[], Vec::as_slice)
    }
}

/// What two lists in order have in common.
fn common<'c>(one: &'c [ClassId], other: &'c [ClassId]) -> impl Iterator<Item = ClassId> {
    let (few, many) = if one.len() < other.len() { (one, other) } else { (other, one) };
    few.iter().copied().filter(|class| many.binary_search(class).is_ok())
}
