//! What a scan costs, part by part, on a tree that is made here: reading facts of one file, linking
//! what is read already, and the whole scan with and without what was kept of the last one.
//!
//! ```text
//! cargo bench --bench scan
//! ```
//!
//! `benches/against_ruff.py` measures the same command on real trees beside another tool.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use guard::project::{EntryRule, Rules};
use guard::scan::cache::Cache;
use guard::scan::syntax::Module;
use guard::scan::{Options, SourceFile, analyze, find};

/// Packages of the tree, and modules of each.
const PACKAGES: usize = 40;
const MODULES: usize = 10;

/// A module of a service: a model, a store that blocks, an API that reaches it through the store of
/// the next module, and helpers that nothing on the loop calls.
fn module(package: usize, module: usize) -> String {
    let next = (module + 1) % MODULES;
    let mut text = format!(
        "\"\"\"Part {module} of package {package}.\"\"\"\n\
         from __future__ import annotations\n\n\
         import asyncio\nimport json\nfrom dataclasses import dataclass, field\n\
         from pathlib import Path\n\nfrom .part{next} import Store{next} as Next\n\n\n\
         @dataclass\nclass Model{module}:\n    name: str\n    tags: list[str] = field(default_factory=list)\n\n\
         \x20   @property\n    def title(self) -> str:\n        return self.name.title()\n\n\n\
         class Store{module}:\n    def __init__(self, root: Path, after: Next | None = None):\n\
         \x20       self.root = root\n        self.after = after\n\n\
         \x20   def load(self, model: Model{module}) -> dict:\n\
         \x20       path = self.root / f\"{{model.name}}.json\"\n\
         \x20       if not path.exists():\n            return {{}}\n\
         \x20       return json.loads(path.read_text())\n\n\n\
         async def serve(store: Store{module}, model: Model{module}):\n\
         \x20   await asyncio.to_thread(store.load, model)\n\
         \x20   if store.after is not None:\n        store.after.load(model)\n\
         \x20   return [part.strip() for part in model.title.split(\",\") if part]\n"
    );
    for helper in 0..30 {
        writeln!(
            text,
            "\n\ndef helper_{helper}(values, limit={helper}):\n    total = 0\n    \
             for index, value in enumerate(values):\n        if value > limit and index % 2 == 0:\n            \
             total += value * {helper}\n    return {{\"total\": total, \"mean\": total / max(len(values), 1)}}"
        )
        .expect("text can be written");
    }
    text
}

fn files() -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = (0..PACKAGES)
        .flat_map(|package| {
            let parts = (0..MODULES).map(move |part| {
                SourceFile::new(format!("p{package}/part{part}.py"), module(package, part))
            });
            parts.chain([SourceFile::new(format!("p{package}/__init__.py"), "")])
        })
        .collect();
    files.sort_by(|one, two| one.path.cmp(&two.path));
    files
}

fn written(root: &Path) -> u64 {
    let files = files();
    for file in &files {
        let path = root.join(&file.path);
        fs::create_dir_all(path.parent().expect("files stand in packages")).expect("a folder");
        fs::write(path, &file.bytes).expect("a file");
    }
    files.iter().map(|file| file.bytes.len() as u64).sum()
}

fn parse(criterion: &mut Criterion) {
    let text = module(0, 0);
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("one file to its tree", |bencher| {
        bencher.iter_batched(|| text.clone(), Module::parse, BatchSize::SmallInput);
    });
    let file = [SourceFile::new("m.py", text.as_str())];
    group.bench_function("one file to its findings", |bencher| {
        bencher.iter(|| analyze(&file, &Options::default()));
    });
}

fn link(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = folder.path().join("tree");
    let bytes = written(&tree);
    let found = || find(&tree, &[String::new()], &[]).expect("no patterns");
    let options = Options::default().cached(Some(Cache::within(folder.path().join("c"), &tree)));
    analyze(&found(), &options);
    let mut group = criterion.benchmark_group("link");
    group.sample_size(20).throughput(Throughput::Bytes(bytes));
    group.bench_function("nothing: the outcome that is kept", |bencher| {
        bencher.iter_batched(found, |files| analyze(&files, &options), BatchSize::PerIteration);
    });
    // Nothing is parsed, but under other rules everything is linked.
    let mut others = 0;
    group.bench_function("facts that are kept to findings", |bencher| {
        bencher.iter_batched(
            || {
                others += 1;
                let base = format!("Base{others}");
                let rule = EntryRule { base, methods: vec!["handle".to_owned()] };
                let rules = Rules { entries: vec![rule], ..Rules::default() };
                (found(), options.clone().with_rules(&rules).expect("no operation is named"))
            },
            |(files, options)| analyze(&files, &options),
            BatchSize::PerIteration,
        );
    });
}

fn whole(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = folder.path().join("tree");
    let bytes = written(&tree);
    let found = || find(&tree, &[String::new()], &[]).expect("no patterns");
    let mut group = criterion.benchmark_group("scan");
    group.sample_size(20).throughput(Throughput::Bytes(bytes));
    group.bench_function("cold", |bencher| {
        bencher.iter(|| analyze(&found(), &Options::default()));
    });
    let options = Options::default().cached(Some(Cache::within(folder.path().join("c"), &tree)));
    analyze(&found(), &options);
    let mut edits = 0;
    group.bench_function("again after one edit", |bencher| {
        bencher.iter_batched(
            || {
                edits += 1;
                let text = format!("{}\nedit_{edits} = 1\n", module(0, 0));
                fs::write(tree.join("p0/part0.py"), text).expect("a file");
            },
            |()| analyze(&found(), &options),
            BatchSize::PerIteration,
        );
    });
}

criterion_group!(benches, parse, link, whole);
criterion_main!(benches);
