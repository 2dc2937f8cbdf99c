//! Which file an import means. A file has a name for each folder that may be on Python's path;
//! of several candidates the one nearest to the importing file wins.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::value::small;

/// Dotted names to files. What is known of a path are parts of the path: nothing is copied.
pub(in crate::scan) struct Modules<'a> {
    /// The first and the last candidate of each name.
    by_name: FxHashMap<Dotted<'a>, (u32, u32)>,
    candidates: Vec<Candidate<'a>>,
    by_stem: FxHashMap<&'a str, Module>,
}

struct Candidate<'a> {
    file: u32,
    /// The next one of the same name; itself where there is none.
    next: u32,
    /// The folder that would be on Python's path.
    base: &'a str,
    /// Whether the folder is on the path of every file: a short name counts from there alone.
    is_root: bool,
    is_package: bool,
}

/// What importing a path gives.
#[derive(Clone, Copy)]
struct Module {
    file: u32,
    is_package: bool,
}

/// A dotted name, which may be written as a path.
#[derive(Clone, Copy)]
struct Dotted<'a>(&'a str);

/// All bits but the lowest of each byte, in which `.` and `/` differ.
const ALIKE: u64 = u64::from_ne_bytes([0xfe; 8]);

impl Dotted<'_> {
    fn bytes(self) -> impl Iterator<Item = u8> {
        self.0.bytes().map(|byte| if byte == b'/' { b'.' } else { byte })
    }
}

impl PartialEq for Dotted<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl Eq for Dotted<'_> {}

impl Hash for Dotted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (chunks, rest) = self.0.as_bytes().as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let words = chunks.iter().chain([&last]).map(|chunk| u64::from_ne_bytes(*chunk));
        words.for_each(|word| state.write_u64(word & ALIKE));
    }
}

impl<'a> Modules<'a> {
    /// The files of a program, by their paths; their indexes name them from here on.
    pub(in crate::scan) fn new(paths: impl ExactSizeIterator<Item = &'a str> + Clone) -> Self {
        let files = paths.len();
        let mut by_stem = FxHashMap::with_capacity_and_hasher(files, FxBuildHasher);
        for (file, path) in (0..).zip(paths.clone()).filter(|(_, path)| path.ends_with(".py")) {
            let module = Module { file, is_package: is_package(path) };
            if module.is_package {
                by_stem.insert(stem(path), module);
            } else {
                by_stem.entry(stem(path)).or_insert(module);
            }
        }
        let mut all = Self {
            by_name: FxHashMap::with_capacity_and_hasher(files, FxBuildHasher),
            candidates: Vec::with_capacity(files),
            by_stem,
        };
        for (file, path) in (0..).zip(paths) {
            let stem = stem(path);
            let folders = stem.match_indices('/').map(|(at, _)| (&stem[..at], &stem[at + 1..]));
            for (base, name) in [("", stem)].into_iter().chain(folders) {
                if !all.by_stem.get(base).is_some_and(|module| module.is_package) {
                    let is_package = is_package(path);
                    let is_root = is_package || is_source_root(base);
                    all.add(name, Candidate { file, next: 0, base, is_root, is_package });
                }
            }
        }
        all
    }

    fn add(&mut self, name: &'a str, candidate: Candidate<'a>) {
        let place = small(self.candidates.len());
        let (_, last) = self.by_name.entry(Dotted(name)).or_insert((place, place));
        let before = std::mem::replace(last, place);
        self.candidates.push(Candidate { next: place, ..candidate });
        self.candidates[before as usize].next = place;
    }

    /// The candidates of a name, in the order of the files.
    fn named(&self, name: &str) -> impl Iterator<Item = &Candidate<'a>> {
        let first = self.by_name.get(&Dotted(name)).map(|(first, _)| *first);
        let places = std::iter::successors(first, |place| {
            Some(self.candidates[*place as usize].next).filter(|next| next != place)
        });
        places.map(|place| &self.candidates[place as usize])
    }

    /// Whether a dotted name is that of any file.
    pub(in crate::scan) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(&Dotted(name))
    }

    /// Whether the program has a package of this name for every file, whatever else bears it.
    pub(in crate::scan) fn has_package(&self, name: &str) -> bool {
        self.named(name).any(|it| it.is_package && is_source_root(it.base))
    }

    /// The file of an absolute dotted name, as seen from an importing file.
    pub(in crate::scan) fn absolute(&self, importer: &str, name: &str) -> Option<usize> {
        self.named(name)
            .filter(|it| name.contains('.') || it.is_root || is_inside(importer, it.base))
            .max_by_key(|candidate| shared(importer, candidate.base))
            .map(|candidate| candidate.file as usize)
    }

    /// The file of a relative import: `level` dots, then `name`.
    pub(in crate::scan) fn relative(
        &self,
        importer: &str,
        level: u32,
        name: &str,
    ) -> Option<usize> {
        let mut folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
        for _ in 1..level {
            folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
        let mut path = folder.to_owned();
        for part in name.split('.').filter(|part| !part.is_empty()) {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(part);
        }
        self.at(&path)
    }

    /// A module inside a package's file.
    pub(in crate::scan) fn submodule(&self, package: &str, name: &str) -> Option<usize> {
        let folder = match package {
            "__init__.py" => "",
            path => path.strip_suffix("/__init__.py")?,
        };
        match folder {
            "" => self.at(name),
            folder => self.at(&format!("{folder}/{name}")),
        }
    }

    fn at(&self, path: &str) -> Option<usize> {
        let own = self.by_stem.get(path).copied();
        // `a/__init__` is `a`, where that is a package.
        let of_package = || {
            let module = self.by_stem.get(path.strip_suffix("/__init__")?)?;
            Some(*module).filter(|module| module.is_package)
        };
        own.or_else(of_package).map(|module| module.file as usize)
    }
}

