//! The procedure of the fence, from a bare call to a pull-request text.

use super::support::{Desk, Repository, Said};

/// A daemon with a fence, and a change that calls heavy functions in a new module of its scope: one
/// bare, one bare and quick, one in a thread.
fn desk() -> Desk {
    let repository = Repository::of_tree("fence");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    let daemon = repository.read("warden/daemon.py");
    repository.write("warden/daemon.py", format!("from warden import watch\n{daemon}"));
    repository.write(
        "warden/watch.py",
        "import asyncio\n\nfrom warden import graph\nfrom warden.store import compact\n\n\n\
         async def rebuild(store):\n    return graph.build_graph(store)\n\n\n\
         async def shrink(store):\n    compact(store)\n\n\n\
         async def off(store):\n    return await asyncio.to_thread(graph.build_graph, store)\n",
    );
    Desk::of(repository)
}

fn run(desk: &Desk, words: &[&str]) -> Said {
    let fixed = ["run", "--base", "main", "--sop", "async-fence", "--non-interactive"];
    desk.guard(&[fixed.as_slice(), words].concat())
}

const JUDGED: [&str; 7] =
    ["answer", "c1.judge", "route=wrap", "c2.judge", "route=allow", "c3.judge", "route=wrapped"];

#[test]
fn a_fenced_call_is_wrapped_or_measured_and_the_fence_is_seen_red_without_the_wrap() {
    let desk = desk();
    let json = run(&desk, &["--json"]).code(3).json();
    let suggested: Vec<(&str, &str)> = (json["questions"].as_array().unwrap().iter())
        .map(|question| {
            let of = &question["candidate"]["key"]["function"];
            (of.as_str().unwrap(), question["suggestion"]["value"].as_str().unwrap())
        })
        .collect();
    assert_eq!(suggested, [("rebuild", "wrap"), ("shrink", "wrap"), ("off", "wrapped")]);

    desk.guard(&JUDGED).code(3).says(&["c3 warden/watch.py:16 proven"]);
    desk.guard(&["answer", "c1.fix", "fix=apply"]).code(3).says(&["c1 warden/watch.py:8 proven"]);
    let quick = ["worst=7 ms", "how=an empty store, worst of 1000", "reason=It is empty there."];
    let said = desk.guard(&[&["answer", "c2.measure"], quick.as_slice()].concat()).code(0);
    // What allows a call is the fence's own configuration: what was proven under another goes back.
    let said = said.says(&["changed since its proof: c1, c3", "c1 warden/watch.py:8 proven"]);
    for part in [
        "| c1 | `graph.build_graph` in `rebuild` (warden/watch.py:8) | wrap | red → green |",
        "| c2 | `compact` in `shrink` (warden/watch.py:12) | allow | It is empty there. |",
        "| c3 | `graph.build_graph` in `off` (warden/watch.py:16) | wrapped | red → green |",
        "-    return await asyncio.to_thread(graph.build_graph, store)\n+    return graph.build_graph(store)\n",
        "```text\nwarden/watch.py:8 async def rebuild -> build_graph()\n```",
        "  | `warden/watch.py` | `shrink` | `compact` | safe-fast | 7 ms | an empty store, worst of 1000 |  |",
        "`guard fence` in `.`: exit 0",
    ] {
        assert!(said.stdout.contains(part), "no {part:?} in\n{}", said.stdout);
    }
    desk.guard(&["fence"]).code(0).says(&["the fence holds", "4 wrapped, 2 allowed"]);
    assert_eq!(desk.left(), [""; 0]);
}

#[test]
fn a_measurement_that_is_not_quick_allows_nothing() {
    let desk = desk();
    run(&desk, &[]).code(3);
    desk.guard(&JUDGED).code(3);
    let before = desk.files();
    let slow = ["worst=70 ms", "how=a full store", "reason=It is quick."];
    let said = desk.guard(&[&["answer", "c2.measure"], slow.as_slice()].concat()).code(3);
    let said = said.says(&["c2 refused"]);
    assert!(said.stdout.contains("`70 ms` is not below 50 ms"), "{}", said.stdout);
    assert!(said.stdout.contains("c2.judge.2"), "{}", said.stdout);
    assert_eq!(desk.files(), before);
}

#[test]
fn a_bare_call_that_is_talked_away_is_not_delivered() {
    let desk = desk();
    run(&desk, &[]).code(3);
    let away = ["answer", "c1.judge", "route=no-action", "reason=It is fine."];
    desk.guard(&away).code(3);
    desk.guard(&["answer", "c2.judge", "route=wrap", "c3.judge", "route=wrapped"]).code(3);
    let said = desk.guard(&["answer", "c2.fix", "fix=apply"]).code(1);
    let said =
        said.says(&["the whole gate is red: `guard fence`", "async def rebuild -> build_graph()"]);
    assert!(said.stdout.contains("> **Draft.**"), "{}", said.stdout);
}

#[test]
fn a_name_that_joins_the_fence_brings_its_calls_into_scope() {
    let desk = Desk::of(Repository::of_tree("fence"));
    desk.repository.git(&["switch", "--quiet", "--create", "change"]);
    let store = desk.repository.read("warden/store.py");
    desk.repository
        .write("warden/store.py", format!("{store}\n\ndef load(path):\n    return path\n"));
    let pulse = desk.repository.read("warden/pulse.py");
    let load = "from .store import load\n\n\nasync def wake(path):\n    return load(path)\n";
    desk.repository.write("warden/pulse.py", format!("{pulse}\n\n{load}"));
    desk.repository.commit("Wake up");
    desk.guard(&["run", "--base", "HEAD", "--sop", "async-fence", "--non-interactive"]).code(0);

    desk.guard(&["fence", "add", "load", "--worst", "3 s", "--how", "a store of 1 GB"]).code(0);
    let audit = desk.repository.read("docs/blocking-calls.md");
    let row = "| warden/pulse.py | wake | load | wrapped | 3 s | a store of 1 GB | |\n";
    let last = "| warden/store.py   | -              | read_row ";
    assert_eq!(audit.matches(last).count(), 1);
    desk.repository.write("docs/blocking-calls.md", audit.replace(last, &format!("{row}{last}")));
    let json = desk
        .guard(&["run", "--base", "HEAD", "--sop", "async-fence", "--non-interactive", "--json"])
        .code(3)
        .json();
    let [question] = json["questions"].as_array().unwrap().as_slice() else { panic!("{json:#}") };
    assert_eq!(question["candidate"]["key"]["function"], "wake");
}
