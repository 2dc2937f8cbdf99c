//! What earlier runs have settled: recalled at Step 0, so that nobody is asked twice, and
//! remembered at Step 6.
//!
//! Settled means: the functions on the way to the call, the call's standing on the loop or off it, and the
//! anchor's tests are what they were. That is more than the key's own function. A helper whose text
//! nobody touched is asked about again when what offloaded it has changed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ruff_python_ast::Stmt;
use ruff_text_size::Ranged as _;

use super::receipts::Planned;
use super::{World, functions};
use crate::assets::sha256;
use crate::dispositions::{self, Dispositions, Entry};
use crate::git::Content;
use crate::journal::{Progress, State};
use crate::model::{
    Candidate, Finding, Key, Memory, Mode, Proof, Recalled, RunInfo, Selection, Settled, Since,
    Teeth,
};
use crate::scan::function_span;
use crate::scan::syntax::Module;
use crate::sop::Gate;

/// The dispositions of earlier runs, and the tree that they are held against.
pub(super) struct Recollection<'a> {
    world: &'a World,
    info: &'a RunInfo,
    entries: Dispositions,
    modules: RefCell<BTreeMap<String, Option<Module>>>,
}

impl<'a> Recollection<'a> {
    /// Reads the file as the run judges it; empty under `--no-memory`.
    pub(super) fn read(world: &'a World, info: &'a RunInfo) -> anyhow::Result<Self> {
        let text = match info.options.memory {
            Memory::Off => None,
            Memory::Kept => match World::content(info) {
                Content::Working => dispositions::read(world.repository.root())?,
                Content::Committed => world.judged_by(info, dispositions::PATH),
            },
        };
        let entries = text.map(|text| Dispositions::parse(&text)).transpose()?.unwrap_or_default();
        Ok(Self { world, info, entries, modules: RefCell::default() })
    }

    /// Takes out what is settled, and says what was found of earlier runs.
    pub(super) fn recall(&self, candidates: &mut Vec<Candidate>, findings: &[Finding]) -> Recalled {
        let before = self.before();
        let mut recalled = Recalled::default();
        candidates.retain(|candidate| match self.entries.get(&candidate.key) {
            None => true,
            Some(entry) if self.holds(entry, candidate) => {
                let is_old = before.get(&candidate.key) == Some(entry);
                recalled.settled.push(Settled {
                    key: candidate.key.clone(),
                    route: entry.route,
                    since: if is_old { Since::Before } else { Since::ThisChange },
                });
                false
            }
            Some(_) => {
                recalled.changed.push(candidate.key.clone());
                true
            }
        });
        // A call that an async client replaced is found no more; its function is still the one that
        // was judged.
        recalled.unmatched = (self.entries.iter())
            .filter(|(key, entry)| {
                self.text(&key.path, &key.function).as_ref() != Some(&entry.text)
                    && findings.iter().all(|finding| finding.key() != **key)
                    && !recalled.changed.contains(key)
            })
            .map(|(key, _)| key.clone())
            .collect();
        recalled
    }

    /// Whether a candidate is settled already.
    pub(super) fn is_settled(&self, candidate: &Candidate) -> bool {
        self.entries.get(&candidate.key).is_some_and(|entry| self.holds(entry, candidate))
    }

    fn holds(&self, entry: &Entry, candidate: &Candidate) -> bool {
        let key = &candidate.key;
        self.text(&key.path, &key.function).as_ref() == Some(&entry.text)
            && self.proof(candidate, &entry.anchor) == entry.proof
    }

    /// What the history says that the run judges against. Nobody need have seen the rest.
    fn before(&self) -> Dispositions {
        let commit = match (self.info.mode, &self.info.base) {
            (Mode::Change | Mode::Committed, Some((_, commit))) => commit,
            (Mode::WholeTree, _) | (_, None) => &self.info.head,
        };
        let text = self.world.text_at(commit, dispositions::PATH);
        text.and_then(|text| Dispositions::parse(&text).ok()).unwrap_or_default()
    }

    /// The hash of a function, or of its whole file where the file has none of that name; none
    /// without the file.
    fn text(&self, path: &str, function: &str) -> Option<String> {
        self.with(path, |module| {
            let text = match function_span(module, function) {
                Some(span) => &module.source()[span],
                None => module.source(),
            };
            Some(sha256(text))
        })
    }

    /// The hash of a test, or of a class of tests, with all that stands around it (fixtures, helpers,
    /// marks) but the other tests of its file: those come and go without touching this one. None
    /// without the test.
    fn test(&self, path: &str, name: &str) -> Option<String> {
        self.with(path, |module| {
            let body = &module.tree().body;
            let is_it = |statement: &Stmt| match statement {
                Stmt::FunctionDef(function) => function.name == *name,
                Stmt::ClassDef(class) => class.name == *name,
                _ => false,
            };
            let is_test = |statement: &Stmt| {
                (statement.as_function_def_stmt()).is_some_and(|it| it.name.starts_with("test"))
            };
            let whole_file = name.is_empty();
            if !whole_file && !body.iter().any(is_it) {
                return None;
            }
            let kept = (body.iter())
                .filter(|statement| whole_file || is_it(statement) || !is_test(statement))
                .map(|statement| &module.source()[statement.range()]);
            Some(sha256(&kept.collect::<Vec<_>>().join("\n")))
        })
    }

