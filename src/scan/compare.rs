//! Throw-away: old against new, and how long each stage takes.
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::name::Name;
use super::packed::{are_same, write_old};
use super::syntax::Module;
use super::{decode, depth, desk, extract_old};

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            files(&path, found)
        } else if path.extension().is_some_and(|it| it == "py" || it == "pyi") {
            found.push(path)
        }
    }
}

fn all() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for dir in std::env::var("COMPARE").unwrap().split(':') {
        files(Path::new(dir), &mut found);
    }
    found.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
#[ignore]
fn same() {
    depth::with_stack(|| {
        let all = all();
        let mut packs = Vec::new();
        let mut broken = 0;
        for bytes in &all {
            let Ok(text) = decode::decode(bytes) else { continue };
            if depth::too_deep(&text).is_some() {
                continue;
            }
            let module = Module::parse(text);
            broken += usize::from(!module.errors().is_empty());
            let old = write_old::pack(&extract_old::extract(&module));
            packs.push((old, desk::facts_of(bytes), bytes));
        }
        let names = Name::all();
        let bad: Vec<_> =
            packs.iter().filter(|(old, new, _)| !are_same((old, &names), (new, &names))).collect();
        println!(
            "{} files, {} compared, {broken} broken, {} differ",
            all.len(),
            packs.len(),
            bad.len()
        );
        for (old, new, bytes) in bad.iter().take(3) {
            println!(
                "{} {} bytes; file {:?}",
                old.len(),
                new.len(),
                String::from_utf8_lossy(&bytes[..bytes.len().min(200)])
            );
        }
        assert!(bad.is_empty());
    });
}

#[test]
#[ignore]
fn time() {
    depth::with_stack(|| {
        let all = all();
        let texts: Vec<String> = all
            .iter()
            .filter_map(|it| decode::decode(it).ok())
            .filter(|it| depth::too_deep(it).is_none())
            .collect();
        let size: usize = texts.iter().map(String::len).sum();
        println!("{} files {} MB", texts.len(), size >> 20);
        for _ in 0..3 {
            let start = Instant::now();
            for text in &texts {
                assert!(depth::too_deep(text).is_none());
            }
            println!("depth {:?}", start.elapsed());
            if std::env::var("OLD").is_ok() {
                let mut t = [Duration::ZERO; 4];
                for text in &texts {
                    let module = Module::parse(text.clone());
                    let a = Instant::now();
                    let facts = extract_old::extract(&module);
                    let b = Instant::now();
                    let pack = write_old::pack(&facts);
                    let c = Instant::now();
                    drop(facts);
                    let d = Instant::now();
                    drop(module);
                    t[0] += b - a;
                    t[1] += c - b;
                    t[2] += d - c;
                    t[3] += d.elapsed();
                    drop(pack);
                }
                println!(
                    "old: extract {:?} pack {:?} drop facts {:?} drop ast {:?}",
                    t[0], t[1], t[2], t[3]
                );
            }
            desk::time(&texts);
        }
    });
}
