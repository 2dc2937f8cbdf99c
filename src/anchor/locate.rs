//! Step 3: which existing test drives a candidate's entry point, and takes the branch that the
//! candidate stands in. Read from the text; the teeth decide whether it is true.

use serde::{Deserialize, Serialize};

use super::branch::{Branch, BranchKind, branch_of};
use super::drive::drive;
use super::entry::{self, Entry, EntryKind, entry_of};
use super::suite::{Function, TestFile};
use super::{Facts, SourceFile, Strength};
use crate::model::{Candidate, Coverage, SiteKind};
use crate::scan::syntax::Module;

/// A test that drives the candidate's code, or comes near it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrivingTest {
    /// pytest's node id, its file relative to the repository's root.
    pub id: String,
    /// How it gets there.
    pub strength: Strength,
    /// What in its text says so.
    pub why: String,
    /// Where, from 1.
    pub line: usize,
    /// The turns to the candidate that nothing in the test's text points to.
    pub open: Vec<Branch>,
}

/// The answer to Step 3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchorSearch {
    /// What it comes to.
    pub verdict: Coverage,
    /// The production function that an anchor has to call.
    pub entry: Entry,
    /// The turns on the way from the entry point to the candidate, where a call may go past it.
    pub branches: Vec<Branch>,
    /// Best first.
    pub tests: Vec<DrivingTest>,
    /// One sentence for a person: what the verdict rests on.
    pub based_on: String,
}

/// Searches the anchors' files. `production` holds the files of the candidate's chain and sites,
/// as far as known; `anchors` every Python file of the anchors' folder.
pub fn locate(
    candidate: &Candidate,
    production: &[SourceFile],
    anchors: &[SourceFile],
    facts: &Facts,
) -> AnchorSearch {
    let entry = entry_of(candidate, production, facts);
    let entries = entries(candidate, &entry, production, facts);
    let branches = branches(candidate, production);
    let files: Vec<TestFile> = anchors.iter().map(TestFile::read).collect();
    let conftest = files.iter().find(|file| file.path.ends_with("conftest.py"));
    let mut tests = Vec::new();
    for file in files.iter().filter(|file| is_collected(&file.path)) {
        for test in file.tests().filter(|test| test.opts_out(file).is_none()) {
            let reached = file.reach(test, conftest);
            let drives = entries.iter().filter_map(|entry| drive(&reached, entry));
            // Of equals the first: the outermost entry point.
            let Some(drive) = drives.reduce(|a, b| if b.strength < a.strength { b } else { a })
            else {
                continue;
            };
            let open =
                branches.iter().filter(|branch| !points_to(&reached, branch)).cloned().collect();
            tests.push(DrivingTest {
                id: test.id(&file.path),
                strength: drive.strength,
                why: drive.why,
                line: drive.line,
                open,
            });
        }
    }
    tests.sort_by_key(|test| (test.strength, test.open.len()));
    let (verdict, based_on) = judge(&entry, &tests, anchors.len());
    AnchorSearch { verdict, entry, branches, tests, based_on }
}

/// Every async function on the way, outermost first: a test that starts at a later one still runs
/// production's own async code.
pub(super) fn entries(
    candidate: &Candidate,
    first: &Entry,
    production: &[SourceFile],
    facts: &Facts,
) -> Vec<Entry> {
    let hops = candidate.chain.iter().skip(1).map(|hop| (&hop.path, &hop.function));
    let own = std::iter::once((&candidate.key.path, &candidate.key.function));
    let mut entries = vec![first.clone()];
    for (path, function) in hops.chain(own) {
        let known = entries.iter().any(|e| e.path == *path && e.function == *function);
        if !known && entry::is_async(path, function, production) == Some(true) {
            entries.push(entry::read(path, function, production, facts));
        }
    }
    entries
}

/// The turns from the entry point to the candidate at which a call may go another way.
pub(super) fn branches(candidate: &Candidate, production: &[SourceFile]) -> Vec<Branch> {
    let hops = candidate.chain.iter().map(|hop| (&hop.path, hop.line));
    let sites = candidate
        .sites
        .iter()
        .filter(|site| site.kind != SiteKind::Gone)
        .take(1)
        .map(|site| (&site.location.path, site.location.line));
    let mut places: Vec<_> = hops.chain(sites).collect();
    places.dedup();
    let mut found: Vec<Branch> = Vec::new();
    for (path, line) in places {
        let Some(file) = production.iter().find(|file| file.path == *path) else { continue };
        let turns = branch_of(&Module::parse(file.text.clone()), line);
        for turn in turns.into_iter().filter(Branch::is_conditional) {
            if !found.contains(&turn) {
                found.push(turn);
            }
        }
    }
    found
}

/// Whether something in a test's text points to a branch: a failure that it provokes, a value or
/// an argument that the condition names.
fn points_to(reached: &[(&TestFile, &Function)], branch: &Branch) -> bool {
    let calls = || reached.iter().flat_map(|(_, function)| &function.calls);
    let words: Vec<&str> = branch
        .head
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .skip(1)
        .filter(|word| !word.is_empty() && !KEYWORDS.contains(word))
        .collect();
    match branch.kind {
        BranchKind::Except => calls().any(|call| {
            ["raises", "setattr", "patch", "object"].contains(&call.last())
                || call.arguments.iter().any(|a| a.keyword.as_deref() == Some("side_effect"))
        }),
        BranchKind::If | BranchKind::Case => {
            let given = calls().flat_map(|call| &call.arguments).any(|argument| {
                argument.keyword.as_deref().is_some_and(|keyword| words.contains(&keyword))
                    || argument.text.parse::<f64>().is_ok()
                        && words.contains(&argument.text.as_str())
            });
            given
                || reached
                    .iter()
                    .flat_map(|(_, function)| &function.literals)
                    .any(|literal| words.contains(&literal.as_str()))
        }
        BranchKind::Else | BranchKind::Finally | BranchKind::Loop => false,
    }
}

const KEYWORDS: [&str; 10] =
    ["not", "and", "or", "is", "in", "None", "True", "False", "self", "cls"];

fn judge(entry: &Entry, tests: &[DrivingTest], files: usize) -> (Coverage, String) {
    let function = &entry.function;
    if entry.kind == EntryKind::ModuleBody {
        let why = "the call runs while its module is imported; no test can call it".to_owned();
        return (Coverage::None, why);
    }
    let reaching = tests.iter().filter(|test| test.strength.reaches());
    let Some(best) = reaching.min_by_key(|test| test.open.len()) else {
        let near = match tests.first() {
            Some(near) => format!("; the nearest is {}, which {}", near.id, near.why),
            None => String::new(),
        };
        let why = format!("no test of the {files} files of the anchors calls `{function}`{near}");
        return (Coverage::None, why);
    };
    match best.open.first() {
        None => (Coverage::Covers, format!("{} {}", best.id, best.why)),
        Some(branch) => (
            Coverage::Extend,
            format!(
                "{} {}; nothing in it points to `{}` (line {})",
                best.id, best.why, branch.head, branch.line
            ),
        ),
    }
}

/// Whether pytest collects a file of this name.
pub(super) fn is_collected(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".py")
        .is_some_and(|stem| stem.starts_with("test_") || stem.ends_with("_test"))
}
