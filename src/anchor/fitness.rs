//! Step 4: what can be seen in a test's text that makes it no anchor, before anything is run.

use serde::{Deserialize, Serialize};

use super::drive::drive;
use super::entry::entry_of;
use super::locate::{entries, is_collected};
use super::suite::{Argument, Call, Function, TestFile};
use super::{AsyncPlugin, Facts, SourceFile};
use crate::model::Candidate;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnfitKind {
    /// It is no Python.
    Broken,
    /// pytest does not collect it, or does not await it.
    NotCollected,
    /// The template's `raise NotImplementedError` is still there.
    Unfinished,
    /// It does not call the production entry point.
    NoEntryPoint,
    /// It puts an offload of its own around the guarded call.
    OwnOffload,
    /// It replaces what it guards.
    Patched,
    /// It runs without the gate, or is not run at all.
    OptsOut,
}

/// One reason why a test is no anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// What is wrong.
    pub kind: UnfitKind,
    /// Where, from 1.
    pub line: usize,
    /// One sentence.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

/// Checks a file that is to hold an anchor for a candidate; empty when nothing speaks against it.
///
/// Only the tests that call the entry point are looked at, where there are any: a file may hold
/// anchors of other candidates. One sound test among them is enough, if none is unfinished. `conftest` is the one of the anchors' folder, for its fixtures.
pub fn fitness(
    test: &SourceFile,
    conftest: Option<&SourceFile>,
    candidate: &Candidate,
    production: &[SourceFile],
    facts: &Facts,
) -> Vec<Unfit> {
    let file = TestFile::read(test);
    let conftest = conftest.map(TestFile::read);
    if let Some(line) = file.broken {
        return vec![unfit(UnfitKind::Broken, line, "this is no Python", "repair the syntax")];
    }
    let tests: Vec<&Function> = file.tests().collect();
    if tests.is_empty() || !is_collected(&test.path) {
        let reason = "pytest finds no test in this file";
        let remedy = "name the file `test_….py` and the function `test_…`";
        return vec![unfit(UnfitKind::NotCollected, 1, reason, remedy)];
    }
    let entry = entry_of(candidate, production, facts);
    let all = entries(candidate, &entry, production, facts);
    let drives = |test: &&Function| {
        let reached = file.reach(test, conftest.as_ref());
        all.iter().filter_map(|entry| drive(&reached, entry)).any(|drive| drive.strength.reaches())
    };
    let mut found = Vec::new();
    let driving: Vec<&Function> = tests.iter().copied().filter(drives).collect();
    if driving.is_empty() && entry.module.is_some() {
        found.push(no_entry_point(&tests, &entry.function, candidate));
    }
    let guarded = Guarded::of(candidate);
    let judged = if driving.is_empty() { &tests } else { &driving };
    let mut flaws: Vec<Vec<Unfit>> = Vec::new();
    for test in judged {
        let reached = file.reach(test, conftest.as_ref());
        found.extend(unfinished(&reached));
        let calls = reached.iter().flat_map(|(_, function)| &function.calls);
        let wrong =
            calls.filter_map(|call| guarded.own_offload(call).or_else(|| guarded.patched(call)));
        flaws.push(
            collected(&file, test, facts.plugin)
                .into_iter()
                .chain(opts_out(&file, test))
                .chain(wrong)
                .collect(),
        );
    }
    // One sound test is an anchor, whatever stands beside it.
    if flaws.iter().all(|flaws| !flaws.is_empty()) {
        found.extend(flaws.into_iter().flatten());
    }
    found.sort_by_key(|unfit| unfit.line);
    found.dedup();
    found
}

fn unfinished(reached: &[(&TestFile, &Function)]) -> Vec<Unfit> {
    let open = reached.iter().filter_map(|(_, function)| Some((function, function.unfinished?)));
    open.map(|(function, line)| {
        let reason = format!("`{}` still raises NotImplementedError", function.name);
        let remedy = "fill in the inputs, and take the `raise` out";
        unfit(UnfitKind::Unfinished, line, &reason, remedy)
    })
    .collect()
}

fn unfit(kind: UnfitKind, line: usize, reason: &str, remedy: &str) -> Unfit {
    Unfit { kind, line, reason: reason.to_owned(), remedy: remedy.to_owned() }
}

fn no_entry_point(tests: &[&Function], entry: &str, candidate: &Candidate) -> Unfit {
    let own = last(&candidate.key.function);
    let helper = tests
        .iter()
        .find_map(|test| test.calls.iter().find(|call| call.last() == own && last(entry) != own));
    let remedy = format!("call `{entry}`, as production does");
    match helper {
        Some(call) => unfit(
            UnfitKind::NoEntryPoint,
            call.line,
            &format!("it calls the helper `{}`, not the entry point `{entry}`", call.callee),
            &remedy,
        ),
        None => unfit(
            UnfitKind::NoEntryPoint,
            tests.first().map_or(1, |test| test.line),
            &format!("no test in this file calls the entry point `{entry}`"),
            &remedy,
        ),
    }
}

