//! `guard fence`: a heavy sync call stands bare in no async function that is in scope, and the
//! fence refuses to say so before everything that it rests on was checked.

mod record;
mod refused;

use guard::fence::{self, FenceError};
use guard::model::Finding;
use guard::project::{Overrides, Project};
use guard::scan::{self, SourceFile};
use serde_json::Value;

use super::support::{Desk, Repository, Said, said};

const DAEMON: &str = "warden/daemon.py";
const CONFIG: &str = "pyproject.toml";
const AUDIT: &str = "docs/blocking-calls.md";

fn desk() -> Desk {
    Desk::of(Repository::of_tree("fence"))
}

/// Replaces a text that a file holds once.
#[track_caller]
fn edit(desk: &Desk, file: &str, from: &str, to: &str) {
    let text = desk.repository.read(file);
    assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}");
    desk.repository.write(file, text.replace(from, to));
}

/// What the fence says after one edit.
#[track_caller]
fn after(file: &str, from: &str, to: &str) -> Said {
    let desk = desk();
    edit(&desk, file, from, to);
    desk.guard(&["fence"])
}

#[test]
fn a_fence_without_a_bare_call_holds() {
    let said = desk().guard(&["fence"]).code(0);
    assert_eq!(said.stdout, "");
    assert_eq!(said.stderr, "the fence holds: 2 fenced names in 5 files: 2 wrapped, 1 allowed\n");
}

#[test]
fn a_wrap_that_is_taken_away_is_a_bare_call_in_the_form_of_the_fence() {
    let said = after(
        DAEMON,
        "await asyncio.to_thread(graph.build_graph, store)",
        "graph.build_graph(store)",
    )
    .code(1);
    assert_eq!(said.stdout, "warden/daemon.py:10 async def cascade -> build_graph()\n");
    assert_eq!(
        said.stderr,
        "2 fenced names in 5 files: 1 wrapped, 1 allowed, 1 bare call. Wrap each in `await \
         asyncio.to_thread(…)`; or measure it where it stands, and if it takes less than 50 ms \
         there, `guard fence record --class safe-fast`\n"
    );
}

#[test]
fn json_has_the_shape_of_the_reference_detector_and_the_wrapped_calls_too() {
    let desk = desk();
    edit(&desk, DAEMON, "await asyncio.to_thread(compact, store)", "compact(store)");
    let found = desk.guard(&["fence", "--format", "json"]).code(1).json();
    let line = |finding: &Value| {
        let text = |of: &str, key: &str| finding[of][key].as_str().unwrap().to_owned();
        format!(
            "{}:{} {} {} {} {} {} {}",
            text("location", "path"),
            finding["location"]["line"],
            text("location", "function"),
            finding["priority"].as_str().unwrap(),
            text("blocking_call", "category"),
            text("blocking_call", "operation"),
            text("blocking_call", "symbol"),
            finding["event_loop_exposure"].as_str().unwrap()
        )
    };
    assert_eq!(
        found.as_array().unwrap().iter().map(line).collect::<Vec<_>>(),
        [
            "warden/daemon.py:16 main HIGH FENCED_CALL compact compact DIRECT_ASYNC",
            "warden/daemon.py:10 cascade HIGH FENCED_CALL build_graph graph.build_graph OFFLOADED"
        ]
    );
    assert_eq!(found[0]["code"], "compact(store)");
    assert_eq!(
        found[0]["reason"],
        "`compact` takes up to 33.7 s (offline benchmark, 3.66 GB) and stands in an async \
         function; wrap it as `await asyncio.to_thread(compact, …)`."
    );
}

#[test]
fn services_get_the_bare_calls_alone() {
    let desk = desk();
    edit(&desk, DAEMON, "await asyncio.to_thread(compact, store)", "compact(store)");
    let github = desk.guard(&["fence", "--format", "github"]).code(1).stdout;
    assert!(github.starts_with("::error file=warden/daemon.py,line=16,col=5,"), "{github}");
    assert_eq!(github.lines().count(), 1);
    let sarif = desk.guard(&["fence", "--format", "sarif"]).code(1).json();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
}

