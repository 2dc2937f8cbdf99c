//! Many short lists by key, which all lie in one: most have a member or two, and a list of its own
//! would take more memory than they do.

use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};

/// Lists by key.
#[derive(Debug)]
pub(super) struct Chains<K, V> {
    /// Each with one more than the place of the one before it in its list; nought where it is the
    /// first.
    all: Vec<(V, u32)>,
    /// One more than the place of the last one of each list.
    last: FxHashMap<K, u32>,
}

impl<K, V> Default for Chains<K, V> {
    fn default() -> Self {
        Self { all: Vec::new(), last: FxHashMap::default() }
    }
}

impl<K: Eq + Hash, V> Chains<K, V> {
    /// Adds one to the list of a key.
    pub(super) fn push(&mut self, key: K, value: V) {
        let last = self.last.entry(key).or_default();
        self.all.push((value, *last));
        *last = u32::try_from(self.all.len()).expect("fewer than four thousand million members");
    }

    /// The list of a key, the last one first.
    pub(super) fn of(&self, key: &K) -> impl Iterator<Item = &V> {
        let mut next = self.last.get(key).copied().unwrap_or_default();
        std::iter::from_fn(move || {
            let (value, before) = self.all.get((next as usize).checked_sub(1)?)?;
            next = *before;
            Some(value)
        })
    }
}

/// Everything from which steps lead to some, these among it.
pub(super) fn before<K: Copy + Eq + Hash>(
    steps: impl Iterator<Item = (K, K)>,
    some: impl Iterator<Item = K>,
) -> FxHashSet<K> {
    let mut sources: Chains<K, K> = Chains::default();
    steps.for_each(|(from, to)| sources.push(to, from));
    let mut queue: Vec<K> = some.collect();
    let mut found: FxHashSet<K> = queue.iter().copied().collect();
    while let Some(at) = queue.pop() {
        queue.extend(sources.of(&at).filter(|from| found.insert(**from)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Chains;

    #[test]
    fn each_list_has_what_was_added_to_it_the_last_one_first() {
        let mut chains = Chains::default();
        for (key, value) in [('a', 1), ('b', 2), ('a', 3), ('a', 4)] {
            chains.push(key, value);
        }
        let of = |key| chains.of(&key).copied().collect::<Vec<_>>();
        assert_eq!([of('a'), of('b'), of('c')], [vec![4, 3, 1], vec![2], vec![]]);
    }
}
