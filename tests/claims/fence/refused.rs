//! What the fence refuses before it gives a verdict, each with its place and what to do.

use super::{AUDIT, CONFIG, DAEMON, after, desk, edit};
use crate::support::{Desk, Repository, Said};

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
fn a_base_that_is_not_there_is_said() {
    let desk = desk();
    desk.repository.git(&["branch", "--quiet", "--move", "trunk"]);
    desk.guard(&["fence"])
        .code(0)
        .says(&["warning: whether a smoking gun has left the fence could not be looked up: "]);
}
