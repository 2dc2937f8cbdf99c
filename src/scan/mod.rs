//! Files to findings: text, then syntax, then the facts of each file in parallel, then one linked
//! program, then what the event loop reaches in it.
//!
//! What blocks and what offloads is data (`sinks.yaml`). A file that cannot be read or parsed is
//! one finding, and the scan goes on.

mod bits;
pub mod cache;
pub mod catalogue;
mod chains;
mod collect;
pub mod decode;
mod depth;
mod desk;
mod each;
mod exposure;
mod extract;
mod facts;
mod findings;
mod graph;
mod hazards;
mod imports;
mod lines;
mod link;
mod memory;
mod name;
mod outcome;
mod packed;
pub mod primitives;
mod quick;
mod runner;
pub mod scope;
mod shift;
mod shown;
mod source;
pub mod syntax;
#[cfg(test)]
mod tests;
mod tree;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::{Exposure, Finding, Hazard, Key};
use crate::project::Rules;
use cache::{Cache, Facts, Trust};
use catalogue::Catalogue;
pub use collect::{PathFilter, collect, find};
pub use each::{Unread, each};
use facts::Scope;
pub use imports::{Import, Imports, imports_of};
use link::Program;
pub use memory::{Memory, take_large_steps};
use name::Name;
use outcome::Outcome;
use packed::{File, Shelf};
use shown::Shown;
pub use source::{FoundFile, Source, SourceFile};
pub use syntax::{enclosing_function, function_span};

/// What a scan cannot see: to be said wherever a result is empty.
pub const BLIND_SPOTS: &str = "The scan follows calls through names, imports, annotations and \
classes of the scanned files. It does not see code outside of the scan roots, calls through \
getattr, registries and other dynamic dispatch, receivers whose type is not written or made \
anywhere, and what a framework or a C extension calls on its own.";

/// What a scan is told beyond the files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What becomes of the memory that the scan worked in.
    memory: Memory,
    /// The catalogue with what the project adds; none for the embedded one.
    catalogue: Option<Arc<Catalogue>>,
    /// What the project adds, in words: another outcome belongs to other rules.
    rules: String,
    /// Where facts are kept between runs, if they are.
    cache: Option<Cache>,
    /// Whether nobody will ask which functions there are.
    alone: bool,
}

/// A rule of the project's that names what is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration's rules for the scan cannot be used: {0}")]
pub struct RuleError(String);

impl Options {
    /// The embedded catalogue alone, and this for the working memory.
    pub fn keeping(memory: Memory) -> Self {
        Self { memory, ..Self::default() }
    }

    /// Nothing is compared with another scan: [`Analysis::has_function`] knows of no function.
    pub fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// Facts are kept between runs here, or nowhere.
    pub fn cached(mut self, cache: Option<Cache>) -> Self {
        self.cache = cache;
        self
    }

    /// The project's own sinks, offloaders and entries beside the catalogue's.
    ///
    /// # Errors
    /// When a sink names an operation that the catalogue does not have.
    pub fn with_rules(mut self, rules: &Rules) -> Result<Self, RuleError> {
        if *rules != Rules::default() {
            self.catalogue = Some(Arc::new(Catalogue::with(rules).map_err(RuleError)?));
            self.rules = format!("{rules:?}");
        }
        Ok(self)
    }
}

/// What a scan saw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysis {
    /// Every finding, sorted by priority, path and line; within a priority the offloaded ones last.
    pub findings: Vec<Finding>,
    /// What may be wrong with the offloads, by place.
    pub hazards: Vec<Hazard>,
    /// How many files were looked at.
    pub files: usize,
    /// The functions of each file, by path and dotted name.
    functions: FxHashMap<Name, Vec<Name>>,
    /// The blocking calls that run behind each offload, by the offload's key.
    pub behind: BTreeMap<Key, BTreeSet<Behind>>,
}

impl Analysis {
    /// Whether a file has a function of this dotted name, `<module>` included. Of a file that is no
    /// Python this is not known, and taken for granted.
    pub fn has_function(&self, path: &str, function: &str) -> bool {
        if !path.ends_with(".py") {
            return true;
        }
        let functions = self.functions.get(&Name::new(path));
        functions.is_some_and(|names| names.contains(&Name::new(function)))
    }

