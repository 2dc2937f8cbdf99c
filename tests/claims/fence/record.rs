//! `guard fence record` and `guard fence add`: what is written, where, and what is refused.

use super::{AUDIT, CONFIG, DAEMON, desk, edit};
use crate::support::{Desk, Said};

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
    let table_shown = table.replace('\n', "\n  ");
    assert_eq!(
        said.stdout,
        format!(
            "{AUDIT}: updated\n  {row}\n{CONFIG}: added\n  {}",
            table_shown.trim_end_matches(' ')
        )
    );
    let old = "| warden/daemon.py  | main           | compact       | wrapped     | 33.7 s     | offline benchmark \\| 3.66 GB        |       |";
    assert_eq!(desk.repository.read(AUDIT), audit.replace(old, row));
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
fn a_call_through_the_projects_own_offloader_is_wrapped() {
    let desk = desk();
    edit(
        &desk,
        DAEMON,
        "await asyncio.to_thread(compact, store)",
        "await pool.run(compact, store)",
    );
    let call = [DAEMON, "main", "compact"];
    record(&desk, "wrapped", call, "20 s").code(2).says(&["no `compact()` stands in"]);
    edit(
        &desk,
        CONFIG,
        "[tool.guard.fence]",
        "[[tool.guard.offloaders]]\nfunction = \"warden.pool.run\"\n\n[tool.guard.fence]",
    );
    record(&desk, "wrapped", call, "20 s").code(0);
    desk.guard(&["fence"]).code(0).says(&["2 wrapped"]);
}
