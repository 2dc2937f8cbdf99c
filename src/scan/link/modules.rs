//! Which file an import means. A file has a name for each folder that may be on Python's path;
//! of several candidates the one nearest to the importing file wins.

use rustc_hash::{FxHashMap, FxHashSet};

/// Dotted names to files.
pub(in crate::scan) struct Modules {
    by_name: FxHashMap<String, Vec<Candidate>>,
    /// Without their endings; a package is found by its folder.
    by_path: FxHashMap<String, usize>,
}

struct Candidate {
    file: usize,
    /// The folder that would be on Python's path.
    base: String,
    /// Whether the folder is on the path of every file: a short name counts from there alone.
    is_root: bool,
}

impl Modules {
    /// The files of a program, by their paths; their indexes name them from here on.
    pub(in crate::scan) fn new<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> Self {
        let packages: FxHashSet<&str> =
            paths.clone().filter_map(|path| path.strip_suffix("/__init__.py")).collect();
        let mut by_name: FxHashMap<String, Vec<Candidate>> = FxHashMap::default();
        let ending = |ending: &'static str| {
            let all = paths.clone().enumerate();
            all.filter_map(move |(file, path)| Some((path.strip_suffix(ending)?.to_owned(), file)))
        };
        // Where a folder and a file have one name, the folder counts.
        let by_path = ending(".py").chain(ending("/__init__.py")).collect();
        for (file, path) in paths.clone().enumerate() {
            let module = module_path(path);
            let mut base = String::new();
            let parts: Vec<&str> = module.split('/').collect();
            for start in 0..parts.len() {
                if start > 0 {
                    if start > 1 {
                        base.push('/');
                    }
                    base.push_str(parts[start - 1]);
                }
                if !packages.contains(base.as_str()) {
                    let name = parts[start..].join(".");
                    let is_root = path.ends_with("/__init__.py") || is_source_root(&base);
                    let candidate = Candidate { file, base: base.clone(), is_root };
                    by_name.entry(name).or_default().push(candidate);
                }
            }
        }
        Self { by_name, by_path }
    }

    /// The file of an absolute dotted name, as seen from an importing file.
    pub(in crate::scan) fn absolute(&self, importer: &str, name: &str) -> Option<usize> {
        let candidates = self.by_name.get(name)?;
        candidates
            .iter()
            .filter(|it| name.contains('.') || it.is_root || is_inside(importer, &it.base))
            .max_by_key(|candidate| shared(importer, &candidate.base))
            .map(|candidate| candidate.file)
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
        let mut path = String::with_capacity(folder.len() + 1 + name.len());
        path.push_str(folder);
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
        self.by_path.get(path).copied()
    }
}

/// `a/b/__init__.py` to `a/b`, `a/b.py` to `a/b`.
fn module_path(path: &str) -> &str {
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

    #[test]
    fn a_folder_hides_the_file_of_its_name() {
        for paths in [["a/b.py", "a/b/__init__.py"], ["a/b/__init__.py", "a/b.py"]] {
            let modules = Modules::new(paths.into_iter());
            let found = modules.relative("a/c.py", 1, "b").map(|file| paths[file]);
            assert_eq!(found, Some("a/b/__init__.py"));
            assert_eq!(modules.relative("a/c.py", 1, "d"), None);
        }
    }
}
