//! Claims about what a change puts in scope: the files at the base, the files at the head, and the
//! candidates between them, one line each: `id function symbol EXPOSURE origins [kind line, …]`.

use similar::{ChangeTag, TextDiff};

use super::super::tests::{files, scan};
use super::super::{Analysis, SourceFile};
use super::{candidates, whole_tree};
use crate::git::{Change, ChangedFile};
use crate::model::Candidate;

fn text(file: &SourceFile) -> String {
    String::from_utf8(file.bytes.clone()).unwrap()
}

/// What git would say of two states; `renamed` leads from an old path to a new one.
fn changes(base: &[SourceFile], head: &[SourceFile], renamed: &[(&str, &str)]) -> Vec<ChangedFile> {
    let mut changes = Vec::new();
    for file in head {
        let from =
            renamed.iter().find(|(_, to)| *to == file.path).map_or(file.path.as_str(), |it| it.0);
        let before = base.iter().find(|other| other.path == from);
        let old = before.map(text).unwrap_or_default();
        let new = text(file);
        if before.is_some() && old == new && from == file.path {
            continue;
        }
        let added = TextDiff::from_lines(&old, &new)
            .iter_all_changes()
            .filter(|change| change.tag() == ChangeTag::Insert)
            .map(|change| change.new_index().unwrap() + 1)
            .map(|line| line..=line)
            .collect();
        changes.push(ChangedFile {
            path: file.path.clone(),
            base_path: before.map(|file| file.path.clone()),
            change: match before {
                None => Change::Added,
                Some(_) if from != file.path => Change::Renamed,
                Some(_) => Change::Modified,
            },
            added,
        });
    }
    for file in base {
        let kept = head.iter().any(|other| other.path == file.path)
            || renamed.iter().any(|(from, _)| *from == file.path);
        if !kept {
            changes.push(ChangedFile {
                path: file.path.clone(),
                base_path: Some(file.path.clone()),
                change: Change::Deleted,
                added: Vec::new(),
            });
        }
    }
    changes
}

fn line(candidate: &Candidate) -> String {
    let origins: Vec<String> = candidate.origins.iter().map(|it| format!("{it:?}")).collect();
    let sites: Vec<String> = candidate
        .sites
        .iter()
        .map(|site| format!("{:?} {}", site.kind, site.location.line))
        .collect();
    format!(
        "{} {} {} {} {} [{}]",
        candidate.id,
        candidate.key.function,
        candidate.key.symbol,
        candidate.exposure,
        origins.join("+"),
        sites.join(", "),
    )
}

fn between_renamed(base: &str, head: &str, renamed: &[(&str, &str)]) -> Vec<String> {
    let changes = changes(&files(base), &files(head), renamed);
    candidates(&scan(base), &scan(head), &changes).iter().map(line).collect()
}

