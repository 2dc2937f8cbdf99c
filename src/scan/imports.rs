//! Which files a file brings with it: the imports as the interpreter follows them, wherever in the
//! file they stand. An import under `TYPE_CHECKING` or in a function counts too: more in scope is
//! the safe side.

use std::collections::{BTreeSet, HashMap};

use ruff_python_ast::Stmt;
use ruff_python_ast::visitor::{Visitor, walk_stmt};

use super::link::modules::Modules;
use super::syntax::Module;

/// One `import` or one name of a `from … import`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The number of leading dots.
    level: u32,
    /// Dotted, without leading dots; of `from m import n`, `m.n`.
    name: String,
}

/// The imports of a file.
pub fn imports_of(module: &Module) -> Vec<Import> {
    let mut finder = Finder(Vec::new());
    finder.visit_body(&module.tree().body);
    finder.0
}

struct Finder(Vec<Import>);

impl<'a> Visitor<'a> for Finder {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(node) => {
                let names = node.names.iter().map(|alias| alias.name.to_string());
                self.0.extend(names.map(|name| Import { level: 0, name }));
            }
            Stmt::ImportFrom(node) => {
                let module = node.module.as_ref().map_or("", |module| module.as_str());
                for alias in &node.names {
                    let name = match (module, alias.name.as_str()) {
                        ("", name) => name.to_owned(),
                        (module, name) => format!("{module}.{name}"),
                    };
                    self.0.push(Import { level: node.level, name });
                }
            }
            other => walk_stmt(self, other),
        }
    }
}

/// Files by what imports them.
pub struct Imports<'a> {
    paths: Vec<&'a str>,
    modules: Modules<'a>,
    /// The `__init__.py` of each folder that has one.
    packages: HashMap<&'a str, usize>,
}

impl<'a> Imports<'a> {
    /// For these files, by their paths.
    pub fn new(paths: Vec<&'a str>) -> Self {
        let modules = Modules::new(paths.iter().copied());
        let packages = (paths.iter().enumerate())
            .filter_map(|(file, path)| Some((path.strip_suffix("/__init__.py")?, file)))
            .collect();
        Self { paths, modules, packages }
    }

    /// The file of a dotted name, as seen from the file `importer`: its index.
    pub fn module(&self, importer: &str, name: &str) -> Option<usize> {
        self.modules.absolute(importer, name)
    }

    /// The files that run when those of `start` are imported, `start` included. `imports` gives
    /// those of a file by its index.
    pub fn reachable<'i>(
        &self,
        start: impl IntoIterator<Item = usize>,
        imports: impl Fn(usize) -> &'i [Import],
    ) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut queue: Vec<usize> = start.into_iter().collect();
        while let Some(file) = queue.pop() {
            if found.insert(file) {
                queue.extend(self.packages_around(file));
                for import in imports(file) {
                    self.files(self.paths[file], import, &mut queue);
                }
            }
        }
        found
    }

    /// Each part of a dotted name may be a module of its own; the last may be a name in one.
    fn files(&self, importer: &str, import: &Import, found: &mut Vec<usize>) {
        let dots = import.name.match_indices('.').map(|(at, _)| at).chain([import.name.len()]);
        for end in dots {
            let name = &import.name[..end];
            found.extend(match import.level {
                0 => self.modules.absolute(importer, name),
                level => self.modules.relative(importer, level, name),
            });
        }
        if import.level > 0 {
            found.extend(self.modules.relative(importer, import.level, ""));
        }
    }

    /// The `__init__.py` of the packages around a file, which run before it.
    fn packages_around(&self, file: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut folder = self.paths[file];
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            match self.packages.get(folder) {
                Some(&package) => found.push(package),
                None => break,
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The paths that are reached from the first file.
    fn reached(files: &[(&str, &str)]) -> Vec<String> {
        let files: BTreeMap<&str, &str> = files.iter().copied().collect();
        let paths: Vec<&str> = files.keys().copied().collect();
        let imports: Vec<Vec<Import>> =
            files.values().map(|text| imports_of(&Module::parse((*text).to_owned()))).collect();
        let start = paths.iter().position(|path| path.ends_with("main.py")).unwrap();
        let found = Imports::new(paths.clone()).reachable([start], |file| &imports[file]);
        found.into_iter().map(|file| paths[file].to_owned()).collect()
    }

    #[test]
    fn every_form_of_an_import_is_followed() {
        assert_eq!(
            reached(&[
                ("app/__init__.py", ""),
                (
                    "app/main.py",
                    "import app.a.deep\nfrom app import b\nfrom . import c\nfrom .d import x"
                ),
                ("app/a/__init__.py", ""),
                ("app/a/deep.py", "def f():\n    from app.e import y\n"),
                ("app/b.py", ""),
                ("app/c.py", "from .star import *"),
                ("app/d.py", ""),
                ("app/e.py", ""),
                ("app/star.py", "from ..other import z\nimport os"),
                ("app/unused.py", ""),
            ]),
            [
                "app/__init__.py",
                "app/a/__init__.py",
                "app/a/deep.py",
                "app/b.py",
                "app/c.py",
                "app/d.py",
                "app/e.py",
                "app/main.py",
                "app/star.py"
            ]
        );
    }

    #[test]
    fn a_package_runs_before_its_module_and_a_circle_ends() {
        assert_eq!(
            reached(&[
                ("p/__init__.py", "from p.q import r"),
                ("p/main.py", ""),
                ("p/q/__init__.py", "import p.main"),
                ("p/q/r.py", "import p"),
            ]),
            ["p/__init__.py", "p/main.py", "p/q/__init__.py", "p/q/r.py"]
        );
    }
}