fn is_package(path: &str) -> bool {
    path.ends_with("/__init__.py")
}

/// `a/b/__init__.py` to `a/b`, `a/b.py` to `a/b`.
fn stem(path: &str) -> &str {
    let path = path.strip_suffix(".py").unwrap_or(path);
    path.strip_suffix("/__init__").unwrap_or(path)
}

fn is_source_root(folder: &str) -> bool {
    ["", "src", "lib", "python"].contains(&folder.rsplit('/').next().unwrap_or_default())
}

fn is_inside(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn shared(path: &str, folder: &str) -> usize {
    path.split('/').zip(folder.split('/')).take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
    use super::Modules;

    const PATHS: [&str; 6] = [
        "backend/app/__init__.py",
        "backend/app/store.py",
        "backend/lib/core/store.py",
        "backend/scripts/json.py",
        "backend/scripts/run.py",
        "main.py",
    ];

    fn absolute(importer: &str, name: &str) -> Option<&'static str> {
        Modules::new(PATHS.into_iter()).absolute(importer, name).map(|file| PATHS[file])
    }

    #[test]
    fn a_package_is_found_from_the_folder_above_it() {
        assert_eq!(absolute("main.py", "app.store"), Some("backend/app/store.py"));
        assert_eq!(absolute("backend/lib/core/store.py", "app"), Some("backend/app/__init__.py"));
    }

    #[test]
    fn a_module_inside_a_package_has_no_short_name() {
        assert_eq!(absolute("main.py", "store"), None);
        assert_eq!(absolute("backend/lib/core/x.py", "store"), Some("backend/lib/core/store.py"));
    }

    #[test]
    fn a_package_on_the_path_of_every_file_is_told_from_others() {
        let paths =
            ["a/__init__.py", "a/b/__init__.py", "src/c/__init__.py", "x/d/__init__.py", "e.py"];
        let modules = Modules::new(paths.into_iter());
        let has = ["a", "b", "c", "d", "e"].map(|name| modules.has_package(name));
        assert_eq!(has, [true, false, true, false, false]);
    }

    #[test]
    fn a_package_comes_before_a_module_of_its_name() {
        let paths = ["a/b.py", "a/b/__init__.py", "a/c.py", "a/__init__.py"];
        let modules = Modules::new(paths.into_iter());
        assert_eq!(modules.relative("a/c.py", 1, "b"), Some(1));
        assert_eq!(modules.relative("a/c.py", 1, "__init__"), Some(3));
        assert_eq!(modules.relative("a/c.py", 1, "c.__init__"), None);
        assert_eq!(modules.submodule("a/__init__.py", "c"), Some(2));
    }

    #[test]
    fn of_candidates_that_are_equally_near_the_last_one_wins() {
        let modules = Modules::new(["x/a/b.py", "y/a/b.py", "z/a/b.py"].into_iter());
        assert_eq!(modules.absolute("main.py", "a.b"), Some(2));
        assert_eq!(modules.absolute("y/main.py", "a.b"), Some(1));
        assert_eq!(modules.absolute("main.py", "x.a.b"), Some(0));
    }

    #[test]
    fn a_script_imports_its_neighbour() {
        assert_eq!(absolute("backend/scripts/run.py", "json"), Some("backend/scripts/json.py"));
        assert_eq!(absolute("main.py", "json"), None);
        assert_eq!(absolute("backend/scripts/run.py", "main"), Some("main.py"));
    }

    #[test]
    fn relative_imports_count_dots() {
        let modules = Modules::new(PATHS.into_iter());
        assert_eq!(modules.relative("backend/app/store.py", 1, ""), Some(0));
        assert_eq!(modules.relative("backend/app/store.py", 2, "lib.core.store"), Some(2));
    }
}