    /// The same tree as another detector saw it: its findings in place of the builtin's, which
    /// keeps what it knows of offloads and functions.
    pub fn with_findings(mut self, findings: Vec<Finding>) -> Self {
        let is_known = |known: &Finding| {
            findings.iter().any(|finding| {
                finding.key() == known.key() && finding.event_loop_exposure == Exposure::Offloaded
            })
        };
        self.findings.retain(|finding| {
            finding.event_loop_exposure == Exposure::Offloaded && !is_known(finding)
        });
        self.findings.extend(findings);
        findings::sort(&mut self.findings);
        self
    }

    /// The same tree as the detector of another domain saw it: what it found and nothing else.
    pub fn with_only(mut self, findings: Vec<Finding>) -> Self {
        self.hazards.clear();
        self.behind.clear();
        self.findings = findings;
        findings::sort(&mut self.findings);
        self
    }
}

/// A blocking call that runs behind an offload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Behind {
    /// Where it stands, by the key that it would have as a finding.
    pub key: Key,
    /// For instance `FILE_WRITE`.
    pub operation: String,
}

/// Scans files as one program. Never fails and never panics: what cannot be read is a finding.
pub fn analyze<S: Source>(files: &[S], options: &Options) -> Analysis {
    depth::with_stack(|| {
        let mut packed = gather(files, options, Trust::Whole);
        let mut key = options.cache.is_some().then(|| packed.key(files, &options.rules));
        let mut known = key.and_then(|key| Outcome::again(&packed.outcome(&key)?, files, &packed));
        let is_needed = |known: &Option<Outcome>| !options.alone || known.is_none();
        if is_needed(&known) && !packed.load() {
            packed = gather(files, options, Trust::Nothing);
            key = Some(packed.key(files, &options.rules));
            known = None;
        }
        let is_known = known.is_some();
        let needed = if is_needed(&known) { files } else { &[] };
        let facts: Vec<File<'_>> = (needed.iter().enumerate())
            .map(|(index, file)| {
                let (bytes, names) = packed.of(index);
                File::open(file.path(), bytes, names).expect("what was packed opens")
            })
            .collect();
        let functions = (facts.iter().filter(|_| !options.alone))
            .map(|file| {
                let dotted = |index| Name::new(&file.full_name(Scope::Function(index)));
                (Name::new(file.path), (0..file.functions()).map(dotted).collect())
            })
            .collect();
        let mut outcome = match known {
            Some(known) => known,
            None => link(&facts, options),
        };
        match options.memory {
            Memory::Kept => std::mem::forget(facts),
            Memory::Returned => drop(facts),
        }
        let shown = shown::show_code(&mut outcome.findings, files, &packed);
        if let Some(cache) = &options.cache {
            let is_kept = !is_known && shown == Shown::AsScanned;
            let written = key.filter(|_| is_kept).map(|key| (key, outcome.written(files, &packed)));
            packed.keep(files, written, cache);
        }
        let (behind, hazards) = (outcome.behind(), outcome.hazards());
        let findings = outcome.findings;
        Analysis { findings, hazards, behind, files: files.len(), functions }
    })
}

/// What the event loop reaches in these files, as one program.
fn link(facts: &[File<'_>], options: &Options) -> Outcome {
    let catalogue = options.catalogue.as_deref().unwrap_or_else(|| Catalogue::embedded());
    let program = Program::new(facts, catalogue);
    let graph = graph::build(&program);
    let exposures = exposure::expose(&program, &graph);
    let outcome = Outcome::new(
        findings::all(&program, &graph, &exposures),
        hazards::all(&program, &graph),
        findings::behind(&program, &graph),
    );
    if options.memory == Memory::Kept {
        std::mem::forget((program, graph, exposures));
    }
    outcome
}

/// The calls of one file that block the loop by what this file alone shows, where they stand.
pub fn sinks(file: &SourceFile) -> Vec<Finding> {
    let mut findings = analyze(std::slice::from_ref(file), &Options::default()).findings;
    findings.retain(|finding| {
        !matches!(finding.event_loop_exposure, Exposure::Offloaded | Exposure::ParseIncomplete)
    });
    findings
}

/// The packed facts of every file, taken now or kept.
fn gather<S: Source>(files: &[S], options: &Options, trust: Trust) -> Facts {
    let refused = |reason: String, shelf: &mut Shelf| desk::unread(1, reason, shelf);
    let facts = match &options.cache {
        Some(cache) => Facts::recall(files, cache, trust, desk::facts_of, refused),
        None => Facts::take(files, desk::facts_of, refused),
    };
    rayon::broadcast(|_| {
        desk::leave();
        cache::leave();
    });
    facts
}
