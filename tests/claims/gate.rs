//! Claims about running the gate: what is recorded, and what makes it of no use.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use guard::gate::teeth::prove;
use guard::gate::{GateError, Watch, preflight, run};
use guard::git::Content;
use guard::model::{Invalid, Selection, TeethVerdict};

use super::support::{Repository, venv};
use super::teeth::{STORE, TESTS, remove, rig};

fn tests(names: &[&str]) -> Selection {
    Selection::Tests(names.iter().map(|name| format!("{TESTS}::{name}")).collect())
}

/// A folder for Python's path whose `sitecustomize` puts a finder of the original checkout before
/// everything else, as an editable install does.
pub(crate) fn editable(repository: &Repository, table: &str) -> String {
    let folder = repository.beside("editable");
    fs::create_dir(&folder).unwrap();
    let root = repository.root();
    fs::write(
        folder.join("editable_finder.py"),
        format!(
            "import importlib.util, os, sys\n\
             {table} = {{'shop': {root:?} + '/shop'}}\n\
             class Finder:\n    \
                 @classmethod\n    \
                 def find_spec(cls, name, path=None, target=None):\n        \
                     if name in {table}:\n            \
                         folder = {table}[name]\n            \
                         return importlib.util.spec_from_file_location(\n                \
                             name, folder + '/__init__.py', submodule_search_locations=[folder])\n\
             sys.meta_path.insert(0, Finder)\n"
        ),
    )
    .unwrap();
    fs::write(folder.join("sitecustomize.py"), "import editable_finder\n").unwrap();
    format!(".:{}", folder.display())
}

/// Protected by: `paths.arrange` of the plugin.
#[test]
fn editable_install_is_pointed_at_the_isolated_tree() {
    let repository = Repository::of_tree("teeth");
    let mut rig = rig(&repository);
    rig.project.gate.env = vec![("PYTHONPATH".to_owned(), editable(&repository, "MAPPING"))];
    let report = prove(&rig, Content::Working, &remove(&repository, &["test_remove"])).unwrap();
    assert_eq!(report.verdict, TeethVerdict::Proven, "{}", report.explanation);
}

/// Protected by: the interpreter is asked which file it imported.
#[test]
fn module_imported_from_the_original_checkout_proves_nothing() {
    let repository = Repository::of_tree("teeth");
    let mut rig = rig(&repository);
    rig.project.gate.env = vec![("PYTHONPATH".to_owned(), editable(&repository, "HIDDEN"))];
    let report = prove(&rig, Content::Working, &remove(&repository, &["test_remove"])).unwrap();
    assert_eq!(report.verdict, TeethVerdict::Invalid(Invalid::WrongTree), "{}", report.explanation);
    let original = repository.root().join(STORE);
    assert!(report.explanation.contains(original.to_str().unwrap()), "{}", report.explanation);
}

#[test]
fn reverted_code_that_hangs_is_ended_and_said_to_have_hung() {
    let repository = Repository::of_tree("teeth");
    let mut rig = rig(&repository);
    rig.project.gate.limit = std::time::Duration::from_secs(12);
    let mut request = remove(&repository, &["test_remove"]);
    let revert = &mut request.reverts[0];
    revert.source =
        revert.source.replace("shutil.rmtree(self.folder / name)", "__import__('signal').pause()");
    let report = prove(&rig, Content::Working, &request).unwrap();
    assert_eq!(report.verdict, TeethVerdict::Invalid(Invalid::Timeout), "{}", report.explanation);
}

#[test]
fn suite_that_hangs_is_an_error_that_names_limit_and_command() {
    let repository = Repository::of_tree("teeth");
    repository
        .write("tests/blocking_io/test_hang.py", "def test():\n    __import__('signal').pause()\n");
    let mut rig = rig(&repository);
    rig.project.gate.limit = std::time::Duration::from_secs(3);
    let selection = Selection::Tests(vec!["tests/blocking_io/test_hang.py".to_owned()]);
    let error = run(&rig, &rig.project.root, &selection, &[]).unwrap_err();
    assert!(matches!(error, GateError::Limit { .. }), "{error}");
    let said = error.to_string();
    assert!(said.contains("within 3 s"), "{said}");
    assert!(
        said.contains("`PYTHONPATH=. python -m pytest -q tests/blocking_io/test_hang.py"),
        "{said}"
    );
}

#[test]
fn unknown_test_is_a_usage_error_with_pytests_own_words() {
    let repository = Repository::of_tree("teeth");
    let rig = rig(&repository);
    let error = run(&rig, &rig.project.root, &tests(&["test_nowhere"]), &[]).unwrap_err();
    assert!(matches!(error, GateError::Usage { .. }), "{error}");
    assert!(error.to_string().contains("test_nowhere"), "{error}");
}

/// Protected by: lines are watched, on which Python there is.
#[test]
fn watched_lines_are_recorded_with_their_test_and_their_thread() {
    let repository = Repository::of_tree("teeth");
    let rig = rig(&repository);
    let source = repository.read(STORE);
    let line = |text: &str| source.lines().position(|line| line.contains(text)).unwrap() + 1;
    let (on, off) = (line("to_thread(_thread_name)"), line("threading.current_thread().name"));
    let watch = [on, off].map(|line| Watch { path: STORE.to_owned(), lines: line..=line }).to_vec();
    let run = run(&rig, &rig.project.root, &tests(&["test_thread_name"]), &watch).unwrap();
    let mut sites: Vec<_> =
        run.sites.iter().map(|site| (site.line, site.on_loop, site.test.clone())).collect();
    sites.sort();
    let test = Some(format!("{TESTS}::test_thread_name"));
    assert_eq!(sites, [(on, true, test.clone()), (off, false, test)]);
    assert_eq!(run.faults, Vec::<String>::new());
    assert_eq!(run.imports.len(), 1);
}

