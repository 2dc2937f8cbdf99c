//! `guard fence`: a heavy sync call stands bare in no async function that is in scope, and the
//! fence refuses to say so before everything that it rests on was checked.

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
    let all = after(CONFIG, "entries = [\"warden.daemon\"]", "modules = [\"warden\"]");
    assert_eq!(all.code(1).stdout, bare);
    // Nobody has to keep a list: the first import brings a module into scope.
    let imported = after(DAEMON, "from warden import graph", "from warden import graph, offline");
    assert_eq!(imported.code(1).stdout, bare);
}

#[test]
fn a_scope_that_is_not_there_is_refused() {
    let nowhere = after(CONFIG, "entries = [\"warden.daemon\"]\n", "").code(2);
    assert!(nowhere.one_error().starts_with("error: the fence holds nowhere\n"));
    let entry = after(CONFIG, "warden.daemon", "warden.demon").code(2);
    assert_eq!(
        entry.one_error(),
        "\
error: `warden.demon` is not among the project's Python files
 --> pyproject.toml:7:12
  |
7 | entries = [\"warden.demon\"]
  |            ^^^^^^^^^^^^^^ did you mean `warden.daemon`?
"
    );
    let module = after(CONFIG, "entries = [\"warden.daemon\"]", "modules = [\"warden/puls.py\"]");
    module.code(2).says(&["`warden/puls.py` is not among", "did you mean `warden/pulse.py`?"]);
}

#[test]
fn a_file_in_scope_that_cannot_be_read_is_no_verdict() {
    after(DAEMON, "async def cascade(store):", "async def cascade(store:").code(2).says(&[
        "error: warden/daemon.py:9: Expected an expression",
        "the fence cannot vouch for a file that it cannot read",
    ]);
}

#[test]
fn a_fence_without_names_is_refused() {
    let desk = desk();
    desk.repository.write(CONFIG, "[tool.guard.fence]\nentries = [\"warden.daemon\"]\n");
    desk.repository.commit("No names");
    assert_eq!(
        desk.guard(&["fence"]).code(2).one_error(),
        "\
error: a fence without teeth: `names` is empty
 --> pyproject.toml:1:1
  |
1 | [tool.guard.fence]
  | ^^^^^^^^^^^^^^^^^^ name at least one heavy sync function, with `name`, `worst` and `how`
"
    );
    desk.repository.write(CONFIG, "[project]\nname = \"warden\"\n");
    desk.repository.commit("No fence");
    desk.guard(&["fence"]).code(2).says(&["no fence is configured; `guard fence add NAME"]);
}

#[test]
fn a_name_that_is_no_sync_function_of_the_project_is_refused() {
    let missing = after(CONFIG, "name = \"compact\"", "name = \"compakt\"").code(2);
    assert_eq!(
        missing.one_error(),
        "\
error: no `def compakt` in the project
  --> pyproject.toml:18:8
   |
18 | name = \"compakt\"
   |        ^^^^^^^^^ did you mean `compact`?
"
    );
    after("warden/store.py", "def compact", "async def compact").code(2).says(&[
        "`compact` is an `async def` at warden/store.py:11",
        "only a sync `def` can be fenced",
    ]);
    // One of the two is enough: the call does not say which it means.
    after("warden/graph.py", "def rebuild", "async def compact")
        .code(2)
        .says(&["`compact` is an `async def` at warden/graph.py:9"]);
    after(CONFIG, "name = \"compact\"", "name = \"store.compact\"")
        .code(2)
        .says(&["calls are matched by their last name: `compact`"]);
    after(CONFIG, "name = \"compact\"", "name = \"build_graph\"")
        .code(2)
        .says(&["`build_graph` is fenced twice"]);
}

#[test]
fn a_name_without_a_measurement_above_50_ms_is_refused() {
    for worst in ["50 ms", "12 ms"] {
        let said = after(CONFIG, "33.7 s", worst).code(2);
        said.says(&[&format!("`compact` is too quick to be fenced: {worst}"), "above 50 ms"]);
    }
    after(CONFIG, "33.7 s", "long").code(2).says(&["`long` is no duration", "pyproject.toml:19:9"]);
    after(CONFIG, "worst = \"33.7 s\"\n", "").code(2).says(&["missing field `worst`"]);
    after(CONFIG, "offline benchmark, 3.66 GB", " ")
        .code(2)
        .says(&["`how` does not say how `compact` was measured"]);
}

#[test]
fn a_name_without_a_wrapped_row_above_50_ms_is_refused() {
    let row = "| wrapped     | 33.7 s     |";
    after(AUDIT, row, "| safe-fast   | 33.7 s     |")
        .code(2)
        .says(&["`compact` has no `wrapped` row in docs/blocking-calls.md", "pyproject.toml:18:8"]);
    after(AUDIT, row, "| wrapped     | 30 ms      |").code(2).says(&[
        "`compact` is `wrapped` and takes 30 ms",
        "docs/blocking-calls.md:8:1",
        "the measurement of a fenced call is above 50 ms",
    ]);
    let desk = desk();
    std::fs::remove_file(desk.repository.root().join(AUDIT)).unwrap();
    desk.guard(&["fence"]).code(2).says(&["`build_graph` has no `wrapped` row"]);
}

#[test]
fn an_allowed_call_rests_on_a_safe_fast_row_below_50_ms() {
    let row = "| safe-fast   | 12 ms      |";
    let no_row = after(AUDIT, row, "| wrapped     | 33 s       |").code(2);
    assert_eq!(
        no_row.one_error(),
        "\
error: the allowed `compact()` has no `safe-fast` row in docs/blocking-calls.md
  --> pyproject.toml:22:1
   |
22 | [[tool.guard.fence.allow]]
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^ measure it there, and `guard fence record --class safe-fast`
"
    );
    after(AUDIT, row, "| safe-fast   | 50 ms      |").code(2).says(&[
        "`compact` is `safe-fast` and takes 50 ms",
        "docs/blocking-calls.md:9:1",
        "below 50 ms; wrap this one",
    ]);
    after(AUDIT, "| Pulse.beat     |", "| Pulse.rest     |").code(2).says(&["no `safe-fast` row"]);
    after(AUDIT, "| warden/pulse.py ", "| warden/store.py ").code(2).says(&["no `safe-fast` row"]);
}

#[test]
fn an_allowed_call_is_one_call_in_one_function_of_one_file() {
    let beat = "async def beat(self):";
    let other = after(
        "warden/pulse.py",
        beat,
        &format!("async def rest(self):\n        compact(1)\n\n    {beat}"),
    );
    assert_eq!(other.code(1).stdout, "warden/pulse.py:6 async def rest -> compact()\n");
    let unlisted = after(CONFIG, "callee = \"compact\"", "callee = \"compakt\"").code(2);
    unlisted.says(&["`compakt` is allowed and not fenced", "did you mean `compact`?"]);
}

#[test]
fn an_entry_that_allows_nothing_any_more_is_said() {
    let said = after("warden/pulse.py", "        compact(Store(None))", "        pass").code(0);
    said.says(&[
        "warning: pyproject.toml:22: stale: no bare `compact()` stands in `async def Pulse.beat` \
         of warden/pulse.py; take the entry out",
    ]);
}

#[test]
fn a_smoking_gun_never_leaves_the_list() {
    let names = |text: &str| {
        let start = text.find("[[tool.guard.fence.names]]").unwrap();
        let end = text[start + 1..].find("[[tool.guard.fence.names]]").unwrap() + start + 1;
        text[start..end].to_owned()
    };
    let entry = names(&desk().repository.read(CONFIG));
    // The list holds where somebody deletes the entry,
    assert_eq!(
        after(CONFIG, &entry, "").code(2).one_error(),
        "\
error: the smoking gun `build_graph` is not fenced
 --> pyproject.toml:9:17
  |
9 | smoking-guns = [\"build_graph\"]
  |                 ^^^^^^^^^^^^^ put it back into `names`; it may never leave them
"
    );
    // and the merge base where somebody deletes both,
    let desk = Desk::of(Repository::of_tree("fence"));
    desk.repository.git(&["switch", "--quiet", "--create", "change"]);
    edit(&desk, CONFIG, &entry, "");
    edit(&desk, CONFIG, "smoking-guns = [\"build_graph\"]\n", "");
    desk.repository.commit("Both leave");
    desk.guard(&["fence"]).code(2).says(&[
        "the smoking gun `build_graph` has left the fence, and at main (",
        ") it never could",
        "put it back, with `never-leaves = true`",
    ]);
    // or takes the word back,
    let said =
        after_all(&[("smoking-guns = [\"build_graph\"]\n", ""), ("never-leaves = true\n", "")]);
    said.code(2).says(&["the smoking gun `build_graph` may leave the fence now"]);
    // or the whole fence.
    let desk = Desk::of(Repository::of_tree("fence"));
    desk.repository.write(CONFIG, "[project]\nname = \"warden\"\n");
    desk.guard(&["fence"]).code(2).says(&["has left the fence", "put the whole `[fence]` back"]);
    // One of the two words is enough.
    after(CONFIG, "never-leaves = true\n", "").code(0);
}

fn after_all(edits: &[(&str, &str)]) -> Said {
    let desk = desk();
    for (from, to) in edits {
        edit(&desk, CONFIG, from, to);
    }
    desk.guard(&["fence"])
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

const SLOW: [&str; 4] = ["--worst", "20 s", "--how", "a cold store"];

fn record(desk: &Desk, class: &str, call: [&str; 3], worst: &str) -> Said {
    let [file, function, callee] = call;
    let fixed = ["fence", "record", "--class", class, "--file", file, "--function", function];
    let rest = ["--callee", callee, "--worst", worst, "--how", "by a\n stopwatch | twice"];
    desk.guard(&[&fixed[..], &rest[..]].concat())
}

#[test]
fn a_bare_call_that_was_measured_quick_is_recorded_and_allowed() {
    let desk = desk();
    edit(&desk, DAEMON, "await asyncio.to_thread(compact, store)", "compact(store)");
    desk.guard(&["fence"]).code(1);
    let (audit, config) = (desk.repository.read(AUDIT), desk.repository.read(CONFIG));
    let call = [DAEMON, "main", "compact"];
    let row = "| `warden/daemon.py` | `main` | `compact` | safe-fast | 9 ms | by a stopwatch \\| twice |  |";
    let table = "[[tool.guard.fence.allow]]\nfile = \"warden/daemon.py\"\nfunction = \"main\"\ncallee = \"compact\"\n";
    let said = record(&desk, "safe-fast", call, "9 ms").code(0);
    // The row of this call is written over in its place, the spelling of its path stays.
    let row = row.replace("`warden/daemon.py`", "`warden/daemon.py`");
    let table_shown = table.replace('\n', "\n  ");
    assert_eq!(
        said.stdout,
        format!(
            "{AUDIT}: updated\n  {row}\n{CONFIG}: added\n  {}",
            table_shown.trim_end_matches(' ')
        )
    );
    let old = "| warden/daemon.py  | main           | compact       | wrapped     | 33.7 s     | offline benchmark \\| 3.66 GB        |       |";
    assert_eq!(desk.repository.read(AUDIT), audit.replace(old, &row));
    assert_eq!(desk.repository.read(CONFIG), format!("{config}\n{table}"));
    // The name itself has lost its evidence by that, which the fence says.
    desk.guard(&["fence"]).code(2).says(&["`compact` has no `wrapped` row"]);
    let again = record(&desk, "safe-fast", call, "9 ms").code(0);
    assert!(again.stdout.contains(": unchanged\n") && !again.stdout.contains(": added"));
    assert_eq!(desk.repository.read(CONFIG), format!("{config}\n{table}"));
}

#[test]
fn a_new_name_is_fenced_by_three_commands() {
    let desk = desk();
    edit(&desk, DAEMON, "graph.build_graph, store", "graph.rebuild, store");
    edit(
        &desk,
        CONFIG,
        "how = \"offline benchmark, 3.66 GB\"\n",
        "how = \"offline benchmark, 3.66 GB\"",
    );
    let added = desk.guard(&[&["fence", "add", "rebuild"], &SLOW[..]].concat()).code(0);
    assert_eq!(
        added.stdout,
        "\
pyproject.toml: added
  [[tool.guard.fence.names]]
  name = \"rebuild\"
  worst = \"20 s\"
  how = \"a cold store\"
"
    );
    desk.guard(&["fence"]).code(2).says(&["`rebuild` has no `wrapped` row"]);
    let call = [DAEMON, "cascade", "rebuild"];
    let row = record(&desk, "wrapped", call, "20 s").code(0).stdout;
    assert!(row.starts_with("docs/blocking-calls.md: added\n  | `warden/daemon.py` |"), "{row}");
    let said = desk.guard(&["fence"]).code(0);
    said.says(&["3 fenced names in 5 files: 2 wrapped, 1 allowed"]);
    let config = desk.repository.read(CONFIG);
    let again = desk.guard(&[&["fence", "add", "rebuild"], &SLOW[..]].concat()).code(0);
    assert!(again.stdout.starts_with("pyproject.toml: unchanged\n"), "{}", again.stdout);
    assert_eq!(desk.repository.read(CONFIG), config);
    // Another measurement takes the place of the first.
    desk.guard(&["fence", "add", "rebuild", "--worst", "25 s", "--how", "a \"colder\" store"])
        .code(0);
    let changed =
        config.replace("20 s", "25 s").replace("\"a cold store\"", "\"a \\\"colder\\\" store\"");
    assert_eq!(desk.repository.read(CONFIG), changed);
}

#[test]
fn the_first_name_makes_the_fence_and_its_file() {
    let desk = desk();
    desk.repository.write(CONFIG, "[project]\nname = \"warden\"\n");
    std::fs::remove_file(desk.repository.root().join(AUDIT)).unwrap();
    desk.repository.commit("No fence");
    desk.guard(&[&["fence", "add", "build_graph"], &SLOW[..]].concat()).code(0);
    assert_eq!(
        desk.repository.read("guard.toml"),
        "[[fence.names]]\nname = \"build_graph\"\nworst = \"20 s\"\nhow = \"a cold store\"\n"
    );
    record(&desk, "wrapped", [DAEMON, "cascade", "build_graph"], "20 s").code(0);
    assert!(
        desk.repository.read("BLOCKING-CALLS-AUDIT.md").starts_with("# Audit of blocking calls\n")
    );
    desk.guard(&["fence"]).code(2).says(&["the fence holds nowhere"]);
}

#[test]
fn what_is_recorded_must_be_there_and_fit_its_class() {
    let desk = desk();
    let files = desk.files();
    let refused = |class: &str, call: [&str; 3], worst: &str, what: &str| {
        let said = record(&desk, class, call, worst).code(2);
        assert_eq!(said.one_error(), format!("error: {what}\n"));
    };
    let main = [DAEMON, "main", "compact"];
    refused(
        "safe-fast",
        main,
        "50 ms",
        "`50 ms` is not below 50 ms, so the call may not stay bare: wrap it in `await \
         asyncio.to_thread(…)` and record it as `wrapped`",
    );
    refused(
        "wrapped",
        main,
        "50 ms",
        "`50 ms` is not above 50 ms: what is so quick needs neither a fence nor a thread",
    );
    refused(
        "safe-fast",
        main,
        "5 ms",
        "no bare `compact()` stands in `async def main` of warden/daemon.py; the one at line 16 is \
         wrapped: record it as `wrapped`",
    );
    refused(
        "wrapped",
        ["warden/pulse.py", "beat", "compact"],
        "5 s",
        "no wrapped `compact()` stands in `async def Pulse.beat` of warden/pulse.py; the one at \
         line 6 is bare: wrap it first, or record it as `safe-fast`",
    );
    refused(
        "wrapped",
        [DAEMON, "mian", "compact"],
        "5 s",
        "no `async def mian` in warden/daemon.py; did you mean `main`?",
    );
    refused(
        "wrapped",
        ["warden/demon.py", "main", "compact"],
        "5 s",
        "`warden/demon.py` is no Python file of the project; did you mean `warden/daemon.py`?",
    );
    let add = |name: &str, worst: &str| {
        desk.guard(&["fence", "add", name, "--worst", worst, "--how", "x"]).code(2)
    };
    add("main", "1 s").says(&["`main` is an `async def` at warden/daemon.py:14"]);
    add("rebuilt", "1 s").says(&["no `def rebuilt` in the project; did you mean `rebuild`?"]);
    add("graph.rebuild", "1 s").says(&["`m.s.f()` is fenced as `f`"]);
    add("rebuild", "10 ms").says(&["`10 ms` is not above 50 ms"]);
    add("rebuild", "10 parsecs").says(&["`10 parsecs` is no duration"]);
    assert_eq!(desk.files(), files);
}

#[test]
fn a_configuration_that_cannot_be_appended_to_is_left_as_it_is() {
    let desk = desk();
    let config = desk.repository.read(CONFIG);
    let start = config.find("[[tool.guard.fence.names]]").unwrap();
    let inline = "names = [{ name = \"compact\", worst = \"33.7 s\", how = \"a benchmark\" }]\n";
    desk.repository.write(CONFIG, format!("{}{inline}", &config[..start]));
    let files = desk.files();
    let said = desk.guard(&[&["fence", "add", "rebuild"], &SLOW[..]].concat()).code(2);
    said.says(&["nothing was written, put it there by hand:\n[[tool.guard.fence.names]]\nname = \"rebuild\""]);
    assert_eq!(desk.files(), files);
}

#[test]
fn a_base_that_is_not_there_is_said() {
    let desk = desk();
    desk.repository.git(&["branch", "--quiet", "--move", "trunk"]);
    desk.guard(&["fence"])
        .code(0)
        .says(&["warning: whether a smoking gun has left the fence could not be looked up: "]);
}
