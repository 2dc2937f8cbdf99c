//! The base in terms of the head: renamed files under their new paths, and functions that only
//! moved or were renamed. What merely stands elsewhere is not new.

use std::collections::{HashMap, HashSet};

use super::{Analysis, by_key, is_exposed};
use crate::git::{Change, ChangedFile};
use crate::model::{Finding, Key, Location};

/// The scan of the base, read from the head's side.
pub(super) struct Base<'a> {
    head: &'a Analysis,
    renamed: HashMap<&'a str, &'a str>,
    deleted: HashSet<&'a str>,
    sinks: HashMap<Key, Vec<&'a Finding>>,
    offloads: HashMap<Key, usize>,
    moved: HashSet<&'a Location>,
    /// Base findings that stand elsewhere now.
    paired: HashSet<&'a Location>,
}

impl<'a> Base<'a> {
    pub(super) fn new(base: &'a Analysis, head: &'a Analysis, changes: &'a [ChangedFile]) -> Self {
        let renamed = changes
            .iter()
            .filter(|change| change.change != Change::Deleted)
            .filter_map(|change| Some((change.base_path.as_deref()?, change.path.as_str())))
            .collect();
        let deleted = changes
            .iter()
            .filter(|change| change.change == Change::Deleted)
            .map(|change| change.base_path.as_deref().unwrap_or(&change.path))
            .collect();
        let mut this = Self {
            head,
            renamed,
            deleted,
            sinks: HashMap::new(),
            offloads: HashMap::new(),
            moved: HashSet::new(),
            paired: HashSet::new(),
        };
        for (key, findings) in by_key(&base.findings) {
            let key = this.key_now(key);
            for finding in findings {
                if is_exposed(finding) {
                    this.sinks.entry(key.clone()).or_default().push(finding);
                } else {
                    *this.offloads.entry(key.clone()).or_default() += 1;
                }
            }
        }
        this.pair(base);
        this
    }

    /// A path of the base as it is called at the head.
    pub(super) fn path_now<'p>(&self, path: &'p str) -> &'p str
    where
        'a: 'p,
    {
        self.renamed.get(path).copied().unwrap_or(path)
    }

    fn key_now(&self, key: Key) -> Key {
        Key { path: self.path_now(&key.path).to_owned(), ..key }
    }

    /// Pairs findings whose function is gone with equal ones whose function is new.
    fn pair(&mut self, base: &'a Analysis) {
        let origin: HashMap<&str, &str> =
            self.renamed.iter().map(|(from, to)| (*to, *from)).collect();
        let known = |path: &str, function: &str| {
            let path = origin.get(path).copied().unwrap_or(path);
            base.has_function(path, function)
        };
        let gone: Vec<&Finding> = base
            .findings
            .iter()
            .filter(|finding| {
                let at = &finding.location;
                self.deleted.contains(at.path.as_str())
                    || !self.exists(self.path_now(&at.path), &at.function)
            })
            .collect();
        for finding in &self.head.findings {
            let at = &finding.location;
            if known(&at.path, &at.function) {
                continue;
            }
            let best = gone
                .iter()
                .filter(|other| !self.paired.contains(&other.location))
                .filter(|other| {
                    other.blocking_call == finding.blocking_call
                        && other.code == finding.code
                        && is_exposed(other) == is_exposed(finding)
                })
                .max_by_key(|other| {
                    let same_name = leaf(&other.location.function) == leaf(&at.function);
                    (same_name, self.path_now(&other.location.path) == at.path)
                });
            if let Some(other) = best {
                self.moved.insert(at);
                self.paired.insert(&other.location);
            }
        }
    }

    /// Whether a finding of the head stood elsewhere at the base.
    pub(super) fn moved(&self, finding: &Finding) -> bool {
        self.moved.contains(&finding.location)
    }

    /// Whether the base has an exposed finding of this key.
    pub(super) fn has_sink(&self, key: &Key) -> bool {
        self.sinks.contains_key(key)
    }

    /// How many offloads of this key the base has.
    pub(super) fn offloads(&self, key: &Key) -> usize {
        self.offloads.get(key).copied().unwrap_or(0)
    }

    /// Whether the head has a function, `<module>` included.
    pub(super) fn exists(&self, path: &str, function: &str) -> bool {
        self.head.has_function(path, function)
    }

    /// Exposed findings of the base that stand nowhere now, though their files and every function
    /// on their way from the loop still do; by their keys at the head.
    pub(super) fn vanished(&self) -> Vec<(&Key, &'a Finding)> {
        let mut vanished: Vec<_> = self
            .sinks
            .iter()
            .flat_map(|(key, findings)| findings.iter().map(move |finding| (key, *finding)))
            .filter(|(_, finding)| {
                let there = |path: &str, function: &str| {
                    !self.deleted.contains(path) && self.exists(self.path_now(path), function)
                };
                !self.paired.contains(&finding.location)
                    && there(&finding.location.path, &finding.location.function)
                    && finding.chain.iter().all(|hop| there(&hop.path, &hop.function))
            })
            .collect();
        vanished.sort_by(|left, right| left.1.location.cmp(&right.1.location));
        vanished
    }
}

fn leaf(function: &str) -> &str {
    function.rsplit('.').next().unwrap_or(function)
}
