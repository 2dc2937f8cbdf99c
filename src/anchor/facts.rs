//! What a project's own files say about how its tests are written and run: the async plugin, the
//! package manager, the names its modules are imported by.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::project::Project;

/// What runs an async test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsyncPlugin {
    /// pytest-asyncio in strict mode: each test is marked. Also where no plugin was found.
    AsyncioStrict,
    /// pytest-asyncio in auto mode: an async test needs no mark.
    AsyncioAuto,
    /// anyio's own plugin.
    Anyio,
}

/// What installs a project's dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manager {
    /// `uv.lock` is there.
    Uv,
    /// `poetry.lock` is there.
    Poetry,
    /// Anything else.
    Pip,
}

/// What was found, every path relative to the repository's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The repository's root, absolute.
    pub root: PathBuf,
    /// The project's folder.
    pub dir: String,
    /// The gate's working directory.
    pub cwd: String,
    /// The folders on Python's import path when the gate runs, [`Facts::cwd`] first.
    pub import_roots: Vec<String>,
    /// The anchors' folder.
    pub anchors: String,
    /// The project's own top-level packages and modules, by import name, sorted.
    pub modules: Vec<String>,
    /// What runs an async test.
    pub plugin: AsyncPlugin,
    /// What installs dependencies.
    pub manager: Manager,
    /// The files that name dependencies or configure pytest: name inside of [`Facts::dir`], text.
    pub configs: Vec<(String, String)>,
}

const CONFIGS: [&str; 9] = [
    "pyproject.toml",
    "pytest.ini",
    "tox.ini",
    "setup.cfg",
    "setup.py",
    "Pipfile",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-test.txt",
];

impl Facts {
    /// Reads a project's files.
    ///
    /// # Errors
    /// When one of its configuration files or folders is there and cannot be read.
    pub fn read(project: &Project) -> io::Result<Self> {
        let cwd = &project.gate.cwd;
        let entries = project
            .gate
            .env
            .iter()
            .filter(|(name, _)| name == "PYTHONPATH")
            .flat_map(|(_, value)| value.split(':'))
            .filter(|entry| !entry.is_empty() && !entry.starts_with('/'))
            .map(|entry| inside(cwd, entry))
            .collect();
        Self::find(&project.root, &project.dir, cwd, &project.anchors, &project.roots, entries)
    }