fn collected(file: &TestFile, test: &Function, plugin: AsyncPlugin) -> Option<Unfit> {
    let marked = |name: &str| {
        file.marks.iter().chain(&test.decorators).any(|text| text.contains(&format!("mark.{name}")))
    };
    let any = marked("asyncio") || marked("anyio") || marked("trio");
    let mark = match plugin {
        AsyncPlugin::AsyncioAuto => return None,
        AsyncPlugin::AsyncioStrict => "asyncio",
        AsyncPlugin::Anyio => "anyio",
    };
    (test.is_async && !any).then(|| {
        unfit(
            UnfitKind::NotCollected,
            test.line,
            &format!("`{}` is async, and nothing awaits it", test.name),
            &format!("mark it: `pytestmark = pytest.mark.{mark}`"),
        )
    })
}

fn opts_out(file: &TestFile, test: &Function) -> Option<Unfit> {
    let mark = test.opts_out(file)?;
    Some(unfit(
        UnfitKind::OptsOut,
        test.line,
        &format!("`{mark}` keeps `{}` from failing", test.name),
        "take the mark away",
    ))
}

/// The last part of a dotted name.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// What an offload is called, whatever library it comes from.
const OFFLOADS: [&str; 6] =
    ["to_thread", "run_in_executor", "run_sync", "run_in_threadpool", "sync_to_async", "submit"];
/// What replaces an attribute for the time of a test.
const PATCHERS: [&str; 3] = ["setattr", "patch", "object"];

/// The names that an anchor must leave alone.
struct Guarded {
    /// The functions on the way, by their last names.
    functions: Vec<String>,
    /// The blocking call as written, `shutil.rmtree`.
    symbol: String,
}

impl Guarded {
    fn of(candidate: &Candidate) -> Self {
        let hops = candidate.chain.iter().map(|hop| hop.function.as_str());
        let mut functions: Vec<String> = hops
            .chain([candidate.key.function.as_str()])
            .map(|function| last(function).to_owned())
            .collect();
        functions.sort();
        functions.dedup();
        Self { functions, symbol: candidate.key.symbol.clone() }
    }

    fn own_offload(&self, call: &Call) -> Option<Unfit> {
        let name = OFFLOADS.iter().find(|name| **name == call.last())?;
        let guarded = call.arguments.iter().find_map(|argument| {
            let mut words = argument.text.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.find(|word| self.functions.iter().any(|function| function == word))
        })?;
        Some(unfit(
            UnfitKind::OwnOffload,
            call.line,
            &format!(
                "the test itself sends `{guarded}` to a thread with `{name}`, so the gate never sees it"
            ),
            &format!("await `{guarded}` on the loop, as production does"),
        ))
    }

    fn patched(&self, call: &Call) -> Option<Unfit> {
        if !PATCHERS.contains(&call.last()) {
            return None;
        }
        // A spy that calls the real thing takes nothing away.
        if call.arguments.iter().any(|a| a.keyword.as_deref() == Some("wraps")) {
            return None;
        }
        let (target, name) = target(&call.arguments)?;
        let what = if OFFLOADS.contains(&name.as_str()) {
            "the offload that it guards"
        } else if self.functions.contains(&name) {
            "the production code that it guards"
        } else if self.symbol == target
            || (self.symbol.contains('.') && target.ends_with(&format!(".{}", self.symbol)))
        {
            "the blocking call itself"
        } else {
            return None;
        };
        Some(unfit(
            UnfitKind::Patched,
            call.line,
            &format!("the test replaces `{target}`, {what}"),
            "let it run; replace only what is outside of the project (a service, its server)",
        ))
    }
}

/// What a patch replaces: `a.b.c` as far as its text shows, and the last name of it.
fn target(arguments: &[Argument]) -> Option<(String, String)> {
    let first = arguments.first()?;
    let target = match (&first.literal, arguments.get(1).and_then(|second| second.literal.as_ref()))
    {
        // `patch("a.b.c")`, `setattr("a.b.c", value)`
        (Some(path), _) => path.clone(),
        // `setattr(a.b, "c", value)`, `patch.object(a.b, "c")`
        (None, Some(name)) => format!("{}.{name}", first.text),
        (None, None) => return None,
    };
    let name = last(&target).to_owned();
    Some((target, name))
}
