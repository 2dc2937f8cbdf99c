//! `guard fence`: a heavy sync call stands bare in no async function that is in scope, and the
//! fence refuses to say so before everything that it rests on was checked.

use super::support::{Desk, Repository, Said};

const DAEMON: &str = "warden/daemon.py";

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