    /// Reads a file once, as the run judges it.
    fn with(&self, path: &str, hash: impl FnOnce(&Module) -> Option<String>) -> Option<String> {
        let mut modules = self.modules.borrow_mut();
        let module = modules.entry(path.to_owned()).or_insert_with(|| {
            // A checkout may have other line ends than the one in which the file was written.
            let text = self.world.judged_by(self.info, path)?.replace("\r\n", "\n");
            Some(Module::parse(text))
        });
        module.as_ref().and_then(hash)
    }

    /// The hash of everything that was judged.
    fn proof(&self, candidate: &Candidate, anchor: &[String]) -> String {
        let standing = if candidate.is_fixed() { "off the loop" } else { "on the loop" };
        let mut judged = format!("{standing}\n");
        let mut add = |path: &str, name: &str, text: Option<String>| {
            let text = text.unwrap_or_else(|| "absent".to_owned());
            judged.push_str(&format!("{path}\0{name}\0{text}\n"));
        };
        for (path, function) in functions(candidate) {
            add(&path, &function, self.text(&path, &function));
        }
        for test in anchor {
            let mut names = test.split("::");
            let path = names.next().unwrap_or_default();
            let name = names.next().and_then(|name| name.split('[').next()).unwrap_or_default();
            add(path, name, self.test(path, name));
        }
        sha256(&judged)
    }
}

/// A disposition as the file holds it; none when the candidate is open.
fn entry(
    memory: &Recollection<'_>,
    gate: &Gate,
    progress: &Progress,
    receipts: &[Planned],
) -> Option<(Key, Entry)> {
    let disposition = progress.disposition.as_ref()?;
    let (reason, anchor) = match (disposition.proof(), gate) {
        (Proof::Teeth(teeth), Gate::Pytest) => (None, anchor(memory.world, teeth)),
        // The command is the anchor of every candidate.
        (Proof::Teeth(_), Gate::Command(_)) => (None, Vec::new()),
        (Proof::Reason(reason), _) => (Some(reason.clone()), Vec::new()),
        (Proof::Escalation(escalation), _) => (Some(escalation.reason.clone()), Vec::new()),
    };
    let key = progress.candidate.key.clone();
    let entry = Entry {
        route: disposition.route(),
        reason,
        text: memory.text(&key.path, &key.function).unwrap_or_else(|| sha256("")),
        proof: memory.proof(&progress.candidate, &anchor),
        anchor,
        receipt: (receipts.iter())
            .find(|planned| planned.candidate == progress.candidate.id.0)
            .map(|planned| planned.file.clone()),
    };
    Some((key, entry))
}

/// The tests that were red without the offload.
fn anchor(world: &World, teeth: &Teeth) -> Vec<String> {
    let red = teeth.reports.iter().filter_map(|report| report.red_test.as_deref());
    let mut tests: Vec<String> = red.map(|test| world.inside_root(test)).collect();
    if tests.is_empty() {
        tests = match &teeth.selection {
            Selection::Suite => vec![world.project.anchors.clone()],
            Selection::Tests(tests) => tests.iter().map(|test| world.inside_root(test)).collect(),
        };
    }
    tests.sort();
    tests.dedup();
    tests
}

/// The file as it was before this delivery, for when the delivery fails.
pub(super) struct Remembered<'a> {
    world: &'a World,
    before: Option<String>,
}

/// Writes down how every candidate was settled; none under `--no-memory`.
pub(super) fn remember<'a>(
    world: &'a World,
    state: &State,
    receipts: &[Planned],
) -> anyhow::Result<Option<Remembered<'a>>> {
    if state.info.options.memory == Memory::Off {
        return Ok(None);
    }
    let root = world.repository.root();
    let before = dispositions::read(root)?;
    let mut entries = Dispositions::parse(before.as_deref().unwrap_or_default())?;
    let memory = Recollection::read(world, &state.info)?;
    let gate = &state.sop.gate;
    let settled =
        (state.candidates.iter()).filter_map(|progress| entry(&memory, gate, progress, receipts));
    for (key, entry) in settled {
        entries.set(key, entry);
    }
    let after = entries.render();
    if before.as_ref() != Some(&after) {
        dispositions::write(root, &after)?;
    }
    Ok(Some(Remembered { world, before }))
}

impl Remembered<'_> {
    /// Makes the file what it was.
    pub(super) fn undo(self) -> anyhow::Result<()> {
        let root = self.world.repository.root();
        match self.before {
            Some(text) => dispositions::write(root, &text)?,
            None => dispositions::remove(root)?,
        }
        Ok(())
    }
}