#[test]
fn the_scope_is_what_the_entries_import_and_what_is_listed() {
    let listed = after(
        CONFIG,
        "entries = [\"warden.daemon\"]",
        "entries = [\"warden/daemon.py\"]\nmodules = [\"warden/offline.py\"]",
    );
    let bare = "warden/offline.py:8 async def once -> build_graph()\n";
    assert_eq!(listed.code(1).stdout, bare);
    for folder in ["warden", "."] {
        let all = format!("modules = [\"{folder}\"]");
        let said = after(CONFIG, "entries = [\"warden.daemon\"]", &all);
        assert_eq!(said.code(1).stdout, bare);
    }
    // Nobody has to keep a list: the first import brings a module into scope.
    let imported = after(DAEMON, "from warden import graph", "from warden import graph, offline");
    assert_eq!(imported.code(1).stdout, bare);
}

#[test]
fn a_call_in_the_arguments_of_to_thread_is_exempt_and_said() {
    let said = after(
        DAEMON,
        "asyncio.to_thread(compact, store)",
        "asyncio.to_thread(print, compact(store))",
    );
    said.code(0).says(&[
        "warning: warden/daemon.py:16: `compact()` is called to make an argument of `to_thread`, \
         so it runs on the loop; hand over the function itself",
    ]);
}

#[test]
fn a_fence_needs_no_repository() {
    let desk = Desk::empty();
    let folder = desk.repository.beside("plain");
    let tree = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees/fence");
    let copied = std::process::Command::new("cp").arg("-r").arg(tree).arg(&folder).status();
    assert!(copied.unwrap().success());
    said(desk.command(&folder).arg("fence")).code(0);
}

#[test]
fn paths_are_those_of_the_configuration_and_findings_those_of_the_repository() {
    let repository = Repository::new();
    repository.add_tree("fence");
    for name in ["warden", "docs", CONFIG] {
        let to = repository.root().join("backend");
        std::fs::create_dir_all(&to).unwrap();
        std::fs::rename(repository.root().join(name), to.join(name)).unwrap();
    }
    repository.commit("A project below the root");
    let desk = Desk::of(repository);
    let daemon = "backend/warden/daemon.py";
    edit(&desk, daemon, "await asyncio.to_thread(compact, store)", "compact(store)");
    let fence = desk.guard(&["fence", "--project", "backend"]).code(1);
    assert_eq!(fence.stdout, "backend/warden/daemon.py:16 async def main -> compact()\n");
    // The file of a record is the caller's.
    let words = ["--function", "main", "--callee", "compact", "--worst", "9 ms", "--how", "x"];
    let record = ["fence", "record", "--class", "safe-fast", "--file", "daemon.py"];
    let folder = desk.repository.root().join("backend/warden");
    let written = said(desk.command(&folder).args(record).args(words)).code(0).stdout;
    let row = "| `warden/daemon.py` | `main` | `compact` | safe-fast | 9 ms | x |  |";
    assert!(written.starts_with(&format!("backend/{AUDIT}: updated\n  {row}\n")), "{written}");
    assert!(written.contains("file = \"warden/daemon.py\"\n"), "{written}");
}

#[test]
fn findings_are_those_of_whatever_state_the_files_are_in() {
    let desk = desk();
    let root = desk.repository.root();
    let project = Project::find(&root, &root, &Overrides::default()).unwrap();
    let rules = project.fence().unwrap().unwrap();
    let mut files = scan::collect(&root, &project.roots, &project.exclude).unwrap();
    let seen = |files: &[SourceFile]| -> Vec<String> {
        let line = |finding: Finding| format!("{} {}", finding.key(), finding.event_loop_exposure);
        fence::findings(files, &rules).unwrap().into_iter().map(line).collect()
    };
    let wrapped = [
        "warden/daemon.py::cascade::graph.build_graph OFFLOADED",
        "warden/daemon.py::main::compact OFFLOADED",
    ];
    assert_eq!(seen(&files), wrapped);
    // The wrap taken away, in memory alone: the key is the same, the fence is red.
    let daemon = files.iter_mut().find(|file| file.path == DAEMON).unwrap();
    let text = String::from_utf8(daemon.bytes.clone()).unwrap();
    daemon.bytes = text.replace("await asyncio.to_thread(compact, store)", "compact(store)").into();
    assert_eq!(seen(&files), ["warden/daemon.py::main::compact DIRECT_ASYNC", wrapped[0]]);
    // A base that has none of what is named.
    assert_eq!(seen(&[]), Vec::<String>::new());
    // A file in scope that cannot be read is no empty list.
    files.iter_mut().find(|file| file.path == DAEMON).unwrap().bytes = b"async def f(:\n".to_vec();
    assert!(matches!(fence::findings(&files, &rules), Err(FenceError::Unread { line: 1, .. })));
}