fn between(base: &str, head: &str) -> Vec<String> {
    between_renamed(base, head, &[])
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_finding_on_an_added_line_is_new() {
    let base = "async def f():\n    pass\n";
    let head = "async def f():\n    open('x')\n";
    assert_eq!(between(base, head), ["c1 f open DIRECT_ASYNC AddedLine+NewByKey [Sink 2]"]);
}

#[test]
fn a_second_call_of_a_known_key_is_on_an_added_line() {
    let base = "async def f():\n    open('x')\n";
    let head = "async def f():\n    open('x')\n    open('y')\n";
    assert_eq!(between(base, head), ["c1 f open DIRECT_ASYNC AddedLine [Sink 2, Sink 3]"]);
}

#[test]
fn an_old_finding_whose_line_shifts_is_none() {
    let base = "async def f():\n    open('x')\n";
    let head = "import os\nasync def f():\n    open('x')\n";
    assert_eq!(between(base, head), NOTHING);
}

#[test]
fn a_new_caller_in_the_same_file_makes_an_old_helper_new_by_key() {
    let base = "def g():\n    open('x')\nasync def f():\n    pass\n";
    let head = "def g():\n    open('x')\nasync def f():\n    g()\n";
    assert_eq!(between(base, head), ["c1 g open ASYNC_REACHABLE_SAME_FILE NewByKey [Sink 2]"]);
}

#[test]
fn a_new_caller_in_another_file_makes_an_old_helper_reachable() {
    let store = "# file: s.py\ndef g():\n    open('x')\n";
    let base = format!("{store}# file: m.py\nimport s\nasync def f():\n    pass\n");
    let head = format!("{store}# file: m.py\nimport s\nasync def f():\n    s.g()\n");
    assert_eq!(
        between(&base, &head),
        ["c1 g open ASYNC_REACHABLE_CROSS_FILE NewlyReachable [Sink 2]"]
    );
}

#[test]
fn an_offload_in_place_of_a_call_is_one_fixed_candidate() {
    let base = "import asyncio, shutil\nasync def f():\n    shutil.rmtree('x')\n";
    let head =
        "import asyncio, shutil\nasync def f():\n    await asyncio.to_thread(shutil.rmtree, 'x')\n";
    assert_eq!(
        between(base, head),
        ["c1 f shutil.rmtree OFFLOADED AddedOffload+FixedFinding [Offload 3]"]
    );
}

#[test]
fn an_offload_of_a_nested_function_stands_for_the_finding_that_moved_into_it() {
    let base = "import asyncio\nasync def f():\n    open('x')\n";
    let head = "
import asyncio
async def f():
    def read():
        open('x')
    await asyncio.to_thread(read)
";
    assert_eq!(between(base, head), ["c1 f read OFFLOADED AddedOffload+FixedFinding [Offload 5]"]);
}

#[test]
fn an_offload_in_the_caller_stands_for_the_finding_in_another_file() {
    let store = "# file: s.py\ndef g():\n    open('x')\n";
    let base = format!("{store}# file: m.py\nimport asyncio, s\nasync def f():\n    s.g()\n");
    let head = format!(
        "{store}# file: m.py\nimport asyncio, s\nasync def f():\n    await asyncio.to_thread(s.g)\n"
    );
    assert_eq!(between(&base, &head), ["c1 f s.g OFFLOADED AddedOffload+FixedFinding [Offload 3]"]);
}

#[test]
fn an_offload_of_the_unknown_is_a_candidate() {
    let base = "import asyncio\nasync def f(g):\n    g()\n";
    let head = "import asyncio\nasync def f(g):\n    await asyncio.to_thread(g)\n";
    assert_eq!(between(base, head), ["c1 f g OFFLOADED AddedOffload [Offload 3]"]);
}

#[test]
fn an_offload_that_was_there_is_none() {
    let base = "import asyncio\nasync def f(g):\n    await asyncio.to_thread(g)\n";
    let head = "import asyncio\nasync def f(g):\n    await asyncio.to_thread(g, 1)\n";
    assert_eq!(between(base, head), NOTHING);
}

#[test]
fn an_async_client_in_place_of_a_call_leaves_a_gone_site() {
    let base = "import httpx\nasync def f():\n    httpx.get('u')\n";
    let head = "
import httpx
async def f():
    async with httpx.AsyncClient() as c:
        await c.get('u')
";
    assert_eq!(between(base, head), ["c1 f httpx.get DIRECT_ASYNC FixedFinding [Gone 3]"]);
}

#[test]
fn what_is_deleted_is_not_fixed() {
    let base = "async def f():\n    open('x')\nasync def g():\n    pass\n";
    assert_eq!(between(base, "async def g():\n    pass\n"), NOTHING);
    let two = "# file: a.py\nasync def f(): open('x')\n# file: b.py\nx = 1\n";
    assert_eq!(between(two, "# file: b.py\nx = 1\n"), NOTHING);
}

#[test]
fn a_helper_whose_only_caller_is_deleted_is_not_fixed() {
    let base = "def g():\n    open('x')\nasync def f():\n    g()\n";
    assert_eq!(between(base, "def g():\n    open('x')\n"), NOTHING);
}

#[test]
fn a_renamed_file_introduces_nothing() {
    let body = "import asyncio\nasync def f():\n    open('x')\n    await asyncio.to_thread(g)\n";
    let base = format!("# file: a.py\n{body}");
    let head = format!("# file: b.py\n{body}");
    assert_eq!(between_renamed(&base, &head, &[("a.py", "b.py")]), NOTHING);
}

#[test]
fn a_moved_or_renamed_function_introduces_nothing() {
    let body = "def f(g):\n    open('x')\n    await asyncio.to_thread(g)\n";
    let base =
        format!("# file: a.py\nimport asyncio\nasync {body}x = 1\n# file: b.py\nimport asyncio\n");
    let head =
        format!("# file: a.py\nimport asyncio\nx = 1\n# file: b.py\nimport asyncio\nasync {body}");
    assert_eq!(between(&base, &head), NOTHING);
    let renamed = base.replace("def f(", "def other(");
    assert_eq!(between(&base, &renamed), NOTHING);
}

#[test]
fn a_moved_function_that_also_gains_a_call_shows_the_gain() {
    let base = "# file: a.py\nasync def f():\n    open('x')\n# file: b.py\n\n";
    let head = "# file: a.py\n\n# file: b.py\nasync def f():\n    open('x')\n    input()\n";
    assert_eq!(between(base, head), ["c1 f input DIRECT_ASYNC AddedLine+NewByKey [Sink 3]"]);
}

#[test]
fn candidates_are_numbered_by_priority_then_place() {
    let base = "x = 1\n";
    let head = "
import shutil
async def a(p):
    open('x')
async def b():
    shutil.rmtree('x')
";
    assert_eq!(
        between(base, head),
        [
            "c1 b shutil.rmtree DIRECT_ASYNC AddedLine+NewByKey [Sink 5]",
            "c2 a open DIRECT_ASYNC AddedLine+NewByKey [Sink 3]",
        ]
    );
}

#[test]
fn in_the_whole_tree_offloads_rank_below_every_finding() {
    let head: Analysis = scan(
        "
import asyncio, shutil, os
async def f():
    await asyncio.to_thread(shutil.rmtree, 'x')
    os.path.exists('x')
",
    );
    let lines: Vec<String> = whole_tree(&head).iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "c1 f os.path.exists DIRECT_ASYNC WholeTree [Sink 4]",
            "c2 f shutil.rmtree OFFLOADED WholeTree [Offload 3]",
        ]
    );
}

#[test]
fn findings_of_another_detector_stand_beside_the_offloads_of_the_builtin() {
    let other = scan("async def f():\n    input()\n").findings;
    let builtin =
        scan("import asyncio\nasync def f():\n    open('x')\n    await asyncio.to_thread(open)\n");
    let lines: Vec<String> = whole_tree(&builtin.with_findings(other)).iter().map(line).collect();
    assert_eq!(
        lines,
        ["c1 f input DIRECT_ASYNC WholeTree [Sink 2]", "c2 f open OFFLOADED WholeTree [Offload 4]",]
    );
}

#[test]
fn a_new_parse_error_is_a_candidate_and_an_old_one_is_not() {
    let broken = "x = (\n";
    assert_eq!(between("x = 1\n", broken), ["c1 <module>  PARSE_INCOMPLETE NewByKey [Sink 2]"]);
    assert_eq!(between(broken, "x = (\n\n"), NOTHING);
}