    /// The same, for a project that is known by its places alone; see the fields. `roots` are the
    /// files and folders with production code, `python_path` the folders on the import path beside
    /// `cwd`, all relative to the repository's root.
    ///
    /// # Errors
    /// As [`Facts::read`].
    pub fn find(
        root: &Path,
        dir: &str,
        cwd: &str,
        anchors: &str,
        roots: &[String],
        python_path: Vec<String>,
    ) -> io::Result<Self> {
        let folder = root.join(dir);
        let mut import_roots = vec![cwd.to_owned()];
        let src = inside(cwd, "src");
        let src = root.join(&src).is_dir().then_some(src);
        for entry in python_path.into_iter().chain(src) {
            if !import_roots.contains(&entry) {
                import_roots.push(entry);
            }
        }
        let mut configs = Vec::new();
        for name in CONFIGS {
            match fs::read_to_string(folder.join(name)) {
                Ok(text) => configs.push((name.to_owned(), text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let locked = |name: &str| folder.join(name).exists() || root.join(name).exists();
        Ok(Self {
            root: root.to_owned(),
            dir: dir.to_owned(),
            cwd: cwd.to_owned(),
            anchors: anchors.to_owned(),
            modules: modules(root, dir, &import_roots, roots)?,
            import_roots,
            plugin: plugin(&configs),
            manager: if locked("uv.lock") {
                Manager::Uv
            } else if locked("poetry.lock") {
                Manager::Poetry
            } else {
                Manager::Pip
            },
            configs,
        })
    }

    /// The name a file or a package's folder is imported by; see [`import_path`].
    pub fn import_path(&self, path: &str) -> Option<String> {
        import_path(&self.root, path, &self.import_roots)
    }

    /// The first configuration file that names a distribution.
    pub fn names(&self, distribution: &str) -> Option<&str> {
        self.configs
            .iter()
            .find(|(_, text)| names(text, distribution))
            .map(|(name, _)| name.as_str())
    }
}

/// Whether a text holds a name that is not a part of a longer one (`anyio` is no `pytest-anyio`).
fn names(text: &str, distribution: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.match_indices(distribution).any(|(at, _)| {
        !text[..at].ends_with(part) && !text[at + distribution.len()..].starts_with(part)
    })
}

fn plugin(configs: &[(String, String)]) -> AsyncPlugin {
    let any = |name: &str| configs.iter().any(|(_, text)| names(text, name));
    let auto = configs
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.split_once('='))
        .any(|(key, value)| {
            key.trim() == "asyncio_mode" && value.trim().trim_matches(['"', '\'']) == "auto"
        });
    if auto {
        AsyncPlugin::AsyncioAuto
    } else if any("anyio") && !any("pytest-asyncio") {
        AsyncPlugin::Anyio
    } else {
        AsyncPlugin::AsyncioStrict
    }
}

/// Folders and files beside packages that are no production code.
const NOT_PRODUCTION: [&str; 10] =
    ["tests", "test", "docs", "examples", "build", "dist", "conftest", "setup", "noxfile", "venv"];

fn modules(
    repository: &Path,
    dir: &str,
    import_roots: &[String],
    roots: &[String],
) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for root in roots {
        let path = repository.join(root);
        // Such a folder is on the import path itself; any other one is a package, with or without
        // an `__init__.py`.
        let holds_packages = root == dir || import_roots.contains(root) || root.ends_with("src");
        if !holds_packages || path.join("__init__.py").is_file() {
            found.extend(import_path(repository, root, import_roots));
            continue;
        }
        for entry in fs::read_dir(&path)? {
            let inner = entry?.path();
            let stem = inner.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let python = inner.extension().is_some_and(|extension| extension == "py");
            let importable = python || inner.join("__init__.py").is_file();
            if importable && !stem.starts_with('.') && !NOT_PRODUCTION.contains(&stem.as_str()) {
                found.push(stem);
            }
        }
    }
    // A package stands for everything below it.
    for module in &mut found {
        if let Some(dot) = module.find('.') {
            module.truncate(dot);
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The name a file or a package's folder is imported by, or none when no Python name leads there.
///
/// `path` and `import_roots` (the working directory first) are relative to `root`. The name starts
/// at the innermost import root around the file; where only the working directory is one, at the
/// outermost of the unbroken row of packages around the file, if it stands in any.
pub fn import_path(root: &Path, path: &str, import_roots: &[String]) -> Option<String> {
    let trimmed = path.strip_suffix(".py").unwrap_or(path);
    let trimmed = trimmed.strip_suffix("/__init__").unwrap_or(trimmed);
    let parts: Vec<&str> = parts(trimmed);
    let last = parts.len().checked_sub(1)?;
    let above = |entry: &String| {
        let entry = self::parts(entry);
        Some(entry.len()).filter(|&depth| depth <= last && parts.starts_with(&entry))
    };
    let is_package =
        |depth: usize| root.join(parts[..depth].join("/")).join("__init__.py").is_file();
    let packages = (1..=last).rev().take_while(|&depth| is_package(depth)).last();
    let start = import_roots
        .iter()
        .skip(1)
        .filter_map(above)
        .max()
        .or_else(|| packages.map(|depth| depth - 1))
        .or_else(|| parts[..last].iter().rposition(|part| *part == "src").map(|at| at + 1))
        .or_else(|| import_roots.first().and_then(above))
        .unwrap_or(last);
    let identifier = |part: &str| {
        !part.starts_with(|c: char| c.is_ascii_digit())
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    parts[start..].iter().all(|part| identifier(part)).then(|| parts[start..].join("."))
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect()
}

/// An entry of the import path, given relative to a folder, relative to the repository's root.
fn inside(dir: &str, entry: &str) -> String {
    let mut path = parts(dir);
    for part in parts(entry) {
        if part == ".." {
            path.pop();
        } else {
            path.push(part);
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    #[test]
    fn a_module_is_imported_from_its_outermost_package() {
        let dir = tree(&[
            "backend/packages/harness/deer/__init__.py",
            "backend/packages/harness/deer/store/__init__.py",
            "backend/app/__init__.py",
        ]);
        let roots = ["backend".to_owned(), "backend/lib".to_owned()];
        let name = |path| import_path(dir.path(), path, &roots);
        assert_eq!(
            name("backend/packages/harness/deer/store/jsonl.py").as_deref(),
            Some("deer.store.jsonl")
        );
        assert_eq!(
            name("backend/packages/harness/deer/store/__init__.py").as_deref(),
            Some("deer.store")
        );
        assert_eq!(name("backend/app/main.py").as_deref(), Some("app.main"));
        assert_eq!(name("backend/app").as_deref(), Some("app"));
        // No package: from the working directory, which is on the import path.
        assert_eq!(name("backend/tools/run.py").as_deref(), Some("tools.run"));
        assert_eq!(name("backend/run.py").as_deref(), Some("run"));
        // A namespace: no `__init__.py`, but on the import path.
        assert_eq!(name("backend/lib/space/sub/run.py").as_deref(), Some("space.sub.run"));
        assert_eq!(name("backend/lib/space").as_deref(), Some("space"));
        assert_eq!(name("lib/src/thing/run.py").as_deref(), Some("thing.run"));
        assert_eq!(name("backend/my-tools/run.py"), None);
    }

    #[test]
    fn the_modules_of_a_project_are_the_names_that_its_roots_are_imported_by() {
        let dir = tree(&[
            "app/__init__.py",
            "app/sub/__init__.py",
            "scripts/run.py",
            "src/lib/__init__.py",
            "src/single.py",
            "tests/__init__.py",
            "setup.py",
        ]);
        let modules = |roots: &[&str]| {
            let roots: Vec<String> = roots.iter().map(|root| (*root).to_owned()).collect();
            modules(dir.path(), "", &[String::new()], &roots).unwrap()
        };
        assert_eq!(modules(&["app", "scripts", "src"]), ["app", "lib", "scripts", "single"]);
        assert_eq!(modules(&["app/sub", "src/single.py"]), ["app", "single"]);
        assert_eq!(modules(&[""]), ["app"]);
    }

    #[test]
    fn the_async_plugin_is_read_from_the_configuration() {
        let plugin = |text: &str| plugin(&[("pyproject.toml".to_owned(), text.to_owned())]);
        assert_eq!(plugin(""), AsyncPlugin::AsyncioStrict);
        assert_eq!(plugin("dev = [\"pytest-asyncio\", \"anyio>=4\"]"), AsyncPlugin::AsyncioStrict);
        assert_eq!(plugin("asyncio_mode = \"auto\"\n"), AsyncPlugin::AsyncioAuto);
        assert_eq!(plugin("asyncio_mode = \"strict\"\n"), AsyncPlugin::AsyncioStrict);
        assert_eq!(plugin("dev = [\"anyio>=4\"]"), AsyncPlugin::Anyio);
    }
}