/// Protected by: `_opened`, and the methods of files that the plugin replaces.
#[test]
fn what_ran_unseen_is_named_by_what_a_rule_would_replace() {
    let repository = Repository::of_tree("teeth");
    let code = "import os\n\n\nasync def opens(path, file):\n    open(path).close()\n    path.open().close()\n    \
                os.close(os.open(path, os.O_RDONLY))\n    file.readline()\n\n\nasync def lines(file):\n    \
                for _ in file:\n        pass\n";
    repository.write("shop/opens.py", code);
    let test = "import asyncio\nfrom shop.opens import lines, opens\n\n\ndef test_opens(tmp_path):\n    \
                path = tmp_path / 'f'\n    path.write_text('a')\n    \
                with path.open() as file:\n        asyncio.run(opens(path, file))\n    \
                with path.open() as file:\n        asyncio.run(lines(file))\n";
    repository.write("tests/blocking_io/test_opens.py", test);
    let rig = rig(&repository);
    let selection = Selection::Tests(vec!["tests/blocking_io/test_opens.py".to_owned()]);
    let watch = [Watch { path: "shop/opens.py".to_owned(), lines: 4..=13 }];
    let run = run(&rig, &rig.project.root, &selection, &watch).unwrap();
    assert!(run.is_green(), "{}", run.output_tail);
    let seen: Vec<(usize, &str)> = (run.primitives.iter())
        .map(|ran| (ran.stack.last().unwrap().line, ran.event.as_str()))
        .collect();
    let expected = [
        (5, "open"),
        (6, "io.open"),
        (7, "os.open"),
        (8, "io.TextIOWrapper.readline"),
        (8, "io.FileIO.readinto"),
        (12, "io.FileIO.readinto"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn run_in_the_contributors_tree_leaves_nothing_behind() {
    let repository = Repository::of_tree("teeth");
    let rig = rig(&repository);
    let run = run(&rig, &rig.project.root, &tests(&["test_remove"]), &[]).unwrap();
    assert!(run.is_green(), "{}", run.output_tail);
    assert_eq!(repository.git(&["status", "--porcelain", "--ignored"]), "");
}

#[test]
fn preflight_names_what_the_gate_is_made_of() {
    let repository = Repository::of_tree("teeth");
    let versions = preflight(&rig(&repository)).unwrap();
    assert_eq!((&*versions.pytest, &*versions.blockbuster), ("8.4.2", "1.5.26"));
    assert_eq!(versions.pytest_asyncio.as_deref(), Some("1.2.0"));
}

#[test]
fn missing_interpreter_is_named_with_where_it_was_found() {
    let repository = Repository::of_tree("teeth");
    let mut rig = rig(&repository);
    rig.python.path = repository.beside("no-python");
    rig.python.from = ".venv".to_owned();
    for error in [
        preflight(&rig).unwrap_err(),
        run(&rig, &rig.project.root, &Selection::Suite, &[]).unwrap_err(),
    ] {
        assert!(matches!(error, GateError::NoPython { .. }), "{error}");
        assert!(error.to_string().contains("no-python` (from .venv)"), "{error}");
    }
}

/// An interpreter that cannot import one package of the environment.
fn without(repository: &Repository, package: &str) -> std::path::PathBuf {
    let folder = repository.beside("without");
    fs::create_dir(&folder).unwrap();
    fs::write(
        folder.join("sitecustomize.py"),
        format!(
            "import importlib.machinery as m, importlib.metadata as d, sys\n\
             class No:\n    \
                 @staticmethod\n    \
                 def find_spec(name, path=None, target=None):\n        \
                     if name.partition('.')[0] == {package:?}:\n            \
                         raise ModuleNotFoundError('No module named ' + {package:?}, name=name)\n\
             sys.meta_path.insert(0, No)\n\
             version = d.version\n\
             def no(name):\n    \
                 if name == {package:?}: raise d.PackageNotFoundError(name)\n    \
                 return version(name)\n\
             d.version = no\n\
             import importlib.util as u\n\
             find = u.find_spec\n\
             u.find_spec = lambda name, package=None: None if name == {package:?} else find(name)\n"
        ),
    )
    .unwrap();
    let script = folder.join("python");
    fs::write(
        &script,
        format!(
            "#!/bin/sh\nPYTHONPATH='{}':\"$PYTHONPATH\" exec '{}' \"$@\"\n",
            folder.display(),
            venv().display()
        ),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script
}

#[test]
fn missing_package_is_named_with_the_command_that_installs_it() {
    for (package, spec) in [("pytest", "pytest"), ("blockbuster", "'blockbuster>=1.5.26,<1.6'")] {
        let repository = Repository::of_tree("teeth");
        let mut rig = rig(&repository);
        rig.python.path = without(&repository, package);
        let python = rig.python.path.display().to_string();
        let expected = format!("Install it: {python} -m pip install {spec}");
        for error in [
            preflight(&rig).unwrap_err(),
            run(&rig, &rig.project.root, &tests(&["test_remove"]), &[]).unwrap_err(),
        ] {
            assert!(matches!(error, GateError::NoPackage { .. }), "{error}");
            assert!(error.to_string().ends_with(&expected), "{error}");
        }
        repository.write("uv.lock", "");
        let error = preflight(&rig).unwrap_err().to_string();
        assert!(error.ends_with(&format!("uv add --dev {spec}")), "{error}");
    }
}
